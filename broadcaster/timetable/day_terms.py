"""What a day rule is made of: terms, each of which holds on some days."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from broadcaster.language import _
from broadcaster.timetable.calendar import Calendar
from broadcaster.timetable.lunar import lunar
from broadcaster.timetable.slot import Weekday
from broadcaster.timetable.weekdays import WEEK, shown

LAST = 0
"""Stands for the last day of a month, or the last such weekday in it."""
ANY_MONTH = 0
ORDINALS = {"1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "last": LAST}

DayOfMonth = tuple[int, int]
"""Day (LAST: its last one) and month (ANY_MONTH: of each)."""


class Term(Protocol):
    def holds(self, day: date, first: date | None, calendar: Calendar) -> bool: ...

    def spelled(self) -> str:
        """In the one spelling that is kept."""
        ...

    def shown(self) -> str:
        """In the language in use."""
        ...


@dataclass(frozen=True)
class EveryWeeks:
    weeks: int

    def holds(self, day: date, first: date | None, calendar: Calendar) -> bool:
        if first is None:
            return False
        return (_monday(day) - _monday(first)).days // 7 % self.weeks == 0

    def spelled(self) -> str:
        return f"every {self.weeks} weeks"

    def shown(self) -> str:
        return _("every {n} weeks").format(n=self.weeks)


@dataclass(frozen=True)
class MonthDays:
    days: tuple[DayOfMonth, ...]

    def holds(self, day: date, first: date | None, calendar: Calendar) -> bool:
        if _named(self.days, day.day, day.month):
            return True
        return day.day == monthrange(day.year, day.month)[1] and _named(self.days, LAST, day.month)

    def spelled(self) -> str:
        return f"days {_listed(self.days, 'last')}"

    def shown(self) -> str:
        return _("days {days}").format(days=_listed(self.days, _("last")))


@dataclass(frozen=True)
class LunarDays:
    days: tuple[DayOfMonth, ...]

    def holds(self, day: date, first: date | None, calendar: Calendar) -> bool:
        moon = lunar(day)
        month = -1 if moon.leap else moon.month
        if _named(self.days, moon.day, month):
            return True
        return moon.day == moon.length and _named(self.days, LAST, month)

    def spelled(self) -> str:
        return f"lunar {_listed(self.days, 'last')}"

    def shown(self) -> str:
        return _("lunar {days}").format(days=_listed(self.days, _("last")))


@dataclass(frozen=True)
class NthWeekday:
    nth: int
    weekday: Weekday

    def holds(self, day: date, first: date | None, calendar: Calendar) -> bool:
        if WEEK[day.weekday()] is not self.weekday:
            return False
        if self.nth == LAST:
            return (day + timedelta(days=7)).month != day.month
        return (day.day - 1) // 7 + 1 == self.nth

    def spelled(self) -> str:
        return f"{next(word for word, nth in ORDINALS.items() if nth == self.nth)} {self.weekday}"

    def shown(self) -> str:
        words = (
            _("last {day}"),
            _("1st {day}"),
            _("2nd {day}"),
            _("3rd {day}"),
            _("4th {day}"),
            _("5th {day}"),
        )
        return words[self.nth].format(day=shown(self.weekday))


@dataclass(frozen=True)
class Holidays:
    wanted: bool

    def holds(self, day: date, first: date | None, calendar: Calendar) -> bool:
        return calendar.is_holiday(day) is self.wanted

    def spelled(self) -> str:
        return "holidays" if self.wanted else "not holidays"

    def shown(self) -> str:
        return _("holidays") if self.wanted else _("not holidays")


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _named(days: Sequence[DayOfMonth], day: int, month: int) -> bool:
    return (day, ANY_MONTH) in days or (day, month) in days


def _listed(days: Sequence[DayOfMonth], last: str) -> str:
    def one(day: int, month: int) -> str:
        name = last if day == LAST else str(day)
        return name if month == ANY_MONTH else f"{name}/{month}"

    return ",".join(one(*each) for each in days)
