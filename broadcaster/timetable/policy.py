"""The station's limits: quiet hours and minutes per day. Judged when a slot is saved or a script queued, and
again at the moment of air."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from broadcaster.timetable import reasons
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.recurrence import local_instant
from broadcaster.timetable.slot import Priority, SlotKind
from broadcaster.units import Milliseconds

_MS_PER_MINUTE = 60_000
_DAY = timedelta(days=1)

Hours = tuple[time, time]


@dataclass(frozen=True)
class Policy:
    quiet_hours: Hours = (time(21, 30), time(5, 0))
    """From, to (exclusive); the end may lie past midnight. The same time twice: none."""
    minutes_per_day: int = 120
    """Minutes a hamlet may hear in one day of the station's calendar."""


def refusal(
    policy: Policy,
    hamlet: Hamlet,
    kind: SlotKind,
    priority: Priority,
    starts_at: datetime,
    length: Milliseconds,
    minutes_heard_today: float,
) -> str:
    """Why the station's rules forbid an airing; "" when they allow it.

    `starts_at` must carry the station's own ZoneInfo; `minutes_heard_today` leaves this airing out.
    Rehearsals and emergencies are exempt; nothing else is.
    """
    if kind is not SlotKind.PROGRAMME or priority is Priority.EMERGENCY:
        return ""
    for hours in (policy.quiet_hours, hamlet.quiet_hours):
        if hours and _sounds_in(hours, starts_at, length):
            return f"{reasons.QUIET_HOURS} {hours[0]:%H:%M}-{hours[1]:%H:%M}"
    if minutes_heard_today + length / _MS_PER_MINUTE > policy.minutes_per_day:
        return f"{reasons.MINUTES_PER_DAY} {policy.minutes_per_day}"
    return ""


def _sounds_in(hours: Hours, starts_at: datetime, length: Milliseconds) -> bool:
    """Whether any moment of [starts_at, starts_at + length), or the start itself, lies in the hours."""
    zone = starts_at.tzinfo
    if not isinstance(zone, ZoneInfo):
        raise ValueError("starts_at must be given in the station's zone")
    if hours[0] == hours[1]:
        return False
    begin = starts_at.astimezone(UTC)
    end = begin + timedelta(milliseconds=max(1, length))
    day, final = starts_at.date() - _DAY, end.astimezone(zone).date()
    while day <= final:
        quiet_from = local_instant(day, hours[0], zone)
        quiet_to = local_instant(day + _DAY if hours[1] < hours[0] else day, hours[1], zone)
        if quiet_from and quiet_to and quiet_from < end and begin < quiet_to:
            return True
        day += _DAY
    return False
