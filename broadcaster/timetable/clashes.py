"""Two slots that want one hamlet at one time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from broadcaster.errors import SlotClash
from broadcaster.language import _
from broadcaster.timetable.recurrence import occurs_on
from broadcaster.timetable.slot import Slot, SlotKind

_LOOK_AHEAD_DAYS = 400
"""Further than any yearly pattern."""
_DAY_S = 24 * 3600
_STEP_MIN = 5


def refuse_clash(
    slot: Slot,
    others: Iterable[Slot],
    since: date,
    hamlet_names: Mapping[str, str],
    allowed: Callable[[Slot], bool] = lambda _slot: True,
) -> None:
    """Raise SlotClash when `slot` would sound while another does, in a hamlet of both, on a day >= `since`.

    The error names both slots, the hamlet (`hamlet_names`: id → name) and the nearest free time that
    `allowed` lets pass. Slots outside the programme clash with nothing; `slot` itself among `others` is
    passed over.
    """
    rivals = _rivals(slot, others)
    rival = next((other for other in rivals if clash(slot, other, since)), None)
    if rival is None:
        return
    hamlet = next(h for h in slot.hamlets if h in rival.hamlets)
    free = _nearest_free(slot, rivals, since, allowed)
    raise SlotClash(
        _("Two slots want one hamlet at one time"),
        _("{slot} and {other} in {hamlet}").format(
            slot=f"{slot.code} ({_span(slot)})",
            other=f"{rival.code} ({_span(rival)})",
            hamlet=hamlet_names.get(hamlet, hamlet),
        ),
        _("The nearest free time is {time}").format(time=f"{free:%H:%M}")
        if free
        else _("Choose other days or hamlets"),
    )


def clash(one: Slot, other: Slot, since: date) -> bool:
    """Whether the two overlap in one hamlet on some day >= `since` (a slot may run past midnight)."""
    if not set(one.hamlets) & set(other.hamlets):
        return False
    shifts = [days for days in (-1, 0, 1) if _overlap(one, other, days)]
    if not shifts:
        return False
    day = max(since, one.first or since, (other.first or since) - timedelta(days=1))
    for _count in range(_LOOK_AHEAD_DAYS):
        if occurs_on(one, day) and any(occurs_on(other, day + timedelta(days=days)) for days in shifts):
            return True
        day += timedelta(days=1)
    return False


def _rivals(slot: Slot, others: Iterable[Slot]) -> list[Slot]:
    if slot.kind is not SlotKind.PROGRAMME:
        return []
    return [other for other in others if other.id != slot.id and other.kind is SlotKind.PROGRAMME]


def _overlap(one: Slot, other: Slot, days: int) -> bool:
    """Whether `one` on some day and `other` `days` later share a second."""
    begin, other_begin = _seconds(one.at), _seconds(other.at) + days * _DAY_S
    return begin < other_begin + other.length_s and other_begin < begin + one.length_s


def _nearest_free(
    slot: Slot, rivals: list[Slot], since: date, allowed: Callable[[Slot], bool]
) -> time | None:
    wanted = slot.at.hour * 60 + slot.at.minute
    for distance in range(_STEP_MIN, 24 * 60, _STEP_MIN):
        for minute in (wanted + distance, wanted - distance):
            if 0 <= minute < 24 * 60:
                moved = replace(slot, at=time(*divmod(minute, 60)))
                if allowed(moved) and not any(clash(moved, rival, since) for rival in rivals):
                    return moved.at
    return None


def _span(slot: Slot) -> str:
    end = datetime.combine(date.min, slot.at) + timedelta(seconds=slot.length_s)
    return f"{slot.at:%H:%M}-{end:%H:%M}"


def _seconds(at: time) -> int:
    return at.hour * 3600 + at.minute * 60 + at.second
