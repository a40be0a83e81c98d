"""The connection to schedules.db: pragmas, transactions, threads.

sqlite3 is kept in autocommit and the transactions are ours (BEGIN for reading, BEGIN IMMEDIATE for writing):
reads see one snapshot, a writer never has to upgrade its lock, and DDL is transactional on every Python.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import QueuePool

from broadcaster.language import _
from broadcaster.store.backup import copy_into, whole
from broadcaster.store.database import Database
from broadcaster.store.failures import corrupt, mapped

_BACKPORTED = ((3, 44, 6), (3, 50, 7))
_CONNECTIONS = 16
_LOOK_S = 0.2


def journal_mode(library: tuple[int, int, int]) -> str:
    """WAL only where the library has the fix of the WAL-reset bug, which loses committed transactions."""
    return "WAL" if library >= (3, 51, 3) or library in _BACKPORTED else "DELETE"


class SqliteDatabase(Database):
    """One SQLite file, shared by every thread of this process, and by other processes of this computer."""

    def __init__(self, path: Path, *, busy_s: float, backups: Path) -> None:
        self.path = path
        self._busy_s = busy_s
        self._watch_lock = threading.Lock()
        self._watcher: sqlite3.Connection | None = None
        self._data_version = self._version = -1
        engine = create_engine(
            "sqlite://",
            creator=self._connect,
            poolclass=QueuePool,
            pool_size=_CONNECTIONS,
            pool_timeout=busy_s,
            pool_use_lifo=True,  # few are used, and fill their caches
        )
        event.listen(engine, "begin", _begin)
        super().__init__(engine, str(path), backups)
        self.stem = path.stem

    def _alone(self, connection: Connection) -> AbstractContextManager[object]:
        connection.execution_options(begin="BEGIN IMMEDIATE")
        return connection.begin()

    def _changes(self, connection: Connection) -> int:
        """Rows inserted, changed or deleted over this connection since it was made."""
        return int(connection.exec_driver_sql("SELECT total_changes()").scalar_one())

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        with self.mapped(), self._one_writer, self._engine.connect() as connection:
            connection.execution_options(begin="BEGIN IMMEDIATE")
            connection.detach()
            # SQLite ignores this pragma inside a transaction, and SQLAlchemy would begin one.
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
            with connection.begin():
                yield connection
                if dangling := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                    why = _("{n} rows point nowhere").format(n=len(dangling))
                    raise corrupt(self.name, self.backups, why)

    def version(self) -> int:
        with self.mapped(), self._watch_lock:
            self._watcher = self._watcher or self._connect()
            # A connection that never writes sees every commit as another's; asking so costs next to nothing.
            data_version = self._watcher.execute("PRAGMA data_version").fetchone()[0]
            if data_version != self._data_version:
                self._version = self._watcher.execute("SELECT changes FROM station").fetchone()[0]
                self._data_version = data_version
            return self._version

    def await_change(self, seen: int, seconds: float) -> int:
        version = self.version()
        for _look in range(round(seconds / _LOOK_S)):
            if version != seen or self.closed.wait(_LOOK_S):
                break
            version = self.version()
        return version

    def on_duty_alone(self) -> AbstractContextManager[None]:
        """The lock of the station's folder sees to that."""
        return nullcontext()

    def faults(self) -> tuple[str, ...]:
        with self.reading() as connection:
            integrity = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
            dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        return (
            *(line for line in integrity if line != "ok"),
            *(
                _("{table} row {row} names no {parent}").format(table=table, row=row, parent=parent)
                for table, row, parent, _key in dangling
            ),
        )

    def copy(self, to: Path) -> None:
        with self.mapped(), whole(to) as part, self.raw() as connection:
            copy_into(connection, part)

    def raw(self) -> AbstractContextManager[sqlite3.Connection]:
        """A connection of one's own, outside every transaction."""
        return closing(self._connect())

    def mapped(self) -> AbstractContextManager[None]:
        return mapped(self.path, self.backups)

    def close(self) -> None:
        super().close()
        with self._watch_lock:
            if self._watcher is not None:
                self._watcher.close()
                self._watcher = None

    def _connect(self) -> sqlite3.Connection:
        self._require_open()
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


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))
