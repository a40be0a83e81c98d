"""The station's limits: hours, minutes per day, repeats. Judged when a slot is saved or a script queued, and
again at the moment of air."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from broadcaster.timetable import reasons
from broadcaster.timetable.calendar import PLAIN, Calendar, Profile
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.recurrence import local_instant
from broadcaster.timetable.slot import Priority, SlotKind
from broadcaster.units import Milliseconds

_MS_PER_MINUTE = 60_000
_DAY = timedelta(days=1)

Hours = tuple[time, time]
"""From, to (exclusive); the end may lie past midnight. The same time twice: none."""
_Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Policy:
    quiet_hours: Hours = (time(21, 30), time(5, 0))
    minutes_per_day: int = 120
    """Minutes a hamlet may hear in one day of the station's calendar."""
    windows: tuple[Hours, ...] = ()
    """The only hours that are allowed; empty: any."""
    repeats_per_day: int | None = None
    """How often one hamlet may hear one script in a day; None: as often as the timetable has it."""
    sensitive_quiet_hours: Hours | None = None
    """Further quiet hours of sensitive hamlets."""
    sensitive_minutes_per_day: int | None = None
    """The limit of sensitive hamlets, if it is below the others'."""
    days_off: frozenset[date] = frozenset()
    working_days: frozenset[date] = frozenset()
    """What the state has set beside the rule of public holidays, and against it."""

    def calendar(self, profiles: Mapping[date, Profile]) -> Calendar:
        """The station's calendar, with the profiles stamped on days."""
        return Calendar(self.days_off, self.working_days, profiles)


def refusal(
    policy: Policy,
    hamlet: Hamlet,
    kind: SlotKind,
    priority: Priority,
    starts_at: datetime,
    length: Milliseconds,
    minutes_heard_today: float,
    times_heard_today: int = 0,
    calendar: Calendar = PLAIN,
) -> str:
    """Why the station's rules forbid an airing; "" when they allow it.

    `starts_at` must carry the station's own ZoneInfo; `minutes_heard_today` and `times_heard_today` (of the
    one of its scripts heard most often) leave this airing out. Rehearsals and emergencies are exempt; nothing
    else is.
    """
    if kind is not SlotKind.PROGRAMME or priority is Priority.EMERGENCY:
        return ""
    zone = starts_at.tzinfo
    if not isinstance(zone, ZoneInfo):
        raise ValueError("starts_at must be given in the station's zone")
    begin = starts_at.astimezone(UTC)
    airing = begin, begin + timedelta(milliseconds=max(1, length))
    quiet = _quiet_hours(policy, hamlet, calendar, airing, zone)
    if quiet:
        return f"{reasons.QUIET_HOURS} {_shown(quiet)}"
    if policy.windows and not _in_a_window(policy.windows, airing, zone):
        return f"{reasons.OUTSIDE_HOURS} {', '.join(map(_shown, policy.windows))}"
    most = minutes_allowed(policy, hamlet)
    if minutes_heard_today + length / _MS_PER_MINUTE > most:
        return f"{reasons.MINUTES_PER_DAY} {most}"
    if policy.repeats_per_day is not None and times_heard_today >= policy.repeats_per_day:
        return f"{reasons.REPEATS_PER_DAY} {policy.repeats_per_day}"
    return ""


def minutes_allowed(policy: Policy, hamlet: Hamlet) -> int:
    """The strictest of the limits that hold for the hamlet."""
    sensitive = policy.sensitive_minutes_per_day if hamlet.sensitive else None
    limits = (policy.minutes_per_day, hamlet.minutes_per_day, sensitive)
    return min(limit for limit in limits if limit is not None)


def _quiet_hours(
    policy: Policy, hamlet: Hamlet, calendar: Calendar, airing: _Span, zone: ZoneInfo
) -> Hours | None:
    """The quiet hours in which a moment of the airing lies."""
    sensitive = policy.sensitive_quiet_hours if hamlet.sensitive else None
    for day in _days_around(airing, zone):
        profile = calendar.profile(day)
        of_the_day = profile.quiet_hours if profile else None
        for hours in (policy.quiet_hours, hamlet.quiet_hours, sensitive, of_the_day):
            span = hours and _span(day, hours, zone)
            if span and span[0] < airing[1] and airing[0] < span[1]:
                return hours
    return None


def _in_a_window(windows: Iterable[Hours], airing: _Span, zone: ZoneInfo) -> bool:
    """Whether one of them holds all of the airing."""
    spans = (_span(day, hours, zone) for day in _days_around(airing, zone) for hours in windows)
    return any(span and span[0] <= airing[0] and airing[1] <= span[1] for span in spans)


def _days_around(airing: _Span, zone: ZoneInfo) -> Iterator[date]:
    """Its days, after the day before: hours may have begun then."""
    day = airing[0].astimezone(zone).date() - _DAY
    while day <= airing[1].astimezone(zone).date():
        yield day
        day += _DAY


def _span(day: date, hours: Hours, zone: ZoneInfo) -> _Span | None:
    """The hours that begin on that day, in UTC; None: there are none."""
    begin = local_instant(day, hours[0], zone)
    end = local_instant(day + _DAY if hours[1] < hours[0] else day, hours[1], zone)
    return (begin, end) if hours[0] != hours[1] and begin and end else None


def _shown(hours: Hours) -> str:
    return f"{hours[0]:%H:%M}-{hours[1]:%H:%M}"
