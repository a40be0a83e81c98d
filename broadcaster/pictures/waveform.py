"""A bulletin as a picture: its levels over time, its items marked, and a list of them below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from broadcaster.audio import FULL_SCALE, RATE, AudioSegment, samples
from broadcaster.pictures.shapes import LETTER, LINE, Box, Picture, Shape, Wave, Words
from broadcaster.production.bulletin import Cue
from broadcaster.units import Milliseconds

_WIDTH, _EDGE = 1400, 30
_INSIDE = _WIDTH - 2 * _EDGE
_TOP, _HALF = 130, 110
_BOTTOM = _TOP + 2 * _HALF
_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)
_MOST_TICKS = 14
_PAPER, _INK, _FAINT, _PEAK, _LEVEL = "#ffffff", "#1b2733", "#8795a1", "#9cc3e6", "#1f6fb2"
_BANDS = ("#fff3d6", "#e3f3e3")
"""Behind the items, in turn."""


@dataclass(frozen=True)
class Heading:
    title: str
    numbers: str
    """Length, loudness, peak, voice: one line."""


def waveform(clip: AudioSegment, cues: Sequence[Cue], heading: Heading, first: int = 1) -> Picture:
    """Peaks light and levels (RMS) dark, 1340 columns for the whole clip; an item's number and title over its
    beginning; under them the time, then a line per item: number, start, length, title. `first`: the number
    of the first one."""
    sound = samples(clip)
    seconds = max(len(sound) / RATE, 0.001)
    height = _BOTTOM + 2 * LINE + LINE * len(cues) + 10
    shapes: list[Shape] = [
        Box(0, 0, _WIDTH, height, _PAPER),
        Words(_EDGE, 30, _shortened(heading.title, _INSIDE), _INK),
        Words(_EDGE, 64, _shortened(heading.numbers, _INSIDE), _FAINT),
        *_bands(cues, seconds),
        *_levels(sound),
        *_marks(cues, seconds, first),
        *_times(seconds),
        *_list(cues, first),
    ]
    return Picture(_WIDTH, height, tuple(shapes))


def _bands(cues: Sequence[Cue], seconds: float) -> Iterator[Shape]:
    for number, cue in enumerate(cues):
        x, width = _place(cue, seconds)
        yield Box(x, _TOP - LINE, width, 2 * _HALF + LINE, _BANDS[number % 2])


def _marks(cues: Sequence[Cue], seconds: float, first: int) -> Iterator[Shape]:
    for number, cue in enumerate(cues):
        x, width = _place(cue, seconds)
        yield Box(x, _TOP - LINE, 2, 2 * _HALF + LINE, _INK)
        yield Words(x + 8, _TOP - 8, _shortened(f"{number + first} {cue.title}", width - 8), _INK)


def _place(cue: Cue, seconds: float) -> tuple[float, float]:
    """Where the item begins, and how wide it is."""
    return _EDGE + _INSIDE * cue.starts_at / 1000 / seconds, _INSIDE * cue.length / 1000 / seconds


def _levels(sound: NDArray[np.int16]) -> Iterator[Shape]:
    columns = min(_INSIDE, len(sound))
    if not columns:
        return
    edges = np.linspace(0, len(sound), columns + 1).astype(int)
    loud = np.abs(sound.astype(np.float64)) / FULL_SCALE
    peaks = np.maximum.reduceat(loud, edges[:-1])
    levels = np.sqrt(np.add.reduceat(loud**2, edges[:-1]) / np.diff(edges))
    for colour, heights in ((_PEAK, peaks), (_LEVEL, levels)):
        yield Wave(_EDGE, _TOP + _HALF, tuple((heights * _HALF).tolist()), colour)
    yield Box(_EDGE, _TOP + _HALF, _INSIDE, 1, _LEVEL)


def _times(seconds: float) -> Iterator[Shape]:
    step = next((s for s in _STEPS_S if seconds / s <= _MOST_TICKS), _STEPS_S[-1])
    yield Box(_EDGE, _BOTTOM, _INSIDE, 1, _FAINT)
    for at in range(0, int(seconds) + 1, step):
        x = _EDGE + _INSIDE * at / seconds
        yield Box(x, _BOTTOM, 1, 8, _FAINT)
        if x + 4 * LETTER < _WIDTH:
            yield Words(x, _BOTTOM + LINE, f"{at // 60}:{at % 60:02d}", _FAINT)


def _list(cues: Sequence[Cue], first: int) -> Iterator[Shape]:
    for number, cue in enumerate(cues):
        line = f"{number + first:>2}  {clock(cue.starts_at)}  {clock(cue.length)}  {cue.title}"
        yield Words(_EDGE, _BOTTOM + (number + 2) * LINE + 8, _shortened(line, _INSIDE), _INK)


def clock(length: Milliseconds) -> str:
    """Minutes, seconds and tenths."""
    tenths = round(length / 100)
    return f"{tenths // 600}:{tenths % 600 / 10:04.1f}"


def _shortened(text: str, width: float) -> str:
    most = int(width // LETTER)
    if len(text) <= most:
        return text
    return text[: max(0, most - 1)].rstrip() + "…" if most > 1 else text[: max(0, most)]
