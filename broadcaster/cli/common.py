"""What the commands share: opening the station, printing a list as a table or as JSON, naming a person."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import click
from rich.console import Console
from rich.table import Table

from broadcaster import config, language
from broadcaster.cli.running import until_told as until_told
from broadcaster.errors import ConfigError, NotFound
from broadcaster.language import _
from broadcaster.station import Station
from broadcaster.timetable.hamlet import Hamlet

P = ParamSpec("P")
R = TypeVar("R")

_LONGEST_TITLE = 70

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
by_name = click.option("--by", "by", required=True, metavar="NAME", help="The person who does it.")
of_hamlets = click.option(
    "--hamlet", "hamlets", multiple=True, metavar="CODE", help="Only this hamlet; may be repeated."
)


def with_station(run: Callable[Concatenate[Station, P], R]) -> Callable[P, R]:
    """The command gets the open Station as its first argument; it is closed afterwards."""

    @functools.wraps(run)
    def opened(*args: P.args, **kwargs: P.kwargs) -> R:
        with Station(click.get_current_context().obj) as station:
            language.use(language.preferred(station.settings.station.language))
            return run(station, *args, **kwargs)

    return opened


def speak_like(folder: Path) -> None:
    """In the language of the station in `folder`, if there is one whose settings can be read."""
    try:
        language.use(language.preferred(config.load(folder / config.FILE_NAME).station.language))
    except ConfigError:
        language.use(language.preferred())


def today(station: Station) -> date:
    """The day that it is in the station's zone."""
    return station.clock.now().astimezone(station.settings.station.zone).date()


def show(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str], *, json_wanted: bool) -> None:
    """Print rows: `columns` maps a row's keys to headings; JSON holds every key."""
    if json_wanted:
        click.echo(json.dumps(list(rows), ensure_ascii=False, indent=2, default=_plain))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in columns.values():
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row[key], key) for key in columns))
    Console(width=None if sys.stdout.isatty() else 160, markup=False).print(table)


def by_hamlets(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> list[dict[str, Any]]:
    """For people: rows that differ in nothing but the hamlet become one, its hamlets listed."""
    merged: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in rows:
        key = tuple(str(row[column]) for column in columns if column != "hamlet")
        if key in merged:
            merged[key]["hamlet"] += f" {row['hamlet']}"
        else:
            merged[key] = dict(row)
    return list(merged.values())


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Iterable):
        return list(value)
    return str(value)


def _cell(value: object, key: str) -> str:
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y %H:%M:%S")
    if isinstance(value, bool):
        return _("yes") if value else ""
    if isinstance(value, float):
        return f"{value:.1f}"
    if key == "title" and len(str(value)) > _LONGEST_TITLE:
        return str(value)[: _LONGEST_TITLE - 1] + "…"
    return "" if value is None else str(value)


def known_person(station: Station, name: str) -> str:
    """The name as registered; NotFound when nobody is called so."""
    people = [person.name for person in station.store.people()]
    for known in people:
        if known.casefold() == name.strip().casefold():
            return known
    raise NotFound(
        _("No such person"),
        name,
        _("Known: {names}. Add one with: broadcaster person add").format(names=", ".join(people) or "-"),
    )


def save_hamlet(station: Station, hamlet: Hamlet) -> None:
    """Write it down, and have the timetable follow. DeskError: its new hours clash."""
    now = station.clock.now()
    station.desk.slots.require_peace(hamlet)
    station.store.save_hamlet(hamlet, by="", now=now)
    station.desk.editions.expand(now)


def named_hamlets(station: Station, codes: Sequence[str]) -> tuple[Hamlet, ...]:
    """The hamlets of these codes; all when there are none or "all"; NotFound names the unknown ones."""
    every = station.store.hamlets()
    if not codes or "all" in codes:
        return every
    by_code = {hamlet.code: hamlet for hamlet in every}
    unknown = [code for code in codes if code not in by_code]
    if unknown:
        raise NotFound(
            _("No such hamlet"),
            ", ".join(unknown),
            _("Known: {codes}").format(codes=", ".join(by_code) or "-"),
        )
    return tuple(by_code[code] for code in codes)
