"""One daemon per station folder: a lock that the operating system drops when its holder dies."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from broadcaster.errors import StationError
from broadcaster.language import _

FILE_NAME = ".daemon.lock"


class DaemonLock:
    """`with DaemonLock(folder):` holds the folder; StationError when another process has it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME
        self._handle = -1

    def __enter__(self) -> Self:
        try:
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise StationError(
                _("The station's folder cannot be written"),
                f"{self._path.parent}: {error.strerror}",
                _("Give this user the right to write there"),
            ) from error
        try:
            _take(self._handle)
        except OSError as error:
            os.close(self._handle)
            raise StationError(
                _("Another daemon already runs this station"),
                str(self._path.parent),
                _("Stop that one first; the command line works beside it"),
            ) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._handle)


def held(folder: Path) -> bool:
    """Whether a daemon runs the station in `folder` now."""
    if not (folder / FILE_NAME).exists():
        return False
    try:
        with DaemonLock(folder):
            return False
    except StationError:
        return True


if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
