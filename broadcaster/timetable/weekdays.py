"""Weekdays as people write them, in English and in Vietnamese."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from broadcaster.errors import TimetableError
from broadcaster.language import _
from broadcaster.timetable.slot import EVERY_DAY, Weekday

WEEK = tuple(Weekday)
"""Monday first, as `date.weekday()` counts."""
_DAILY = ("daily", "every day", "hằng ngày", "hàng ngày")
_VIETNAMESE = dict(zip(("t2", "t3", "t4", "t5", "t6", "t7", "cn"), WEEK, strict=True))


def parse_weekdays(text: str) -> frozenset[Weekday]:
    """ "daily", "mon-fri,sun", "t2-t6,cn" → days by name; a range may pass Sunday. TimetableError else."""
    if text.strip().lower() in _DAILY:
        return EVERY_DAY
    days: set[Weekday] = set()
    for part in text.split(","):
        begin, dash, end = part.partition("-")
        first = parse_weekday(begin)
        days.update(_days_through(first, parse_weekday(end)) if dash else (first,))
    return frozenset(days)


def parse_weekday(text: str) -> Weekday:
    """ "mon" or "t2" → Monday. TimetableError for anything else."""
    name = text.strip().lower()
    if name in _VIETNAMESE:
        return _VIETNAMESE[name]
    try:
        return Weekday(name)
    except ValueError:
        raise TimetableError(
            _("There is no such weekday"), text, _("Write mon,tue,… or t2,…,t7,cn, mon-fri, or daily")
        ) from None


def describe_weekdays(days: frozenset[Weekday]) -> str:
    """ "daily" or "mon-fri,sun", in the language in use; parse_weekdays reads it back."""
    if days == EVERY_DAY:
        return _("daily")
    runs: list[list[Weekday]] = []
    for day in (day for day in WEEK if day in days):
        if runs and WEEK.index(runs[-1][-1]) == WEEK.index(day) - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(shown(r[0]) if len(r) == 1 else f"{shown(r[0])}-{shown(r[-1])}" for r in runs)


def shown(day: Weekday) -> str:
    """ "mon", in the language in use."""
    names = (_("mon"), _("tue"), _("wed"), _("thu"), _("fri"), _("sat"), _("sun"))
    return names[WEEK.index(day)]


def weekday_of(day: date) -> str:
    """ "mon" for a Monday, in the language in use."""
    return shown(WEEK[day.weekday()])


def _days_through(first: Weekday, last: Weekday) -> Iterator[Weekday]:
    start = WEEK.index(first)
    for step in range((WEEK.index(last) - start) % 7 + 1):
        yield WEEK[(start + step) % 7]
