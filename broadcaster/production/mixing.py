"""The timeline: clips at integer sample positions, mixed once, in float, block by block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from broadcaster.audio import FULL_SCALE, PER_MS, AudioSegment, samples
from broadcaster.units import Decibels, Milliseconds, Samples

BLOCK = 28_800
"""Samples mixed at once; whole milliseconds."""
_FADE = 5 * PER_MS
_RAMP = (np.sin(np.linspace(0, np.pi / 2, _FADE)) ** 2).astype(np.float32)

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class _Placed:
    sound: NDArray[np.int16]
    at: int
    gain: float

    @property
    def end(self) -> int:
        return self.at + len(self.sound)


class Timeline:
    """Clips one after the other. Each fades over 5 ms at both ends, so that no join clicks."""

    def __init__(self) -> None:
        self._placed: list[_Placed] = []
        self._end = 0

    @property
    def end(self) -> Samples:
        return Samples(self._end)

    def add(self, clip: AudioSegment, gain: Decibels) -> None:
        """`clip`, changed by `gain`, at the end of what is there."""
        placed = _Placed(samples(clip), self._end, 10 ** (gain / 20) / FULL_SCALE)
        self._placed.append(placed)
        self._end = placed.end

    def pause(self, length: Milliseconds) -> None:
        """Exactly `length` of silence."""
        self._end += length * PER_MS

    def blocks(self) -> Iterator[Floats]:
        """The mix, not yet limited, in blocks of BLOCK samples (the last one is shorter)."""
        first = 0
        for start in range(0, self._end, BLOCK):
            block = np.zeros(min(BLOCK, self._end - start), np.float32)
            for placed in self._placed[first:]:
                if placed.at >= start + len(block):
                    break
                _mix(placed, block, start)
            while first < len(self._placed) and self._placed[first].end <= start + BLOCK:
                first += 1
            yield block


def _mix(placed: _Placed, block: Floats, start: int) -> None:
    """Add the part of `placed` that lies in `block`, which begins at `start`."""
    begin, end = max(placed.at, start), min(placed.end, start + len(block))
    sound = placed.sound[begin - placed.at : end - placed.at] * np.float32(placed.gain)
    _fade(sound, begin - placed.at)
    _fade(sound[::-1], placed.end - end)
    block[begin - start : end - start] += sound


def _fade(sound: Floats, position: int) -> None:
    """Fade in what begins `position` samples after the clip's edge."""
    ramp = _RAMP[position : position + len(sound)]
    sound[: len(ramp)] *= ramp
