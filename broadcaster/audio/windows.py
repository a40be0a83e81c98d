"""A sound that comes in blocks of any length, cut into equal pieces with what lies around them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from broadcaster.audio.clip import RATE, to_float
from broadcaster.units import Samples

PIECE = RATE * 12 // 10
"""Samples in a piece: 1.2 s, whole milliseconds and tenths of a second, quick to transform."""

Floats = NDArray[np.float32]


class Windows:
    """Each window: `past` samples, a piece of PIECE samples, `future` samples. Silence stands for what lies
    before the sound and after it."""

    def __init__(self, past: int, future: int) -> None:
        self._size = past + PIECE + future
        self._pending = np.zeros(past, np.float32)
        self._frames = 0
        self._given = 0

    @property
    def frames(self) -> Samples:
        """Samples added so far."""
        return Samples(self._frames)

    def add(self, block: NDArray[Any]) -> Iterator[Floats]:
        """The windows that are complete with the next samples, int16 or float."""
        self._frames += len(block)
        yield from self._cut(to_float(block))

    def finish(self) -> Iterator[Floats]:
        """The windows that are left; the last piece ends in silence."""
        while self._given * PIECE < self._frames:
            yield from self._cut(np.zeros(PIECE, np.float32))

    def _cut(self, floats: Floats) -> Iterator[Floats]:
        pending = np.concatenate((self._pending, floats))
        begin = 0
        while begin + self._size <= len(pending):
            yield pending[begin : begin + self._size]
            begin += PIECE
            self._given += 1
        self._pending = pending[begin:]
