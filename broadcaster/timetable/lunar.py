"""The Vietnamese lunar calendar: new moons and the sun by Meeus, in the way that Hồ Ngọc Đức describes.

A month begins on the day of its new moon in UTC+7; the eleventh holds the winter solstice; of thirteen months
between two solstices, the first in which the sun enters no new sign of thirty degrees is a leap month. Only
days are turned into lunar days, never the reverse: a lunar date that does not exist can thus not be shifted
onto another day.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import floor, radians, sin

_JULIAN = 1721425
"""Julian day number of a day, less its ordinal."""
_ZONE = 7 / 24
_FIRST_NEW_MOON = 2415020.75933
"""Of January 1900: new moon number 0."""
_MONTH = 29.530588853
_SIGNS = 12
_WINTER = 9
"""The sign in which the sun stands from the winter solstice on, counted from the spring equinox."""


@dataclass(frozen=True)
class LunarDay:
    day: int
    month: int
    year: int
    leap: bool
    """In a leap month, which follows the month of the same number."""
    length: int
    """How many days its month has: 29 or 30."""


@lru_cache(maxsize=4096)
def lunar(day: date) -> LunarDay:
    """The lunar day of a day; meant for 1900 to 2199."""
    ordinal = day.toordinal()
    year = day.year
    if ordinal >= _new_moon_day(_eleventh_month(year)):
        year += 1
    starts, names = _months(year)
    index = bisect_right(starts, ordinal) - 1
    month, leap, lunar_year = names[index]
    length = starts[index + 1] - starts[index]
    return LunarDay(ordinal - starts[index] + 1, month, lunar_year, leap, length)


@lru_cache(maxsize=256)
def _months(year: int) -> tuple[tuple[int, ...], tuple[tuple[int, bool, int], ...]]:
    """From the eleventh month of the year before to that of `year`: their first days (ordinals), and of all
    but the last of them its number, whether it is a leap month, and its lunar year."""
    first, last = _eleventh_month(year - 1), _eleventh_month(year)
    starts = tuple(_new_moon_day(number) for number in range(first, last + 1))
    leap = _leap_month(starts) if last - first > _SIGNS else len(starts)
    names = []
    for index in range(last - first):
        place = index - (index >= leap)
        names.append(((10 + place) % 12 + 1, index == leap, year - (place < 2)))
    return starts, tuple(names)


def _leap_month(starts: tuple[int, ...]) -> int:
    signs = [_sign_at_midnight(start) for start in starts]
    return next(index for index in range(1, len(signs) - 1) if signs[index] == signs[index + 1])


@lru_cache(maxsize=256)
def _eleventh_month(year: int) -> int:
    """The number of the new moon with which the month of that year's winter solstice begins."""
    last = date(year, 12, 31).toordinal() + _JULIAN
    number = floor((last - 2415021) / _MONTH)
    return number - (_sign_at_midnight(_new_moon_day(number)) >= _WINTER)


@lru_cache(maxsize=1024)
def _new_moon_day(number: int) -> int:
    """The ordinal of the day, in UTC+7, on which that new moon falls."""
    return floor(_new_moon(number) + 0.5 + _ZONE) - _JULIAN


def _new_moon(number: int) -> float:
    """Its Julian date (Meeus, Astronomical Algorithms)."""
    t = number / 1236.85
    t2, t3 = t * t, t * t * t
    mean = _FIRST_NEW_MOON + 29.53058868 * number + 0.0001178 * t2 - 0.000000155 * t3
    mean += 0.00033 * sin(radians(166.56 + 132.87 * t - 0.009173 * t2))
    sun = radians(359.2242 + 29.10535608 * number - 0.0000333 * t2 - 0.00000347 * t3)
    moon = radians(306.0253 + 385.81691806 * number + 0.0107306 * t2 + 0.00001236 * t3)
    node = radians(21.2964 + 390.67050646 * number - 0.0016528 * t2 - 0.00000239 * t3)
    true = (0.1734 - 0.000393 * t) * sin(sun) + 0.0021 * sin(2 * sun)
    true += -0.4068 * sin(moon) + 0.0161 * sin(2 * moon) - 0.0004 * sin(3 * moon)
    true += 0.0104 * sin(2 * node) - 0.0051 * sin(sun + moon) - 0.0074 * sin(sun - moon)
    true += 0.0004 * sin(2 * node + sun) - 0.0004 * sin(2 * node - sun) - 0.0006 * sin(2 * node + moon)
    true += 0.0010 * sin(2 * node - moon) + 0.0005 * sin(2 * moon + sun)
    return mean + true - _clock_drift(t)


def _clock_drift(t: float) -> float:
    """Dynamical less universal time, in days; `t` in centuries since 1900."""
    return -0.000278 + 0.000265 * t + 0.000262 * t * t


@lru_cache(maxsize=1024)
def _sign_at_midnight(ordinal: int) -> int:
    """In which twelfth of its way, from the spring equinox, the sun stands when that day begins in UTC+7."""
    t = (ordinal + _JULIAN - 0.5 - _ZONE - 2451545) / 36525
    anomaly = radians(357.52910 + 35999.05030 * t - 0.0001559 * t * t - 0.00000048 * t**3)
    longitude = 280.46645 + 36000.76983 * t + 0.0003032 * t * t
    longitude += (1.914600 - 0.004817 * t - 0.000014 * t * t) * sin(anomaly)
    longitude += (0.019993 - 0.000101 * t) * sin(2 * anomaly) + 0.000290 * sin(3 * anomaly)
    return floor(longitude % 360 / 360 * _SIGNS)
