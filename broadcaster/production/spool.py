"""Clips put aside on the disk until they are mixed, so that memory does not grow with a bulletin's length."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from broadcaster.errors import ProductionError
from broadcaster.language import _
from broadcaster.units import Samples

_IN_MEMORY = 4_000_000
"""Bytes up to which nothing is written at all: over a minute, a notice."""
_SAMPLE = 2


class Spool:
    """int16 samples, written at the end and read anywhere. Its file has no name, so nothing is ever left."""

    def __init__(self, folder: Path) -> None:
        """What does not stay in memory goes to the disk of `folder`, which is made by then."""
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(folder))  # noqa: SIM115
        self._folder = folder
        self._length = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def write(self, sound: NDArray[np.int16]) -> Samples:
        """Put `sound` aside; where it begins. Raises ProductionError when there is no room."""
        begin = self._length
        with self._told():
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file.seek(begin * _SAMPLE)
            self._file.write(sound.tobytes())
        self._length += len(sound)
        return Samples(begin)

    def read(self, begin: int, length: int) -> NDArray[np.int16]:
        """`length` samples from `begin` on. Raises ProductionError when the disk fails."""
        with self._told():
            self._file.seek(begin * _SAMPLE)
            sound: NDArray[np.int16] = np.frombuffer(self._file.read(length * _SAMPLE), np.int16)
            return sound

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ProductionError(
                _("The bulletin could not be written"),
                f"{self._folder}: {error.strerror or error}",
                _("Make room on the disk, or correct the folder's rights"),
            ) from error
