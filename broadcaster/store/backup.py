"""Copies of the database, made while it is in use."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from datetime import date
from pathlib import Path
from tempfile import mkstemp

from broadcaster.errors import StoreError
from broadcaster.language import _
from broadcaster.store.engine import Database
from broadcaster.store.part import Part


class Backups(Part):
    def backup(self, to: Path) -> None:
        """A consistent copy of the database as it is now. StoreError: `to` exists already."""
        copy(self._database, to)

    def daily_backup(self, folder: Path, keep: int, today: date) -> Path:
        """Today's copy in `folder`, made unless it is there; only the newest `keep` daily copies stay."""
        stem = self._database.path.stem
        todays = folder / f"{stem}-{today.isoformat()}.db"
        with self._database.mapped():
            if not todays.exists():
                copy(self._database, todays)
            daily = sorted(folder.glob(f"{stem}-????-??-??.db"))
            for old in daily[:-keep]:
                old.unlink()
        return todays

    def check(self) -> tuple[str, ...]:
        """What is damaged in the file, or points nowhere; empty when all is well."""
        return faults_of(self._database)


def faults_of(database: Database) -> tuple[str, ...]:
    """What is damaged in the file, or points nowhere; empty when all is well."""
    with database.reading() as connection:
        integrity = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
        dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    return (
        *(line for line in integrity if line != "ok"),
        *(
            _("{table} row {row} names no {parent}").format(table=table, row=row, parent=parent)
            for table, row, parent, _key in dangling
        ),
    )


def copy(database: Database, to: Path) -> None:
    """A consistent copy: whole under its name, or not there at all. Its folder is made."""
    with database.mapped():
        if to.exists():
            raise StoreError(_("This file exists already"), str(to), _("Choose another name"))
        to.parent.mkdir(parents=True, exist_ok=True)
        handle, name = mkstemp(prefix=f".{to.name}.", suffix=".part", dir=to.parent)
        os.close(handle)
        part = Path(name)
        try:
            _copy_into(database, part)
            _sync(part)
            part.replace(to)
            _sync_folder(to.parent)
        finally:
            part.unlink(missing_ok=True)


def _copy_into(database: Database, part: Path) -> None:
    with database.raw() as source, contextlib.closing(sqlite3.connect(part)) as target:
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
