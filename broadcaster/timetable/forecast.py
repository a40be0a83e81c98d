"""What will play: one pure function of the rules, the queue and the fixed editions.

The queue is always played through from `state.as_of`, so that a forecast does not depend on where it is cut:
forecast(A, C) == forecast(A, B) + forecast(B, C).
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from broadcaster.timetable import reasons
from broadcaster.timetable.edition import PlannedEdition, Queued, Rules, State
from broadcaster.timetable.recurrence import instants, occurs_on
from broadcaster.timetable.replacing import replacers, without
from broadcaster.timetable.slot import Plays, Slot, SlotKind


def forecast(rules: Rules, state: State, start: datetime, end: datetime) -> tuple[PlannedEdition, ...]:
    """Every edition of the programme slots in [start, end), by (starts_at, slot code).

    Before `state.as_of` only fixed editions are known. A fixed edition whose slot no longer has that instant
    is not in it, nor one that other slots replace in all of its hamlets. Scripts that have expired, may not
    air, or may only later, never appear; where that or an empty queue leaves nothing to play, `reason` says
    so.
    """
    simulation = _Simulation(rules, state)
    played = (
        simulation.play(slot, at) for at, slot in _starts(rules, min(start, state.as_of, key=_utc), end)
    )
    return tuple(edition for edition in played if edition and _utc(edition.starts_at) >= _utc(start))


def _starts(rules: Rules, begin: datetime, end: datetime) -> Iterator[tuple[datetime, Slot]]:
    """All starts in [begin, end), by (instant, slot code), each with the hamlets that hear it."""
    replacing = replacers(rules.slots)

    def of(slot: Slot) -> Iterator[tuple[datetime, str, Slot]]:
        for starts_at in instants(slot, begin, end, rules.zone, rules.calendar):
            day = starts_at.date()
            others = [other for other in replacing.get(slot.id, ()) if occurs_on(other, day, rules.calendar)]
            heard = without(slot, others)
            if heard.hamlets:
                yield _utc(starts_at), slot.code, heard

    programmes = [of(slot) for slot in rules.slots if slot.kind is SlotKind.PROGRAMME]
    for starts_at, _code, slot in heapq.merge(*programmes, key=lambda start: start[:2]):
        yield starts_at.astimezone(rules.zone), slot


_NEVER = datetime.min.replace(tzinfo=UTC), 0


class _Simulation:
    """The queue being used up, edition after edition."""

    def __init__(self, rules: Rules, state: State) -> None:
        self._rules = rules
        self._as_of = _utc(state.as_of)
        self._fixed = {(f.slot_id, _utc(f.starts_at)): f.script_ids for f in state.fixed}
        self._queues: dict[str, list[Queued]] = defaultdict(list)
        for queued in sorted(state.queue, key=lambda entry: entry.position):
            self._queues[queued.slot_id].append(queued)
        self._played: dict[str, list[tuple[datetime, tuple[str, ...]]]] = defaultdict(list)
        self._turns = {(p.slot_id, p.script_id): (_utc(p.starts_at), p.position) for p in state.plays}
        for f in sorted(state.fixed, key=lambda fixed: _utc(fixed.starts_at)):
            if _utc(f.starts_at) < self._as_of:
                self._remember(f.slot_id, _utc(f.starts_at), f.script_ids)

    def _remember(self, slot_id: str, instant: datetime, scripts: tuple[str, ...]) -> None:
        if scripts:
            self._played[slot_id].append((instant, scripts))
        for position, script in enumerate(scripts):
            self._turns[slot_id, script] = (instant, position)

    def play(self, slot: Slot, starts_at: datetime) -> PlannedEdition | None:
        """The next edition; None for one that lies in the past and was never fixed."""
        instant, day = _utc(starts_at), starts_at.date()
        fixed = None if slot.plays is Plays.RELAY else self._fixed.get((slot.id, instant))
        if instant < self._as_of and fixed is None:
            return None
        if fixed is not None:
            scripts, reason = self._allowed(fixed, day)
        else:
            scripts, reason = self._chosen(slot, instant, day)
        if instant >= self._as_of:
            self._remember(slot.id, instant, scripts if fixed is None else fixed)
        profile = self._rules.calendar.profile(day)
        music = profile is None or profile.music
        return PlannedEdition(slot, starts_at, scripts, fixed is None, reason, music)

    def _chosen(self, slot: Slot, instant: datetime, day: date) -> tuple[tuple[str, ...], str]:
        if slot.plays is Plays.QUEUE:
            return self._from_queue(slot, day)
        if slot.plays is Plays.SCRIPT:
            return self._allowed((slot.ref,), day)
        if slot.plays is Plays.ROTATION:
            return self._next_turns(slot, day)
        if slot.plays is Plays.RELAY:
            return (), f"{reasons.RELAY} {slot.ref}"
        return self._repeated(slot, instant, day)

    def _from_queue(self, slot: Slot, day: date) -> tuple[tuple[str, ...], str]:
        waiting = self._queues[slot.id]
        refused = {q.id: why for q in waiting if (why := self._why_not(q.script_id, day, q.expires))}
        used = [q for q in waiting if q.id not in refused][: slot.max_items]
        if not used:
            return (), next(iter(refused.values()), reasons.NOTHING_QUEUED)
        self._queues[slot.id] = [left for q in waiting if (left := _less_one(q) if q in used else q).owed > 0]
        return tuple(q.script_id for q in used), ""

    def _next_turns(self, slot: Slot, day: date) -> tuple[tuple[str, ...], str]:
        """Those that have waited longest: first the ones that never played, as the rotation lists them."""
        kept, reason = self._allowed(slot.rotation, day)
        waited = sorted(kept, key=lambda script: self._turns.get((slot.id, script), _NEVER))
        return tuple(waited[: slot.max_items]), reason

    def _repeated(self, slot: Slot, instant: datetime, day: date) -> tuple[tuple[str, ...], str]:
        """What `ref` played last, strictly before this instant."""
        for when, scripts in reversed(self._played[slot.ref]):
            if when < instant:
                return self._allowed(scripts, day)
        return (), reasons.NOTHING_TO_REPEAT

    def _allowed(self, scripts: Sequence[str], day: date) -> tuple[tuple[str, ...], str]:
        refused = {script: why for script in scripts if (why := self._why_not(script, day))}
        kept = tuple(script for script in scripts if script not in refused)
        return kept, "" if kept else next(iter(refused.values()), reasons.NOTHING_QUEUED)

    def _why_not(self, script: str, day: date, expires: date | None = None) -> str:
        if script in self._rules.barred:
            return reasons.NOT_APPROVED
        if day < self._rules.earliest.get(script, date.min):
            return reasons.TOO_EARLY
        last = min(expires or date.max, self._rules.expiries.get(script, date.max))
        return reasons.EXPIRED if last < day else ""


def _less_one(queued: Queued) -> Queued:
    return replace(queued, owed=queued.owed - 1)


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)
