"""True peaks: how high a sound rises, between its samples too, millisecond by millisecond."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from broadcaster.audio.clip import PER_MS
from broadcaster.audio.windows import Floats

REACH = 16
"""Samples on both sides that a value between two samples is worked out from."""
_BATCH = 32
"""Milliseconds in one product of matrices: so few that the algebra library starts no threads for it, which
would cost more than the product when the other core is busy."""


class Peaks:
    """The peaks of a sound that comes window by window."""

    def __init__(self, look_from: float) -> None:
        """`look_from`: a share of the highest sample so far; nobody looks between the samples of a
        millisecond that stays below."""
        self._look_from = look_from
        self.highest = 0.0
        """Of the samples themselves."""

    def of(self, window: Floats) -> Floats:
        """The highest value (4x) in each millisecond of `window`, REACH samples at both ends aside."""
        piece = np.abs(window[REACH:-REACH])
        peaks: Floats = np.maximum.reduceat(piece, np.arange(0, len(piece), PER_MS))
        self.highest = max(self.highest, float(peaks.max(initial=0.0)))
        near = np.flatnonzero(peaks > self._look_from * self.highest)
        if near.size:
            peaks[near] = np.maximum(peaks[near], _between(window, near * PER_MS))
        return peaks


def _between(window: Floats, at: NDArray[np.intp]) -> NDArray[np.float64]:
    """The highest value between the samples of the milliseconds that have their surroundings from `at` on."""
    batches = np.resize(at, (-(-len(at) // _BATCH), _BATCH))
    around = sliding_window_view(window, PER_MS + 2 * REACH)[batches]
    values = np.abs(around.astype(np.float64) @ _interpolation()).max(axis=2)
    highest: NDArray[np.float64] = values.reshape(-1)[: len(at)]
    return highest


@cache
def _interpolation() -> NDArray[np.float64]:
    """A millisecond with its surroundings → what lies 1/4, 2/4 and 3/4 of the way to each next sample."""
    wanted = REACH + np.add.outer(np.arange(PER_MS), (0.25, 0.5, 0.75)).reshape(-1)
    distance = np.subtract.outer(np.arange(PER_MS + 2 * REACH), wanted)
    window = np.i0(9 * np.sqrt(np.maximum(0, 1 - (distance / REACH) ** 2))) / np.i0(9)
    filters: NDArray[np.float64] = np.sinc(distance) * window * (np.abs(distance) < REACH)
    return filters
