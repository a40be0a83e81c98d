"""`broadcaster profile`: days that are special."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import groupby

import click

from broadcaster.cli.common import as_json, by_name, show, with_station
from broadcaster.cli.when import Hours, Instant
from broadcaster.errors import TimetableError
from broadcaster.language import _
from broadcaster.station import Station
from broadcaster.timetable.calendar import Profile

_ONE_DAY = timedelta(days=1)
_of_days = click.argument("days", nargs=-1, required=True, type=Instant())
_until = click.option("--until", type=Instant(), help="And every day after it up to this one.")


@click.group("profile")
def command() -> None:
    """Day profiles: Tết, mourning, exams, floods; made once, stamped on days."""


@command.command("add")
@click.argument("code")
@click.option("--name", help="What is shown.")
@click.option("--no-music", is_flag=True, help="No tunes and no music; words stay.")
@click.option("--alone", is_flag=True, help="Only slots of this profile sound; the ordinary timetable rests.")
@click.option("--quiet", type=Hours(), metavar="HH:MM-HH:MM", help="Further quiet hours of such a day.")
@by_name
@with_station
def add(
    station: Station,
    code: str,
    name: str | None,
    no_music: bool,
    alone: bool,
    quiet: tuple[time, time] | str | None,
    by: str,
) -> None:
    """Add the profile CODE."""
    hours = None if quiet is None or isinstance(quiet, str) else quiet
    profile = Profile("", code, name or code, music=not no_music, ordinary=not alone, quiet_hours=hours)
    station.desk.profiles.add(profile, by=by)
    click.echo(
        _("{name} ({code}) is added; put it on days with: broadcaster profile stamp").format(
            name=profile.name, code=code
        )
    )


@command.command("set")
@click.argument("code")
@click.option("--name", help="What is shown.")
@click.option("--music/--no-music", default=None, help="With tunes and music, or words alone.")
@click.option("--alone/--beside", default=None, help="Without or beside the ordinary timetable.")
@click.option(
    "--quiet", type=Hours(), metavar="HH:MM-HH:MM", help="Further quiet hours; 'none' takes them away."
)
@by_name
@with_station
def set_(
    station: Station,
    code: str,
    name: str | None,
    music: bool | None,
    alone: bool | None,
    quiet: tuple[time, time] | str | None,
    by: str,
) -> None:
    """Change the profile CODE."""
    was = station.desk.profiles.named(code)
    hours = was.quiet_hours if quiet is None else None if isinstance(quiet, str) else quiet
    changed = replace(
        was,
        name=name or was.name,
        music=was.music if music is None else music,
        ordinary=was.ordinary if alone is None else not alone,
        quiet_hours=hours,
    )
    station.desk.profiles.change(changed, by=by)
    click.echo(_("{name} ({code}) is changed").format(name=changed.name, code=code))


@command.command("remove")
@click.argument("code")
@by_name
@with_station
def remove(station: Station, code: str, by: str) -> None:
    """Remove the profile CODE, which no slot and no day to come may have any more."""
    station.desk.profiles.remove(code, by=by)
    click.echo(_("{code} is removed").format(code=code))


@command.command("list")
@as_json
@with_station
def list_(station: Station, as_json: bool) -> None:
    """List the profiles and the days to come that they are on."""
    today = station.clock.now().astimezone(station.settings.station.zone).date()
    stamped = {day: profile.code for day, profile in station.store.profile_days().items() if day >= today}
    rows = [
        {
            "code": profile.code,
            "name": profile.name,
            "music": profile.music,
            "ordinary": profile.ordinary,
            "quiet_hours": "-".join(f"{t:%H:%M}" for t in profile.quiet_hours or ()),
            "days": _days([day for day, code in stamped.items() if code == profile.code]),
        }
        for profile in station.store.profiles()
    ]
    headings = {
        "code": _("Code"),
        "name": _("Name"),
        "music": _("Music"),
        "ordinary": _("Ordinary timetable"),
        "quiet_hours": _("Quiet hours"),
        "days": _("Days"),
    }
    show(rows, headings, json_wanted=as_json)


@command.command("stamp")
@click.argument("code")
@_of_days
@_until
@by_name
@with_station
def stamp(station: Station, code: str, days: Sequence[datetime], until: datetime | None, by: str) -> None:
    """Put the profile CODE on DAYS."""
    named = _through(days, until)
    station.desk.profiles.stamp(code, named, by=by)
    click.echo(_("{code} is on {days}").format(code=code, days=_days(named)))


@command.command("unstamp")
@_of_days
@_until
@by_name
@with_station
def unstamp(station: Station, days: Sequence[datetime], until: datetime | None, by: str) -> None:
    """Make DAYS ordinary again."""
    named = _through(days, until)
    station.desk.profiles.unstamp(named, by=by)
    click.echo(_("Ordinary again: {days}").format(days=_days(named)))


def _through(days: Sequence[datetime], until: datetime | None) -> list[date]:
    """The days, and those after the last of them up to `until`."""
    named = sorted({day.date() for day in days})
    if until is None:
        return named
    if until.date() < named[-1]:
        raise TimetableError(_("The last day lies before the first"), str(until.date()))
    more = range(1, (until.date() - named[-1]).days + 1)
    return named + [named[-1] + number * _ONE_DAY for number in more]


def _days(days: Sequence[date]) -> str:
    """Runs of days as one: "2027-02-05 – 2027-02-09, 2027-03-01"."""
    runs = [
        [day for _number, day in run]
        for _key, run in groupby(enumerate(sorted(days)), lambda pair: pair[1].toordinal() - pair[0])
    ]
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]} – {run[-1]}" for run in runs)
