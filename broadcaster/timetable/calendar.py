"""The station's calendar: public holidays, the days off that the state sets each year, and day profiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time

from broadcaster.timetable.lunar import lunar

_FIXED = frozenset({(1, 1), (30, 4), (1, 5), (1, 9), (2, 9)})
"""(day, month): New Year, 30/4, 1/5, and 2/9 with the day before it."""
_TET = frozenset({(1, 1), (2, 1), (3, 1), (4, 1)})
_GIO_TO = (10, 3)


@dataclass(frozen=True)
class Profile:
    """What is special about the days that it is stamped on: Tết, mourning, an exam, a flood."""

    id: str
    code: str
    name: str
    music: bool = True
    """False: programmes without tunes and music; words stay."""
    ordinary: bool = True
    """True: the ordinary timetable holds, with the slots of this profile added to it; False: they alone."""
    quiet_hours: tuple[time, time] | None = None
    """Further quiet hours of such a day; the end may lie past midnight."""


@dataclass(frozen=True)
class Calendar:
    days_off: frozenset[date] = frozenset()
    """Holidays beside those of the rule."""
    working_days: frozenset[date] = frozenset()
    """Days that are no holidays, whatever the rule says."""
    profiles: Mapping[date, Profile] = field(default_factory=dict)
    """One a day at most."""
    every_day: Profile | None = None
    """Stands for days without one of their own."""

    def profile(self, day: date) -> Profile | None:
        return self.profiles.get(day, self.every_day)

    def always(self, profile: Profile) -> Calendar:
        """The same with that profile on every day."""
        return replace(self, profiles={}, every_day=profile)

    def is_holiday(self, day: date) -> bool:
        """A public holiday of Vietnam by the rule (two days of 2/9, five of Tết: the last of the old year and
        four of the new), or a day off that the station has set."""
        if day in self.working_days:
            return False
        return day in self.days_off or _by_rule(day)


PLAIN = Calendar()
"""Public holidays by the rule, and ordinary days."""


def _by_rule(day: date) -> bool:
    if (day.day, day.month) in _FIXED:
        return True
    moon = lunar(day)
    if moon.leap:
        return False
    new_years_eve = moon.month == 12 and moon.day == moon.length
    return new_years_eve or (moon.day, moon.month) in _TET or (moon.day, moon.month) == _GIO_TO
