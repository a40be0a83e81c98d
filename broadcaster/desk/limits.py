"""The station's limits, judged for a whole slot before anything is promised to it."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice

from broadcaster.desk.bench import Bench
from broadcaster.errors import PolicyError, TimetableError
from broadcaster.language import _
from broadcaster.timetable import reasons
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.policy import refusal
from broadcaster.timetable.recurrence import instants, occurs_on
from broadcaster.timetable.slot import Slot
from broadcaster.units import Milliseconds

_LOOK_AHEAD = timedelta(days=400)
_EDITIONS = 14
"""How many coming editions are judged: two weeks of a daily slot."""


class Limits:
    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def check(self, slot: Slot) -> None:
        """Raise PolicyError when quiet hours or minutes per day forbid one of the slot's coming editions.

        A slot is taken to sound for all of its length. TimetableError: it has no coming edition.
        """
        coming = self._coming(slot)
        if not coming:
            raise TimetableError(
                _("This slot would never sound: its days have passed or do not exist"), slot.code
            )
        refused = self._refusal(slot, coming)
        if refused:
            raise PolicyError(
                _("The station's rules forbid this"), refused, _("Choose another time, or change [policy]")
            )

    def allows(self, slot: Slot) -> bool:
        return not self._refusal(slot, self._coming(slot))

    def _coming(self, slot: Slot) -> list[datetime]:
        zone = self._bench.rules.zone
        start = self._bench.now()
        if slot.first is not None:
            start = max(start, datetime(slot.first.year, slot.first.month, slot.first.day, tzinfo=zone))
        return list(islice(instants(slot, start, start + _LOOK_AHEAD, zone), _EDITIONS))

    def _refusal(self, slot: Slot, coming: list[datetime]) -> str:
        others = [other for other in self._bench.store.slots() if other.id != slot.id]
        for hamlet in self._bench.store.hamlets():
            for starts_at in coming if hamlet.id in slot.hamlets else ():
                reason = self._judged(slot, hamlet, starts_at, others)
                if reason:
                    return f"{slot.code}, {hamlet.name}, {starts_at:%Y-%m-%d %H:%M}: {reasons.shown(reason)}"
        return ""

    def _judged(self, slot: Slot, hamlet: Hamlet, starts_at: datetime, others: list[Slot]) -> str:
        heard = sum(
            other.length_s
            for other in others
            if hamlet.id in other.hamlets and occurs_on(other, starts_at.date())
        )
        length = Milliseconds(slot.length_s * 1000)
        policy = self._bench.rules.policy
        return refusal(policy, hamlet, slot.kind, slot.priority, starts_at, length, heard / 60)
