"""The station's limits, judged for a whole slot before anything is promised to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from broadcaster.desk.bench import Bench
from broadcaster.errors import PolicyError, TimetableError
from broadcaster.language import _
from broadcaster.timetable import reasons
from broadcaster.timetable.calendar import PLAIN, Calendar
from broadcaster.timetable.policy import refusal
from broadcaster.timetable.recurrence import instants
from broadcaster.timetable.replacing import sounding_on
from broadcaster.timetable.slot import Plays, Slot
from broadcaster.units import Milliseconds

LOOK_AHEAD = timedelta(days=12 * 366)
"""Some day rules, such as lunar 30/12 on a Monday, need years."""
_LIKELY = timedelta(days=400)
_EDITIONS = 14
"""How many coming editions are judged: two weeks of a daily slot."""


class Limits:
    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def check(self, slot: Slot, others: Sequence[Slot], queued: str = "") -> None:
        """Raise PolicyError when hours, minutes or repeats per day forbid one of the slot's coming editions,
        beside the other slots. `queued`: the script that is about to wait for it.

        A slot is taken to sound for all of its length. One for day profiles is judged as if every day had one
        of them; any other may be silenced by their quiet hours, as is meant. TimetableError: it has no coming
        edition.
        """
        coming = self._coming(slot)
        if not coming:
            raise TimetableError(
                _("This slot would never sound: its days have passed or do not exist"), slot.code
            )
        refused = self._refusal(slot, others, queued, coming)
        if refused:
            raise PolicyError(
                _("The station's rules forbid this"), refused, _("Choose another time, or change [policy]")
            )

    def allows(self, slot: Slot, others: Sequence[Slot]) -> bool:
        return not self._refusal(slot, others, "", self._coming(slot))

    def coming(self, slot: Slot, most: int) -> list[datetime]:
        """Its next starts on the days as they are stamped now, at most so many."""
        return self._starts(slot, self._bench.calendar(), most)

    def _coming(self, slot: Slot) -> list[tuple[datetime, Calendar]]:
        calendar = self._bench.calendar()
        stamped = [calendar.always(p) for p in self._bench.store.profiles() if p.code in slot.profiles]
        return [
            (starts_at, judged_by)
            for judged_by in stamped or [calendar]
            for starts_at in self._starts(slot, judged_by, _EDITIONS)
        ]

    def _starts(self, slot: Slot, calendar: Calendar, most: int) -> list[datetime]:
        zone = self._bench.rules.zone
        start = self._bench.now()
        if slot.first is not None:
            start = max(start, datetime(slot.first.year, slot.first.month, slot.first.day, tzinfo=zone))
        near = list(islice(instants(slot, start, start + _LIKELY, zone, calendar), most))
        return near or list(islice(instants(slot, start, start + LOOK_AHEAD, zone, calendar), 1))

    def _refusal(
        self, slot: Slot, others: Sequence[Slot], queued: str, coming: Sequence[tuple[datetime, Calendar]]
    ) -> str:
        every = [slot, *(other for other in others if other.id != slot.id)]
        hamlets = [hamlet for hamlet in self._bench.store.hamlets() if hamlet.id in slot.hamlets]
        names = _Names(every, self._waiting(slot, queued))
        length = Milliseconds(slot.length_s * 1000)
        for starts_at, calendar in coming:
            sounding = sounding_on(starts_at.date(), every, calendar)
            for hamlet in hamlets:
                heard = [s for s in sounding if hamlet.id in s.hamlets and s.id != slot.id]
                if not any(s.id == slot.id and hamlet.id in s.hamlets for s in sounding):
                    continue
                minutes = sum(other.length_s for other in heard) / 60
                reason = refusal(
                    *(self._bench.rules.policy, hamlet, slot.kind, slot.priority, starts_at, length),
                    *(minutes, names.most_often(slot, heard), calendar if slot.profiles else PLAIN),
                )
                if reason:
                    return f"{slot.code}, {hamlet.name}, {starts_at:%Y-%m-%d %H:%M}: {reasons.shown(reason)}"
        return ""

    def _waiting(self, slot: Slot, queued: str) -> Iterator[tuple[str, str]]:
        """Slot and script of each queue entry; none where repeats are not limited."""
        if self._bench.rules.policy.repeats_per_day is not None:
            yield from ((entry.slot_id, entry.script_id) for entry in self._bench.store.queue())
            if queued:
                yield slot.id, queued


class _Names:
    """Which scripts slots are known to play: their own, those that wait for them, those that they repeat."""

    def __init__(self, slots: Sequence[Slot], waiting: Iterator[tuple[str, str]]) -> None:
        self._slots = {slot.id: slot for slot in slots}
        self._waiting = list(waiting)

    def most_often(self, slot: Slot, others: Sequence[Slot]) -> int:
        """In how many of the others one script of the slot is named."""
        named = [self._of(other) for other in others]
        return max((sum(script in names for names in named) for script in self._of(slot)), default=0)

    def _of(self, slot: Slot) -> set[str]:
        seen: set[str] = set()
        while slot.plays is Plays.REPEAT and slot.ref in self._slots and slot.id not in seen:
            seen.add(slot.id)
            slot = self._slots[slot.ref]
        if slot.plays is Plays.SCRIPT:
            return {slot.ref}
        return {script for slot_id, script in self._waiting if slot_id == slot.id}
