"""Where a station's tables are: in its folder, or on a PostgreSQL server; and the way from here to there."""

from __future__ import annotations

from pathlib import Path

from broadcaster import config
from broadcaster.clock import Clock
from broadcaster.config.secret import revealed
from broadcaster.errors import ConfigError
from broadcaster.language import _
from broadcaster.lock import DaemonLock
from broadcaster.store import Store

DATABASE = "schedules.db"
BACKUPS = "backups"


def open_store(folder: Path, settings: config.Store, clock: Clock, *, create: bool = False) -> Store:
    """What the settings say. `create`: a station in a PostgreSQL schema that has none.

    ConfigError: the password is missing; StoreError and its kin: see Store.
    """
    if settings.url is None:
        return Store.open(folder / DATABASE, clock=clock, backups=folder / BACKUPS)
    password = None if settings.password is None else revealed(settings.password, folder)
    return Store.at(settings.url, clock=clock, backups=folder / BACKUPS, password=password, create=create)


def move_store(folder: Path, settings: config.Store, clock: Clock) -> int:
    """Take everything from schedules.db, which stays, into the empty PostgreSQL database of the settings; how
    many rows it was.

    ConfigError: the settings name none. StationError: a daemon runs. StoreError: somebody is there already.
    """
    if settings.url is None:
        raise ConfigError(
            _("The settings name no other database"),
            config.FILE_NAME,
            _('Add to [store]: url = "postgresql://user@host/name"'),
        )
    with DaemonLock(folder):
        here = Store.open(folder / DATABASE, clock=clock, backups=folder / BACKUPS)
        try:
            there = open_store(folder, settings, clock, create=True)
            try:
                return here.move_into(there)
            finally:
                there.close()
        finally:
            here.close()
