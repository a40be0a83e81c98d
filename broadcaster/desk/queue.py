"""Queues: approved scripts waiting for a slot, in order."""

from __future__ import annotations

from dataclasses import dataclass

from broadcaster.desk.bench import Bench
from broadcaster.desk.editions import Editions
from broadcaster.desk.limits import Limits
from broadcaster.desk.script import Script, ScriptState
from broadcaster.errors import DeskError, NotFound
from broadcaster.language import _
from broadcaster.timetable.edition import Queued
from broadcaster.timetable.slot import Plays, Slot

_MOST_EDITIONS = 366


@dataclass(frozen=True)
class Waiting:
    """One queue entry with what it names."""

    queued: Queued
    slot: Slot
    script: Script


class Queue:
    def __init__(self, bench: Bench, editions: Editions, limits: Limits) -> None:
        self._bench = bench
        self._editions = editions
        self._limits = limits

    def add(self, script_code: str, slot_code: str, *, editions: int = 1, by: str) -> Queued:
        """At the end of the slot's queue, for that many editions (more of them if it waits there already).

        DeskError: not approved, not on the air yet or any more on the day of the slot's next edition, a slot
        without a queue;
        PolicyError: the station's rules keep the slot off the air; NotFound: no such script, slot or person.
        """
        person = self._bench.person(by)
        script, slot = self._bench.store.script(script_code), self._bench.slot(slot_code)
        if script.state is not ScriptState.APPROVED:
            raise DeskError(
                _("Only approved scripts can wait for a slot"), script.code, _("Approve it first")
            )
        if slot.plays is not Plays.QUEUE:
            raise DeskError(_("This slot has no queue: it always plays the same"), slot.code)
        if not 1 <= editions <= _MOST_EDITIONS:
            raise DeskError(
                _("A script waits for 1 to {most} editions").format(most=_MOST_EDITIONS), str(editions)
            )
        self._refuse_other_days(script, slot)
        self._limits.check(slot, self._bench.store.slots(), queued=script.id)
        now = self._bench.now()
        queued = self._bench.store.enqueue(slot.id, script.id, editions, by=person.name, now=now)
        self._editions.expand(now)
        return queued

    def list(self, slot_code: str | None = None) -> tuple[Waiting, ...]:
        """What waits, by slot and position."""
        slots = {slot.id: slot for slot in self._bench.store.slots()}
        wanted = self._bench.slot(slot_code).id if slot_code is not None else None
        return tuple(
            Waiting(queued, slots[queued.slot_id], self._bench.store.script(queued.script_id))
            for queued in self._bench.store.queue(wanted)
        )

    def move(self, script_code: str, slot_code: str, position: int, *, by: str) -> None:
        """To 1-based `position` in the slot's queue. DeskError: there is no such position."""
        person, queued = self._bench.person(by), self._entry(script_code, slot_code)
        length = len(self._bench.store.queue(queued.slot_id))
        if not 1 <= position <= length:
            raise DeskError(
                _("There is no such place in the queue"),
                str(position),
                _("It has places 1 to {n}").format(n=length),
            )
        now = self._bench.now()
        self._bench.store.move(queued.id, position, by=person.name, now=now)
        self._editions.expand(now)

    def remove(self, script_code: str, slot_code: str, *, by: str) -> None:
        """Out of the slot's queue, whatever it is still owed."""
        person, queued = self._bench.person(by), self._entry(script_code, slot_code)
        now = self._bench.now()
        self._bench.store.dequeue(queued.id, by=person.name, now=now)
        self._editions.expand(now)

    def _entry(self, script_code: str, slot_code: str) -> Queued:
        script, slot = self._bench.store.script(script_code), self._bench.slot(slot_code)
        for queued in self._bench.store.queue(slot.id):
            if queued.script_id == script.id:
                return queued
        raise NotFound(_("This script does not wait for that slot"), f"{script.code}, {slot.code}")

    def _refuse_other_days(self, script: Script, slot: Slot) -> None:
        coming = self._limits.coming(slot, 1)
        if not coming and not slot.profiles:
            raise DeskError(_("This slot has no more editions"), slot.code)
        if coming and script.expires is not None and script.expires < coming[0].date():
            raise DeskError(
                _("This script expires before the slot's next edition"),
                f"{script.code} ({script.expires})",
                _("Slot {slot} next airs on {day}").format(slot=slot.code, day=coming[0].date()),
            )
        if coming and script.not_before is not None and coming[0].date() < script.not_before:
            raise DeskError(
                _("This script may not air yet on the slot's next day"),
                f"{script.code} ({script.not_before})",
                _("Slot {slot} next airs on {day}; queue it after that").format(
                    slot=slot.code, day=coming[0].date()
                ),
            )
