"""Every exception of SQLAlchemy, sqlite3 and the file system → the StoreError tree."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import exc

from broadcaster.errors import StoreCorrupt, StoreError, StoreFull, StoreLocked
from broadcaster.language import _

_FULL_ERRNOS = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))
_UNREADABLE = (
    sqlite3.SQLITE_IOERR_READ,
    sqlite3.SQLITE_IOERR_SHORT_READ,
    sqlite3.SQLITE_IOERR_CORRUPTFS,
)


@contextmanager
def mapped(path: Path | str, backups: Path) -> Iterator[None]:
    """Whatever goes wrong inside with the database at `path` leaves as a StoreError."""
    try:
        yield
    except (exc.SQLAlchemyError, sqlite3.Error, OSError) as error:
        raise store_error(error, path, backups) from error


def store_error(error: Exception, path: Path | str, backups: Path) -> StoreError:
    """What `error` means for the database at `path`, with what to do about it."""
    cause: BaseException = error
    if isinstance(error, exc.StatementError) and error.orig is not None:
        cause = error.orig
    if isinstance(cause, exc.TimeoutError):
        return locked(path)
    if isinstance(cause, OSError):
        return full(path) if cause.errno in _FULL_ERRNOS else unusable(cause.filename or path, cause)
    code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    if code in _UNREADABLE:
        return corrupt(path, backups, cause)
    match code & 0xFF:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return locked(path)
        case sqlite3.SQLITE_FULL | sqlite3.SQLITE_IOERR:
            return full(path)
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return corrupt(path, backups, cause)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return unusable(path, cause)
        case _:
            return StoreError(_("The database refused"), f"{path}: {cause}")


def locked(path: Path | str) -> StoreLocked:
    return StoreLocked(
        _("The database is held by another program"),
        str(path),
        _("Try again in a moment; if it stays so, close the other program"),
    )


def full(path: Path | str) -> StoreFull:
    return StoreFull(
        _("The database cannot be written: no room on the disk"),
        str(path),
        _("Nothing was lost. Free some space, then try again"),
    )


def unusable(path: Path | str, why: BaseException) -> StoreError:
    return StoreError(
        _("The database cannot be opened or written"),
        f"{path}: {why}",
        _("Check who may read and write the file and its folder"),
    )


def corrupt(path: Path | str, backups: Path, why: BaseException | str) -> StoreCorrupt:
    newest = newest_backup(backups)
    todo = _("Put the newest backup back: broadcaster restore {backup}").format(backup=newest)
    return StoreCorrupt(
        _("The database is damaged, or no database of a station"),
        f"{path}: {why}",
        todo if newest else _("There is no backup in {folder}").format(folder=backups),
    )


def newest_backup(backups: Path) -> Path | None:
    """The backup written last in that folder; None when there is none."""
    return max(backups.glob("*.db"), key=lambda file: file.stat().st_mtime, default=None)
