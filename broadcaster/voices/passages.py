"""Long speech in little memory: what the cache holds is read again instead of being kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from broadcaster.audio import AudioSegment

KEPT_BYTES = 24_000_000
"""Over eight minutes of speech: shorter bulletins are never read twice."""

Samples = NDArray[np.int16]
Key = TypeVar("Key")


class Said(Generic[Key]):
    """Samples by the words they say (and who says them); beyond KEPT_BYTES they are got again when they are
    wanted."""

    def __init__(self, get: Callable[[Key], Samples]) -> None:
        """`get` makes them the first time, and should find them the second time."""
        self._get = get
        self._kept: dict[Key, Samples] = {}
        self._room = KEPT_BYTES

    def make(self, words: Key) -> None:
        """See to it that `words` are said. Raises what `get` raises."""
        clip = self._get(words)
        self._room -= clip.nbytes
        if self._room >= 0:
            self._kept[words] = clip

    def of(self, words: Key) -> Samples:
        """What says them."""
        kept = self._kept.get(words)
        return self._get(words) if kept is None else kept


class Passages(Sequence[AudioSegment]):
    """Clips, each made when it is asked for."""

    def __init__(self, makers: Sequence[Callable[[], AudioSegment]]) -> None:
        self._makers = tuple(makers)

    def __len__(self) -> int:
        return len(self._makers)

    @overload
    def __getitem__(self, index: int) -> AudioSegment: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[AudioSegment]: ...
    def __getitem__(self, index: int | slice) -> AudioSegment | Sequence[AudioSegment]:
        if isinstance(index, slice):
            return Passages(self._makers[index])
        return self._makers[index]()
