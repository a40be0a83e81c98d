"""Why a slot does not sound on a day that it might be expected on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

from broadcaster.timetable import reasons
from broadcaster.timetable.edition import Rules, Silence
from broadcaster.timetable.recurrence import instants, occurs_on, sounds_under
from broadcaster.timetable.replacing import Replacers, replacers, without
from broadcaster.timetable.slot import Slot, SlotKind


def silences(rules: Rules, start: datetime, end: datetime) -> tuple[Silence, ...]:
    """Editions in [start, end) that a skipped day, a day profile or another slot takes away, by time.

    Slots made for day profiles are not expected on other days.
    """
    replacing = replacers(rules.slots)
    ordinary = replace(rules.calendar, profiles={}, every_day=None)
    found = [
        silence
        for slot in rules.slots
        if slot.kind is SlotKind.PROGRAMME
        for starts_at in instants(
            replace(slot, skips=frozenset(), profiles=()), start, end, rules.zone, ordinary
        )
        for silence in _on(slot, starts_at, rules, replacing)
    ]
    return tuple(sorted(found, key=lambda silence: (silence.starts_at.astimezone(UTC), silence.slot.code)))


def _on(slot: Slot, starts_at: datetime, rules: Rules, replacing: Replacers) -> Iterator[Silence]:
    day = starts_at.date()
    profile = rules.calendar.profile(day)
    if not sounds_under(slot, profile):
        if profile is not None and not slot.profiles:
            yield Silence(slot, starts_at, f"{reasons.PROFILE} {profile.code}")
    elif day in slot.skips:
        yield Silence(slot, starts_at, reasons.SKIPPED_DAY)
    else:
        for other in _replacing_on(day, slot, rules, replacing):
            hamlets = tuple(hamlet for hamlet in slot.hamlets if hamlet in other.hamlets)
            if hamlets:
                yield Silence(replace(slot, hamlets=hamlets), starts_at, f"{reasons.REPLACED} {other.code}")


def _replacing_on(day: date, slot: Slot, rules: Rules, replacing: Replacers) -> Iterator[Slot]:
    """Those that replace it then, each in the hamlets that no earlier one has taken."""
    taken: list[Slot] = []
    for other in replacing.get(slot.id, ()):
        if occurs_on(other, day, rules.calendar):
            yield without(other, taken)
            taken.append(other)
