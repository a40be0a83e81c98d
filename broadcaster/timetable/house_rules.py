"""What a hamlet PC keeps to whatever its airings say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import time

from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.policy import Hours, Policy, minutes_allowed
from broadcaster.units import Lufs

_DAY = 24 * 60


@dataclass(frozen=True)
class HouseRules:
    quiet: tuple[tuple[time, time], ...]
    """Hours of the station's day in which only emergencies sound; the end may lie past midnight."""
    minutes_per_day: int
    loudest: Lufs


def house_rules(policy: Policy, hamlet: Hamlet, loudest: Lufs) -> HouseRules:
    """What the station's limits come to in one hamlet on any day; those of single days are the station's to
    keep."""
    sensitive = policy.sensitive_quiet_hours if hamlet.sensitive else None
    hours = (policy.quiet_hours, hamlet.quiet_hours, sensitive, *_outside(policy.windows))
    quiet = dict.fromkeys(span for span in hours if span and span[0] != span[1])
    return HouseRules(tuple(quiet), min(minutes_allowed(policy, hamlet), _DAY), loudest)


def _outside(windows: Sequence[Hours]) -> Iterator[Hours]:
    """The hours that are in none of them; without windows there are no such hours."""
    if not windows:
        return
    open_ones = {minute for window in windows for minute in _minutes(window)}
    edges = [minute for minute in range(_DAY) if (minute in open_ones) != ((minute - 1) % _DAY in open_ones)]
    begins = [minute for minute in edges if minute not in open_ones]
    ends = [minute for minute in edges if minute in open_ones]
    for begin in begins:
        end = next((minute for minute in ends if minute > begin), ends[0])
        yield _time(begin), _time(end)


def _minutes(window: Hours) -> Iterator[int]:
    begin, end = (at.hour * 60 + at.minute for at in window)
    for minute in range(begin, end if begin <= end else end + _DAY):
        yield minute % _DAY


def _time(minute: int) -> time:
    return time(minute // 60, minute % 60)
