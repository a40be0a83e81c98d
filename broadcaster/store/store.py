"""schedules.db as one object: all that the desk and the player ask for."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Self

from broadcaster.clock import Clock
from broadcaster.errors import StoreError
from broadcaster.language import _
from broadcaster.store.alarms import Alarms
from broadcaster.store.asrun import AsRunLog
from broadcaster.store.backup import Backups
from broadcaster.store.bulletins import Bulletins
from broadcaster.store.clock_doubt import ClockDoubt
from broadcaster.store.consents import Consents
from broadcaster.store.contests import Contests
from broadcaster.store.devices import Devices
from broadcaster.store.distant import Distant
from broadcaster.store.duty import Duties
from broadcaster.store.editions import Editions
from broadcaster.store.emergencies import Emergencies
from broadcaster.store.engine import SqliteDatabase
from broadcaster.store.hamlets import Hamlets
from broadcaster.store.interruptions import Interruptions
from broadcaster.store.issued import Issued
from broadcaster.store.ledger import PlayerLedger
from broadcaster.store.meetings import Meetings
from broadcaster.store.migrate import bring_up, make, station_id
from broadcaster.store.moving import move
from broadcaster.store.outreach import Outreaches
from broadcaster.store.people import People
from broadcaster.store.played import PlayedAirings
from broadcaster.store.postgresql import PostgresDatabase
from broadcaster.store.profiles import Profiles
from broadcaster.store.queue import Queue
from broadcaster.store.repeats import Repeats
from broadcaster.store.scripts import Scripts
from broadcaster.store.slots import Slots
from broadcaster.store.stops import Stops
from broadcaster.store.told import Told
from broadcaster.store.topics import Topics
from broadcaster.store.web_posts import WebPosts


class Store(
    Hamlets,
    ClockDoubt,
    People,
    Scripts,
    Consents,
    Slots,
    Profiles,
    Repeats,
    Queue,
    Editions,
    Bulletins,
    Stops,
    Emergencies,
    Interruptions,
    PlayerLedger,
    AsRunLog,
    Alarms,
    Topics,
    Contests,
    Meetings,
    Outreaches,
    WebPosts,
    PlayedAirings,
    Devices,
    Issued,
    Distant,
    Told,
    Duties,
    Backups,
):
    """Implements desk.ports.DeskStore, playout.airing.Ledger and alarms.alarm.Outbox on one SQLite file, or
    on PostgreSQL.

    Threads share one Store; processes share nothing but the database. Every method is one transaction. Raises
    only StoreError and, where the desk's rules are broken, DeskError.
    """

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        clock: Clock,
        create: bool = False,
        backups: Path | None = None,
        busy_s: float = 10.0,
    ) -> Self:
        """The database at `path`, brought to the newest schema after a backup.

        `create`: make it when there is none. `backups`: the folder of its backups, "backups" beside it by
        default. A transaction waits `busy_s` seconds for other processes.
        Raises StoreError (missing, unreadable), StoreLocked, StoreCorrupt, SchemaTooNew, StoreFull.
        """
        database = SqliteDatabase(path, busy_s=busy_s, backups=backups or path.parent / "backups")
        made = False
        try:
            made = _ensure_file(database, create)
            if create:
                make(database, clock)
            bring_up(database, clock)
            database.bind(station_id(database))
        except BaseException:
            database.close()
            if made:
                path.unlink(missing_ok=True)
            raise
        return cls(database)

    @classmethod
    def at(
        cls,
        url: str,
        *,
        clock: Clock,
        backups: Path,
        password: str | None = None,
        create: bool = False,
        busy_s: float = 10.0,
    ) -> Self:
        """The station in the PostgreSQL database at `url` (postgresql://USER@HOST/NAME), brought to the
        newest schema.

        `password`: None leaves it to libpq (.pgpass). `create`: make a station in a schema that has none.
        Raises StoreError (no server, no station), StoreLocked, StoreCorrupt, SchemaTooNew.
        """
        database = PostgresDatabase(url, busy_s=busy_s, backups=backups, password=password)
        try:
            if create:
                make(database, clock)
            bring_up(database, clock)
            database.bind(station_id(database))
        except BaseException:
            database.close()
            raise
        return cls(database)

    @property
    def station_id(self) -> str:
        """Random, and the same for ever."""
        return self._database.station_id

    @property
    def in_a_file(self) -> bool:
        """Whether its daily copies are ours to make; PostgreSQL has its own ways."""
        return isinstance(self._database, SqliteDatabase)

    def move_into(self, other: Store) -> int:
        """Have `other`, newly made, become this station with its history; how many rows it was.

        StoreError: somebody has used it already.
        """
        return move(self._database, other._database)

    def on_duty_alone(self) -> AbstractContextManager[None]:
        """While inside, no daemon elsewhere runs this station. StationError: one does."""
        return self._database.on_duty_alone()

    def await_change(self, seen: int, seconds: float) -> int:
        """`version`, as soon as it is another than `seen`, or after so many seconds. For one thread."""
        return self._database.await_change(seen, seconds)

    def close(self) -> None:
        """Let go of the database; every later call raises StoreError."""
        self._database.close()


def _ensure_file(database: SqliteDatabase, create: bool) -> bool:
    """True when an empty file was made."""
    path = database.path
    with database.mapped():
        if path.exists():
            return False
        if not create:
            raise StoreError(_("There is no database here"), str(path), _("Make one: broadcaster init"))
        path.touch(exist_ok=True)
        return True
