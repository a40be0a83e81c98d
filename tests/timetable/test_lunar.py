from __future__ import annotations

from datetime import date, timedelta

import pytest

from broadcaster.timetable.lunar import LunarDay, lunar

lunar_vn = pytest.importorskip("lunar_vn")


@pytest.mark.parametrize(
    ("year", "new_year"),
    [
        (1968, date(1968, 1, 29)),  # a day before China's: the North's new zone
        (1969, date(1969, 2, 16)),
        (1985, date(1985, 1, 21)),  # a month before China's
        (2007, date(2007, 2, 17)),  # a day before China's
        (2024, date(2024, 2, 10)),
        (2025, date(2025, 1, 29)),
        (2026, date(2026, 2, 17)),
        (2027, date(2027, 2, 6)),
        (2030, date(2030, 2, 2)),  # a day before China's
    ],
)
def test_tet_of_years_that_are_known(year: int, new_year: date) -> None:
    found = lunar(new_year)

    assert (found.day, found.month, found.year, found.leap) == (1, 1, year, False)
    assert lunar(new_year - timedelta(days=1)).day == lunar(new_year - timedelta(days=1)).length


def test_the_last_month_before_tet_2027_has_29_days() -> None:
    assert lunar(date(2027, 2, 5)) == LunarDay(29, 12, 2026, False, 29)


@pytest.mark.parametrize(
    ("year", "month"), [(2020, 4), (2023, 2), (2025, 6), (2028, 5), (2031, 3), (2033, 11)]
)
def test_leap_months(year: int, month: int) -> None:
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(440))

    assert {(d.year, d.month) for d in map(lunar, days) if d.leap and d.year == year} == {(year, month)}


def test_every_day_follows_the_one_before_and_agrees_with_another_program() -> None:
    day = date(1968, 1, 1)
    before = lunar(day - timedelta(days=1))
    while day < date(2101, 1, 1):
        found, other = lunar(day), lunar_vn.solar_to_lunar(day)
        assert (found.day, found.month, found.year, found.leap) == (
            *(other.day, other.month, other.year),
            other.leap,
        ), day
        if before.day == before.length:
            assert found.day == 1
            assert found.length in (29, 30)
            assert found.month == before.month % 12 + 1 or (found.leap and found.month == before.month)
        else:
            assert (found.day, found.month, found.leap) == (before.day + 1, before.month, before.leap)
        before, day = found, day + timedelta(days=1)
