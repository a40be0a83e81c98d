"""`broadcaster backup`: a consistent copy of the database while the station runs."""

from __future__ import annotations

from pathlib import Path

import click

from broadcaster.cli.common import with_station
from broadcaster.errors import StationError
from broadcaster.language import _
from broadcaster.station import Station


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@with_station
def command(station: Station, file: Path) -> None:
    """Copy the database to FILE, which must not exist yet."""
    if not file.resolve().parent.is_dir():
        raise StationError(_("There is no such folder"), str(file.parent), _("Make it, or plug its disk in"))
    station.store.backup(file)
    click.echo(_("The database is copied to {file}").format(file=file))
