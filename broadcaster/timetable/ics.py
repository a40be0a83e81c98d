"""The timetable as an iCalendar file, and slots out of one.

What an RRULE can say of a slot's days stands in an RRULE; for the rest (lunar days, holidays, day profiles)
its coming days are listed, up to a horizon. X-BROADCASTER-SLOT holds what calendars know nothing of, so that
our own file reads back as the same slots; name, time, length and RRULE are taken from where calendars show
and change them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any

from icalendar import Calendar as File
from icalendar import Event

from broadcaster.timetable.edition import Rules
from broadcaster.timetable.recurrence import instants, keeps_days
from broadcaster.timetable.rrule import rrule_of
from broadcaster.timetable.slot import Slot
from broadcaster.timetable.weekdays import WEEK

OWN = "X-BROADCASTER-SLOT"
HORIZON = timedelta(days=400)
"""How far days that no RRULE can say are listed."""
_RARE_DAYS = 12 * 366
"""Until 29/2 comes on a given weekday."""
_PRODUCT = "-//broadcaster//timetable//"


@dataclass(frozen=True)
class Codes:
    """What is typed for an id: of hamlets, slots and scripts."""

    hamlets: Mapping[str, str]
    others: Mapping[str, str]


def to_ics(slots: Iterable[Slot], codes: Codes, rules: Rules, now: datetime) -> bytes:
    """The slots as a file; `now` stamps its events, and the listed days begin with it."""
    file = File()
    file.add("prodid", _PRODUCT)
    file.add("version", "2.0")
    for slot in slots:
        file.add_component(_event(slot, codes, rules, now))
    file.add_missing_timezones()
    return bytes(file.to_ical())


def _event(slot: Slot, codes: Codes, rules: Rules, now: datetime) -> Event:
    rrule = rrule_of(slot)
    starts = _starts(slot, rules, now)
    event = Event()
    event.add("uid", f"{slot.id}@broadcaster")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("summary", slot.name)
    event.add("dtstart", starts[0])
    event.add("duration", timedelta(seconds=slot.length_s))
    if slot.first is not None and slot.first == slot.last:
        pass
    elif rrule is None:
        if starts[1:]:
            event.add("rdate", starts[1:])
    else:
        if slot.last is not None:
            rrule["UNTIL"] = datetime.combine(slot.last, time(23, 59, 59), rules.zone).astimezone(UTC)
        event.add("rrule", rrule)
    skips = [datetime.combine(day, slot.at, rules.zone) for day in sorted(slot.skips)]
    if skips:
        event.add("exdate", skips)
    event.add(OWN, json.dumps(_own(slot, codes, starts[0].date()), ensure_ascii=False, sort_keys=True))
    return event


def _starts(slot: Slot, rules: Rules, now: datetime) -> list[datetime]:
    """Its first start, then (where no RRULE says them) those of the days up to the horizon."""
    begin = now if slot.first is None else max(now, datetime.combine(slot.first, time(), rules.zone))
    if rrule_of(slot) is not None:
        days = _first_day(replace(slot, skips=frozenset()), begin.astimezone(rules.zone).date(), rules)
    else:
        listed = instants(slot, begin, begin + HORIZON, rules.zone, rules.calendar)
        days = [starts_at.date() for starts_at in listed]
    days = days or [begin.astimezone(rules.zone).date()]
    return [datetime.combine(day, slot.at, rules.zone) for day in days]


def _first_day(slot: Slot, begin: date, rules: Rules) -> list[date]:
    first = slot.first or begin
    days = (first + timedelta(days=number) for number in range(_RARE_DAYS))
    return list(islice((day for day in days if keeps_days(slot, day, rules.calendar)), 1))


def _own(slot: Slot, codes: Codes, starts: date) -> dict[str, Any]:
    """What an event cannot say. `starts`: the event's first day as written, to see whether it was moved."""
    return {
        "code": slot.code,
        "hamlets": [codes.hamlets[id_] for id_ in slot.hamlets if id_ in codes.hamlets],
        "starts": starts.isoformat(),
        "first": slot.first and slot.first.isoformat(),
        "last": slot.last and slot.last.isoformat(),
        "weekdays": [str(day) for day in WEEK if day in slot.weekdays],
        "day_rule": slot.day_rule,
        "profiles": list(slot.profiles),
        "replaces": [codes.others[id_] for id_ in slot.replaces if id_ in codes.others],
        "plays": str(slot.plays),
        "ref": codes.others.get(slot.ref, slot.ref),
        "rotation": [codes.others[id_] for id_ in slot.rotation if id_ in codes.others],
        "max_items": slot.max_items,
        "priority": str(slot.priority),
        "lateness_s": slot.lateness_s,
        "interrupted": str(slot.interrupted),
        "form": slot.form,
    }
