"""When a slot sounds: calendar arithmetic in the station's zone, and how people write days and times.

Local times that a daylight-saving change skips are moved on by the length of the gap (02:30 becomes 03:30);
if that leaves the day (a whole day skipped by the law), there is no edition. Local times that a change
repeats sound once, the first time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from broadcaster.errors import TimetableError
from broadcaster.language import _
from broadcaster.timetable.calendar import PLAIN, Calendar, Profile
from broadcaster.timetable.day_rule import describe_rule, parse
from broadcaster.timetable.day_terms import EveryWeeks
from broadcaster.timetable.slot import EVERY_DAY, Plays, Slot
from broadcaster.timetable.weekdays import WEEK, describe_weekdays

_LONGEST_S = 24 * 3600


def occurs_on(slot: Slot, day: date, calendar: Calendar = PLAIN) -> bool:
    """Whether the slot has an edition on that day of the station's calendar."""
    return sounds_under(slot, calendar.profile(day)) and keeps_days(slot, day, calendar)


def sounds_under(slot: Slot, profile: Profile | None) -> bool:
    """Whether the slot belongs to days with that profile; None: to days without one."""
    if slot.profiles:
        return profile is not None and profile.code in slot.profiles
    return profile is None or profile.ordinary


def keeps_days(slot: Slot, day: date, calendar: Calendar = PLAIN) -> bool:
    """Whether weekdays, dates and day rule of the slot name that day, whatever profile is stamped on it."""
    if (slot.first is not None and day < slot.first) or (slot.last is not None and slot.last < day):
        return False
    if WEEK[day.weekday()] not in slot.weekdays or day in slot.skips:
        return False
    if not slot.day_rule:
        return True
    return any(term.holds(day, slot.first, calendar) for term in parse(slot.day_rule))


def instants(
    slot: Slot, start: datetime, end: datetime, zone: ZoneInfo, calendar: Calendar = PLAIN
) -> Iterator[datetime]:
    """Every start of the slot in [start, end), ascending, aware in `zone`."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    day = start.astimezone(zone).date()
    if slot.first is not None:
        day = max(day, slot.first)
    final = end.astimezone(zone).date()
    if slot.last is not None:
        final = min(final, slot.last)
    while day <= final:
        instant = local_instant(day, slot.at, zone) if occurs_on(slot, day, calendar) else None
        if instant is not None and start <= instant < end:
            yield instant.astimezone(zone)
        day += timedelta(days=1)


def local_instant(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """The instant, in UTC, at which `zone` shows `at` on `day`; None when that day does not exist there."""
    instant = datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
    return instant if instant.astimezone(zone).date() == day else None


def check(slot: Slot) -> None:
    """Raise TimetableError when the slot cannot be: no days, no hamlets, dates the wrong way round…"""
    weeks = any(isinstance(term, EveryWeeks) for term in parse(slot.day_rule))
    for wrong, what in (
        (not slot.weekdays, _("A slot needs at least one weekday")),
        (not slot.hamlets, _("A slot needs at least one hamlet")),
        (slot.at.tzinfo is not None or slot.at.replace(second=0, microsecond=0) != slot.at,
         _("A slot begins at a full minute of the station's time")),
        (slot.first is not None and slot.last is not None and slot.first > slot.last,
         _("The last day of a slot lies before its first day")),
        (weeks and slot.first is None,
         _("A slot of every so many weeks needs its first day, to count from: --from")),
        (slot.plays is Plays.ROTATION and not slot.rotation, _("A rotation needs at least one script")),
        (slot.plays is Plays.RELAY and not slot.ref.strip(), _("A relay needs the name of its station")),
        (slot.id in slot.replaces, _("A slot cannot replace itself")),
        (slot.max_items < 1, _("A slot plays at least one item")),
        (not 1 <= slot.length_s < _LONGEST_S, _("A slot lasts from one second to less than a day")),
        (slot.lateness_s < 0, _("Lateness cannot be negative")),
    ):  # fmt: skip
        if wrong:
            raise TimetableError(what, slot.code)


def parse_time(text: str) -> time:
    """ "05:30", "5h30" or "17h" → a time of day. TimetableError for anything else, such as 25:61."""
    found = re.fullmatch(r"(\d{1,2})(?:[:hH.](\d{2})|[hH])", text.strip())
    try:
        if found:
            return time(int(found[1]), int(found[2] or 0))
    except ValueError:
        pass
    raise TimetableError(
        _("There is no such time of day"), text, _("Write it like 05:30, from 00:00 to 23:59")
    )


def parse_date(text: str) -> date:
    """ "2026-09-02" or "2/9/2026" → a day. TimetableError for anything else, such as 31/02/2026."""
    found = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text.strip())
    try:
        return (
            date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text.strip())
        )
    except ValueError as error:
        raise TimetableError(
            _("There is no such day"), text, _("Write it like 2026-09-02 or 2/9/2026")
        ) from error


def describe(slot: Slot) -> str:
    """The recurrence in words, in the language in use: "05:30 mon-fri not holidays from 2026-09-01"."""
    words = [f"{slot.at:%H:%M}"]
    if slot.weekdays != EVERY_DAY or not slot.day_rule:
        words.append(describe_weekdays(slot.weekdays))
    if slot.day_rule:
        words.append(describe_rule(slot.day_rule))
    if slot.first is not None:
        words.append(_("from {day}").format(day=slot.first))
    if slot.last is not None:
        words.append(_("until {day}").format(day=slot.last))
    if slot.skips:
        words.append(_("except {days}").format(days=", ".join(map(str, sorted(slot.skips)))))
    if slot.profiles:
        words.append(_("on days of {profiles}").format(profiles=", ".join(slot.profiles)))
    return " ".join(words)
