"""`broadcaster timetable`: when and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time
from typing import Any

import click

from broadcaster.cli import forecast, ics, week
from broadcaster.cli.common import as_json, by_name, show, with_station
from broadcaster.cli.slot_details import changed, details
from broadcaster.cli.when import Instant
from broadcaster.desk.ports import Reconciled
from broadcaster.desk.slots import Saved
from broadcaster.errors import NotFound
from broadcaster.language import _
from broadcaster.station import Station
from broadcaster.timetable.day_rule import absences
from broadcaster.timetable.recurrence import describe
from broadcaster.timetable.slot import Slot
from broadcaster.timetable.weekdays import WEEK, weekday_of

_SHOWN = 3
"""How many coming editions of a slot that was saved are named."""


@click.group("timetable")
def command() -> None:
    """The timetable: when and where."""


command.add_command(forecast.command)
command.add_command(week.command)
command.add_command(ics.export)
command.add_command(ics.import_)


@command.command("add")
@click.argument("code")
@details
@by_name
@with_station
def add(station: Station, /, code: str, by: str, **values: Any) -> None:
    """Add the slot CODE. With --over, what is not said is taken from the slot that it replaces."""
    over = [replaced for replaced in values["over"] if replaced != "none"]
    if values["at"] is None and not over:
        raise click.UsageError(_("A slot needs a time: --at 05:30"))
    base = Slot(
        id="",
        code=code,
        name=values["name"] or code,
        at=time(),
        hamlets=station.desk.slots.hamlet_ids(()),
        lateness_s=station.settings.playout.lateness_s,
    )
    if over:
        replaced = _slot(station, over[0])
        base = replace(base, at=replaced.at, hamlets=replaced.hamlets, length_s=replaced.length_s)
    saved = station.desk.slots.add(changed(station, base, values), by=by)
    click.echo(_("{code} is in the timetable: {when}").format(code=code, when=describe(saved.slot)))
    _tell(station, saved)


@command.command("set")
@click.argument("code")
@details
@by_name
@with_station
def set_(station: Station, /, code: str, by: str, **values: Any) -> None:
    """Change the slot CODE; what is on the air is not touched."""
    saved = station.desk.slots.change(changed(station, _slot(station, code), values), by=by)
    click.echo(_("{code} is changed: {when}").format(code=code, when=describe(saved.slot)))
    _tell(station, saved)


def _slot(station: Station, code: str) -> Slot:
    for slot in station.store.slots():
        if slot.code == code:
            return slot
    raise NotFound(_("No such slot"), code, _("See them with: broadcaster timetable list"))


def _plays(slot: Slot, codes: Mapping[str, str]) -> str:
    named = slot.rotation or ((slot.ref,) if slot.ref else ())
    return " ".join((str(slot.plays), *(codes.get(name, name) for name in named)))


def _tell(station: Station, saved: Saved) -> None:
    """What else a person should know of a slot that was saved."""
    for told in absences(saved.slot.day_rule):
        click.echo(told)
    coming = station.desk.slots.coming(saved.slot, _SHOWN)
    if coming:
        days = ", ".join(f"{weekday_of(start)} {start:%d/%m/%Y}" for start in coming)
        click.echo(_("It comes next on: {days}").format(days=days))
    elif saved.slot.profiles:
        click.echo(_("It comes on no day yet: stamp days with: broadcaster profile stamp"))
    tell(saved.airings)


def tell(airings: Reconciled) -> None:
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
            "plays": _plays(slot, refs),
            "rule": slot.day_rule,
            "profiles": list(slot.profiles),
            "replaces": [refs.get(id_, id_) for id_ in slot.replaces],
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


@command.command("skip")
@click.argument("code")
@click.argument("day", type=Instant())
@by_name
@with_station
def skip(station: Station, code: str, day: datetime, by: str) -> None:
    """No edition of the slot CODE on DAY."""
    saved = station.desk.slots.skip(code, day.date(), by=by)
    click.echo(_("{code} is silent on {day}").format(code=code, day=day.date()))
    tell(saved.airings)


@command.command("remove")
@click.argument("code")
@by_name
@with_station
def remove(station: Station, code: str, by: str) -> None:
    """Take the slot CODE out of the timetable."""
    station.desk.slots.remove(code, by=by)
    click.echo(_("{code} is out of the timetable, and its airings to come are cancelled").format(code=code))
