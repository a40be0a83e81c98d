"""The bed: music under a programme, lowered while anything else sounds.

Where words will be is known from the timeline, so that the music gives way before they begin and does not
pump in their pauses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from broadcaster.audio import FULL_SCALE, PER_MS, AudioSegment, samples
from broadcaster.production.form import BedRules
from broadcaster.production.smoothing import between_milliseconds
from broadcaster.units import Decibels

_SEAM_MS = 500
_HOLD = 700 * PER_MS
"""Samples: music stays low so long after words, in case that others follow."""

Floats = NDArray[np.float32]
Stretch = tuple[int, int]
"""[begin, end) in samples."""


@dataclass(frozen=True)
class Bed:
    loop: Floats
    """Played over and over: its end goes over into its beginning."""
    rules: BedRules
    stretches: Sequence[Stretch]
    """Where it plays."""
    sounding: Sequence[Stretch]
    """Where it gives way, in order of time."""

    @classmethod
    def of(
        cls,
        clip: AudioSegment,
        gain: Decibels,
        rules: BedRules,
        stretches: Sequence[Stretch],
        sounding: Sequence[Stretch],
    ) -> Bed:
        """The bed `clip`, which `gain` makes as loud as words are."""
        return cls(_loop(samples(clip)) * np.float32(10 ** (gain / 20)), rules, stretches, sounding)

    def add_to(self, block: Floats, start: int) -> None:
        """Add what of the bed lies in `block`, which begins at `start`."""
        for begin, end in self.stretches:
            if begin < start + len(block) and start < end:
                block += self._music(start - begin, len(block)) * self._factors(begin, end, start, len(block))

    def _music(self, position: int, length: int) -> Floats:
        """`length` samples of the loop, from `position` on; before its beginning, too, there is some."""
        first = position % len(self.loop)
        around: Floats = self.loop[first : first + length]
        if len(around) < length:
            around = np.take(self.loop, np.arange(first, first + length), mode="wrap")
        return around

    def _factors(self, begin: int, end: int, start: int, length: int) -> Floats:
        """By how much each sample is lowered, in the stretch [begin, end) and outside; one number for all,
        where it is the same."""
        rules, edges = self.rules, start + np.arange(-(-length // PER_MS) + 1) * PER_MS
        away = np.clip(self._distance(edges) / (rules.duck_ms * PER_MS), 0, 1)
        inside = np.clip(np.minimum(edges - begin, end - edges) / (rules.fade_ms * PER_MS), 0, 1)
        if away.min() == away.max() and inside.min() == inside.max():
            away, inside = away[:1], inside[:1]
        level = rules.under_words_db + (rules.alone_db - rules.under_words_db) * away
        fade = np.sin(inside * np.pi / 2) ** 2
        factors: Floats = (10 ** (level / 20) * fade).astype(np.float32)
        return factors if len(factors) == 1 else between_milliseconds(factors)[:length]

    def _distance(self, at: NDArray[np.int_]) -> NDArray[np.float64]:
        """Samples to the nearest sound, the hold after one counted in; in its midst, not over 0."""
        begins, ends = self._edges
        number = np.searchsorted(begins, at, side="right")
        nearest: NDArray[np.float64] = np.minimum(at - ends[number] - _HOLD, begins[number] - at)
        return nearest

    @cached_property
    def _edges(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Of the n-th sound the begin, and the end of those before it."""
        begins = [begin for begin, _end in self.sounding]
        ends = [end for _begin, end in self.sounding]
        return np.array([*begins, np.inf]), np.maximum.accumulate(np.array([-np.inf, *ends]))


def _loop(sound: NDArray[np.int16]) -> Floats:
    floats: Floats = sound.astype(np.float32) / np.float32(FULL_SCALE)
    seam = min(_SEAM_MS * PER_MS, len(floats) // 2)
    rising = np.sin(np.linspace(0, np.pi / 2, seam, dtype=np.float32))
    floats[:seam] = floats[:seam] * rising + floats[len(floats) - seam :] * rising[::-1]
    loop: Floats = floats[: len(floats) - seam]
    return loop
