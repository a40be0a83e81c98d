"""A station's tables on PostgreSQL, where one file on one computer is not enough. Extra: `postgresql`.

One station has one schema: the one that the address's search_path names, or "public". Writers of a station
wait for each other, as they do on a SQLite file; readers see one snapshot and wait for nobody.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, exc, make_url, select, text

from broadcaster.errors import StationError, StoreError
from broadcaster.language import _
from broadcaster.store.backup import whole
from broadcaster.store.database import Database
from broadcaster.store.engine import SqliteDatabase
from broadcaster.store.failures import full, locked
from broadcaster.store.migrate import lay_out
from broadcaster.store.moving import copy_rows
from broadcaster.store.tables import station

DRIVER = "postgresql+psycopg"
_CONNECTIONS = 16
_WRITING, _ON_DUTY = 1, 2
"""Advisory locks, each with the schema's hash beside it."""
_CHANNEL = "broadcaster"
_ALIVE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "connect_timeout": 10}
_LOCKED = ("55P03", "40P01", "53300")
"""SQLSTATE: a lock was waited for too long, a deadlock, too many connections."""
_FULL = ("53100",)


class PostgresDatabase(Database):
    """One schema of one database, shared by threads, processes and computers."""

    def __init__(self, url: str, *, busy_s: float, backups: Path, password: str | None = None) -> None:
        """`url`: postgresql://USER@HOST/DATABASE, without the password."""
        found = make_url(url).set(drivername=DRIVER)
        self._busy_ms = round(busy_s * 1000)
        engine = _engine(found if password is None else found.set(password=password), busy_s)
        super().__init__(engine, found.render_as_string(), backups)
        event.listen(engine, "do_connect", lambda *_connecting: self._require_open())
        self._hearing = threading.Lock()
        self._ears: Any = None

    @property
    def _snapshots(self) -> Engine:
        return self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @contextmanager
    def _alone(self, connection: Connection) -> Iterator[None]:
        with connection.begin():
            connection.exec_driver_sql(
                f"SET LOCAL lock_timeout = {self._busy_ms}; SET LOCAL synchronous_commit = on;"
                f" SELECT pg_advisory_xact_lock({_WRITING}, hashtext(current_schema()))"
            )
            yield

    def _changes(self, connection: Connection) -> object:
        return connection.scalar(text("SELECT CAST(pg_current_xact_id_if_assigned() AS text)"))

    def announce(self, connection: Connection) -> None:
        connection.execute(text("SELECT pg_notify(:channel, current_schema())"), {"channel": _CHANNEL})

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        with self.mapped(), self._one_writer, self._engine.connect() as connection, self._alone(connection):
            yield connection

    def version(self) -> int:
        with self.reading() as connection:
            return int(connection.scalar(select(station.c.changes)) or 0)

    def await_change(self, seen: int, seconds: float) -> int:
        with self.mapped(), self._hearing:
            try:
                self._ears = self._ears or self._listening()
                if (version := self.version()) != seen:
                    return version
                for _heard in self._ears.notifies(timeout=seconds, stop_after=1):
                    pass
            except BaseException:
                self._stop_listening()
                raise
            return self.version()

    def _listening(self) -> Any:
        ears = self._own_connection()
        ears.execute(f"LISTEN {_CHANNEL}")
        return ears

    def _own_connection(self) -> Any:
        """psycopg's, outside the pool and outside every transaction."""
        borrowed = self._engine.raw_connection()
        own: Any = borrowed.driver_connection
        borrowed.detach()
        own.autocommit = True
        return own

    def _stop_listening(self) -> None:
        if self._ears is not None:
            self._ears.close()
            self._ears = None

    @contextmanager
    def on_duty_alone(self) -> Iterator[None]:
        """Held by a connection of its own: who loses it, dead or cut off, is on duty no more."""
        with self.mapped():
            holder = self._own_connection()
            alone = holder.execute(f"SELECT pg_try_advisory_lock({_ON_DUTY}, hashtext(current_schema()))")
        try:
            if not alone.fetchone()[0]:
                raise StationError(
                    _("Another daemon already runs this station"),
                    self.name,
                    _("Stop that one first; the command line works beside it"),
                )
            yield
        finally:
            with suppress(holder.Error):  # given up at once; closing tells the server some time later
                holder.execute("SELECT pg_advisory_unlock_all()")
            holder.close()

    def faults(self) -> tuple[str, ...]:
        """None: the server sees to that."""
        with self.reading():
            return ()

    def copy(self, to: Path) -> None:
        with whole(to) as part:
            file = SqliteDatabase(part, busy_s=self._busy_ms / 1000, backups=self.backups)
            try:
                lay_out(file)
                with self.reading() as source, file.writing(told=False) as target:
                    copy_rows(source, target)
            finally:
                file.close()

    def copy_before(self, to: Path) -> None:
        """A migration that fails leaves nothing here, and backups are the server's."""

    @contextmanager
    def mapped(self) -> Iterator[None]:
        try:
            yield
        except (exc.SQLAlchemyError, OSError) as error:
            raise _store_error(error, self.name) from error
        except Exception as error:
            if not type(error).__module__.startswith("psycopg"):
                raise
            raise _store_error(error, self.name) from error

    def close(self) -> None:
        super().close()
        with self._hearing:
            self._stop_listening()


def _engine(url: Any, busy_s: float) -> Engine:
    try:
        return create_engine(
            url,
            pool_size=_CONNECTIONS,
            max_overflow=0,
            pool_timeout=busy_s,
            pool_pre_ping=True,
            connect_args=dict(_ALIVE),
        )
    except ImportError as error:
        raise StoreError(
            _("PostgreSQL needs a package that is not there"),
            "psycopg",
            "pip install 'broadcaster[postgresql]'",
        ) from error


def _store_error(error: Exception, name: str) -> StoreError:
    cause: BaseException = error
    if isinstance(error, exc.StatementError) and error.orig is not None:
        cause = error.orig
    state = str(getattr(cause, "sqlstate", None) or "")
    if isinstance(cause, exc.TimeoutError) or state in _LOCKED:
        return locked(name)
    if state in _FULL:
        return full(name)
    why = " ".join(str(cause).split())[:300]
    if isinstance(cause, OSError) or (state[:2] in ("", "08", "28", "3D", "57") and _is_operational(cause)):
        return StoreError(
            _("The database server cannot be used"),
            f"{name}: {why}",
            _("Check that it runs, the address, and the password"),
        )
    return StoreError(_("The database refused"), f"{name}: {why}")


def _is_operational(cause: BaseException) -> bool:
    return type(cause).__name__ == "OperationalError" or type(cause).__name__ == "AdminShutdown"
