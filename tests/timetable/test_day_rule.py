from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster import language
from broadcaster.errors import TimetableError
from broadcaster.timetable.calendar import Calendar
from broadcaster.timetable.day_rule import absences, canonical, describe_rule, parse
from broadcaster.timetable.recurrence import check, occurs_on
from broadcaster.timetable.slot import Slot
from tests.timetable.strategies import day_rules

MORNING = Slot("s", "sang", "Sáng", time(5, 30), ("h",))


def days(
    rule: str, year: int = 2026, first: date | None = None, calendar: Calendar | None = None
) -> list[str]:
    """The days of that year, as "d/m"."""
    slot = replace(MORNING, day_rule=canonical(rule), first=first)
    every = (date(year, 1, 1) + timedelta(days=n) for n in range(365))
    return [f"{d.day}/{d.month}" for d in every if occurs_on(slot, d, calendar or Calendar())]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("every 2 weeks", "every 2 weeks"),
        ("2 tuần một lần", "every 2 weeks"),
        ("mỗi 3 tuần", "every 3 weeks"),
        ("Days 1, 15,last", "days 1,15,last"),
        ("ngày 1,15,cuối", "days 1,15,last"),
        ("day 2/9", "days 2/9"),
        ("last FRI", "last fri"),
        ("t6 cuối", "last fri"),
        ("2nd mon", "2nd mon"),
        ("t2 lần 2", "2nd mon"),
        ("lunar 1,15", "lunar 1,15"),
        ("âm 1,15", "lunar 1,15"),
        ("âm lịch 10/3", "lunar 10/3"),
        ("lunar cuối/12", "lunar last/12"),
        ("ngày lễ", "holidays"),
        ("trừ  ngày lễ + t2 lần 1", "not holidays + 1st mon"),
        ("holidays + holidays", "holidays"),
        ("", ""),
    ],
)
def test_one_spelling_is_kept(written: str, kept: str) -> None:
    assert canonical(written) == kept
    assert canonical(kept) == kept
    assert parse(kept) == parse(written)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("days 31/2", "No month has such a day: 31/2"),
        ("ngày 31/02", "No month has such a day: 31/02"),
        ("days 0", "No month has such a day: 0"),
        ("days 32", "No month has such a day: 32"),
        ("days 1/13", "No month has such a day: 1/13"),
        ("days 1,,2", "No month has such a day"),
        ("lunar 31", "No lunar month has such a day: 31"),
        ("lunar 0/1", "No lunar month has such a day: 0/1"),
        ("every 1 weeks", "2 to 52 weeks: 1"),
        ("every 53 weeks", "2 to 52 weeks: 53"),
        ("last xyz", "no such weekday: xyz"),
        ("t2 lần 6", "no such weekday: t2 6"),
        ("rằm", "no day rule: rằm"),
        ("holidays +", "no day rule"),
        ("days 1" + ",1" * 300, "too long"),
    ],
)
def test_what_cannot_be_is_named(wrong: str, words: str) -> None:
    with pytest.raises(TimetableError, match=words):
        canonical(wrong)


def test_days_of_the_month_are_not_moved() -> None:
    assert days("days 31") == ["31/1", "31/3", "31/5", "31/7", "31/8", "31/10", "31/12"]
    assert days("days last")[:3] == ["31/1", "28/2", "31/3"]
    assert days("days 29/2") == []
    assert days("days 29/2", 2028) == ["29/2"]
    assert days("days 1/1,2/9") == ["1/1", "2/9"]


def test_weekdays_of_the_month() -> None:
    assert days("last fri")[:3] == ["30/1", "27/2", "27/3"]
    assert days("2nd mon")[:3] == ["12/1", "9/2", "9/3"]
    assert days("5th sun") == ["29/3", "31/5", "30/8", "29/11"]


def test_every_two_weeks_is_counted_from_the_week_of_the_first_day() -> None:
    found = days("every 2 weeks", first=date(2026, 9, 3))

    assert found[:6] == ["3/9", "4/9", "5/9", "6/9", "14/9", "15/9"]
    with pytest.raises(TimetableError, match="needs its first day"):
        check(replace(MORNING, day_rule="every 2 weeks"))


def test_lunar_days() -> None:
    assert days("lunar 1,15")[:4] == ["3/1", "19/1", "2/2", "17/2"]
    assert days("lunar 10/3") == ["26/4"]
    assert days("lunar 1/1,15/1") == ["17/2", "3/3"]
    assert "16/2" in days("lunar last/12")
    assert "5/2" in days("lunar last/12", 2027)
    assert days("lunar 10/2", 2023) == ["1/3"], "never in the leap second month"
    assert {"9/7", "8/8"} < set(days("lunar 15", 2025)), "in the sixth month and in the leap month after it"


def test_a_lunar_30_that_a_month_does_not_have_is_no_day_at_all() -> None:
    assert days("lunar 30/12", 2027) == []
    assert days("lunar 30/12", 2025) == []
    assert days("lunar 30/12", 2024) == ["9/2"]
    assert set(days("lunar 30")) < set(days("lunar last"))


def test_a_person_is_told_of_days_that_not_every_month_has() -> None:
    assert "lunar last" in "".join(absences("lunar 30"))
    assert "days last" in "".join(absences("days 1 + days 31"))
    assert "leap years" in "".join(absences("days 29/2"))
    assert "last fri" in "".join(absences("5th fri"))
    assert absences("days 1,28,last,30/1 + lunar 29,last + 4th mon + holidays") == ()


def test_holidays_and_the_stations_own_days_off() -> None:
    calendar = Calendar(days_off=frozenset({date(2026, 3, 2)}), working_days=frozenset({date(2026, 9, 1)}))

    assert days("holidays") == [
        *("1/1", "16/2", "17/2", "18/2", "19/2", "20/2", "26/4", "30/4", "1/5", "1/9", "2/9")
    ]
    own = days("holidays", calendar=calendar)
    assert "2/3" in own
    assert "1/9" not in own
    assert len(days("not holidays")) == 365 - 11


def test_any_of_several_terms_is_enough() -> None:
    assert days("days 2/9 + lunar 10/3") == ["26/4", "2/9"]


def test_other_conditions_of_the_slot_hold_as_well() -> None:
    slot = replace(
        MORNING, day_rule="days 1,2,3", first=date(2026, 9, 2), skips=frozenset({date(2026, 9, 3)})
    )

    assert [d for d in range(1, 6) if occurs_on(slot, date(2026, 9, d))] == [2]


@given(day_rules, st.sampled_from(("en", "vi")))
def test_described_rules_are_read_back(rule: str, spoken: str) -> None:
    language.use(spoken)
    try:
        described = describe_rule(rule)
    finally:
        language.use("en")

    assert canonical(described) == rule
