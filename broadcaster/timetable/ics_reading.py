"""Slots out of an iCalendar file: our own, or one that another calendar wrote. Whatever is not understood is
refused by name, never left out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from icalendar import Calendar as File
from icalendar import Component, Event

from broadcaster.errors import TimetableError
from broadcaster.language import _
from broadcaster.timetable.ics import OWN
from broadcaster.timetable.ics_days import Fields, days
from broadcaster.timetable.rrule import refused
from broadcaster.timetable.slot import Interrupted, Plays, Priority, Slot

LARGEST_BYTES = 1_000_000
MOST_EVENTS = 500
_MOST_SKIPS = 400
_LONGEST_NAME = 200
_PASSED_OVER = ("VTIMEZONE", "STANDARD", "DAYLIGHT", "VALARM")
_NOT_UNDERSTOOD = ("RECURRENCE-ID", "EXRULE")
_DEFAULT_LENGTH = timedelta(minutes=15)


def from_ics(data: bytes, zone: ZoneInfo, until: date | None = None) -> tuple[Slot, ...]:
    """Its events as slots without an id.

    Of slots that we wrote, `hamlets`, `replaces`, `rotation` and `ref` are codes; of others, `code` and
    `hamlets` are empty and they play their queue. `until`: the last day of recurrences that have no end.
    TimetableError: too large, no calendar, or an event that no slot can be: endless, more often than daily,
    for whole days, in another zone…
    """
    if len(data) > LARGEST_BYTES:
        raise TimetableError(
            _("This calendar is too large"),
            str(len(data)),
            _("It may have {n} bytes").format(n=LARGEST_BYTES),
        )
    try:
        file = File.from_ical(data)
        parts = list(file.walk())
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise TimetableError(_("This is no iCalendar file"), " ".join(str(error).split())[:100]) from error
    events = list(_events(parts))
    if not 1 <= len(events) <= MOST_EVENTS:
        raise TimetableError(
            _("A calendar holds 1 to {most} events").format(most=MOST_EVENTS), str(len(events))
        )
    return tuple(_slot(event, zone, until) for event in events)


def _events(parts: Sequence[Component]) -> Iterator[Event]:
    if not parts or parts[0].name != "VCALENDAR":
        raise TimetableError(_("This is no iCalendar file"))
    for part in parts[1:]:
        if isinstance(part, Event):
            yield part
        elif part.name not in _PASSED_OVER:
            raise TimetableError(_("A calendar may hold events only"), str(part.name))


def _slot(read: Event, zone: ZoneInfo, until: date | None) -> Slot:
    event = cast(Fields, read)
    name = " ".join(str(event.get("SUMMARY", "")).split())[:_LONGEST_NAME]
    name = name or str(event.get("UID", ""))[:_LONGEST_NAME]
    try:
        for part in _NOT_UNDERSTOOD:
            if part in event:
                raise refused(_("This part of an event cannot be taken over"), name, part)
        if read.errors:
            raise refused(_("This event cannot be read"), name, str(read.errors[0][0]))
        own = json.loads(str(event[OWN])) if OWN in event else {}
        start = _start(event, zone, name)
        first, last, (weekdays, day_rule) = days(event, own, start, name, until)
        return Slot(
            id="",
            code=str(own.get("code", "")),
            name=name,
            at=start.time().replace(second=0, microsecond=0),
            weekdays=weekdays,
            first=first,
            last=last,
            day_rule=day_rule,
            skips=_skips(event, zone, name),
            length_s=round(_length(event, start).total_seconds()),
            **_others(own),
        )
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as error:
        raise refused(_("This event cannot be read"), name, str(error)[:100]) from error


def _others(own: Fields) -> dict[str, Any]:
    """What calendars know nothing of."""
    fields: dict[str, Any] = {"hamlets": _texts(own, "hamlets")}
    if not own:
        return fields
    return fields | {
        "profiles": _texts(own, "profiles"),
        "replaces": _texts(own, "replaces"),
        "plays": Plays(own["plays"]),
        "ref": str(own["ref"]),
        "rotation": _texts(own, "rotation"),
        "max_items": int(own["max_items"]),
        "priority": Priority(own["priority"]),
        "lateness_s": int(own["lateness_s"]),
        "interrupted": Interrupted(own["interrupted"]),
        "form": str(own["form"]),
    }


def _texts(own: Fields, key: str) -> tuple[str, ...]:
    return tuple(str(text) for text in own.get(key, ()))


def _start(event: Fields, zone: ZoneInfo, name: str) -> datetime:
    """DTSTART in the station's zone; a time without a zone is meant in it."""
    start = event["DTSTART"].dt if "DTSTART" in event else None
    if not isinstance(start, datetime):
        raise refused(_("An event needs a day and a time of day"), name, str(start or "DTSTART"))
    if start.tzinfo is None:
        return start.replace(tzinfo=zone)
    local = start.astimezone(zone)
    if "RRULE" in event and local.utcoffset() != start.utcoffset():
        raise refused(_("This event recurs in another time zone"), name, str(start.tzinfo))
    return local


def _length(event: Fields, start: datetime) -> timedelta:
    if "DURATION" in event:
        length = event["DURATION"].dt
    elif "DTEND" in event:
        end: datetime = event["DTEND"].dt
        length = (end if end.tzinfo else end.replace(tzinfo=start.tzinfo)) - start
    else:
        length = _DEFAULT_LENGTH
    if not isinstance(length, timedelta):
        raise TypeError("DURATION")
    return length


def _skips(event: Fields, zone: ZoneInfo, name: str) -> frozenset[date]:
    listed = event.get("EXDATE", [])
    moments = [each.dt for part in (listed if isinstance(listed, list) else [listed]) for each in part.dts]
    if len(moments) > _MOST_SKIPS:
        raise refused(_("This event leaves out too many days"), name, str(len(moments)))
    aware = (m.astimezone(zone) if isinstance(m, datetime) and m.tzinfo else m for m in moments)
    return frozenset(m.date() if isinstance(m, datetime) else m for m in aware)
