"""What is asked of a slot before it is saved."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from broadcaster.desk.bench import Bench
from broadcaster.desk.limits import Limits
from broadcaster.desk.profiles import unknown_profile
from broadcaster.errors import NotFound, TimetableError
from broadcaster.language import _
from broadcaster.production.form_files import form_names, load_form
from broadcaster.timetable.clashes import Surroundings, refuse_clash
from broadcaster.timetable.day_rule import canonical
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.recurrence import check
from broadcaster.timetable.replacing import replacers
from broadcaster.timetable.slot import Plays, Priority, Slot, SlotKind

_DAY = timedelta(days=1)
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Checks:
    def __init__(self, bench: Bench, limits: Limits) -> None:
        self._bench = bench
        self._limits = limits

    def of(self, slot: Slot, made: Sequence[Slot] = ()) -> Slot:
        """The slot with ids for codes, after every check beside the timetable and those just made.

        Raises what `Slots.add` does.
        """
        if not _CODE.fullmatch(slot.code):
            raise TimetableError(
                _("A slot's code is made of a-z, 0-9 and -"), slot.code, _("Write it like buoi-sang")
            )
        if slot.kind is not SlotKind.PROGRAMME or slot.priority is Priority.EMERGENCY:
            raise TimetableError(_("Rehearsals and emergencies are no part of the timetable"), slot.code)
        self._require_form(slot.form)
        check(slot)
        self._require_hamlets(slot)
        self._require_profiles(slot)
        slot = self._with_ids(replace(slot, day_rule=canonical(slot.day_rule)), made)
        slots = [*self._beside(slot), *made]
        self._refuse_clash(slot, slots, self._around([*(s for s in slots if s.id != slot.id), slot], {}))
        self._limits.check(slot, slots)
        return slot

    def _beside(self, slot: Slot) -> tuple[Slot, ...]:
        """The slots that may sound on one of its days, or on the night before or after; all, if repeats are
        limited: those follow what a slot repeats, whenever that sounds."""
        if self._bench.rules.policy.repeats_per_day is not None:
            return self._bench.store.slots()
        first = max(slot.first or date.min, self._bench.today())
        return self._bench.store.slots(first - _DAY, slot.last and slot.last + _DAY)

    def require_peace(self, hamlet: Hamlet) -> None:
        """SlotClash when the hamlet would hear two slots at once with the overlap group that it has now."""
        slots = self._bench.store.slots()
        around = self._around(slots, {hamlet.id: hamlet.overlap_group})
        for slot in slots if hamlet.overlap_group else ():
            if hamlet.id in slot.hamlets:
                self._refuse_clash(slot, slots, around)

    def _refuse_clash(self, slot: Slot, slots: Sequence[Slot], around: Surroundings) -> None:
        names = {hamlet.id: hamlet.name for hamlet in self._bench.store.hamlets()}
        refuse_clash(
            *(slot, slots, self._bench.today(), names),
            *(lambda moved: self._limits.allows(moved, slots), around),
        )

    def _around(self, slots: Sequence[Slot], groups: Mapping[str, str]) -> Surroundings:
        known = {hamlet.id: hamlet.overlap_group for hamlet in self._bench.store.hamlets()}
        return Surroundings(
            self._bench.calendar(), self._bench.store.profiles(), {**known, **groups}, replacers(slots)
        )

    def _require_form(self, form: str) -> None:
        forms = form_names(self._bench.folder)
        if form not in forms:
            raise TimetableError(
                _("There is no such form of programme"),
                form,
                _("Forms are: {names}").format(names=", ".join(forms)),
            )
        load_form(form, self._bench.folder)

    def _require_profiles(self, slot: Slot) -> None:
        known = [profile.code for profile in self._bench.store.profiles()]
        for code in slot.profiles:
            if code not in known:
                raise unknown_profile(code, known)

    def _with_ids(self, slot: Slot, made: Sequence[Slot]) -> Slot:
        scripts = (self._bench.store.script(script).id for script in slot.rotation)
        rotation = tuple(dict.fromkeys(scripts)) if slot.plays is Plays.ROTATION else ()
        return replace(
            slot, ref=self._ref(slot, made), rotation=rotation, replaces=self._replaced(slot, made)
        )

    def _slot(self, code: str, made: Sequence[Slot]) -> Slot:
        return next((slot for slot in made if slot.code == code), None) or self._bench.slot(code)

    def _replaced(self, slot: Slot, made: Sequence[Slot]) -> tuple[str, ...]:
        """Ids of the slots that it stands in for."""
        replaced = [self._slot(code, made) for code in slot.replaces]
        for other in replaced:
            if slot.id in self._replaced_in_turn(other, made):
                raise TimetableError(_("Two slots cannot replace each other"), f"{slot.code}, {other.code}")
            if not set(other.hamlets) & set(slot.hamlets):
                raise TimetableError(
                    _("A slot can replace another only in hamlets of both"), f"{slot.code}, {other.code}"
                )
        return tuple(dict.fromkeys(other.id for other in replaced))

    def _replaced_in_turn(self, slot: Slot, made: Sequence[Slot]) -> set[str]:
        """Ids of the slot, of those that it replaces, of those that they replace, and so on."""
        known = {other.id: other for other in (*self._bench.store.slots(), *made)} if slot.replaces else {}
        found, waiting = {slot.id}, [slot]
        while waiting:
            new = set(waiting.pop().replaces) - found
            found |= new
            waiting += (known[id_] for id_ in new if id_ in known)
        return found

    def _require_hamlets(self, slot: Slot) -> None:
        known = {hamlet.id for hamlet in self._bench.store.hamlets()}
        for hamlet_id in slot.hamlets:
            if hamlet_id not in known:
                raise NotFound(_("No such hamlet"), hamlet_id)

    def _ref(self, slot: Slot, made: Sequence[Slot]) -> str:
        if slot.plays in (Plays.QUEUE, Plays.ROTATION):
            return ""
        if slot.plays is Plays.RELAY:
            return " ".join(slot.ref.split())
        if slot.plays is Plays.SCRIPT:
            return self._bench.store.script(slot.ref).id
        repeated = self._slot(slot.ref, made)
        if repeated.id == slot.id:
            raise TimetableError(_("A slot cannot repeat itself"), slot.code)
        return repeated.id
