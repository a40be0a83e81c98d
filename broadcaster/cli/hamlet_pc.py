"""`broadcaster hamlet enrol | revoke | status`: the computers of hamlets that are beyond this one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from broadcaster.cli.common import (
    as_json,
    by_name,
    known_person,
    named_hamlets,
    save_hamlet,
    show,
    with_station,
)
from broadcaster.config.network import PORT
from broadcaster.language import _
from broadcaster.station import Station
from broadcaster.timetable.hamlet import PLAYER

if TYPE_CHECKING:
    from broadcaster.network.device_state import DeviceState


@click.command("enrol")
@click.argument("code")
@with_station
def enrol(station: Station, code: str) -> None:
    """Let a computer become the hamlet PC of the hamlet CODE: a code for it, good once and for 15 minutes.

    An earlier one is thrown out when the new one has used it.
    """
    from broadcaster.network import station_keys  # cryptography is slow to load
    from broadcaster.station.network import station_side

    (hamlet,) = named_hamlets(station, [code])
    side, settings = station_side(station), station.settings.network
    url = station_keys.url(station.folder, settings, settings.port or PORT)
    if hamlet.output != PLAYER:
        save_hamlet(station, replace(hamlet, output=PLAYER))
    one_time = side.open_enrolment(hamlet.id, station.clock.now())
    click.echo(
        _("The code for {name}, good for 15 minutes and for one computer: {code}").format(
            name=hamlet.name, code=one_time
        )
    )
    click.echo(_("Now run on the hamlet PC:"))
    click.echo(f"  broadcaster player --server {url} --code {one_time}")


@click.command("revoke")
@click.argument("code")
@by_name
@with_station
def revoke(station: Station, code: str, by: str) -> None:
    """Throw the hamlet PC of the hamlet CODE out: it was stolen, or is to be replaced."""
    from broadcaster.station.network import station_side

    (hamlet,) = named_hamlets(station, [code])
    person = known_person(station, by)
    station_side(station).revoke(hamlet.id, station.clock.now(), by=person)
    click.echo(
        _("The hamlet PC of {name} is thrown out; for another one: broadcaster hamlet enrol {code}").format(
            name=hamlet.name, code=hamlet.code
        )
    )


@click.command("status")
@as_json
@with_station
def status(station: Station, as_json: bool) -> None:
    """How each hamlet PC stands: when it was last heard of, and whether it is ready for what comes next."""
    from broadcaster.station.network import station_side

    states = station_side(station).device_states(station.clock.now())
    rows = [_row(station, state) for state in states]
    headings = {
        "hamlet": _("Hamlet"),
        "last_seen": _("Last seen"),
        "version": _("Version"),
        "published": _("Newest"),
        "next_ready": _("Next ready"),
        "offset_ms": _("Clock ms"),
        "free_mb": _("Free MB"),
        "level_db": _("Level dB"),
        "trouble": _("Trouble"),
    }
    show(rows, headings, json_wanted=as_json)


def _row(station: Station, state: DeviceState) -> dict[str, Any]:
    from broadcaster.network.device_state import trouble_of

    told = state.status
    zone = station.settings.station.zone
    return {
        "hamlet": state.hamlet.code,
        "name": state.hamlet.name,
        "device": state.device,
        "last_seen": state.last_seen.astimezone(zone) if state.last_seen else None,
        "version": told.version if told else None,
        "published": state.published or None,
        "in_step": bool(told and told.version >= state.published),
        "why_not": told.why_not if told else "",
        "next_airing": told.next_airing if told else "",
        "next_ready": told.next_ready if told else None,
        "offset_ms": told.offset_ms if told else None,
        "offset_error_ms": told.offset_error_ms if told else None,
        "free_mb": told.free_mb if told else None,
        "level_db": told.level_db_x10 / 10 if told else None,
        "output": told.output if told else "",
        "software": told.software if told else "",
        "faults": list(told.faults) if told else [],
        "trouble": trouble_of(state, station.clock.now()),
    }
