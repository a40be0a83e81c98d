"""`broadcaster store`: where the station's tables are."""

from __future__ import annotations

import click

from broadcaster.cli.common import with_station
from broadcaster.language import _
from broadcaster.station import Station
from broadcaster.station.store import move_store


@click.group("store")
def command() -> None:
    """The database: schedules.db, or a PostgreSQL server for a large station."""


@command.command("move")
@with_station
def move(station: Station) -> None:
    """Take everything from schedules.db into the empty PostgreSQL database that [store] in broadcaster.toml
    names. The daemon must not run; schedules.db stays as it is."""
    rows = move_store(station.folder, station.settings.store, station.clock)
    click.echo(
        _("{n} rows are in {url} now. schedules.db is no longer used: keep it as a backup").format(
            n=rows, url=station.settings.store.url
        )
    )
