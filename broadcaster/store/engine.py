"""The connection to schedules.db: pragmas, transactions, threads.

sqlite3 is kept in autocommit and the transactions are ours (BEGIN for reading, BEGIN IMMEDIATE for writing):
reads see one snapshot, a writer never has to upgrade its lock, and DDL is transactional on every Python.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event, update
from sqlalchemy.pool import QueuePool

from broadcaster.errors import StoreError
from broadcaster.language import _
from broadcaster.store.failures import corrupt, mapped
from broadcaster.store.tables import station

_BACKPORTED = ((3, 44, 6), (3, 50, 7))
_CONNECTIONS = 16


def journal_mode(library: tuple[int, int, int]) -> str:
    """WAL only where the library has the fix of the WAL-reset bug, which loses committed transactions."""
    return "WAL" if library >= (3, 51, 3) or library in _BACKPORTED else "DELETE"


class Database:
    """One SQLite file, shared by every thread of this process. All errors leave as StoreError."""

    def __init__(self, path: Path, *, busy_s: float, backups: Path) -> None:
        self.path = path
        self.backups = backups
        self._busy_s = busy_s
        self._closed = False
        self._one_writer = threading.Lock()
        self._watch_lock = threading.Lock()
        self._watcher: sqlite3.Connection | None = None
        self._data_version = self._version = -1
        self.station_id = ""
        self.remembered: dict[str, tuple[int, Any]] = {}
        """(version, value) of what was read and is asked for again and again."""
        self._engine = create_engine(
            "sqlite://",
            creator=self._connect,
            poolclass=QueuePool,
            pool_size=_CONNECTIONS,
            pool_timeout=busy_s,
        )
        event.listen(self._engine, "begin", _begin)

    def bind(self, station_id: str) -> None:
        """Rows that are inserted from now on belong to that station (tables.py)."""
        self.station_id = station_id
        self._engine.update_execution_options(station_id=station_id)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent snapshot."""
        with self.mapped(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self, *, told: bool = True) -> Iterator[Connection]:
        """One transaction: durable when the block ends, undone when it raises.

        `told`: if it changes anything, so does `version`.
        """
        with self.mapped(), self._one_writer, self._engine.connect() as connection:
            connection.execution_options(begin="BEGIN IMMEDIATE")
            with connection.begin():
                before = _rows_changed(connection)
                yield connection
                if told and _rows_changed(connection) > before:
                    connection.execute(update(station).values(changes=station.c.changes + 1))

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """As `writing`, but tables may be rebuilt; foreign keys are checked as a whole before it is kept."""
        with self.mapped(), self._one_writer, self._engine.connect() as connection:
            connection.execution_options(begin="BEGIN IMMEDIATE")
            connection.detach()
            # SQLite ignores this pragma inside a transaction, and SQLAlchemy would begin one.
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
            with connection.begin():
                yield connection
                if dangling := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                    why = _("{n} rows point nowhere").format(n=len(dangling))
                    raise corrupt(self.path, self.backups, why)

    def version(self) -> int:
        """Changes with every transaction that is `told`, of whichever process or thread."""
        with self.mapped(), self._watch_lock:
            self._watcher = self._watcher or self._connect()
            # A connection that never writes sees every commit as another's; asking so costs next to nothing.
            data_version = self._watcher.execute("PRAGMA data_version").fetchone()[0]
            if data_version != self._data_version:
                self._version = self._watcher.execute("SELECT changes FROM station").fetchone()[0]
                self._data_version = data_version
            return self._version

    def raw(self) -> AbstractContextManager[sqlite3.Connection]:
        """A connection of one's own, outside every transaction."""
        return closing(self._connect())

    def mapped(self) -> AbstractContextManager[None]:
        """Errors inside leave as StoreError."""
        return mapped(self.path, self.backups)

    def close(self) -> None:
        """Let go of the file. Safe to call twice."""
        self._closed = True
        self._engine.dispose()
        with self._watch_lock:
            if self._watcher is not None:
                self._watcher.close()
                self._watcher = None

    def _connect(self) -> sqlite3.Connection:
        if self._closed:
            raise StoreError(_("The database is closed"), str(self.path))
        connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=self._busy_s,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            _set_pragmas(connection)
        except sqlite3.Error:
            connection.close()
            raise
        return connection


def _set_pragmas(connection: sqlite3.Connection) -> None:
    mode = journal_mode(sqlite3.sqlite_version_info)
    if connection.execute("PRAGMA journal_mode").fetchone()[0].upper() != mode:
        connection.execute(f"PRAGMA journal_mode={mode}").fetchone()
    connection.execute("PRAGMA synchronous=EXTRA")
    connection.execute("PRAGMA foreign_keys=ON")
    # Without this, INSERT OR REPLACE slips past the triggers of the append-only tables.
    connection.execute("PRAGMA recursive_triggers=ON")


def _rows_changed(connection: Connection) -> int:
    """Rows inserted, changed or deleted over this connection since it was made."""
    return int(connection.exec_driver_sql("SELECT total_changes()").scalar_one())


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))
