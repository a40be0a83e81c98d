"""`broadcaster timetable forecast`: what will sound, and why not the rest."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta

import click

from broadcaster.cli.common import as_json, by_hamlets, named_hamlets, show, with_station
from broadcaster.cli.when import Instant, require_order
from broadcaster.desk import why
from broadcaster.desk.outlook import BULLETIN
from broadcaster.desk.why import Ended
from broadcaster.language import _
from broadcaster.playout.reasons import shown
from broadcaster.station import Station
from broadcaster.timetable import rung

_AROUND = timedelta(days=1)


@click.command("forecast")
@click.option("--from", "start", type=Instant(), help="Default: now.")
@click.option("--to", "end", type=Instant(), help="Default: two days on.")
@click.option("--hamlet", metavar="CODE", help="Only this hamlet.")
@click.option("--at", type=Instant(), help="What sounds in --hamlet at this instant; why not the rest.")
@click.option(
    "--now", "as_if", type=Instant(), help="As if it were this instant (looks only; turns no clock)."
)
@as_json
@with_station
def command(
    station: Station,
    start: datetime | None,
    end: datetime | None,
    hamlet: str | None,
    at: datetime | None,
    as_if: datetime | None,
    as_json: bool,
) -> None:
    """What will sound, where and when; and why not the rest."""
    zone = station.settings.station.zone
    now = as_if.replace(tzinfo=zone) if as_if else station.clock.now()
    if at is not None:
        if hamlet is None or start or end:
            raise click.UsageError(_("--at needs --hamlet CODE, and neither --from nor --to"))
        _explain(station, hamlet, at.replace(tzinfo=zone), now, as_json)
        return
    begin = start.replace(tzinfo=zone) if start else now
    until = end.replace(tzinfo=zone) if end else begin + timedelta(days=2)
    require_order(begin, until)
    named_hamlets(station, () if hamlet is None else (hamlet,))
    rows = [asdict(line) for line in station.desk.outlook.between(begin, until, now, hamlet)]
    headings = {
        "starts_at": _("Hour"),
        "hamlet": _("Hamlet"),
        "slot": _("Slot"),
        "title": _("Title"),
        "seconds_planned": _("Seconds"),
        "voice": _("Voice"),
        "why_this_voice": _("Why this voice"),
        "sounds": _("Sounds"),
        "provisional": _("Provisional"),
        "reason": _("Reason"),
    }
    if not as_json:
        words = (row | {"reason": shown(row["reason"]), "sounds": _sounds(row["sounds"])} for row in rows)
        rows = by_hamlets(words, headings)
    show(rows, headings, json_wanted=as_json)


def _explain(station: Station, hamlet: str, at: datetime, now: datetime, as_json: bool) -> None:
    ended = {
        (line.slot, line.starts_at): Ended(line.outcome, line.reason, line.seconds_played)
        for line in station.store.as_run(at - _AROUND, at + _AROUND)
        if line.hamlet == hamlet
    }
    rows = [asdict(answer) for answer in station.desk.why.at(at, now, hamlet, ended)]
    headings = {
        "slot": _("Slot"),
        "when": _("When"),
        "title": _("Title"),
        "what": _("Sounds"),
        "reason": _("Why not"),
    }
    if not as_json:
        sounding = [row["title"] for row in rows if row["sounds"]]
        nothing = _("Nothing sounds in {hamlet} at {instant}")
        words = _("In {hamlet} sounds at {instant}: {titles}") if sounding else nothing
        instant = f"{at:%d/%m/%Y %H:%M}"
        click.echo(words.format(hamlet=hamlet, instant=instant, titles="; ".join(sounding)))
        rows = [
            row | {"what": _sounds(row["what"]), "reason": shown(why.shown(row["reason"]))} for row in rows
        ]
    show(rows, headings, json_wanted=as_json)


def _sounds(what: str) -> str:
    return _("its bulletin") if what == BULLETIN else rung.shown(what)
