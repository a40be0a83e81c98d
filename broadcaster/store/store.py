"""schedules.db as one object: all that the desk and the player ask for."""

from __future__ import annotations

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
from broadcaster.store.duty import Duties
from broadcaster.store.editions import Editions
from broadcaster.store.emergencies import Emergencies
from broadcaster.store.engine import Database
from broadcaster.store.hamlets import Hamlets
from broadcaster.store.interruptions import Interruptions
from broadcaster.store.ledger import PlayerLedger
from broadcaster.store.migrate import bring_up, make, station_id
from broadcaster.store.people import People
from broadcaster.store.played import PlayedAirings
from broadcaster.store.profiles import Profiles
from broadcaster.store.queue import Queue
from broadcaster.store.repeats import Repeats
from broadcaster.store.scripts import Scripts
from broadcaster.store.slots import Slots
from broadcaster.store.stops import Stops
from broadcaster.store.topics import Topics


class Store(
    Hamlets,
    ClockDoubt,
    People,
    Scripts,
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
    PlayedAirings,
    Duties,
    Backups,
):
    """Implements desk.ports.DeskStore, playout.airing.Ledger and alarms.alarm.Outbox on one SQLite file.

    Threads share one Store; processes share nothing but the file. Every method is one transaction. Raises
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
        database = Database(path, busy_s=busy_s, backups=backups or path.parent / "backups")
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

    @property
    def station_id(self) -> str:
        """Random, and the same for ever."""
        return self._database.station_id

    def close(self) -> None:
        """Let go of the file; every later call raises StoreError."""
        self._database.close()


def _ensure_file(database: Database, create: bool) -> bool:
    """True when an empty file was made."""
    path = database.path
    with database.mapped():
        if path.exists():
            return False
        if not create:
            raise StoreError(_("There is no database here"), str(path), _("Make one: broadcaster init"))
        path.touch(exist_ok=True)
        return True
