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
from broadcaster.timetable.slot import EVERY_DAY, Slot, Weekday

WEEK = tuple(Weekday)
"""Monday first, as `date.weekday()` counts."""
_DAILY = ("daily", "every day", "hằng ngày", "hàng ngày")
_VIETNAMESE = dict(zip(("t2", "t3", "t4", "t5", "t6", "t7", "cn"), WEEK, strict=True))
_LONGEST_S = 24 * 3600


def occurs_on(slot: Slot, day: date) -> bool:
    """Whether the slot has an edition on that day of the station's calendar."""
    return (
        WEEK[day.weekday()] in slot.weekdays
        and (slot.first is None or slot.first <= day)
        and (slot.last is None or day <= slot.last)
        and day not in slot.skips
    )


def instants(slot: Slot, start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Every start of the slot in [start, end), ascending, aware in `zone`."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    day = start.astimezone(zone).date()
    if slot.first is not None:
        day = max(day, slot.first)
    final = end.astimezone(zone).date()
    if slot.last is not None:
        final = min(final, slot.last)
    while day <= final:
        instant = local_instant(day, slot.at, zone) if occurs_on(slot, day) else None
        if instant is not None and start <= instant < end:
            yield instant.astimezone(zone)
        day += timedelta(days=1)


def local_instant(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """The instant, in UTC, at which `zone` shows `at` on `day`; None when that day does not exist there."""
    instant = datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
    return instant if instant.astimezone(zone).date() == day else None


def check(slot: Slot) -> None:
    """Raise TimetableError when the slot cannot be: no days, no hamlets, dates the wrong way round…"""
    for wrong, what in (
        (not slot.weekdays, _("A slot needs at least one weekday")),
        (not slot.hamlets, _("A slot needs at least one hamlet")),
        (slot.at.tzinfo is not None or slot.at.replace(second=0, microsecond=0) != slot.at,
         _("A slot begins at a full minute of the station's time")),
        (slot.first is not None and slot.last is not None and slot.first > slot.last,
         _("The last day of a slot lies before its first day")),
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


def parse_weekdays(text: str) -> frozenset[Weekday]:
    """ "daily", "mon-fri,sun", "t2-t6,cn" → days by name; a range may pass Sunday. TimetableError else."""
    if text.strip().lower() in _DAILY:
        return EVERY_DAY
    days: set[Weekday] = set()
    for part in text.split(","):
        begin, dash, end = part.partition("-")
        first = _weekday(begin)
        days.update(_days_through(first, _weekday(end)) if dash else (first,))
    return frozenset(days)


def _weekday(text: str) -> Weekday:
    name = text.strip().lower()
    if name in _VIETNAMESE:
        return _VIETNAMESE[name]
    try:
        return Weekday(name)
    except ValueError:
        raise TimetableError(
            _("There is no such weekday"), text, _("Write mon,tue,… or t2,…,t7,cn, mon-fri, or daily")
        ) from None


def _days_through(first: Weekday, last: Weekday) -> Iterator[Weekday]:
    start = WEEK.index(first)
    for step in range((WEEK.index(last) - start) % 7 + 1):
        yield WEEK[(start + step) % 7]


def describe(slot: Slot) -> str:
    """The recurrence in words, in the language in use: "05:30 mon-fri from 2026-09-01"."""
    words = [f"{slot.at:%H:%M}", describe_weekdays(slot.weekdays)]
    if slot.first is not None:
        words.append(_("from {day}").format(day=slot.first))
    if slot.last is not None:
        words.append(_("until {day}").format(day=slot.last))
    if slot.skips:
        words.append(_("except {days}").format(days=", ".join(map(str, sorted(slot.skips)))))
    return " ".join(words)


def describe_weekdays(days: frozenset[Weekday]) -> str:
    """ "daily" or "mon-fri,sun", in the language in use; parse_weekdays reads it back."""
    if days == EVERY_DAY:
        return _("daily")
    shown = (_("mon"), _("tue"), _("wed"), _("thu"), _("fri"), _("sat"), _("sun"))
    runs: list[list[int]] = []
    for number in (n for n, day in enumerate(WEEK) if day in days):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(shown[r[0]] if len(r) == 1 else f"{shown[r[0]]}-{shown[r[-1]]}" for r in runs)
