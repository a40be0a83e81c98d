"""The special days of the simulated year, from almanacs: nothing here asks the program."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from tests.soak.evidence import ZONE, Span

FIRST_DAY = date(2028, 1, 1)
"""A leap year. The clock gate believes no year before that in which the program was made."""
MOST_DAYS = 366
SLOT_TIMES = (time(5, 30), time(11, 15), time(17, 0), time(21, 10))
"""Every day's."""
LUNAR_AT, HOLIDAY_AT, TET_AT, RELAY_AT = time(6, 40), time(7, 30), time(8, 30), time(18, 30)
QUIET = (time(21, 30), time(5, 0))
TET = tuple(date(2028, 1, day) for day in range(25, 30))
TET_QUIET = (time(16, 30), time(17, 30))
"""So that one of every day's slots falls silent."""
MOURNING = (date(2028, 1, 12), date(2028, 1, 13))
ONE_OFF = date(2028, 1, 15)
"""A meeting is broadcast in the place of the afternoon's bulletin."""
_NEW_MOONS = (
    date(2027, 12, 28),
    *(date(2028, 1, 26), date(2028, 2, 25), date(2028, 3, 26), date(2028, 4, 25), date(2028, 5, 24)),
    *(date(2028, 6, 23), date(2028, 7, 22), date(2028, 8, 20), date(2028, 9, 19), date(2028, 10, 18)),
    *(date(2028, 11, 16), date(2028, 12, 16)),
)
LUNAR_DAYS = frozenset(day + timedelta(days=add) for day in _NEW_MOONS for add in (0, 14))
HOLIDAYS = frozenset(
    {
        *(date(2028, 1, 1), *TET, date(2028, 4, 4), date(2028, 4, 30), date(2028, 5, 1)),
        *(date(2028, 9, 1), date(2028, 9, 2)),
    }
)


def starts_on(day: date) -> Iterator[time]:
    """When something is due in every hamlet."""
    yield from SLOT_TIMES
    if day in LUNAR_DAYS:
        yield LUNAR_AT
    if day in HOLIDAYS:
        yield HOLIDAY_AT
    if day in TET:
        yield TET_AT
    if day.weekday() == 6:
        yield RELAY_AT


def quiet_on(day: date) -> Iterator[Span]:
    """The quiet hours that begin on that day, everywhere."""
    yield true_time(day, QUIET[0]), true_time(day + timedelta(days=1), QUIET[1])
    if day in TET:
        yield true_time(day, TET_QUIET[0]), true_time(day, TET_QUIET[1])


def true_time(day: date, at: time) -> float:
    return datetime.combine(day, at, ZONE).timestamp()
