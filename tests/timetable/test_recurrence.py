from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadcaster.errors import TimetableError
from broadcaster.timetable.calendar import Calendar, Profile
from broadcaster.timetable.day_rule import parse
from broadcaster.timetable.recurrence import (
    check,
    describe,
    instants,
    parse_date,
    parse_time,
)
from broadcaster.timetable.slot import EVERY_DAY, Slot, Weekday
from broadcaster.timetable.weekdays import describe_weekdays, parse_weekdays
from tests.timetable.strategies import ZONES, calendars, instants_, slots

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
BERLIN = ZoneInfo("Europe/Berlin")
MORNING = Slot("s", "sang", "Sáng", time(5, 30), ("h",))
WORKDAYS = frozenset((Weekday.MON, Weekday.TUE, Weekday.WED, Weekday.THU, Weekday.FRI))


def local(zone: ZoneInfo, *parts: int) -> datetime:
    return datetime(*parts, tzinfo=zone)  # type: ignore[arg-type,misc]


def starts(slot: Slot, begin: datetime, end: datetime, zone: ZoneInfo = VIETNAM) -> list[str]:
    return [f"{instant:%Y-%m-%d %H:%M%z}" for instant in instants(slot, begin, end, zone)]


def test_daily_slot_sounds_each_morning_of_the_station() -> None:
    found = starts(MORNING, local(VIETNAM, 2026, 9, 1), local(VIETNAM, 2026, 9, 3))

    assert found == ["2026-09-01 05:30+0700", "2026-09-02 05:30+0700"]


def test_the_window_takes_its_start_and_leaves_its_end() -> None:
    begin, end = local(VIETNAM, 2026, 9, 1, 5, 30), local(VIETNAM, 2026, 9, 2, 5, 30)

    assert starts(MORNING, begin, end) == ["2026-09-01 05:30+0700"]
    assert starts(MORNING, begin.astimezone(UTC), end.astimezone(UTC)) == ["2026-09-01 05:30+0700"]


def test_weekdays_first_last_and_skipped_days_are_obeyed() -> None:
    slot = replace(
        MORNING,
        weekdays=WORKDAYS,
        first=date(2026, 9, 4),
        last=date(2026, 9, 9),
        skips=frozenset({date(2026, 9, 8)}),
    )

    found = starts(slot, local(VIETNAM, 2026, 9, 1), local(VIETNAM, 2026, 10, 1))

    assert found == ["2026-09-04 05:30+0700", "2026-09-07 05:30+0700", "2026-09-09 05:30+0700"]


def test_a_local_time_in_the_spring_gap_moves_on_by_the_gap() -> None:
    slot = replace(MORNING, at=time(2, 30))

    found = starts(slot, local(BERLIN, 2026, 3, 28), local(BERLIN, 2026, 3, 31), BERLIN)

    assert found == ["2026-03-28 02:30+0100", "2026-03-29 03:30+0200", "2026-03-30 02:30+0200"]


def test_a_repeated_local_time_sounds_once_the_first_time() -> None:
    slot = replace(MORNING, at=time(2, 30))

    found = starts(slot, local(BERLIN, 2026, 10, 25), local(BERLIN, 2026, 10, 26), BERLIN)

    assert found == ["2026-10-25 02:30+0200"]


def test_a_day_that_the_law_skipped_has_no_edition() -> None:
    samoa = ZoneInfo("Pacific/Apia")

    found = starts(MORNING, local(samoa, 2011, 12, 29), local(samoa, 2012, 1, 1), samoa)

    assert found == ["2011-12-29 05:30-1000", "2011-12-31 05:30+1400"]


@settings(max_examples=80, deadline=None)
@given(slots("s"), instants_, st.integers(0, 40), st.sampled_from(ZONES), calendars)
def test_no_edition_outside_its_days_none_twice_none_lost(
    slot: Slot, begin: datetime, days: int, zone_name: str, calendar: Calendar
) -> None:
    zone = ZoneInfo(zone_name)
    end = begin + timedelta(days=days)

    found = list(instants(slot, begin, end, zone, calendar))

    utc = [instant.astimezone(UTC) for instant in found]
    assert utc == sorted(set(utc))
    assert all(begin <= instant < end for instant in utc)
    assert all(instant.tzinfo is zone for instant in found)
    inner = [begin.astimezone(zone).date() + timedelta(days=n) for n in range(1, days)]
    expected = [
        day
        for day in inner
        if list(Weekday)[day.weekday()] in slot.weekdays
        and day not in slot.skips
        and (slot.first or day) <= day <= (slot.last or day)
        and (not slot.day_rule or any(t.holds(day, slot.first, calendar) for t in parse(slot.day_rule)))
        and _belongs(slot, calendar.profile(day))
    ]
    assert [instant.date() for instant in found if instant.date() in inner] == expected


