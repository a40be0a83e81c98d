"""Some days of the timetable: what sounds on each, and what does not although it might be expected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from broadcaster.timetable.calendar import Profile
from broadcaster.timetable.edition import Rules
from broadcaster.timetable.lunar import LunarDay, lunar
from broadcaster.timetable.recurrence import instants
from broadcaster.timetable.replacing import sounding_on
from broadcaster.timetable.silences import silences
from broadcaster.timetable.slot import Slot, SlotKind


@dataclass(frozen=True)
class Entry:
    slot: Slot
    """With the hamlets alone that the entry is about."""
    starts_at: datetime
    reason: str = ""
    """Why it is silent; empty when it sounds."""


@dataclass(frozen=True)
class Day:
    day: date
    lunar: LunarDay
    holiday: bool
    profile: Profile | None
    entries: tuple[Entry, ...]
    """By time and slot."""


def days(rules: Rules, first: date, count: int) -> tuple[Day, ...]:
    """`count` days from `first` on, as the rules have them, whatever the clock says."""
    return tuple(_day(rules, first + timedelta(days=number)) for number in range(count))


def _day(rules: Rules, day: date) -> Day:
    begin = datetime.combine(day, time(), rules.zone)
    end = datetime.combine(day + timedelta(days=1), time(), rules.zone)
    programmes = [slot for slot in rules.slots if slot.kind is SlotKind.PROGRAMME]
    sounding = [
        Entry(slot, starts_at)
        for slot in sounding_on(day, programmes, rules.calendar)
        if slot.hamlets
        for starts_at in instants(slot, begin, end, rules.zone, rules.calendar)
    ]
    silent = [Entry(s.slot, s.starts_at, s.reason) for s in silences(rules, begin, end)]
    entries = sorted([*sounding, *silent], key=lambda entry: (entry.starts_at, entry.slot.code))
    profile = rules.calendar.profile(day)
    return Day(day, lunar(day), rules.calendar.is_holiday(day), profile, tuple(entries))
