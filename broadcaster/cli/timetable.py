"""`broadcaster timetable`: when and where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime, time, timedelta
from typing import Any, TypeVar

import click

from broadcaster.cli.common import as_json, by_hamlets, by_name, show, with_station
from broadcaster.cli.when import Instant, require_order
from broadcaster.desk.ports import Reconciled
from broadcaster.errors import NotFound
from broadcaster.language import _
from broadcaster.station import Station
from broadcaster.timetable.reasons import shown
from broadcaster.timetable.recurrence import (
    WEEK,
    describe,
    describe_weekdays,
    occurs_on,
    parse_time,
    parse_weekdays,
)
from broadcaster.timetable.slot import Plays, Priority, Slot

_F = TypeVar("_F", bound=Callable[..., Any])


def _details(function: _F) -> _F:
    """What a slot is made of, for `add` and `set`."""
    for option in (
        click.option("--name", help="What is shown."),
        click.option("--at", metavar="HH:MM", help="The time of day."),
        click.option("--days", metavar="DAYS", help="daily, mon-fri, t2,t4,cn…"),
        click.option("--from", "first", type=Instant(), help="The first day."),
        click.option("--until", "last", type=Instant(), help="The last day."),
        click.option("--hamlet", "hamlets", multiple=True, metavar="CODE", help="Repeatable; default: all."),
        click.option("--queue", is_flag=True, help="It plays what waits for it (a new slot does)."),
        click.option("--script", metavar="CODE", help="It always plays this script."),
        click.option("--repeat", metavar="SLOT", help="It repeats this slot's last edition."),
        click.option(
            "--priority", type=click.Choice([Priority.ROUTINE, Priority.PRIORITY]), help="Which goes first."
        ),
        click.option("--lateness", type=click.IntRange(0, 3600), help="Seconds that it may begin late."),
        click.option("--length", type=click.IntRange(1, 720), help="Minutes kept free for it."),
        click.option("--items", type=click.IntRange(1, 50), help="The most scripts in one edition."),
        click.option("--form", type=click.Choice(["daily", "notice", "spots"]), help="Its programme form."),
    ):
        function = option(function)
    return function


@click.group("timetable")
def command() -> None:
    """The timetable: when and where."""


@command.command("add")
@click.argument("code")
@_details
@by_name
@with_station
def add(station: Station, /, code: str, by: str, **details: Any) -> None:
    """Add the slot CODE."""
    if details["at"] is None:
        raise click.UsageError(_("A slot needs a time: --at 05:30"))
    base = Slot(
        id="",
        code=code,
        name=details["name"] or code,
        at=time(),
        hamlets=station.desk.slots.hamlet_ids(()),
        lateness_s=station.settings.playout.lateness_s,
    )
    saved = station.desk.slots.add(_changed(station, base, details), by=by)
    click.echo(_("{code} is in the timetable: {when}").format(code=code, when=describe(saved.slot)))
    _tell(saved.airings)


@command.command("set")
@click.argument("code")
@_details
@by_name
@with_station
def set_(station: Station, /, code: str, by: str, **details: Any) -> None:
    """Change the slot CODE; what is on the air is not touched."""
    saved = station.desk.slots.change(_changed(station, _slot(station, code), details), by=by)
    click.echo(_("{code} is changed: {when}").format(code=code, when=describe(saved.slot)))
    _tell(saved.airings)


def _changed(station: Station, slot: Slot, details: dict[str, Any]) -> Slot:
    changes: dict[str, Any] = {}
    given = {key: value for key, value in details.items() if value not in (None, (), False)}
    if len(given.keys() & {"queue", "script", "repeat"}) > 1:
        raise click.UsageError(_("Only one of --queue, --script and --repeat"))
    for key, field in (
        ("name", "name"),
        ("lateness", "lateness_s"),
        ("items", "max_items"),
        ("form", "form"),
    ):
        if key in given:
            changes[field] = given[key]
    if "at" in given:
        changes["at"] = parse_time(given["at"])
    if "days" in given:
        changes["weekdays"] = parse_weekdays(given["days"])
    for key in ("first", "last"):
        if key in given:
            changes[key] = given[key].date()
    if "hamlets" in given:
        named = () if "all" in given["hamlets"] else given["hamlets"]
        changes["hamlets"] = station.desk.slots.hamlet_ids(named)
    if "length" in given:
        changes["length_s"] = given["length"] * 60
    if "priority" in given:
        changes["priority"] = Priority(given["priority"])
    if "queue" in given:
        changes |= {"plays": Plays.QUEUE, "ref": ""}
    if "script" in given:
        changes |= {"plays": Plays.SCRIPT, "ref": given["script"]}
    if "repeat" in given:
        changes |= {"plays": Plays.REPEAT, "ref": given["repeat"]}
    return replace(slot, **changes)


def _slot(station: Station, code: str) -> Slot:
    for slot in station.store.slots():
        if slot.code == code:
            return slot
    raise NotFound(_("No such slot"), code, _("See them with: broadcaster timetable list"))


def _tell(airings: Reconciled) -> None:
    click.echo(
        _("Airings in the coming 14 days: {added} added, {cancelled} cancelled").format(
            added=airings.added, cancelled=airings.cancelled
        )
    )


@command.command("list")
@as_json
@with_station
def list_(station: Station, as_json: bool) -> None:
    """List the slots."""
    codes = {hamlet.id: hamlet.code for hamlet in station.store.hamlets()}
    refs = {slot.id: slot.code for slot in station.store.slots()}
    refs |= {script.id: script.code for script in station.store.scripts()}
    rows = [
        {
            "code": slot.code,
            "name": slot.name,
            "when": describe(slot),
            "at": f"{slot.at:%H:%M}",
            "weekdays": [str(day) for day in WEEK if day in slot.weekdays],
            "hamlets": ", ".join(codes[id_] for id_ in slot.hamlets if id_ in codes),
            "plays": " ".join(part for part in (slot.plays, refs.get(slot.ref, "")) if part),
            "priority": str(slot.priority),
            "minutes": slot.length_s // 60,
            "lateness_s": slot.lateness_s,
        }
        for slot in station.store.slots()
    ]
    headings = {
        "code": _("Code"),
        "name": _("Name"),
        "when": _("When"),
        "hamlets": _("Hamlets"),
        "plays": _("Plays"),
        "priority": _("Priority"),
        "minutes": _("Minutes"),
    }
    show(rows, headings, json_wanted=as_json)


@command.command("show")
@click.option("--week", is_flag=True, help="The coming seven days as a table.")
@with_station
def show_(station: Station, week: bool) -> None:
    """Show today, or the coming week, as a table of slots by day."""
    today = station.clock.now().astimezone(station.settings.station.zone).date()
    days = [today + timedelta(days=n) for n in range(7 if week else 1)]
    rows = []
    for slot in station.store.slots():
        row: dict[str, Any] = {"slot": f"{slot.at:%H:%M} {slot.name}"}
        row |= {day.isoformat(): "●" if occurs_on(slot, day) else "" for day in days}
        rows.append(row)
    headings = {"slot": _("Slot")} | {
        day.isoformat(): f"{describe_weekdays(frozenset({WEEK[day.weekday()]}))} {day:%d/%m}" for day in days
    }
    show(rows, headings, json_wanted=False)


@command.command("skip")
@click.argument("code")
@click.argument("day", type=Instant())
@by_name
@with_station
def skip(station: Station, code: str, day: datetime, by: str) -> None:
    """No edition of the slot CODE on DAY."""
    saved = station.desk.slots.skip(code, day.date(), by=by)
    click.echo(_("{code} is silent on {day}").format(code=code, day=day.date()))
    _tell(saved.airings)


@command.command("remove")
@click.argument("code")
@by_name
@with_station
def remove(station: Station, code: str, by: str) -> None:
    """Take the slot CODE out of the timetable."""
    station.desk.slots.remove(code, by=by)
    click.echo(_("{code} is out of the timetable, and its airings to come are cancelled").format(code=code))


@command.command("forecast")
@click.option("--from", "start", type=Instant(), help="Default: now.")
@click.option("--to", "end", type=Instant(), help="Default: two days on.")
@click.option("--hamlet", metavar="CODE", help="Only this hamlet.")
@click.option(
    "--now", "as_if", type=Instant(), help="As if it were this instant (looks only; turns no clock)."
)
@as_json
@with_station
def forecast(
    station: Station,
    start: datetime | None,
    end: datetime | None,
    hamlet: str | None,
    as_if: datetime | None,
    as_json: bool,
) -> None:
    """What will sound, where and when; and why not the rest."""
    zone = station.settings.station.zone
    now = as_if.replace(tzinfo=zone) if as_if else station.clock.now()
    begin = start.replace(tzinfo=zone) if start else now
    until = end.replace(tzinfo=zone) if end else begin + timedelta(days=2)
    require_order(begin, until)
    if hamlet is not None:
        station.desk.slots.hamlet_ids((hamlet,))
    rows = [asdict(line) for line in station.desk.outlook.between(begin, until, now, hamlet)]
    headings = {
        "starts_at": _("Hour"),
        "hamlet": _("Hamlet"),
        "slot": _("Slot"),
        "title": _("Title"),
        "seconds_planned": _("Seconds"),
        "voice": _("Voice"),
        "provisional": _("Provisional"),
        "reason": _("Reason"),
    }
    if not as_json:
        rows = by_hamlets((row | {"reason": shown(row["reason"])} for row in rows), headings)
    show(rows, headings, json_wanted=as_json)
