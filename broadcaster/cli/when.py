"""Days and instants as people type them."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

import click

from broadcaster.config import parse_band, parse_hours
from broadcaster.errors import TimetableError
from broadcaster.language import _
from broadcaster.timetable.recurrence import parse_time

_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}


class Instant(click.ParamType):
    """A day or an instant in the station's time: 2026-12-01, 01/12/2026, 2026-12-01T05:30. Naive: the
    command puts the station's zone on it."""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        for form in _FORMS:
            try:
                return datetime.strptime(str(value), form)  # noqa: DTZ007
            except ValueError:
                continue
        self.fail(_("{day} is no day: write 2026-12-01 or 2026-12-01T05:30").format(day=value), param, ctx)


class DayOrNone(click.ParamType):
    """A day as `Instant` has it, or "none"."""

    name = "day"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime | str:
        return "none" if value == "none" else Instant().convert(value, param, ctx)


def require_order(start: datetime, end: datetime) -> None:
    """UsageError when `end` lies before `start`."""
    if end < start:
        raise click.UsageError(
            _("--from {start} lies after --to {end}").format(
                start=f"{start:%Y-%m-%d %H:%M}", end=f"{end:%Y-%m-%d %H:%M}"
            )
        )


class Hours(click.ParamType):
    """22:00-05:00, or "none"."""

    name = "hours"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[time, time] | str:
        if value == "none":
            return "none"
        try:
            return parse_hours(str(value))
        except ValueError:
            self.fail(_("{hours} are no hours: write 22:00-05:00").format(hours=value), param, ctx)


class Band(click.ParamType):
    """300-5000 (Hz), or "none"."""

    name = "band"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, float] | str:
        if value == "none" or isinstance(value, tuple):
            return value
        try:
            return parse_band(str(value))
        except ValueError:
            self.fail(
                _("{band} is no band: write 300-5000 (from 20 to 11500 Hz, twice as high at least)").format(
                    band=value
                ),
                param,
                ctx,
            )


class Duration(click.ParamType):
    """90s, 5m, 2h."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch(r"(\d{1,6})([smh])", str(value).strip())
        if not found:
            self.fail(_("{text} is no length of time: write 90s, 5m or 2h").format(text=value), param, ctx)
        return int(found[1]) * timedelta(**{_UNITS[found[2]]: 1})


class Until(click.ParamType):
    """The next 18:30, or an instant as `Instant` has it; both without a zone."""

    name = "time"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime | time:
        if isinstance(value, datetime | time):
            return value
        try:
            return parse_time(str(value))
        except TimetableError:
            return Instant().convert(value, param, ctx)
