"""What sounds in one hamlet at one instant, and why nothing else does: a line for each slot and script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from broadcaster.desk.bench import Bench
from broadcaster.desk.coming import Coming
from broadcaster.desk.editions import Editions
from broadcaster.desk.fallbacks import may_air
from broadcaster.desk.outlook import Outlook, Outlooks
from broadcaster.desk.script import ScriptState
from broadcaster.errors import NotFound
from broadcaster.language import _
from broadcaster.timetable import reasons
from broadcaster.timetable.recurrence import describe, occurs_on
from broadcaster.timetable.slot import Slot

LATER = "begins at"
OVER = "over at"
NOT_THAT_DAY = "not on this day"
PASSED = "passed without being planned"
NOT_MADE = "no audio made yet"
WAITS = "waits, at most at a time"
PLAYED = "played by then as often as ordered"
_DAY, _EVENING = timedelta(days=1), timedelta(hours=12)


@dataclass(frozen=True)
class Ended:
    """What became of an airing."""

    outcome: str
    reason: str
    seconds_played: float


@dataclass(frozen=True)
class Answer:
    hamlet: str
    """Its code."""
    slot: str
    when: str
    """The slot's recurrence in words."""
    starts_at: datetime | None
    """Of its edition on that day; None: it has none."""
    title: str
    sounds: bool
    what: str
    """What sounds: "bulletin", or a Rung; empty: nothing does, or it has sounded."""
    reason: str
    """Why it does not; of what has ended, how it ended."""


class Why:
    def __init__(self, bench: Bench, editions: Editions, outlook: Outlooks) -> None:
        self._bench = bench
        self._editions = editions
        self._outlook = outlook

    def at(
        self, instant: datetime, now: datetime, hamlet_code: str, ended: Mapping[tuple[str, datetime], Ended]
    ) -> tuple[Answer, ...]:
        """As things stand at `now`: what sounds first, then the slots by time, then what those that play at
        `instant` leave out. `ended`, by slot and start: what has become of the hamlet's airings around then.

        NotFound: no such hamlet.
        """
        hamlet_id = self._hamlet(hamlet_code)
        instant = instant.astimezone(self._bench.rules.zone)
        midnight = datetime.combine(instant.date(), time(), instant.tzinfo)
        rows = self._outlook.between(midnight - _EVENING, midnight + _DAY, now, hamlet_code)
        slots = {slot.code: slot for slot in self._bench.store.slots() if hamlet_id in slot.hamlets}
        answers = [
            self._answer(row, instant, slots.get(row.slot), ended.get((row.slot, row.starts_at)))
            for row in rows
            if row.starts_at >= midnight or instant < _end(row, slots.get(row.slot))
        ]
        expected = {answer.slot for answer in answers}
        others = (slot for code, slot in slots.items() if code not in expected)
        answers += [self._absent(slot, midnight, hamlet_code, ended) for slot in others]
        answers += self._left_out(instant, now, hamlet_code, slots)
        return tuple(sorted(answers, key=lambda answer: not answer.sounds))

    def _hamlet(self, code: str) -> str:
        known = {hamlet.code: hamlet.id for hamlet in self._bench.store.hamlets()}
        if code not in known:
            raise NotFound(_("No such hamlet"), code, _("Known: {codes}").format(codes=", ".join(known)))
        return known[code]

    def _answer(self, row: Outlook, instant: datetime, slot: Slot | None, ended: Ended | None) -> Answer:
        reason, sounds = _judged(row, instant, _end(row, slot), ended)
        what = row.sounds if sounds and ended is None else ""
        when = describe(slot) if slot else f"{row.starts_at:%H:%M}"
        return Answer(row.hamlet, row.slot, when, row.starts_at, row.title, sounds, what, reason)

    def _absent(
        self, slot: Slot, midnight: datetime, hamlet: str, ended: Mapping[tuple[str, datetime], Ended]
    ) -> Answer:
        """Of a slot that has no edition on that day, or had one that was never fixed."""
        starts_at = datetime.combine(midnight.date(), slot.at, midnight.tzinfo)
        told = ended.get((slot.code, starts_at))
        if told is not None:
            reason = _told(told)
        elif occurs_on(slot, midnight.date(), self._bench.calendar()):
            reason = PASSED
        else:
            return Answer(hamlet, slot.code, describe(slot), None, slot.name, False, "", NOT_THAT_DAY)
        return Answer(hamlet, slot.code, describe(slot), starts_at, slot.name, False, "", reason)

    def _left_out(
        self, instant: datetime, now: datetime, hamlet: str, slots: Mapping[str, Slot]
    ) -> Iterator[Answer]:
        """Scripts that the editions on at `instant` could have held, and do not."""
        longest = timedelta(seconds=max((slot.length_s for slot in slots.values()), default=0))
        for coming in self._editions.coming(instant - longest, instant + timedelta(milliseconds=1), now):
            slot, starts_at = coming.plan.slot, coming.plan.starts_at
            if slot.code in slots and instant < starts_at + timedelta(seconds=slot.length_s):
                for script_id, reason in self._not_in(coming, now):
                    title = self._bench.store.script(script_id).title
                    yield Answer(hamlet, slot.code, describe(slot), starts_at, title, False, "", reason)

    def _not_in(self, coming: Coming, now: datetime) -> Iterator[tuple[str, str]]:
        """(id of a script, why the edition does not hold it)."""
        owed = self._owed(coming, now)
        for script_id in dict.fromkeys((*coming.stored.script_ids, *coming.plan.slot.rotation, *owed)):
            if script_id not in coming.plan.script_ids:
                script = self._bench.store.script(script_id)
                if may_air(script, coming.day):
                    waits = f"{WAITS} {coming.plan.slot.max_items}"
                    yield script_id, waits if owed.get(script_id, 1) > 0 else PLAYED
                else:
                    approved = script.state is ScriptState.APPROVED
                    yield script_id, reasons.EXPIRED if approved else reasons.NOT_APPROVED

    def _owed(self, coming: Coming, now: datetime) -> dict[str, int]:
        """Of each script that waits for the slot: how many editions it is still owed when this one comes."""
        owed = {queued.script_id: queued.owed for queued in self._bench.store.queue(coming.plan.slot.id)}
        for plan in self._editions.forecast(now, coming.plan.starts_at, now) if owed else ():
            if plan.slot.id == coming.plan.slot.id and plan.provisional:
                owed.update({id_: owed[id_] - 1 for id_ in plan.script_ids if id_ in owed})
        return owed


