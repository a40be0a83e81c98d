"""A clip drawn with block characters, its cues marked."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from broadcaster.audio import RATE, AudioSegment, samples
from broadcaster.production.bulletin import Cue
from broadcaster.units import Milliseconds

_BLOCKS = " ▁▂▃▄▅▆▇█"
_FLOOR_DB, _TOP_DB = -42.0, -10.0
_MARKS = "123456789abcdefghijklmnopqrstuvwxyz"


def draw(clip: AudioSegment, width: int, cues: Sequence[Cue] = ()) -> str:
    """Lines of text: levels (RMS) in `width` columns, marks under them where cues begin, then a line per
    cue: mark, start, length, title.
    """
    sound = samples(clip)
    columns = max(1, min(width, len(sound)))
    edges = np.linspace(0, len(sound), columns + 1).astype(int)
    lines = ["".join(_BLOCKS[_height(sound[begin:end])] for begin, end in pairwise(edges))]
    if cues:
        lines.append(_marks(cues, columns, len(sound)))
    for mark, cue in zip(_MARKS, cues, strict=False):
        lines.append(f"{mark}  {_clock(cue.starts_at)}  {_clock(cue.length)}  {cue.title}")
    return "\n".join(lines)


def _height(sound: NDArray[np.int16]) -> int:
    """0 to 8; whatever is not digital silence is at least 1."""
    power = float(np.mean(np.square(sound / 32768.0))) if len(sound) else 0.0
    if not power:
        return 0
    share = (10 * np.log10(power) - _FLOOR_DB) / (_TOP_DB - _FLOOR_DB)
    return round(8 * min(1.0, max(0.125, float(share))))


def _marks(cues: Sequence[Cue], columns: int, frames: int) -> str:
    line = [" "] * columns
    for mark, cue in zip(_MARKS, cues, strict=False):
        column = cue.starts_at * RATE // 1000 * columns // max(1, frames)
        line[min(columns - 1, column)] = mark
    return "".join(line).rstrip()


def _clock(length: Milliseconds) -> str:
    minutes, milliseconds = divmod(length, 60_000)
    return f"{minutes}:{milliseconds / 1000:04.1f}"
