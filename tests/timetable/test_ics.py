"""The timetable as iCalendar: our own file comes back whole, others come in or are refused by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar as File

from broadcaster.errors import TimetableError
from broadcaster.timetable.calendar import Calendar
from broadcaster.timetable.edition import Rules
from broadcaster.timetable.ics import Codes, to_ics
from broadcaster.timetable.ics_reading import LARGEST_BYTES, MOST_EVENTS, from_ics
from broadcaster.timetable.recurrence import instants
from broadcaster.timetable.slot import EVERY_DAY, Plays, Slot, Weekday
from tests.timetable.strategies import SCRIPTS, SLOT_IDS, TET, ZONES, calendars, slots

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 3, 1, 5, tzinfo=UTC)
CODES = Codes({"h1": "ap-1", "h2": "ap-2"}, {id_: f"code-{id_}" for id_ in (*SLOT_IDS, *SCRIPTS)})
MORNING = Slot("s0", "sang", "Bản tin sáng", time(5, 30), ("h1",))


def as_codes(slot: Slot) -> Slot:
    """The slot as a file tells it."""
    others = CODES.others
    return replace(
        slot,
        id="",
        hamlets=tuple(CODES.hamlets[id_] for id_ in slot.hamlets),
        ref=others.get(slot.ref, slot.ref),
        replaces=tuple(others[id_] for id_ in slot.replaces),
        rotation=tuple(others[id_] for id_ in slot.rotation),
    )


@settings(max_examples=30, deadline=None)
@given(slots("s0"), st.sampled_from(ZONES), calendars)
def test_our_own_file_comes_back_as_the_same_slot(slot: Slot, zone: str, calendar: Calendar) -> None:
    rules = Rules(ZoneInfo(zone), (slot,), calendar=calendar)

    (read,) = from_ics(to_ics([slot], CODES, rules, NOW), rules.zone)

    assert read == as_codes(slot)


def written(slot: Slot, calendar: Calendar | None = None) -> str:
    rules = Rules(ZONE, (slot,), calendar=calendar or Calendar())
    return to_ics([slot], CODES, rules, NOW).decode().replace("\r\n ", "")


@pytest.mark.parametrize(
    ("slot", "line"),
    [
        (MORNING, "RRULE:FREQ=DAILY\r\n"),
        (replace(MORNING, weekdays=frozenset({Weekday.MON, Weekday.SUN})), "FREQ=WEEKLY;BYDAY=MO,SU;WKST=MO"),
        (replace(MORNING, day_rule="every 2 weeks", first=date(2026, 3, 2)), "FREQ=WEEKLY;INTERVAL=2"),
        (replace(MORNING, day_rule="days 1,last"), "FREQ=MONTHLY;BYMONTHDAY=1,-1"),
        (replace(MORNING, day_rule="days 2/9"), "FREQ=YEARLY;BYMONTHDAY=2;BYMONTH=9"),
        (replace(MORNING, day_rule="last fri"), "FREQ=MONTHLY;BYDAY=-1FR"),
        (replace(MORNING, last=date(2026, 4, 1)), "UNTIL=20260401T165959Z"),
        (
            replace(MORNING, skips=frozenset({date(2026, 3, 5)})),
            "EXDATE;TZID=Asia/Ho_Chi_Minh:20260305T053000",
        ),
    ],
)
def test_what_calendars_can_say_is_said_in_their_words(slot: Slot, line: str) -> None:
    assert line in written(slot)


def test_days_that_calendars_cannot_say_are_listed() -> None:
    event: Any
    (event,) = File.from_ical(written(replace(MORNING, day_rule="lunar 1,15"))).walk("VEVENT")

    listed = [event["DTSTART"].dt.date(), *(each.dt.date() for each in event["RDATE"].dts)]
    assert listed[:3] == [date(2026, 3, 3), date(2026, 3, 19), date(2026, 4, 2)]
    assert len(listed) > 24
    tet = replace(MORNING, profiles=("tet",))
    assert "DTSTART;TZID=Asia/Ho_Chi_Minh:20270206T053000" in written(
        tet, Calendar(profiles={date(2027, 2, 6): TET})
    )
    assert "RDATE" not in written(tet)


def test_what_a_calendar_program_changed_is_taken_over() -> None:
    moved = written(MORNING).replace("T053000", "T060000").replace("PT15M", "PT20M")
    moved = moved.replace("RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20261231T000000Z")

    (read,) = from_ics(moved.encode(), ZONE)

    assert (read.at, read.length_s, read.weekdays) == (time(6), 1200, frozenset({Weekday.TUE}))
    assert (read.first, read.last) == (date(2026, 3, 1), date(2026, 12, 31))
    assert (read.code, read.hamlets) == ("sang", ("ap-1",))


def event(*lines: str, start: str = "DTSTART;TZID=Asia/Ho_Chi_Minh:20261201T053000") -> bytes:
    body = ["BEGIN:VEVENT", "UID:1", "SUMMARY:Họp dân", start, *lines, "END:VEVENT"]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *body, "END:VCALENDAR", ""]).encode()


def test_an_event_of_one_day_and_its_defaults() -> None:
    (read,) = from_ics(event(), ZONE)

    day = date(2026, 12, 1)
    assert read == Slot("", "", "Họp dân", time(5, 30), (), first=day, last=day)
    assert read.plays is Plays.QUEUE
    (early,) = from_ics(event("DTEND:20261130T230000Z", start="DTSTART:20261130T223000Z"), ZONE)
    assert (early.at, early.first, early.length_s) == (time(5, 30), day, 1800)
    (floating,) = from_ics(event("DTEND:20261201T060000", start="DTSTART:20261201T053000"), ZONE)
    assert (floating.at, floating.length_s) == (time(5, 30), 1800)


@pytest.mark.parametrize(
    ("rrule", "weekdays", "rule", "last"),
    [
        ("FREQ=DAILY;COUNT=3", EVERY_DAY, "", date(2026, 12, 3)),
        ("FREQ=DAILY;BYDAY=MO,TU;UNTIL=20270101T000000Z", {Weekday.MON, Weekday.TUE}, "", date(2027, 1, 1)),
        ("FREQ=WEEKLY;UNTIL=20270101", {Weekday.TUE}, "", date(2027, 1, 1)),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=3", {Weekday.TUE}, "every 2 weeks", date(2026, 12, 29)),
        ("FREQ=MONTHLY;COUNT=2", EVERY_DAY, "days 1", date(2027, 1, 1)),
        ("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=1", EVERY_DAY, "days last", date(2026, 12, 31)),
        ("FREQ=MONTHLY;BYDAY=1TU,-1FR;COUNT=2", EVERY_DAY, "1st tue + last fri", date(2026, 12, 25)),
        ("FREQ=YEARLY;BYMONTH=12,9;BYMONTHDAY=2;COUNT=1", EVERY_DAY, "days 2/12,2/9", date(2026, 12, 2)),
        ("FREQ=YEARLY;COUNT=1", EVERY_DAY, "days 1/12", date(2026, 12, 1)),
    ],
)
def test_recurrences_of_others(rrule: str, weekdays: frozenset[Weekday], rule: str, last: date) -> None:
    (read,) = from_ics(event(f"RRULE:{rrule}"), ZONE)

    assert (read.weekdays, read.day_rule, read.last) == (weekdays, rule, last)
    assert read.first == date(2026, 12, 1)


def test_an_endless_recurrence_needs_a_last_day() -> None:
    endless = event("RRULE:FREQ=DAILY")

    with pytest.raises(TimetableError, match=r"without an end: Họp dân.*--until"):
        from_ics(endless, ZONE)
    (read,) = from_ics(endless, ZONE, until=date(2027, 1, 1))
    assert read.last == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (event("RRULE:FREQ=HOURLY;COUNT=3"), "once a day at most: Họp dân: FREQ=HOURLY"),
        (event("RRULE:FREQ=SECONDLY"), "FREQ=SECONDLY"),
        (event("RRULE:FREQ=DAILY;INTERVAL=2;COUNT=3"), "INTERVAL=2"),
        (event("RRULE:FREQ=MONTHLY;INTERVAL=2;COUNT=3"), "INTERVAL=2"),
        (event("RRULE:FREQ=MONTHLY;BYDAY=FR;BYSETPOS=-1;COUNT=3"), "BYSETPOS"),
        (event("RRULE:FREQ=MONTHLY;BYDAY=-2FR;COUNT=3"), "BYDAY=-2FR"),
        (event("RRULE:FREQ=MONTHLY;BYMONTHDAY=-2;COUNT=3"), "BYMONTHDAY=-2"),
        (event("RRULE:FREQ=MONTHLY;BYMONTH=2;COUNT=3"), "BYMONTH"),
        (event("RRULE:FREQ=YEARLY;BYDAY=1MO;COUNT=3"), "BYDAY"),
        (event("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31;COUNT=3"), "No month has such a day: 31/2"),
        (event("RRULE:FREQ=WEEKLY;BYDAY=1MO;COUNT=3"), "BYDAY=1MO"),
        (event("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU;COUNT=3"), "WKST"),
        (event("RRULE:FREQ=WEEKLY;INTERVAL=99;COUNT=3"), "2 to 52 weeks"),
        (event("RRULE:FREQ=DAILY;COUNT=99999"), "COUNT"),
        (event("RRULE:COUNT=3"), "Họp dân"),
        (event("RRULE:FREQ=DAILY", "RRULE:FREQ=DAILY"), "RRULE, RRULE"),
        (event("RDATE:20261202T053000"), "RDATE"),
        (event("RECURRENCE-ID:20261202T053000"), "RECURRENCE-ID"),
        (event("DTEND:tomorrow"), "cannot be read: Họp dân: DTEND"),
        (event("DURATION:20261202T053000"), "cannot be read"),
        (event("X-BROADCASTER-SLOT:{}x"), "cannot be read"),
        (event('X-BROADCASTER-SLOT:{"code": "a"}'), "cannot be read"),
        (event("X-BROADCASTER-SLOT:[1]"), "cannot be read"),
        (event(start="DTSTART;VALUE=DATE:20261201"), "a day and a time of day"),
        (event(start="DESCRIPTION:x"), "a day and a time of day"),
        (event("RRULE:FREQ=DAILY;COUNT=2", start="DTSTART:20261201T053000Z"), "another time zone: Họp dân"),
        (event("EXDATE:" + ",".join(["20261202T053000"] * 401)), "too many days: Họp dân: 401"),
        (b"", "no iCalendar file"),
        (b"\xff\xfe\x00BEGIN", "no iCalendar file"),
        (b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", "no iCalendar file"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nEND:VTODO\r\nEND:VCALENDAR\r\n", "events only: VTODO"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", f"1 to {MOST_EVENTS} events: 0"),
        (b"x" * (LARGEST_BYTES + 1), "too large"),
    ],
)
def test_whatever_is_not_understood_is_refused_by_name(data: bytes, words: str) -> None:
    with pytest.raises(TimetableError, match=words):
        from_ics(data, ZONE)


def test_too_many_events_are_refused() -> None:
    one = b"BEGIN:VEVENT\r\nEND:VEVENT\r\n" * (MOST_EVENTS + 1)

    with pytest.raises(TimetableError, match=f"events: {MOST_EVENTS + 1}"):
        from_ics(b"BEGIN:VCALENDAR\r\n" + one + b"END:VCALENDAR\r\n", ZONE)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 400), st.integers(0, 40))
def test_a_damaged_file_is_refused_and_nothing_else(junk: bytes, at: int, gone: int) -> None:
    whole = event("RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3", "EXDATE:20261202T053000", "DURATION:PT5M")
    try:
        read = from_ics(whole[:at] + junk + whole[at + gone :], ZONE, until=date(2027, 1, 1))
    except TimetableError:
        return
    for slot in read:
        list(instants(slot, NOW, datetime(2026, 4, 1, tzinfo=UTC), ZONE))
