"""Bring a database to the newest schema: one transaction, a backup before it, nothing done when it fails."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection, insert, inspect, select

from broadcaster.clock import Clock
from broadcaster.errors import SchemaTooNew, StoreError
from broadcaster.language import _
from broadcaster.store.database import Database
from broadcaster.store.failures import corrupt
from broadcaster.store.migrations import REVISIONS
from broadcaster.store.tables import station

_HISTORY = Path(__file__).with_name("migrations")


def make(database: Database, clock: Clock) -> None:
    """A station of its own, with random ids, in an empty file; a database that has one is left as it is."""
    with database.migrating() as connection:
        if _revision(database, connection):
            return
        _upgrade(connection)
        ids = {"id": uuid4().hex, "device_id": uuid4().hex}
        fresh = {"epoch": 1, "created_at": clock.now(), "changes": 0}
        connection.execute(insert(station), ids | fresh)


def lay_out(database: Database) -> None:
    """The tables alone, in an empty database."""
    with database.migrating() as connection:
        _upgrade(connection)


def bring_up(database: Database, clock: Clock) -> None:
    """Migrate to the newest schema if need be, after a backup into `database.backups`.

    StoreError: nothing in it yet; SchemaTooNew: made by a newer program; StoreCorrupt: no station's database.
    """
    with database.reading() as connection:
        revision = _revision(database, connection)
    if not revision:
        raise StoreError(
            _("There is no station in this database"), database.name, _("Make one: broadcaster init")
        )
    if revision not in REVISIONS and revision < REVISIONS[-1]:
        raise StoreError(
            _("The database was made by a program too old for this one"),
            f"{database.name} ({revision} < {REVISIONS[0]})",
            _("Open it once with a broadcaster of those days; the database was not touched"),
        )
    if revision not in REVISIONS:
        raise SchemaTooNew(
            _("The database was made by a newer program"),
            f"{database.name} ({revision} > {REVISIONS[-1]})",
            _("Install the newest broadcaster; the database was not touched"),
        )
    if revision != REVISIONS[-1]:
        stamp = clock.now().strftime("%Y%m%dT%H%M%S")
        database.copy_before(database.backups / f"{database.stem}-before-{REVISIONS[-1]}-{stamp}.db")
        with database.migrating() as connection:
            _upgrade(connection)


def stale_revision(path: Path) -> str:
    """The revision of a database that an older program made and that was not brought up since; "" when it is
    current, newer, or cannot be asked. Nothing is changed."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except (sqlite3.Error, TypeError):
        return ""
    return str(revision) if str(revision) < REVISIONS[-1] else ""


def station_id(database: Database) -> str:
    """The one station of the file; StoreCorrupt when there is none, or more."""
    with database.reading() as connection:
        ids = connection.scalars(select(station.c.id)).all()
    if len(ids) != 1:
        raise corrupt(database.name, database.backups, _("it holds {n} stations").format(n=len(ids)))
    return str(ids[0])


def _revision(database: Database, connection: Connection) -> str:
    """Empty for an empty database; StoreCorrupt for another program's."""
    tables = inspect(connection).get_table_names()
    if not tables:
        return ""
    if "alembic_version" not in tables or "station" not in tables:
        raise corrupt(database.name, database.backups, _("it holds no station"))
    return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar())


def _upgrade(connection: Connection) -> None:
    from alembic import command  # most runs need no migration, and Alembic is slow to load
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_HISTORY).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
