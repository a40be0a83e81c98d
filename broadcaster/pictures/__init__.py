"""Pictures of sound, as PNG and SVG, drawn by our own small code.

waveform.py  a bulletin → shapes      svg.py, png.py  shapes → a file's bytes      letters.py  words in PNG
"""

from broadcaster.pictures.png import png
from broadcaster.pictures.svg import svg
from broadcaster.pictures.waveform import Heading, clock, waveform

__all__ = ["Heading", "clock", "png", "svg", "waveform"]
