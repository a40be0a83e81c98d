"""`broadcaster stop`: silence what is on the air now."""

from __future__ import annotations

import click

from broadcaster import lock
from broadcaster.cli.common import by_name, known_person, named_hamlets, of_hamlets, with_station
from broadcaster.errors import StationError
from broadcaster.language import _
from broadcaster.station import Station


@click.command("stop")
@of_hamlets
@by_name
@with_station
def command(station: Station, hamlets: tuple[str, ...], by: str) -> None:
    """Silence what is on the air now; the as-run log says who did it."""
    if not lock.held(station.folder):
        raise StationError(_("Nothing is on the air"), _("no daemon runs this station"))
    ids = [hamlet.id for hamlet in named_hamlets(station, hamlets)] if hamlets else []
    station.store.ask_stop(ids, by=known_person(station, by), now=station.clock.now())
    click.echo(_("What is on the air stops now"))
    for emergency in station.desk.emergency.on():
        click.echo(
            _("{code} will sound again; to end it: broadcaster emergency cancel {code}").format(
                code=emergency.code
            )
        )
