"""What a slot is made of, as options of `timetable add` and `timetable set`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import click

from broadcaster.cli.when import Instant
from broadcaster.language import _
from broadcaster.station import Station
from broadcaster.timetable.recurrence import parse_time
from broadcaster.timetable.slot import Interrupted, Plays, Priority, Slot
from broadcaster.timetable.weekdays import parse_weekdays

_F = TypeVar("_F", bound=Callable[..., Any])
_WAYS = ("queue", "script", "repeat", "rotate", "relay")
_NONE = "none"


def details(function: _F) -> _F:
    """The options; their values come as keywords that `changed` takes."""
    for option in reversed(
        (
            click.option("--name", help="What is shown."),
            click.option("--at", metavar="HH:MM", help="The time of day."),
            click.option("--days", metavar="DAYS", help="daily, mon-fri, t2,t4,cn…"),
            click.option(
                "--rule",
                metavar="RULE",
                help="Which of those days: 'every 2 weeks', 'days 1,15,last', 'last fri', 'lunar 1,15', "
                "'not holidays'; several joined by ' + '; 'none' takes it away.",
            ),
            click.option("--from", "first", type=Instant(), help="The first day."),
            click.option("--until", "last", type=Instant(), help="The last day."),
            click.option("--once", type=Instant(), help="On this day alone."),
            click.option(
                "--over",
                multiple=True,
                metavar="SLOT",
                help="Instead of this slot, on its days in its hamlets; repeatable; 'none': of no other.",
            ),
            click.option(
                "--profile",
                "profiles",
                multiple=True,
                metavar="CODE",
                help="Only on days stamped with this profile; repeatable; 'none': on ordinary days.",
            ),
            click.option(
                "--hamlet", "hamlets", multiple=True, metavar="CODE", help="Repeatable; default: all."
            ),
            click.option("--queue", is_flag=True, help="It plays what waits for it (a new slot does)."),
            click.option("--script", metavar="CODE", help="It always plays this script."),
            click.option("--repeat", metavar="SLOT", help="It repeats this slot's last edition."),
            click.option(
                "--rotate", multiple=True, metavar="SCRIPT", help="These scripts take turns; repeatable."
            ),
            click.option("--relay", metavar="STATION", help="Another station's time (VOV1): we are silent."),
            click.option(
                "--priority",
                type=click.Choice([Priority.ROUTINE, Priority.PRIORITY]),
                help="Which goes first.",
            ),
            click.option("--lateness", type=click.IntRange(0, 3600), help="Seconds that it may begin late."),
            click.option("--length", type=click.IntRange(1, 720), help="Minutes kept free for it."),
            click.option("--items", type=click.IntRange(1, 50), help="The most scripts in one edition."),
            click.option("--form", metavar="FORM", help="Its programme form: daily, notice, spots, …"),
            click.option(
                "--interrupted",
                type=click.Choice(list(Interrupted)),
                help="After an emergency stopped it.",
            ),
        )
    ):
        function = option(function)
    return function


def changed(station: Station, slot: Slot, values: Mapping[str, Any]) -> Slot:
    """The slot with what was given put in. UsageError: options that exclude each other."""
    given = {key: value for key, value in values.items() if value not in (None, (), False)}
    if len(given.keys() & set(_WAYS)) > 1:
        raise click.UsageError(_("Only one of {options}").format(options=", ".join(f"--{w}" for w in _WAYS)))
    if "once" in given and given.keys() & {"first", "last"}:
        raise click.UsageError(_("--once stands for --from and --until"))
    changes: dict[str, Any] = {}
    for key, field in _PLAIN.items():
        if key in given:
            changes[field] = given[key]
    for key, make in _MADE.items():
        if key in given:
            changes |= make(given[key])
    if "hamlets" in given:
        named = () if "all" in given["hamlets"] else given["hamlets"]
        changes["hamlets"] = station.desk.slots.hamlet_ids(named)
    return replace(slot, **changes)


def _listed(values: tuple[str, ...]) -> tuple[str, ...]:
    return () if _NONE in values else values


_PLAIN = {"name": "name", "lateness": "lateness_s", "items": "max_items", "form": "form"}
_MADE: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "at": lambda text: {"at": parse_time(text)},
    "days": lambda text: {"weekdays": parse_weekdays(text)},
    "rule": lambda text: {"day_rule": "" if text == _NONE else text},
    "first": lambda day: {"first": day.date()},
    "last": lambda day: {"last": day.date()},
    "once": lambda day: {"first": day.date(), "last": day.date()},
    "over": lambda codes: {"replaces": _listed(codes)},
    "profiles": lambda codes: {"profiles": _listed(codes)},
    "length": lambda minutes: {"length_s": minutes * 60},
    "priority": lambda word: {"priority": Priority(word)},
    "interrupted": lambda word: {"interrupted": Interrupted(word)},
    "queue": lambda _flag: {"plays": Plays.QUEUE, "ref": ""},
    "script": lambda code: {"plays": Plays.SCRIPT, "ref": code},
    "repeat": lambda code: {"plays": Plays.REPEAT, "ref": code},
    "rotate": lambda codes: {"plays": Plays.ROTATION, "ref": "", "rotation": codes},
    "relay": lambda name: {"plays": Plays.RELAY, "ref": name},
}
