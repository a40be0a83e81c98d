"""`broadcaster queue`: approved scripts waiting for a slot."""

from __future__ import annotations

import click

from broadcaster.cli.common import as_json, show, with_station
from broadcaster.language import _
from broadcaster.station import Station

_slot = click.option("--slot", required=True, metavar="CODE", help="The slot.")
_by = click.option("--by", "by", required=True, metavar="NAME", help="The person who does it.")


@click.group("queue")
def command() -> None:
    """The queues: approved scripts waiting for a slot."""


@command.command("add")
@click.argument("script")
@_slot
@click.option("--editions", type=click.IntRange(1, 366), default=1, show_default=True, help="How many times.")
@_by
@with_station
def add(station: Station, script: str, slot: str, editions: int, by: str) -> None:
    """Put SCRIPT at the end of a slot's queue."""
    queued = station.desk.queue.add(script, slot, editions=editions, by=by)
    click.echo(
        _("{script} waits for {slot} at place {place}; editions owed: {owed}").format(
            script=script, slot=slot, place=queued.position, owed=queued.owed
        )
    )


@command.command("list")
@click.option("--slot", metavar="CODE", help="Only this slot's.")
@as_json
@with_station
def list_(station: Station, slot: str | None, as_json: bool) -> None:
    """List what waits, by slot."""
    rows = [
        {
            "slot": waiting.slot.code,
            "place": waiting.queued.position,
            "script": waiting.script.code,
            "title": waiting.script.title,
            "owed": waiting.queued.owed,
            "expires": waiting.queued.expires,
        }
        for waiting in station.desk.queue.list(slot)
    ]
    headings = {
        "slot": _("Slot"),
        "place": _("Place"),
        "script": _("Script"),
        "title": _("Title"),
        "owed": _("Editions owed"),
        "expires": _("Expires"),
    }
    show(rows, headings, json_wanted=as_json)


@command.command("move")
@click.argument("script")
@_slot
@click.option("--to", "place", type=click.IntRange(1), required=True, help="The new place, from 1.")
@_by
@with_station
def move(station: Station, script: str, slot: str, place: int, by: str) -> None:
    """Move SCRIPT to another place in a slot's queue."""
    station.desk.queue.move(script, slot, place, by=by)
    click.echo(_("{script} is at place {place} now").format(script=script, place=place))


@command.command("remove")
@click.argument("script")
@_slot
@_by
@with_station
def remove(station: Station, script: str, slot: str, by: str) -> None:
    """Take SCRIPT out of a slot's queue."""
    station.desk.queue.remove(script, slot, by=by)
    click.echo(_("{script} no longer waits for {slot}").format(script=script, slot=slot))
