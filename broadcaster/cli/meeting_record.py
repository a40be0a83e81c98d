"""`broadcaster meeting record | list`: meetings in the hamlets, which the report counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

import click

from broadcaster.cli.common import as_json, by_name, named_hamlets, show, with_station
from broadcaster.cli.when import Instant, require_order
from broadcaster.language import _
from broadcaster.reports.planning import Planning
from broadcaster.station import Station


@click.command("record")
@click.option("--date", "day", type=Instant(), required=True, help="When it was held.")
@click.option("--hamlet", required=True, metavar="CODE", help="The hamlet that met.")
@click.option("--chair", required=True, metavar="POST", help="The post of who led it.")
@click.option("--attendees", type=int, required=True, help="How many came.")
@click.option("--topic", "topics", multiple=True, help="A topic of the plan that was told; may be repeated.")
@click.option(
    "--script", "scripts", multiple=True, help="A script that was read or given out; may be repeated."
)
@by_name
@with_station
def record(
    station: Station,
    day: datetime,
    hamlet: str,
    chair: str,
    attendees: int,
    topics: Sequence[str],
    scripts: Sequence[str],
    by: str,
) -> None:
    """Put on record a meeting that was held in a hamlet."""
    (place,) = named_hamlets(station, [hamlet])
    plan = Planning(station.store, station.clock)
    named = [f"{topic.year}/{topic.code}" for topic in (plan.topic(code, day.year) for code in topics)]
    held = station.desk.meetings.record(
        place, day.date(), chair=chair, attendees=attendees, by=by, topics=named, scripts=scripts
    )
    words = _("The meeting of {day} in {hamlet} is on record: {n} people")
    click.echo(words.format(day=held.day, hamlet=held.hamlet, n=held.attendees))


@click.command("list")
@click.option("--from", "first", type=Instant(), help="First day; default: from the first meeting on.")
@click.option("--to", "last", type=Instant(), help="Last day; default: up to the last meeting.")
@as_json
@with_station
def list_(station: Station, first: datetime | None, last: datetime | None, as_json: bool) -> None:
    """List the meetings on record."""
    if first and last:
        require_order(first, last)
    held = station.store.meetings(first and first.date(), last and last.date())
    scripts = {script.id: script.code for script in station.store.scripts()}
    rows = [
        {key: value for key, value in asdict(meeting).items() if key not in ("hamlet_id", "script_ids")}
        | {"scripts": [scripts[script] for script in meeting.script_ids]}
        for meeting in held
    ]
    shown = [row | {key: ", ".join(row[key]) for key in ("topics", "scripts")} for row in rows]
    headings = {
        "day": _("Day"),
        "hamlet": _("Hamlet"),
        "chair": _("Chair"),
        "attendees": _("Attendees"),
        "topics": _("Topics"),
        "scripts": _("Scripts"),
        "by": _("Recorded by"),
    }
    show(rows if as_json else shown, headings, json_wanted=as_json)
