"""Two slots that want one hamlet at one time, or two hamlets whose horns reach each other.

Stamping a day with a profile never makes a clash: slots are judged for every profile that days may get.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from broadcaster.errors import SlotClash
from broadcaster.language import _
from broadcaster.timetable.calendar import PLAIN, Calendar, Profile
from broadcaster.timetable.recurrence import keeps_days, sounds_under
from broadcaster.timetable.replacing import Replacers, without
from broadcaster.timetable.slot import Slot, SlotKind

_LOOK_AHEAD_DAYS = 400
"""Further than any yearly pattern."""
_RARE_DAYS = 12 * 366
"""For day rules: lunar and solar dates, or dates and weekdays, may need years to meet."""
_DAY_S = 24 * 3600
_STEP_MIN = 5


@dataclass(frozen=True)
class Surroundings:
    """What clashes are judged by, beside the slots."""

    calendar: Calendar = PLAIN
    profiles: tuple[Profile, ...] = ()
    """All that a day may be stamped with."""
    groups: Mapping[str, str] = field(default_factory=dict)
    """Overlap group by hamlet id; "" or nothing: none."""
    replacing: Replacers = field(default_factory=dict)


_NOWHERE = Surroundings()


def refuse_clash(
    slot: Slot,
    others: Iterable[Slot],
    since: date,
    hamlet_names: Mapping[str, str],
    allowed: Callable[[Slot], bool] = lambda _slot: True,
    around: Surroundings = _NOWHERE,
) -> None:
    """Raise SlotClash when `slot` would sound while another does, in a hamlet of both or in hamlets of one
    overlap group, on a day >= `since`.

    The error names both slots, the hamlet (`hamlet_names`: id → name) and the nearest free time that
    `allowed` lets pass. Slots outside the programme clash with nothing; `slot` itself among `others` is
    passed over.
    """
    rivals = _rivals(slot, others)
    rival = next((other for other in rivals if clash(slot, other, since, around)), None)
    if rival is None:
        return
    pair = dict.fromkeys(hamlet_names.get(id_, id_) for id_ in _near(slot, rival, around) or ())
    free = _nearest_free(slot, rivals, since, allowed, around)
    raise SlotClash(
        _("Two slots want one hamlet at one time"),
        _("{slot} and {other} in {hamlet}").format(
            slot=f"{slot.code} ({_span(slot)})",
            other=f"{rival.code} ({_span(rival)})",
            hamlet=", ".join(pair),
        ),
        _("The nearest free time is {time}").format(time=f"{free:%H:%M}")
        if free
        else _("Choose other days or hamlets"),
    )


def clash(one: Slot, other: Slot, since: date, around: Surroundings = _NOWHERE) -> bool:
    """Whether the two overlap in one hamlet, or in one overlap group, on some day >= `since` (a slot may run
    past midnight)."""
    if not _near(one, other, around):
        return False
    shifts = [days for days in (-1, 0, 1) if _overlap(one, other, days)]
    if 0 in shifts and not _on_one_day(one, other, around.profiles):
        shifts.remove(0)
    if not shifts:
        return False
    ahead = _RARE_DAYS if one.day_rule or other.day_rule else _LOOK_AHEAD_DAYS
    day = max(since, one.first or since, (other.first or since) - timedelta(days=1))
    final = min(day + timedelta(days=ahead), one.last or date.max)
    while day <= final:
        if keeps_days(one, day, around.calendar) and any(
            _meet(one, day, other, day + timedelta(days=days), around) for days in shifts
        ):
            return True
        day += timedelta(days=1)
    return False


def _meet(one: Slot, day: date, other: Slot, other_day: date, around: Surroundings) -> bool:
    """Whether `other` comes on `other_day` too, in hamlets that neither has given up to a replacing slot."""
    if not keeps_days(other, other_day, around.calendar):
        return False
    return bool(_near(_heard(one, day, around), _heard(other, other_day, around), around))


def _heard(slot: Slot, day: date, around: Surroundings) -> Slot:
    """The slot in the hamlets that surely none replaces it in on that day."""
    return without(
        slot,
        [
            other
            for other in around.replacing.get(slot.id, ())
            if keeps_days(other, day, around.calendar) and _wherever(slot, other, around.profiles)
        ],
    )


def _on_one_day(one: Slot, other: Slot, profiles: Iterable[Profile]) -> bool:
    """Whether some profile, or none, lets both sound."""
    return any(sounds_under(one, p) and sounds_under(other, p) for p in (None, *profiles))


def _wherever(slot: Slot, other: Slot, profiles: Iterable[Profile]) -> bool:
    """Whether `other` sounds under every profile under which `slot` does."""
    return all(sounds_under(other, p) for p in (None, *profiles) if sounds_under(slot, p))


def _near(one: Slot, other: Slot, around: Surroundings) -> tuple[str, str] | None:
    """A hamlet of each that are the same, or of one overlap group."""
    theirs = set(other.hamlets)
    for hamlet in one.hamlets:
        if hamlet in theirs:
            return hamlet, hamlet
    groups = {around.groups.get(hamlet): hamlet for hamlet in other.hamlets}
    for hamlet in one.hamlets:
        group = around.groups.get(hamlet)
        if group and group in groups:
            return hamlet, groups[group]
    return None


def _rivals(slot: Slot, others: Iterable[Slot]) -> list[Slot]:
    if slot.kind is not SlotKind.PROGRAMME:
        return []
    return [other for other in others if other.id != slot.id and other.kind is SlotKind.PROGRAMME]


def _overlap(one: Slot, other: Slot, days: int) -> bool:
    """Whether `one` on some day and `other` `days` later share a second."""
    begin, other_begin = _seconds(one.at), _seconds(other.at) + days * _DAY_S
    return begin < other_begin + other.length_s and other_begin < begin + one.length_s


def _nearest_free(
    slot: Slot, rivals: list[Slot], since: date, allowed: Callable[[Slot], bool], around: Surroundings
) -> time | None:
    wanted = slot.at.hour * 60 + slot.at.minute
    for distance in range(_STEP_MIN, 24 * 60, _STEP_MIN):
        for minute in (wanted + distance, wanted - distance):
            if 0 <= minute < 24 * 60:
                moved = replace(slot, at=time(*divmod(minute, 60)))
                if allowed(moved) and not any(clash(moved, rival, since, around) for rival in rivals):
                    return moved.at
    return None


def _span(slot: Slot) -> str:
    end = datetime.combine(date.min, slot.at) + timedelta(seconds=slot.length_s)
    return f"{slot.at:%H:%M}-{end:%H:%M}"


def _seconds(at: time) -> int:
    return at.hour * 3600 + at.minute * 60 + at.second
