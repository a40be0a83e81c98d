"""Pictures of the station: the cover of its podcast, and its mark in a browser's tab."""

from __future__ import annotations

import io
from pathlib import Path

import font_source_sans_pro
from PIL import Image, ImageDraw, ImageFont

SIDE = 1400
"""Pixels: the least that podcast directories take."""
_FONT = str(Path(font_source_sans_pro.font_directory) / "SourceSansPro-Bold.ttf")
_GROUND, _RING, _INK = "#8c1515", "#ffd75e", "#ffffff"
_MARGIN = 100


def cover(name: str) -> bytes:
    """A PNG. `name`: "xã Tân Hưng"."""
    image = _ground().reduce(2)
    draw = ImageDraw.Draw(image)
    _centred(draw, "Đài truyền thanh", 820, 130)
    _centred(draw, name, 1010, 190)
    return _png(image)


def icon() -> bytes:
    """A PNG of the rings alone."""
    middle = SIDE, 860
    box = (middle[0] - 700, middle[1] - 700, middle[0] + 700, middle[1] + 700)
    return _png(_ground().crop(box).resize((192, 192)))


def _png(image: Image.Image) -> bytes:
    memory = io.BytesIO()
    image.quantize(64).save(memory, "PNG", optimize=True)
    return memory.getvalue()


def _ground() -> Image.Image:
    """The rings of its sound, at twice the size, so that their edges are smooth in the end."""
    image = Image.new("RGB", (2 * SIDE, 2 * SIDE), _GROUND)
    draw, middle, height = ImageDraw.Draw(image), SIDE, 860
    for radius in (260, 420, 580):
        box = (middle - radius, height - radius, middle + radius, height + radius)
        draw.arc(box, 300, 60, fill=_RING, width=52)
        draw.arc(box, 120, 240, fill=_RING, width=52)
    draw.ellipse((middle - 80, height - 80, middle + 80, height + 80), fill=_RING)
    return image


def _centred(draw: ImageDraw.ImageDraw, text: str, y: int, size: int) -> None:
    """As large as `size` or as fits."""
    font = ImageFont.truetype(_FONT, size)
    if (width := font.getlength(text)) > SIDE - 2 * _MARGIN:
        font = ImageFont.truetype(_FONT, max(20, int(size * (SIDE - 2 * _MARGIN) / width)))
    draw.text((SIDE // 2, y), text, font=font, fill=_INK, anchor="mm")