def _belongs(slot: Slot, profile: Profile | None) -> bool:
    if slot.profiles:
        return profile is not None and profile.code in slot.profiles
    return profile is None or profile.ordinary


@pytest.mark.parametrize(
    ("text", "expected"),
    [("05:30", time(5, 30)), (" 5h30 ", time(5, 30)), ("17h", time(17)), ("23:59", time(23, 59))],
)
def test_times_of_day(text: str, expected: time) -> None:
    assert parse_time(text) == expected


@pytest.mark.parametrize("text", ["25:61", "24:00", "5", "", "5:3", "sáng"])
def test_impossible_times_are_named(text: str) -> None:
    with pytest.raises(TimetableError, match="no such time") as caught:
        parse_time(text)

    assert caught.value.item == text


@pytest.mark.parametrize(
    ("text", "expected"), [("2026-09-02", date(2026, 9, 2)), ("2/9/2026", date(2026, 9, 2))]
)
def test_days(text: str, expected: date) -> None:
    assert parse_date(text) == expected


@pytest.mark.parametrize("text", ["31/02/2026", "2026-02-30", "mai"])
def test_impossible_days_are_named(text: str) -> None:
    with pytest.raises(TimetableError, match=f"no such day: {text}"):
        parse_date(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("daily", EVERY_DAY),
        ("Hằng ngày", EVERY_DAY),
        ("mon-fri,sun", WORKDAYS | {Weekday.SUN}),
        ("t2-t6,cn", WORKDAYS | {Weekday.SUN}),
        ("sat-mon", frozenset((Weekday.SAT, Weekday.SUN, Weekday.MON))),
        ("Wed", frozenset((Weekday.WED,))),
    ],
)
def test_weekdays(text: str, expected: frozenset[Weekday]) -> None:
    assert parse_weekdays(text) == expected


@pytest.mark.parametrize("text", ["", "mon-", "t8", "1-5", "mon;tue"])
def test_unknown_weekdays_are_refused(text: str) -> None:
    with pytest.raises(TimetableError, match="no such weekday"):
        parse_weekdays(text)


@given(st.frozensets(st.sampled_from(Weekday), min_size=1))
def test_described_weekdays_are_read_back(days: frozenset[Weekday]) -> None:
    assert parse_weekdays(describe_weekdays(days)) == days


def test_description() -> None:
    slot = replace(
        MORNING,
        weekdays=WORKDAYS,
        first=date(2026, 9, 1),
        last=date(2026, 12, 31),
        skips=frozenset({date(2026, 9, 2)}),
    )

    assert describe(MORNING) == "05:30 daily"
    assert describe(slot) == "05:30 mon-fri from 2026-09-01 until 2026-12-31 except 2026-09-02"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (replace(MORNING, weekdays=frozenset()), "at least one weekday"),
        (replace(MORNING, hamlets=()), "at least one hamlet"),
        (replace(MORNING, at=time(5, 30, 20)), "full minute"),
        (replace(MORNING, at=time(5, 30, tzinfo=UTC)), "full minute"),
        (replace(MORNING, first=date(2026, 9, 2), last=date(2026, 9, 1)), "before its first"),
        (replace(MORNING, max_items=0), "at least one item"),
        (replace(MORNING, length_s=0), "one second"),
        (replace(MORNING, length_s=86400), "less than a day"),
        (replace(MORNING, lateness_s=-1), "negative"),
    ],
)
def test_slots_that_cannot_be(wrong: Slot, words: str) -> None:
    with pytest.raises(TimetableError, match=words) as caught:
        check(wrong)

    assert caught.value.item == "sang"


def test_a_sound_slot_passes() -> None:
    check(replace(MORNING, first=date(2026, 9, 1), last=date(2026, 9, 1)))
