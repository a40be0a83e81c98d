"""The timeline: clips at integer sample positions, mixed in float, block by block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from broadcaster.audio import FULL_SCALE, PER_MS, PIECE, AudioSegment, samples
from broadcaster.production.bed import Bed
from broadcaster.production.spool import Spool
from broadcaster.units import Decibels, Milliseconds, Samples

BLOCK = PIECE
"""Samples mixed at once; whole milliseconds."""
_EDGE = Milliseconds(5)
_NONE = Milliseconds(0)

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class _Placed:
    begin: int
    """In the spool."""
    length: int
    at: int
    gain: float
    fade_in: Milliseconds
    fade_out: Milliseconds

    @property
    def end(self) -> int:
        return self.at + self.length


class Timeline:
    """Clips one after the other. Each fades over 5 ms or more at both ends, so that no join clicks."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._placed: list[_Placed] = []
        self._end = 0
        self.bed: Bed | None = None
        """Music under all of it."""

    @property
    def end(self) -> Samples:
        return Samples(self._end)

    @property
    def sounding(self) -> tuple[tuple[int, int], ...]:
        """Where clips begin and end, in samples."""
        return tuple((placed.at, placed.end) for placed in self._placed)

    def add(
        self,
        clip: AudioSegment,
        gain: Decibels,
        *,
        overlap: Milliseconds = _NONE,
        fade_in: Milliseconds = _NONE,
        fade_out: Milliseconds = _NONE,
    ) -> Samples:
        """`clip`, changed by `gain`, from `overlap` before the end of what is there; where it begins.

        It overlaps the last clip at most. The clip itself is not kept in memory.
        """
        sound = samples(clip)
        first = self._placed[-1].at if self._placed else self._end
        at = max(first, self._end - overlap * PER_MS)
        factor = 10 ** (gain / 20) / FULL_SCALE
        self._placed.append(
            _Placed(
                self._spool.write(sound), len(sound), at, factor, max(_EDGE, fade_in), max(_EDGE, fade_out)
            )
        )
        self._end = max(self._end, at + len(sound))
        return Samples(at)

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
                if placed.end > start:
                    self._mix(placed, block, start)
            while first < len(self._placed) and self._placed[first].end <= start + BLOCK:
                first += 1
            if self.bed:
                self.bed.add_to(block, start)
            yield block

    def _mix(self, placed: _Placed, block: Floats, start: int) -> None:
        """Add the part of `placed` that lies in `block`, which begins at `start`."""
        begin, end = max(placed.at, start), min(placed.end, start + len(block))
        kept = self._spool.read(placed.begin + begin - placed.at, end - begin)
        sound = kept * np.float32(placed.gain)
        _fade(sound, begin - placed.at, placed.fade_in)
        _fade(sound[::-1], placed.end - end, placed.fade_out)
        block[begin - start : end - start] += sound


def _fade(sound: Floats, position: int, length: Milliseconds) -> None:
    """Fade in what begins `position` samples after the clip's edge."""
    if position < length * PER_MS:
        ramp = _ramp(length)[position : position + len(sound)]
        sound[: len(ramp)] *= ramp


@lru_cache
def _ramp(length: Milliseconds) -> Floats:
    """At an edge it leaves and meets the sound softly; a longer one keeps the power of two sounds that
    cross."""
    rising = np.sin(np.linspace(0, np.pi / 2, length * PER_MS))
    ramp: Floats = (rising**2 if length == _EDGE else rising).astype(np.float32)
    return ramp
