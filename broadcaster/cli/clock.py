"""`broadcaster clock`: a person vouches for the computer's clock."""

from __future__ import annotations

import click

from broadcaster.cli.common import by_name, known_person, with_station
from broadcaster.errors import DeskError
from broadcaster.language import _
from broadcaster.playout.clock_gate import PROGRAM_MADE
from broadcaster.station import Station


@click.group("clock")
def command() -> None:
    """The computer's clock."""


@command.command("confirm")
@by_name
@with_station
def confirm(station: Station, by: str) -> None:
    """Confirm that the clock is right: routine airings sound again after a doubt."""
    now = station.clock.now()
    shown = f"{now.astimezone(station.settings.station.zone):%d/%m/%Y %H:%M:%S}"
    if now < PROGRAM_MADE:
        raise DeskError(
            _("The clock shows a time that is surely past"), shown, _("Set it right, then confirm it")
        )
    name = known_person(station, by)
    station.store.confirm_clock(by=name, now=now)
    click.echo(_("It is {now}, confirmed by {name}").format(now=shown, name=name))
