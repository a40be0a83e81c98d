"""The timetable's slots: added, changed, removed, skipped, never against another slot or the rules."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from broadcaster.desk.bench import Bench
from broadcaster.desk.editions import Editions
from broadcaster.desk.limits import Limits
from broadcaster.desk.ports import Reconciled
from broadcaster.desk.slot_checks import Checks
from broadcaster.errors import DeskError, NotFound, TimetableError
from broadcaster.language import _
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.recurrence import occurs_on
from broadcaster.timetable.slot import Plays, Slot


@dataclass(frozen=True)
class Saved:
    """What a change of the timetable did."""

    slot: Slot
    airings: Reconciled


class Slots:
    def __init__(self, bench: Bench, editions: Editions, limits: Limits) -> None:
        self._bench = bench
        self._editions = editions
        self._limits = limits
        self._checks = Checks(bench, limits)

    def hamlet_ids(self, codes: tuple[str, ...]) -> tuple[str, ...]:
        """Ids of the hamlets of these codes; of all hamlets when none is named. NotFound: no such hamlet."""
        known = {hamlet.code: hamlet.id for hamlet in self._bench.store.hamlets()}
        for code in codes:
            if code not in known:
                raise NotFound(
                    _("No such hamlet"), code, _("Known are: {names}").format(names=", ".join(known))
                )
        return tuple(dict.fromkeys(known[code] for code in codes or known))

    def add(self, slot: Slot, *, by: str) -> Saved:
        """A new slot; its `id` is given here. `ref`, `rotation` and `replaces` may be codes, `day_rule` may
        have any spelling.

        TimetableError: it cannot be, or would never sound; SlotClash: another slot wants a hamlet at that
        time; PolicyError: the station's rules forbid it; NotFound: hamlet, script, slot or person.
        """
        slot = self._save(replace(slot, id=uuid.uuid4().hex), by)
        return Saved(slot, self._editions.expand_new(slot, self._bench.now()))

    def add_all(self, slots: Sequence[Slot], *, by: str) -> tuple[Saved, ...]:
        """New slots, each judged beside those before it; all are saved, or none. Raises what `add` does."""
        person, made = self._bench.person(by), self.checked(slots)
        self._bench.store.save_slots(made, by=person.name, now=self._bench.now())
        airings = self._editions.expand(self._bench.now())
        return tuple(Saved(slot, airings) for slot in made)

    def checked(self, slots: Sequence[Slot]) -> list[Slot]:
        """What `add_all` would save; nothing is saved."""
        made: list[Slot] = []
        for slot in slots:
            made.append(self._checks.of(replace(slot, id=uuid.uuid4().hex), made))
        return made

    def change(self, slot: Slot, *, by: str) -> Saved:
        """Write `slot` over the one of its id; raises what `add` raises."""
        self._bench.slot(slot.id)
        return self._saved(self._save(slot, by))

    def coming(self, slot: Slot, most: int) -> list[datetime]:
        """Its next starts on the days as they are stamped now, at most so many."""
        return self._limits.coming(slot, most)

    def skip(self, code: str, day: date, *, by: str) -> Saved:
        """No edition on that day. TimetableError: it has none then."""
        slot = self._bench.slot(code)
        if not occurs_on(slot, day, self._bench.calendar()) or day < self._bench.today():
            raise TimetableError(_("This slot has no edition to skip on that day"), f"{slot.code}, {day}")
        skipping = replace(slot, skips=slot.skips | {day})
        person, now = self._bench.person(by), self._bench.now()
        self._bench.store.save_slot(skipping, by=person.name, now=now)
        return self._saved(skipping)

    def require_peace(self, hamlet: Hamlet) -> None:
        """SlotClash when the hamlet would hear two slots at once with the overlap group that it has now."""
        self._checks.require_peace(hamlet)

    def remove(self, code: str, *, by: str) -> Saved:
        """Out of the timetable with its future airings. DeskError: another slot repeats it."""
        person, slot = self._bench.person(by), self._bench.slot(code)
        for other in self._bench.store.slots():
            if other.plays is Plays.REPEAT and other.ref == slot.id and other.id != slot.id:
                raise DeskError(
                    _("Another slot repeats this one"),
                    f"{other.code} → {slot.code}",
                    _("Remove that one first"),
                )
        self._bench.store.remove_slot(slot.id, by=person.name, now=self._bench.now())
        return self._saved(slot)

    def _save(self, slot: Slot, by: str) -> Slot:
        person = self._bench.person(by)
        slot = self._checks.of(slot)
        self._bench.store.save_slot(slot, by=person.name, now=self._bench.now())
        return slot

    def _saved(self, slot: Slot) -> Saved:
        return Saved(slot, self._editions.expand(self._bench.now()))
