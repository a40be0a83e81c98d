"""Copies of the database, made while it is in use."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from tempfile import mkstemp

from broadcaster.errors import StoreError
from broadcaster.language import _
from broadcaster.store.part import Part


class Backups(Part):
    def backup(self, to: Path) -> None:
        """A consistent copy of the database as it is now, always as a SQLite file. StoreError: `to` exists
        already."""
        self._database.copy(to)

    def daily_backup(self, folder: Path, keep: int, today: date) -> Path:
        """Today's copy in `folder`, made unless it is there; only the newest `keep` daily copies stay."""
        todays = folder / f"{self._database.stem}-{today.isoformat()}.db"
        with self._database.mapped():
            if not todays.exists():
                self._database.copy(todays)
            daily = sorted(folder.glob(f"{self._database.stem}-????-??-??.db"))
            for old in daily[:-keep]:
                old.unlink()
        return todays

    def check(self) -> tuple[str, ...]:
        """What is damaged in the database, or points nowhere; empty when all is well."""
        return self._database.faults()


@contextmanager
def whole(to: Path) -> Iterator[Path]:
    """A file to write into; whole under the name `to` when the block ends, or not there at all."""
    if to.exists():
        raise StoreError(_("This file exists already"), str(to), _("Choose another name"))
    to.parent.mkdir(parents=True, exist_ok=True)
    handle, name = mkstemp(prefix=f".{to.name}.", suffix=".part", dir=to.parent)
    os.close(handle)
    part = Path(name)
    try:
        yield part
        _sync(part)
        part.replace(to)
        _sync_folder(to.parent)
    finally:
        part.unlink(missing_ok=True)


def copy_into(source: sqlite3.Connection, part: Path) -> None:
    """Everything that the connection sees."""
    with closing(sqlite3.connect(part)) as target:
        # Holding the read lock first: sqlite3's own backup loop would wait for a writer without end.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE").fetchone()


def _sync(file: Path) -> None:
    with file.open("r+b") as opened:
        os.fsync(opened.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
