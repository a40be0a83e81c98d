"""On which days an event of a calendar comes: as we wrote them, or as another program did."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from broadcaster.errors import TimetableError
from broadcaster.language import _
from broadcaster.timetable.recurrence import keeps_days
from broadcaster.timetable.rrule import Days, days_of, refused, rrule_of
from broadcaster.timetable.slot import EVERY_DAY, Slot, Weekday

_MOST_COUNTED_DAYS = 12 * 366

Fields = Mapping[str, Any]
"""Of an event, by name."""


def days(
    event: Fields, own: Fields, start: datetime, name: str, until: date | None
) -> tuple[date | None, date | None, Days]:
    """First day, last day, weekdays and rule: as we wrote them, if no calendar has changed them since."""
    rrule = event.get("RRULE")
    if isinstance(rrule, list):
        raise refused(_("This part of an event cannot be taken over"), name, "RRULE, RRULE")
    zone = start.tzinfo
    if own:
        written = Slot(
            *("", "", name, start.time(), ()),
            weekdays=frozenset(Weekday(day) for day in own["weekdays"]),
            first=date.fromisoformat(own["first"]) if own["first"] else None,
            last=date.fromisoformat(own["last"]) if own["last"] else None,
            day_rule=str(own["day_rule"]),
            profiles=tuple(map(str, own["profiles"])),
        )
        once = written.first is not None and written.first == written.last
        wanted = None if once else rrule_of(written)
        same_end = not rrule or _until(rrule, zone) == written.last
        if own["starts"] == start.date().isoformat() and _plain(rrule) == _plain(wanted) and same_end:
            return written.first, written.last, (written.weekdays, written.day_rule)
    if "RDATE" in event:
        raise refused(_("This part of an event cannot be taken over"), name, "RDATE")
    if not rrule:
        return start.date(), start.date(), (EVERY_DAY, "")
    days = days_of(rrule, start.date(), name)
    last = _until(rrule, zone) or _counted(rrule, start, days) or until
    if last is None:
        raise TimetableError(
            _("This event recurs without an end"),
            name,
            _("Say its last day with --until, or give it one there"),
        )
    return start.date(), last, days


def _plain(rrule: Fields | None) -> dict[str, list[str]]:
    """Its parts but for the end, to be compared."""
    parts = {}
    for key, value in (rrule or {}).items():
        if key not in ("UNTIL", "COUNT"):
            parts[key] = [str(each) for each in (value if isinstance(value, list) else [value])]
    return parts


def _until(rrule: Fields, zone: Any) -> date | None:
    (until,) = rrule.get("UNTIL", [None])
    if isinstance(until, datetime):
        return (until.astimezone(zone) if until.tzinfo else until).date()
    return until if isinstance(until, date) else None


def _counted(rrule: Fields, start: datetime, days: Days) -> date | None:
    """The day of the last of COUNT editions."""
    if "COUNT" not in rrule:
        return None
    left = int(rrule["COUNT"][0])
    slot = Slot("", "", "", start.time(), (), weekdays=days[0], day_rule=days[1], first=start.date())
    for number in range(_MOST_COUNTED_DAYS):
        day = start.date() + timedelta(days=number)
        left -= keeps_days(slot, day)
        if left <= 0:
            return day
    raise ValueError("COUNT")
