"""`broadcaster plan coverage`: how much each hamlet has heard of each topic."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from broadcaster.audio import replacing
from broadcaster.cli.common import as_json, show, with_station
from broadcaster.cli.when import Instant, require_order
from broadcaster.errors import StationError
from broadcaster.language import _
from broadcaster.pictures import png, svg
from broadcaster.pictures.shapes import Picture
from broadcaster.reports.coverage import Cell, Coverage, coverage
from broadcaster.reports.facts import gathered
from broadcaster.reports.period import days, parse_period
from broadcaster.reports.picture import drawn
from broadcaster.station import Station
from broadcaster.timetable.edition import PlannedEdition

_PICTURES: dict[str, Callable[[Picture], bytes]] = {".png": png, ".svg": svg}
_INDENT = "  "
_RED = "bold red"


@click.command("coverage")
@click.option("--from", "first", type=Instant(), help="First day; default: the first of the plan's year.")
@click.option("--to", "last", type=Instant(), help="Last day; default: today, or the year's last.")
@click.option("--year", type=click.IntRange(2000, 2099), help="The plan's year; default: this one.")
@as_json
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Draw it into FILE: .svg or .png.")
@with_station
def command(
    station: Station,
    first: datetime | None,
    last: datetime | None,
    year: int | None,
    as_json: bool,
    output: Path | None,
) -> None:
    """How often and how long each hamlet heard of each topic, and what the timetable still holds."""
    if output is not None and output.suffix.lower() not in _PICTURES:
        raise click.UsageError(_("-o is followed by a file that ends in .png or .svg"))
    today = station.clock.now().astimezone(station.settings.station.zone).date()
    whole = parse_period(str(year or (first.year if first else today.year)))
    begin = first.date() if first else whole.first
    end = last.date() if last else max(begin, min(today, whole.last))
    require_order(datetime.combine(begin, time()), datetime.combine(end, time()))
    covered = _covered(station, begin, end, whole.last)
    if output is not None:
        title = _("What {station} has heard of its plan for {year}").format(
            station=station.spoken_name, year=whole.year
        )
        _write(output, _PICTURES[output.suffix.lower()](drawn(covered, title)))
        click.echo(_("Written: {path}").format(path=output))
    else:
        _print(covered, json_wanted=as_json)


def _covered(station: Station, first: date, last: date, year_end: date) -> Coverage:
    zone = station.settings.station.zone
    now = station.clock.now()
    facts = gathered(station.store, days(first, last), zone, now)
    _midnight, end = days(year_end, year_end).instants(zone)
    planned: Sequence[PlannedEdition] = station.desk.editions.forecast(now, end, now) if end > now else ()
    topics = station.store.topics(year_end.year)
    return coverage(
        *(facts.airings, [*facts.scripts.values()], topics, facts.hamlets, first, last, zone), planned
    )


def _print(covered: Coverage, *, json_wanted: bool) -> None:
    codes = [place.code for place in covered.places]
    rows: list[dict[str, Any]] = [
        {
            "code": row.topic.code,
            "title": row.topic.title,
            "level": row.depth + 1,
            "target_times": row.topic.times,
            "target_minutes": row.topic.minutes,
            "missing_times": row.missing,
            "missing_minutes": row.minutes_missing,
            "hamlets": {code: _facts(cell) for code, cell in zip(codes, row.cells, strict=True)},
        }
        for row in covered.rows
    ]
    for code, title, cells in (
        ("", _("Off the plan"), covered.off_plan),
        ("", _("All that was heard"), covered.whole),
    ):
        hamlets = {code: _facts(cell) for code, cell in zip(codes, cells, strict=True)}
        rows.append({"code": code, "title": title, "level": 1, "hamlets": hamlets})
    if json_wanted:
        show(rows, {}, json_wanted=True)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    names = (place.name for place in covered.places)
    for heading in (_("Code"), _("Topic"), *names, _("Target"), _("Lacks")):
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*_row(row))
    Console(width=None if sys.stdout.isatty() else 160, markup=False).print(table)
    click.echo(_("+n: what the timetable holds until the end of the year"))


def _facts(cell: Cell) -> dict[str, Any]:
    return {
        "times": cell.times,
        "seconds": cell.played / 1000,
        "coming": cell.coming,
        "missing": cell.missing,
    }


def _row(row: dict[str, Any]) -> list[str | Text]:
    cells = [_cell(facts, of_a_topic=bool(row["code"])) for facts in row["hamlets"].values()]
    target, lacks = (
        _amount(row.get(f"{kind}_times"), row.get(f"{kind}_minutes")) for kind in ("target", "missing")
    )
    topic = _INDENT * (row["level"] - 1) + row["title"]
    return [row["code"], topic, *cells, target, Text(lacks, style=_RED if lacks else "")]


def _cell(facts: dict[str, Any], *, of_a_topic: bool) -> Text:
    coming = f" +{facts['coming']}" if facts["coming"] else ""
    minutes = _("{n} min").format(n=round(facts["seconds"] / 60))
    words = f"{facts['times']}{coming} ({minutes})" if facts["seconds"] else f"0{coming}"
    return Text(words, style=_RED if of_a_topic and not facts["times"] else "")


def _amount(times: int | None, minutes: int | None) -> str:
    parts = [_("{n} times").format(n=times)] if times else []
    parts += [_("{n} min").format(n=minutes)] if minutes else []
    return ", ".join(parts)


def _write(path: Path, picture: bytes) -> None:
    try:
        with replacing(path) as part:
            part.write_bytes(picture)
    except OSError as error:
        raise StationError(
            _("The picture cannot be written"), f"{path}: {error.strerror}", _("Choose another file with -o")
        ) from error
