"""`broadcaster backup`: the whole station as one file, while it runs."""

from __future__ import annotations

from pathlib import Path

import click

from broadcaster.care import recovery
from broadcaster.cli.common import with_station
from broadcaster.errors import StationError
from broadcaster.language import _
from broadcaster.station import Station


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@with_station
def command(station: Station, file: Path) -> None:
    """Write the whole station to FILE, a .zip that must not exist yet; a FILE.db is the database alone."""
    if not file.resolve().parent.is_dir():
        raise StationError(_("There is no such folder"), str(file.parent), _("Make it, or plug its disk in"))
    count = recovery.back_up(station, file)
    if file.suffix == ".db":
        click.echo(_("The database is copied to {file}").format(file=file))
        return
    click.echo(
        _("The station is in {file}: {n} files, {mb} MB; audio_out/ is made again by itself").format(
            file=file, n=count, mb=f"{file.stat().st_size / 1e6:.1f}"
        )
    )
