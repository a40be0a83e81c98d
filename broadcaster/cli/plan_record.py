"""`broadcaster plan record | records`: banners, leaflets, boards, posts, which the report counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

import click

from broadcaster.cli.common import as_json, by_name, named_hamlets, show, today, with_station
from broadcaster.cli.when import Instant, require_order
from broadcaster.desk.outreach import Channel
from broadcaster.language import _
from broadcaster.reports.planning import Planning
from broadcaster.station import Station


@click.command("record")
@click.argument("channel", type=click.Choice([channel.value for channel in Channel]))
@click.option("--count", type=int, required=True, help="How many banners, leaflets, posts, messages.")
@click.option("--date", "day", type=Instant(), help="When it was done; default: today.")
@click.option("--hamlet", metavar="CODE", help="Where; default: the whole commune.")
@click.option("--topic", "topics", multiple=True, help="A topic of the plan that it told; may be repeated.")
@click.option("--script", "scripts", multiple=True, help="What was printed or posted; may be repeated.")
@by_name
@with_station
def record(
    station: Station,
    channel: str,
    count: int,
    day: datetime | None,
    hamlet: str | None,
    topics: Sequence[str],
    scripts: Sequence[str],
    by: str,
) -> None:
    """Put on record what was done for the plan by another CHANNEL than the horns."""
    on = day.date() if day else today(station)
    place = named_hamlets(station, [hamlet])[0].name if hamlet else ""
    plan = Planning(station.store, station.clock)
    named = [f"{topic.year}/{topic.code}" for topic in (plan.topic(code, on.year) for code in topics)]
    done = station.desk.channels.record(
        Channel(channel), on, count, by=by, hamlet=place, topics=named, scripts=scripts
    )
    click.echo(_("On record: {channel}, {n}, {day}").format(channel=done.channel, n=done.count, day=done.day))


@click.command("records")
@click.option("--from", "first", type=Instant(), help="First day; default: from the first record on.")
@click.option("--to", "last", type=Instant(), help="Last day; default: up to the last record.")
@as_json
@with_station
def records(station: Station, first: datetime | None, last: datetime | None, as_json: bool) -> None:
    """List what is on record of other channels."""
    if first and last:
        require_order(first, last)
    codes = {script.id: script.code for script in station.store.scripts()}
    rows = [
        asdict(done) | {"scripts": [codes.get(script, script) for script in done.script_ids]}
        for done in station.store.outreach(first and first.date(), last and last.date())
    ]
    headings = {"day": _("Day"), "channel": _("Channel"), "count": _("Count"), "hamlet": _("Hamlet")}
    show(rows, headings, json_wanted=as_json)
