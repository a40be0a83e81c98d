"""Change of sampling rate, by soxr (pydub's own is linear interpolation and aliases)."""

from __future__ import annotations

from typing import Any

import numpy as np
import soxr
from numpy.typing import NDArray

from broadcaster.audio.clip import RATE, to_float


def resample(array: NDArray[Any], from_rate: int, to_rate: int = RATE) -> NDArray[np.float32]:
    """Mono int16 or float samples at `to_rate`, as float32: round(len * to_rate / from_rate) of them."""
    floats = to_float(array)
    if from_rate == to_rate:
        return floats
    resampled: NDArray[np.float32] = soxr.resample(floats, from_rate, to_rate, quality="HQ")
    return resampled


class Resampling:
    """The same for a sound that comes block by block."""

    def __init__(self, from_rate: int) -> None:
        self._stream = None if from_rate == RATE else soxr.ResampleStream(from_rate, RATE, 1, quality="HQ")

    def __call__(self, block: NDArray[np.float32], *, last: bool) -> NDArray[np.float32]:
        """What can be given out so far, as float32 at RATE; the rest comes with the `last` block."""
        if self._stream is None:
            return block
        resampled: NDArray[np.float32] = self._stream.resample_chunk(block, last=last)
        return resampled
