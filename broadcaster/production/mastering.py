"""The right loudness under a ceiling: a look-ahead limiter, and the gain that meets the target.

Both work on the mix's profile, a number per millisecond, so that the search costs no pass over the sound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from broadcaster.audio import PER_MS, Profiler, ahead, gated
from broadcaster.errors import ProductionError
from broadcaster.language import _
from broadcaster.production.smoothing import Floats, between_milliseconds
from broadcaster.units import Decibels, Lufs

_ATTACK = 1.5
"""dB per millisecond by which the limiter closes ahead of a peak."""
_RELEASES = (0.1, 0.3, 1.0)
"""dB per millisecond by which it opens again: the first that lets the mix be as loud as it must be."""
_REACH = 1000
"""Milliseconds on both sides that a reduction is worked out from: a peak 40 dB too high is felt that far."""
_STRETCH = 10_000
"""Milliseconds worked on at once, whole tenths of a second."""
_TOGETHER = 8
"""Blocks mixed at once while others are profiled."""
_CLOSE_ENOUGH = 0.01
_SHORT_OF_IT = 0.1
_MOST_GAIN = 100.0
"""dB; what asks for more is out of reach: the finished file shows how far it came."""
_ROUNDS = 12

Curve = NDArray[np.float64]


class Master:
    """A mix, profiled once, given out as often as asked at a loudness and below a ceiling."""

    def __init__(self, blocks: Callable[[], Iterator[Floats]]) -> None:
        """`blocks()` gives the mix from its start; every block but the last is whole milliseconds long."""
        self._blocks = blocks
        profiler = Profiler()
        for block in ahead(blocks(), _TOGETHER):
            profiler.add(block)
        self._profile = profiler.finish()

    def blocks(self, target: Lufs, ceiling: Decibels) -> Iterator[Floats]:
        """The mix at `target`, its true peak at or below `ceiling`. ProductionError: it is silent."""
        gain, release = self._solved(target, ceiling)
        done = 0
        for block in self._blocks():
            millis = -(-len(block) // PER_MS)
            yield block * self._factors(done, done + millis, gain, ceiling, release)[: len(block)]
            done += millis

    def _factors(self, begin: int, end: int, gain: float, ceiling: Decibels, release: float) -> Floats:
        """The factor for each sample of the milliseconds [begin, end): at an edge, of its sides the lower."""
        curve = gain + self._reduction(max(0, begin - 1), end + 1, ceiling - gain, release)
        around = np.concatenate((curve[:1], curve) if not begin else (curve,))
        edges = np.minimum(around[: end - begin + 1], np.append(around[1:], around[-1])[: end - begin + 1])
        return between_milliseconds((10 ** (edges / 20)).astype(np.float32))

    def _solved(self, target: Lufs, ceiling: Decibels) -> tuple[float, float]:
        """The gain, in dB, that before the limiter makes the target after it, and how fast it opens."""
        for release in _RELEASES:
            gain, reached = self._gain(target, ceiling, release)
            if reached >= target - _SHORT_OF_IT:
                break
        return gain, release

    def _gain(self, target: Lufs, ceiling: Decibels, release: float) -> tuple[float, Lufs]:
        """Found by secants, and the loudness it makes; the nearest it came where the target is out of
        reach."""
        unlimited = gated(self._profile.tenths)
        if not np.isfinite(unlimited):
            raise ProductionError(_("There is no sound in this bulletin"))
        gain, slope = float(target - unlimited), 1.0
        now = self._loudness(gain, ceiling, release)
        for _round in range(_ROUNDS):
            step = (target - now) / slope
            if abs(target - now) < _CLOSE_ENOUGH or abs(gain + step) > _MOST_GAIN:
                break
            gain, before = gain + step, now
            now = self._loudness(gain, ceiling, release)
            slope = min(1.0, max(0.1, (now - before) / step))
        return gain, now

    def _loudness(self, gain: float, ceiling: Decibels, release: float) -> Lufs:
        """How loud the mix is with that gain, limited: each tenth keeps the share that its energy keeps."""
        tenths = self._profile.tenths.copy()
        for begin in range(0, len(self._profile.energy), _STRETCH):
            end = min(begin + _STRETCH, len(self._profile.energy))
            reduction = self._reduction(begin, end, ceiling - gain, release)
            if reduction.any():
                first = begin // 100
                kept = self._kept(begin, end, reduction)[: len(tenths) - first]
                tenths[first : first + len(kept)] *= kept
        return gated(tenths * 10 ** (gain / 10))

    def _kept(self, begin: int, end: int, reduction: Curve) -> Curve:
        energy = self._profile.energy[begin:end]
        before = energy.reshape(-1, 100).sum(axis=1, dtype=np.float64)
        after = (energy * 10 ** (reduction / 10)).reshape(-1, 100).sum(axis=1)
        kept: Curve = after / np.maximum(before, 1e-30)
        return kept

    def _reduction(self, begin: int, end: int, ceiling: float, release: float) -> Curve:
        """The least lowering, in dB, of the milliseconds [begin, end) that keeps every peak under `ceiling`
        and moves only so fast."""
        low = max(0, begin - _REACH)
        peak = self._profile.peak[low : end + _REACH]
        here = slice(begin - low, end - low)
        needed = np.minimum(0.0, ceiling - peak / 100)
        if not needed.any():
            return needed[here]
        steps = np.arange(len(needed))
        opening = np.minimum.accumulate(needed - release * steps) + release * steps
        closing = np.minimum.accumulate((needed + _ATTACK * steps)[::-1])[::-1] - _ATTACK * steps
        reduction: Curve = np.minimum(opening, closing)[here]
        return reduction
