"""A sound in few numbers, from which its limiting and the right gain are found without hearing it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from broadcaster.audio.clip import PER_MS
from broadcaster.audio.peaks import REACH, Peaks
from broadcaster.audio.weighting import TENTH, Powers, tenth_powers
from broadcaster.audio.windows import Floats, Windows
from broadcaster.units import Samples

_LOOK_FROM = 0.3
"""What lies 10 dB under the highest peak is never limited."""
_NOTHING_DB = -180.0


@dataclass(frozen=True)
class Profile:
    """Milliseconds and tenths past the sound's end are silent."""

    tenths: Powers
    """K-weighted mean square of each tenth of a second; one short tenth at the end may be left out."""
    energy: NDArray[np.float32]
    """Sum of squares, unweighted, of each millisecond."""
    peak: NDArray[np.int16]
    """Highest value of each millisecond, in 0.01 dBFS; between the samples too, where it is high."""
    frames: Samples


class Profiler:
    """Takes a sound block by block and gives its profile. Memory: 6 bytes per millisecond."""

    def __init__(self) -> None:
        self._windows = Windows(REACH, REACH)
        self._peaks = Peaks(_LOOK_FROM)
        self._tenths: list[Powers] = []
        self._energy, self._peak = bytearray(), bytearray()

    def add(self, block: NDArray[Any]) -> None:
        """The next samples, int16 or float, any number of them."""
        for window in self._windows.add(block):
            self._take(window)

    def finish(self) -> Profile:
        """The profile of all that was added; call it once."""
        for window in self._windows.finish():
            self._take(window)
        frames = self._windows.frames
        tenths = np.concatenate(self._tenths or [np.zeros(0)])
        if frames >= 4 * TENTH:
            tenths = tenths[: frames // TENTH]
        else:
            tenths = tenths[:4].sum(keepdims=True) * (TENTH / max(1, frames))
        return Profile(
            tenths,
            np.frombuffer(self._energy, np.float32),
            np.frombuffer(self._peak, np.int16),
            frames,
        )

    def _take(self, window: Floats) -> None:
        piece = window[REACH:-REACH]
        rows = piece.reshape(-1, PER_MS)
        peaks = np.maximum(self._peaks.of(window), np.float32(10 ** (_NOTHING_DB / 20)))
        self._tenths.append(tenth_powers(piece))
        self._energy += np.einsum("ij,ij->i", rows, rows).tobytes()
        self._peak += np.ceil(2000 * np.log10(peaks)).astype(np.int16).tobytes()
