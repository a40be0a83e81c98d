"""`broadcaster timetable show`: a day or a week, as a table and as a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path

import click

from broadcaster.audio import replacing
from broadcaster.cli.common import show, with_station
from broadcaster.cli.when import Instant
from broadcaster.errors import StationError
from broadcaster.language import _
from broadcaster.pictures import png, svg
from broadcaster.pictures.shapes import Picture
from broadcaster.pictures.week import Column, Line, Row, week
from broadcaster.station import Station
from broadcaster.timetable.edition import Rules
from broadcaster.timetable.reasons import shown
from broadcaster.timetable.slot import Plays
from broadcaster.timetable.week import Day, Entry, days
from broadcaster.timetable.weekdays import weekday_of

_DAYS = 7
_PICTURES: dict[str, Callable[[Picture], bytes]] = {".png": png, ".svg": svg}


@click.command("show")
@click.option("--week", "a_week", is_flag=True, help="Seven days instead of one.")
@click.option("--from", "first", type=Instant(), help="The first day; default: today.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Draw it into FILE: .svg or .png.")
@with_station
def command(station: Station, a_week: bool, first: datetime | None, output: Path | None) -> None:
    """Show today, or the coming week: what is in the timetable, hour by hour."""
    if output is not None and output.suffix.lower() not in _PICTURES:
        raise click.UsageError(_("-o is followed by a file that ends in .png or .svg"))
    zone = station.settings.station.zone
    begin = (first or station.clock.now().astimezone(zone)).date()
    rules = Rules(zone, station.store.slots(), calendar=station.calendar())
    shown_days = days(rules, begin, _DAYS if a_week else 1)
    columns = [_column(day) for day in shown_days]
    rows = list(_rows(station, shown_days))
    if output is not None:
        title = _("Timetable of {station} from {day}").format(station=station.spoken_name, day=begin)
        _write(output, _PICTURES[output.suffix.lower()](week(title, columns, rows)))
        click.echo(_("Written: {path}").format(path=output))
        return
    headings = {"hour": _("Hour")} | {str(n): "\n".join(c.heading) for n, c in enumerate(columns)}
    cells = (
        {"hour": row.label}
        | {str(n): "\n".join(line.text for line in cell) for n, cell in enumerate(row.cells)}
        for row in rows
    )
    show(list(cells), headings, json_wanted=False)


def _column(day: Day) -> Column:
    moon = _("{day}/{month} lunar").format(day=day.lunar.day, month=day.lunar.month)
    if day.lunar.leap:
        moon = _("{day}/{month} leap, lunar").format(day=day.lunar.day, month=day.lunar.month)
    heading = [f"{weekday_of(day.day)} {day.day:%d/%m}", moon]
    if day.profile is not None:
        heading.append(day.profile.name)
    elif day.holiday:
        heading.append(_("holiday"))
    return Column(tuple(heading), special=day.holiday or day.profile is not None)


def _rows(station: Station, shown_days: Sequence[Day]) -> Iterable[Row]:
    codes = {hamlet.id: hamlet.code for hamlet in station.store.hamlets()}
    hours = sorted({entry.starts_at.strftime("%H:%M") for day in shown_days for entry in day.entries})
    for hour in hours:
        cells = ([line for entry in _at(hour, day) for line in _lines(entry, codes)] for day in shown_days)
        yield Row(hour, tuple(map(tuple, cells)))


def _at(hour: str, day: Day) -> list[Entry]:
    """What begins then; what is silent comes last."""
    entries = (entry for entry in day.entries if entry.starts_at.strftime("%H:%M") == hour)
    return sorted(entries, key=lambda entry: bool(entry.reason))


def _lines(entry: Entry, codes: dict[str, str]) -> Iterable[Line]:
    silent = bool(entry.reason)
    yield Line(entry.slot.name, faint=silent)
    if set(entry.slot.hamlets) != set(codes):
        yield Line(" ".join(codes[id_] for id_ in entry.slot.hamlets if id_ in codes), faint=True)
    if entry.slot.plays is Plays.RELAY:
        yield Line(_("relay of {station}").format(station=entry.slot.ref), faint=True)
    if silent:
        yield Line(f"– {shown(entry.reason)}", faint=True)


def _write(path: Path, picture: bytes) -> None:
    try:
        with replacing(path) as part:
            part.write_bytes(picture)
    except OSError as error:
        raise StationError(
            _("The picture cannot be written"), f"{path}: {error.strerror}", _("Choose another file with -o")
        ) from error
