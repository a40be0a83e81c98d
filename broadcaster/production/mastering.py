"""The right loudness under a ceiling: a look-ahead limiter, and the gain that meets the target.

Both work on the mix's profile, a number per millisecond, so that the search costs no pass over the sound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from broadcaster.audio import PER_MS, Profiler, integrated
from broadcaster.errors import ProductionError
from broadcaster.language import _
from broadcaster.production.mixing import Floats
from broadcaster.units import Decibels, Lufs

_ATTACK = 1.5
"""dB per millisecond by which the limiter closes ahead of a peak."""
_RELEASE = 0.04
"""dB per millisecond by which it opens again."""
_CLOSE_ENOUGH = 0.01
_ROUNDS = 12
_RAMP = np.arange(PER_MS, dtype=np.float32) / PER_MS

Curve = NDArray[np.float64]


class Master:
    """A mix, profiled once, given out as often as asked at a loudness and below a ceiling."""

    def __init__(self, blocks: Callable[[], Iterator[Floats]]) -> None:
        """`blocks()` gives the mix from its start; every block but the last is whole milliseconds long."""
        self._blocks = blocks
        profiler = Profiler()
        for block in blocks():
            profiler.add(block)
        profile = profiler.finish()
        self._energy = profile.energy
        self._peak_db = 20 * np.log10(np.maximum(profile.peak, 1e-9))

    def blocks(self, target: Lufs, ceiling: Decibels) -> Iterator[Floats]:
        """The mix at `target`, its true peak at or below `ceiling`. ProductionError: it is silent."""
        gains = self._gains(target, ceiling)
        done = 0
        for block in self._blocks():
            millis = -(-len(block) // PER_MS)
            low, high = gains[done : done + millis], gains[done + 1 : done + millis + 1]
            factors = low[:, None] + (high - low)[:, None] * _RAMP
            yield block * factors.reshape(-1).astype(np.float32, copy=False)[: len(block)]
            done += millis

    def _gains(self, target: Lufs, ceiling: Decibels) -> Floats:
        """The factor at each millisecond's edge: of its two sides the lower."""
        curve = self._solved(target, ceiling)
        edges = np.minimum(np.append(curve, curve[-1:]), np.append(curve[:1], curve))
        factors: Floats = (10 ** (edges / 20)).astype(np.float32)
        return factors

    def _solved(self, target: Lufs, ceiling: Decibels) -> Curve:
        """Gain and limiting, in dB per millisecond, that together meet `target`: found by secants."""
        if not np.isfinite(integrated(self._energy)):
            raise ProductionError(_("There is no sound in this bulletin"))
        gain, slope = 0.0, 1.0
        curve, now = self._tried(gain, ceiling)
        for _round in range(_ROUNDS):
            if abs(target - now) < _CLOSE_ENOUGH:
                break
            step = (target - now) / slope
            gain, before = gain + step, now
            curve, now = self._tried(gain, ceiling)
            slope = min(1.0, max(0.1, (now - before) / step))
        return curve

    def _tried(self, gain: float, ceiling: Decibels) -> tuple[Curve, Lufs]:
        """Gain and limiting together, and the loudness that they give."""
        curve = gain + self._reduction(ceiling - gain)
        return curve, integrated(self._energy * 10 ** (curve / 10))

    def _reduction(self, ceiling: float) -> Curve:
        """The least lowering, in dB, that keeps every peak under `ceiling` and moves only so fast."""
        needed = np.minimum(0.0, ceiling - self._peak_db)
        steps = np.arange(len(needed))
        opening = np.minimum.accumulate(needed - _RELEASE * steps) + _RELEASE * steps
        closing = np.minimum.accumulate((needed + _ATTACK * steps)[::-1])[::-1] - _ATTACK * steps
        reduction: Curve = np.minimum(opening, closing)
        return reduction
