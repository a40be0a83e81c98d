"""A slot's days as an RRULE of iCalendar, as far as that can say them, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from broadcaster.errors import TimetableError
from broadcaster.language import _
from broadcaster.timetable.day_rule import canonical, parse
from broadcaster.timetable.day_terms import ANY_MONTH, LAST, EveryWeeks, MonthDays, NthWeekday
from broadcaster.timetable.slot import EVERY_DAY, Slot, Weekday
from broadcaster.timetable.weekdays import WEEK

_NAMES = dict(zip(("MO", "TU", "WE", "TH", "FR", "SA", "SU"), WEEK, strict=True))
_LETTERS = {day: name for name, day in _NAMES.items()}
_KNOWN = frozenset({"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "WKST", "UNTIL", "COUNT"})
_LAST_OF_MONTH = -1

Days = tuple[frozenset[Weekday], str]
"""Weekdays and day rule."""


def rrule_of(slot: Slot) -> dict[str, Any] | None:
    """The parts of the RRULE without its end; None when only a list of days can say it."""
    terms = parse(slot.day_rule)
    by_day = [_LETTERS[day] for day in WEEK if day in slot.weekdays]
    if slot.profiles or len(terms) > 1:
        return None
    if not terms:
        daily = slot.weekdays == EVERY_DAY
        return {"FREQ": "DAILY"} if daily else {"FREQ": "WEEKLY", "BYDAY": by_day, "WKST": "MO"}
    (term,) = terms
    if isinstance(term, EveryWeeks):
        return {"FREQ": "WEEKLY", "INTERVAL": term.weeks, "BYDAY": by_day, "WKST": "MO"}
    if slot.weekdays != EVERY_DAY:
        return None
    if isinstance(term, NthWeekday):
        return {"FREQ": "MONTHLY", "BYDAY": f"{term.nth or _LAST_OF_MONTH}{_LETTERS[term.weekday]}"}
    if isinstance(term, MonthDays):
        return _monthly(term.days)
    return None


def days_of(rrule: Mapping[str, Sequence[Any]], start: date, name: str) -> Days:
    """Weekdays and day rule of a recurrence that begins at `start`; its end is not looked at.

    TimetableError, about the event `name`: more often than daily, or a part that no slot can have.
    """
    frequency = str(rrule.get("FREQ", [""])[0])
    interval = int(rrule.get("INTERVAL", [1])[0])
    unknown = sorted(set(rrule) - _KNOWN)
    make = {"DAILY": _daily, "WEEKLY": _weekly, "MONTHLY": _monthly_days, "YEARLY": _yearly}.get(frequency)
    if make is None:
        raise refused(_("A slot sounds once a day at most"), name, f"FREQ={frequency}")
    if unknown or (interval != 1 and frequency != "WEEKLY"):
        raise refused(
            _("This recurrence cannot be taken over"), name, ", ".join(unknown) or f"INTERVAL={interval}"
        )
    return make(rrule, start, name)


def _monthly(days: Sequence[tuple[int, int]]) -> dict[str, Any] | None:
    numbers = [_LAST_OF_MONTH if day == LAST else day for day, _month in days]
    if all(month == ANY_MONTH for _day, month in days):
        return {"FREQ": "MONTHLY", "BYMONTHDAY": numbers}
    if len(days) == 1:
        return {"FREQ": "YEARLY", "BYMONTH": days[0][1], "BYMONTHDAY": numbers}
    return None


def _daily(rrule: Mapping[str, Sequence[Any]], start: date, name: str) -> Days:
    return _weekdays(rrule, name, default=EVERY_DAY), ""


def _weekly(rrule: Mapping[str, Sequence[Any]], start: date, name: str) -> Days:
    weeks = int(rrule.get("INTERVAL", [1])[0])
    days = _weekdays(rrule, name, default=frozenset({WEEK[start.weekday()]}))
    if weeks > 1 and str(rrule.get("WKST", ["MO"])[0]) != "MO" and len(days) > 1:
        raise refused(_("This recurrence cannot be taken over"), name, "WKST")
    return days, canonical(f"every {weeks} weeks") if weeks > 1 else ""


def _monthly_days(rrule: Mapping[str, Sequence[Any]], start: date, name: str) -> Days:
    _require_none(rrule, name, "BYMONTH")
    if "BYDAY" in rrule:
        _require_none(rrule, name, "BYMONTHDAY")
        return EVERY_DAY, canonical(" + ".join(_nth(day, name) for day in rrule["BYDAY"]))
    numbers = [int(day) for day in rrule.get("BYMONTHDAY", [start.day])]
    return EVERY_DAY, canonical("days " + ",".join(_day(number, name) for number in numbers))


def _yearly(rrule: Mapping[str, Sequence[Any]], start: date, name: str) -> Days:
    _require_none(rrule, name, "BYDAY")
    months = [int(month) for month in rrule.get("BYMONTH", [start.month])]
    numbers = [int(day) for day in rrule.get("BYMONTHDAY", [start.day])]
    days = (f"{_day(number, name)}/{month}" for month in months for number in numbers)
    return EVERY_DAY, canonical("days " + ",".join(days))


def _weekdays(
    rrule: Mapping[str, Sequence[Any]], name: str, default: frozenset[Weekday]
) -> frozenset[Weekday]:
    for part in ("BYMONTHDAY", "BYMONTH"):
        _require_none(rrule, name, part)
    days = [str(day).upper() for day in rrule.get("BYDAY", [])]
    if any(day not in _NAMES for day in days):
        raise refused(_("This recurrence cannot be taken over"), name, f"BYDAY={','.join(days)}")
    return frozenset(_NAMES[day] for day in days) or default


def _nth(day: object, name: str) -> str:
    found = re.fullmatch(r"(-1|\+?[1-5])([A-Z]{2})", str(day).upper())
    if found is None or found[2] not in _NAMES:
        raise refused(_("This recurrence cannot be taken over"), name, f"BYDAY={day}")
    which = ("last", "1st", "2nd", "3rd", "4th", "5th")[max(0, int(found[1]))]
    return f"{which} {_NAMES[found[2]]}"


def _day(number: int, name: str) -> str:
    if number < _LAST_OF_MONTH:
        raise refused(_("This recurrence cannot be taken over"), name, f"BYMONTHDAY={number}")
    return "last" if number == _LAST_OF_MONTH else str(number)


def _require_none(rrule: Mapping[str, Sequence[Any]], name: str, part: str) -> None:
    if part in rrule:
        raise refused(_("This recurrence cannot be taken over"), name, part)


def refused(what: str, name: str, part: str) -> TimetableError:
    """Why the event `name` cannot be taken over: for that part of it."""
    return TimetableError(what, f"{name}: {part}", _("Add that slot by hand: broadcaster timetable add"))
