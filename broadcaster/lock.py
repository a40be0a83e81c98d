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
            raise _unwritable(self._path.parent, error) from error
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
