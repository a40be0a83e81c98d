"""`broadcaster timetable export` and `import`: the timetable as an iCalendar file."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from broadcaster.audio import replacing
from broadcaster.cli.common import by_name, with_station
from broadcaster.cli.when import Instant
from broadcaster.desk.scripts import unique_code
from broadcaster.errors import TimetableError
from broadcaster.language import _
from broadcaster.station import Station
from broadcaster.timetable.edition import Rules
from broadcaster.timetable.ics import Codes, to_ics
from broadcaster.timetable.ics_reading import LARGEST_BYTES, from_ics
from broadcaster.timetable.recurrence import describe
from broadcaster.timetable.slot import Slot


@click.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@with_station
def export(station: Station, file: Path) -> None:
    """Write the timetable into FILE (.ics), for any calendar program."""
    slots = station.store.slots()
    others = {slot.id: slot.code for slot in slots} | {s.id: s.code for s in station.store.scripts()}
    codes = Codes({hamlet.id: hamlet.code for hamlet in station.store.hamlets()}, others)
    rules = Rules(station.settings.station.zone, slots, calendar=station.calendar())
    try:
        with replacing(file) as part:
            part.write_bytes(to_ics(slots, codes, rules, station.clock.now()))
    except OSError as error:
        raise TimetableError(_("The file cannot be written"), f"{file}: {error.strerror}") from error
    click.echo(_("{n} slots written: {path}").format(n=len(slots), path=file))


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--hamlet", "hamlets", multiple=True, metavar="CODE", help="Where they sound; for our own files: instead."
)
@click.option("--until", type=Instant(), help="The last day of recurrences without an end.")
@click.option("--dry-run", is_flag=True, help="Check everything, change nothing.")
@by_name
@with_station
def import_(
    station: Station, file: Path, hamlets: tuple[str, ...], until: datetime | None, dry_run: bool, by: str
) -> None:
    """Add the events of FILE (.ics) as slots: all of them, or none."""
    zone = station.settings.station.zone
    read = from_ics(_bytes(file), zone, until.date() if until else None)
    slots = _placed(station, read, hamlets)
    if dry_run:
        made = tuple(station.desk.slots.checked(slots))
    else:
        made = tuple(saved.slot for saved in station.desk.slots.add_all(slots, by=by))
    for slot in made:
        click.echo(f"{slot.code}: {slot.name}, {describe(slot)}")
    told = _("{n} slots could be added; nothing was changed") if dry_run else _("{n} slots are added")
    click.echo(told.format(n=len(made)))


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise TimetableError(_("The file cannot be read"), f"{file}: {error.strerror}") from error


def _placed(station: Station, read: tuple[Slot, ...], hamlets: tuple[str, ...]) -> list[Slot]:
    """With codes where they had none, and ids of hamlets."""
    taken = {slot.code for slot in (*station.store.slots(), *read)}
    placed = []
    for slot in read:
        named = hamlets or slot.hamlets
        if not named:
            raise click.UsageError(_("Say where they sound: --hamlet ap-1, or --hamlet all"))
        ids = station.desk.slots.hamlet_ids(() if "all" in named else named)
        code = slot.code or unique_code(slot.name, taken)
        taken.add(code)
        placed.append(replace(slot, code=code, hamlets=ids))
    return placed