def _end(row: Outlook, slot: Slot | None) -> datetime:
    """When it is over; what is not made yet may take all of its slot."""
    return row.starts_at + timedelta(seconds=row.seconds_planned or (slot.length_s if slot else 0))


def _judged(row: Outlook, instant: datetime, end: datetime, ended: Ended | None) -> tuple[str, bool]:
    """(reason, whether it sounds at `instant`)."""
    if ended is not None:
        heard = row.starts_at <= instant < row.starts_at + timedelta(seconds=ended.seconds_played)
        return _told(ended), heard
    if row.reason:
        return row.reason, False
    if instant < row.starts_at:
        return f"{LATER} {row.starts_at:%H:%M}", False
    if instant >= end:
        return f"{OVER} {end:%H:%M}", False
    return ("", True) if row.sounds else (NOT_MADE, False)


def _told(ended: Ended) -> str:
    return ": ".join(filter(None, (ended.outcome, ended.reason)))


def shown(reason: str) -> str:
    """`reason` in the language in use; figures after the known words are kept as they are."""
    words = {
        LATER: _("begins at"),
        OVER: _("over at"),
        NOT_THAT_DAY: _("not on this day"),
        PASSED: _("passed without being planned"),
        NOT_MADE: _("no audio made yet"),
        WAITS: _("waits, at most at a time"),
        PLAYED: _("played by then as often as ordered"),
    }
    for known, translated in words.items():
        if reason.startswith(known):
            return translated + reason.removeprefix(known)
    return reasons.shown(reason)
