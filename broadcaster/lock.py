"""One process at a time: locks that the operating system drops when their holder dies."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from broadcaster.errors import StationError
from broadcaster.language import _

FILE_NAME = ".daemon.lock"


class FolderLock:
    """`with FolderLock(…):` holds the folder; StationError, as told, when another process has it."""

    def __init__(self, path: Path, taken: str, todo: str) -> None:
        """`path`: of the lock's file, in the folder."""
        self._path = path
        self._refusal = StationError(taken, str(path.parent), todo)
        self._handle = -1

    def __enter__(self) -> Self:
        try:
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise _unwritable(self._path.parent, error) from error
        try:
            _take(self._handle)
        except OSError as error:
            os.close(self._handle)
            raise self._refusal from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._handle)


class DaemonLock(FolderLock):
    """One daemon per station folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            folder / FILE_NAME,
            _("Another daemon already runs this station"),
            _("Stop that one first; the command line works beside it"),
        )


def held(folder: Path) -> bool:
    """Whether a daemon runs the station in `folder` now. StationError when this user may not ask."""
    try:
        handle = os.open(folder / FILE_NAME, os.O_RDWR)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        _take(handle)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def _unwritable(folder: Path, error: OSError) -> StationError:
    return StationError(
        _("The station's folder cannot be written"),
        f"{folder}: {error.strerror}",
        _("Give this user the right to write there"),
    )


if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
