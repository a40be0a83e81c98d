"""What holds a station's tables: connections, transactions, threads. One subclass for each kind of it."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, update

from broadcaster.errors import StoreError
from broadcaster.language import _
from broadcaster.store.tables import station


class Database(ABC):
    """Shared by every thread of this process. All errors leave as StoreError."""

    def __init__(self, engine: Engine, name: str, backups: Path) -> None:
        self._engine = engine
        self.name = name
        """Where it is, for messages; no secret in it."""
        self.backups = backups
        self.stem = "schedules"
        """What copies of it are called."""
        self.closed = threading.Event()
        self.station_id = ""
        self.remembered: dict[str, tuple[int, Any]] = {}
        """(version, value) of what was read and is asked for again and again."""
        self._one_writer = threading.Lock()

    def bind(self, station_id: str) -> None:
        """Rows that are inserted from now on belong to that station (tables.py)."""
        self.station_id = station_id
        self._engine.update_execution_options(station_id=station_id)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent snapshot."""
        with self.mapped(), self._snapshots.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self, *, told: bool = True) -> Iterator[Connection]:
        """One transaction: durable when the block ends, undone when it raises. No two run at once.

        `told`: if it changes anything, so does `version`.
        """
        with self.mapped(), self._one_writer, self._engine.connect() as connection, self._alone(connection):
            before = self._changes(connection)
            yield connection
            if told and self._changes(connection) != before:
                connection.execute(update(station).values(changes=station.c.changes + 1))
                self.announce(connection)

    @property
    def _snapshots(self) -> Engine:
        return self._engine

    @abstractmethod
    def _alone(self, connection: Connection) -> AbstractContextManager[object]:
        """A transaction that no other process writes beside."""

    @abstractmethod
    def _changes(self, connection: Connection) -> object:
        """Another value once the transaction has changed anything."""

    def announce(self, connection: Connection) -> None:
        """Tell other processes, once it is committed, of the new version, where they could not see it."""
        return

    @abstractmethod
    def migrating(self) -> AbstractContextManager[Connection]:
        """As `writing`, but tables may be rebuilt; foreign keys hold when it ends."""

    @abstractmethod
    def version(self) -> int:
        """Changes with every transaction that is `told`, of whichever process or thread."""

    @abstractmethod
    def await_change(self, seen: int, seconds: float) -> int:
        """The version, as soon as it is another than `seen`, or after so many seconds. For one thread."""

    @abstractmethod
    def on_duty_alone(self) -> AbstractContextManager[None]:
        """While inside, no other process can be. StationError: one is; it is not waited for."""

    @abstractmethod
    def mapped(self) -> AbstractContextManager[None]:
        """Errors inside leave as StoreError."""

    @abstractmethod
    def faults(self) -> tuple[str, ...]:
        """What is damaged in it, or points nowhere; empty when all is well."""

    @abstractmethod
    def copy(self, to: Path) -> None:
        """A consistent copy in one SQLite file: whole under its name, or not there at all. Its folder is
        made."""

    def copy_before(self, to: Path) -> None:
        """As `copy`, ahead of a migration."""
        self.copy(to)

    def close(self) -> None:
        """Let go of it; every later call raises StoreError. Safe to call twice."""
        self.closed.set()
        self._engine.dispose()

    def _require_open(self) -> None:
        if self.closed.is_set():
            raise StoreError(_("The database is closed"), self.name)
