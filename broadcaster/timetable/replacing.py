"""Slots that stand in for others on their days: a one-off over a recurring slot, which itself stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from broadcaster.timetable.calendar import Calendar
from broadcaster.timetable.recurrence import occurs_on
from broadcaster.timetable.slot import Slot

Replacers = Mapping[str, list[Slot]]
"""By a slot's id, those that replace it."""


def replacers(slots: Iterable[Slot]) -> Replacers:
    by_replaced: dict[str, list[Slot]] = defaultdict(list)
    for slot in slots:
        for replaced in slot.replaces:
            by_replaced[replaced].append(slot)
    return by_replaced


def without(slot: Slot, replacing: Iterable[Slot]) -> Slot:
    """The slot in those of its hamlets that none of the others has."""
    taken = {hamlet for other in replacing for hamlet in other.hamlets}
    if taken.isdisjoint(slot.hamlets):
        return slot
    return replace(slot, hamlets=tuple(hamlet for hamlet in slot.hamlets if hamlet not in taken))


def sounding_on(day: date, slots: Iterable[Slot], calendar: Calendar) -> list[Slot]:
    """The slots that have an edition on that day, each in the hamlets that none replaces it in."""
    present = [slot for slot in slots if occurs_on(slot, day, calendar)]
    replacing = replacers(present)
    return [without(slot, replacing.get(slot.id, ())) for slot in present]
