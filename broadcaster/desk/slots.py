"""The timetable's slots: added, changed, removed, skipped, never against another slot or the rules."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, replace
from datetime import date

from broadcaster.desk.bench import Bench
from broadcaster.desk.editions import Editions
from broadcaster.desk.limits import Limits
from broadcaster.desk.ports import Reconciled
from broadcaster.errors import DeskError, NotFound, TimetableError
from broadcaster.language import _
from broadcaster.production.form_files import known_forms, load_form
from broadcaster.timetable.clashes import refuse_clash
from broadcaster.timetable.recurrence import check, occurs_on
from broadcaster.timetable.slot import Plays, Priority, Slot, SlotKind

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


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
        """A new slot; its `id` is given here, `ref` may be a code.

        TimetableError: it cannot be, or would never sound; SlotClash: another slot wants a hamlet at that
        time; PolicyError: the station's rules forbid it; NotFound: hamlet, script, slot or person.
        """
        return self._save(replace(slot, id=uuid.uuid4().hex), by)

    def change(self, slot: Slot, *, by: str) -> Saved:
        """Write `slot` over the one of its id; raises what `add` raises."""
        self._bench.slot(slot.id)
        return self._save(slot, by)

    def skip(self, code: str, day: date, *, by: str) -> Saved:
        """No edition on that day. TimetableError: it has none then."""
        slot = self._bench.slot(code)
        if not occurs_on(slot, day) or day < self._bench.today():
            raise TimetableError(_("This slot has no edition to skip on that day"), f"{slot.code}, {day}")
        skipping = replace(slot, skips=slot.skips | {day})
        person, now = self._bench.person(by), self._bench.now()
        self._bench.store.save_slot(skipping, by=person.name, now=now)
        return self._saved(skipping)

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

    def _save(self, slot: Slot, by: str) -> Saved:
        person = self._bench.person(by)
        slot = self._checked(slot)
        self._bench.store.save_slot(slot, by=person.name, now=self._bench.now())
        return self._saved(slot)

    def _checked(self, slot: Slot) -> Slot:
        """The slot with its `ref` as an id, after every check."""
        if not _CODE.fullmatch(slot.code):
            raise TimetableError(
                _("A slot's code is made of a-z, 0-9 and -"), slot.code, _("Write it like buoi-sang")
            )
        if slot.kind is not SlotKind.PROGRAMME or slot.priority is Priority.EMERGENCY:
            raise TimetableError(_("Rehearsals and emergencies are no part of the timetable"), slot.code)
        forms = known_forms(self._bench.folder)
        if slot.form not in forms:
            raise TimetableError(
                _("There is no such form of programme"),
                slot.form,
                _("Forms are: {names}").format(names=", ".join(forms)),
            )
        load_form(slot.form, self._bench.folder)
        check(slot)
        self._require_hamlets(slot)
        slot = replace(slot, ref=self._ref(slot))
        names = {hamlet.id: hamlet.name for hamlet in self._bench.store.hamlets()}
        refuse_clash(slot, self._bench.store.slots(), self._bench.today(), names, self._limits.allows)
        self._limits.check(slot)
        return slot

    def _require_hamlets(self, slot: Slot) -> None:
        known = {hamlet.id for hamlet in self._bench.store.hamlets()}
        for hamlet_id in slot.hamlets:
            if hamlet_id not in known:
                raise NotFound(_("No such hamlet"), hamlet_id)

    def _ref(self, slot: Slot) -> str:
        if slot.plays is Plays.QUEUE:
            return ""
        if slot.plays is Plays.SCRIPT:
            return self._bench.store.script(slot.ref).id
        repeated = self._bench.slot(slot.ref)
        if repeated.id == slot.id:
            raise TimetableError(_("A slot cannot repeat itself"), slot.code)
        return repeated.id

    def _saved(self, slot: Slot) -> Saved:
        return Saved(slot, self._editions.expand(self._bench.now()))
