"""Days and instants as people type them."""

from __future__ import annotations

from datetime import datetime, time

import click

from broadcaster.config import parse_hours
from broadcaster.language import _

_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M")


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
