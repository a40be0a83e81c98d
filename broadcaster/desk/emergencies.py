"""Emergencies: raised, confirmed, updated, cancelled by named people, who say why."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from broadcaster.desk.bench import Bench
from broadcaster.desk.emergency import Emergency, EmergencyState
from broadcaster.desk.rounds import LEAD, Rounds
from broadcaster.errors import DeskError, PolicyError
from broadcaster.language import _
from broadcaster.production.bulletin import FormName
from broadcaster.timetable import reasons
from broadcaster.timetable.policy import refusal
from broadcaster.timetable.slot import Interrupted, Priority, Slot, SlotKind
from broadcaster.units import Milliseconds

LONGEST = timedelta(hours=24)
"""Then a person raises it anew: nothing is forgotten on the air."""
SHORTEST_REPEAT = timedelta(seconds=30)
LONGEST_TEXT = 5_000
_LONGEST_TITLE = 60
_LEAST_LATENESS_S = 120
DRILL_TEXT = "Bà con nghe loa, giữ bình tĩnh và làm theo hướng dẫn của cán bộ. Không phải sơ tán."


@dataclass(frozen=True)
class Call:
    """What a person asks for."""

    text: str
    hamlets: tuple[str, ...]
    """Ids."""
    by: str
    reason: str
    repeat: timedelta = timedelta(minutes=5)
    """From the start of one round to that of the next."""
    until: datetime | None = None
    """None: as long as may be."""
    drill: bool = False
    """Once, marked in its words and in the log, and never in quiet hours."""


@dataclass(frozen=True)
class Raised:
    emergency: Emergency
    starts_at: datetime
    """When its siren sounds."""
    beside: tuple[Emergency, ...]
    """Others that are on in one of its hamlets: they take turns."""
    also: frozenset[str] = frozenset()
    """Ids of hamlets that were not asked for, but hear the horns of one that was: it sounds there too."""


class Emergencies:
    """NotFound: no such person, hamlet or emergency; DeskError: it makes no sense as things are."""

    def __init__(self, bench: Bench, rounds: Rounds) -> None:
        self._bench = bench
        self._store = bench.store
        self._rounds = rounds

    def raise_(self, call: Call) -> Raised:
        """On the air at once: the siren first, the words as soon as they are spoken, again and again.

        PolicyError: a drill in quiet hours. Raises what making the siren raises, if it is not there.
        """
        return self._on(self._new(call), call)

    def keep(self, call: Call) -> Emergency:
        """The same as a draft, which sounds when somebody confirms it."""
        new = self._new(call)
        return self._store.draft_emergency(new, by=new.by, now=self._bench.now())

    def confirm(self, code: str, call: Call) -> Raised:
        """A draft goes on the air in the name of `call.by`; where `call` has no text or reason, the draft's
        own stand."""
        draft = self._store.emergency(code)
        if draft.state is not EmergencyState.DRAFT:
            raise DeskError(_("This emergency is no draft"), f"{draft.code}: {_shown(draft)}")
        now = self._bench.now()
        if draft.until <= now:
            raise DeskError(_("The time of this draft has passed"), draft.code, _("Raise a new emergency"))
        until = min(filter(None, (draft.until, call.until, now + LONGEST)))
        text, reason = call.text or draft.text, call.reason or draft.reason
        new = self._new(replace(call, text=text, reason=reason, until=until, drill=draft.drill))
        slot = replace(new.slot, id=draft.slot.id, code=draft.code)
        title = new.title if call.text else draft.title
        return self._on(
            replace(new, id=draft.id, slot=slot, title=title, cap=draft.cap, replaces=draft.replaces), call
        )

    def update(self, code: str, text: str, *, by: str) -> bool:
        """New words, from the next round on; at once where the old ones sound (True)."""
        person, emergency, text = self._bench.person(by), self._store.emergency(code), _checked(text)
        if emergency.state is not EmergencyState.ON:
            raise DeskError(_("This emergency is not on"), f"{emergency.code}: {_shown(emergency)}")
        now = self._bench.now()
        return self._store.change_emergency(
            emergency.id, title_of(text), text, _soon(now), by=person.name, now=now
        )

    def cancel(self, code: str, *, by: str) -> bool:
        """Silent at once and for good; False: it had ended before."""
        person, emergency = self._bench.person(by), self._store.emergency(code)
        now = self._bench.now()
        return self._store.end_emergency(emergency.id, EmergencyState.CANCELLED, by=person.name, now=now)

    def on(self) -> tuple[Emergency, ...]:
        """Those that are on, newest first."""
        return self._store.emergencies(EmergencyState.ON)

    def _on(self, emergency: Emergency, call: Call) -> Raised:
        beside = tuple(other for other in self.on() if set(other.slot.hamlets) & set(emergency.slot.hamlets))
        if emergency.drill:
            self._refuse_drill(emergency, beside)
        if self._rounds.siren_problem():
            self._rounds.ready_siren()
        now = self._bench.now()
        starts_at = _soon(now)
        raised = self._store.raise_emergency(emergency, starts_at, by=emergency.by, now=now)
        stay = (other for other in beside if not other.drill and other.id != emergency.replaces)
        also = frozenset(emergency.slot.hamlets) - frozenset(call.hamlets)
        return Raised(raised, starts_at, tuple(stay), also)

    def _new(self, call: Call) -> Emergency:
        person, text, now = self._bench.person(call.by), _checked(call.text), self._bench.now()
        if not call.reason.strip():
            raise DeskError(_("An emergency needs a reason"), "", _("Say why: --reason WHY"))
        if not call.hamlets:
            raise DeskError(_("An emergency needs a hamlet"))
        if call.repeat < SHORTEST_REPEAT:
            raise DeskError(
                _("An emergency is repeated every {least} s at the most").format(
                    least=round(SHORTEST_REPEAT.total_seconds())
                ),
                f"{call.repeat.total_seconds():.0f} s",
            )
        until = now + LONGEST if call.until is None else call.until
        if not now < until <= now + LONGEST:
            raise DeskError(
                _("An emergency ends between now and {hours} hours from now").format(
                    hours=LONGEST // timedelta(hours=1)
                ),
                f"{until.astimezone(self._bench.rules.zone):%Y-%m-%d %H:%M}",
            )
        repeat_s = 0 if call.drill else round(call.repeat.total_seconds())
        return Emergency(
            id=uuid.uuid4().hex,
            slot=self._slot(call, now, repeat_s),
            state=EmergencyState.DRAFT,
            drill=call.drill,
            title=title_of(text),
            text=text,
            by=person.name,
            reason=call.reason.strip(),
            raised_at=now,
            repeat_s=repeat_s,
            until=until,
        )

    def _slot(self, call: Call, now: datetime, repeat_s: int) -> Slot:
        local = now.astimezone(self._bench.rules.zone)
        return Slot(
            id=uuid.uuid4().hex,
            code="",
            name=_("Drill") if call.drill else _("Emergency"),
            at=local.time().replace(second=0, microsecond=0),
            hamlets=self._in_earshot(call.hamlets),
            first=local.date(),
            last=local.date(),
            kind=SlotKind.EMERGENCY,
            priority=Priority.EMERGENCY,
            lateness_s=max(_LEAST_LATENESS_S, repeat_s),
            interrupted=Interrupted.END,
            form=FormName.EMERGENCY,
        )

    def _in_earshot(self, hamlet_ids: Sequence[str]) -> tuple[str, ...]:
        """These hamlets, and those that hear their horns: never two bulletins at once among them."""
        groups = {hamlet.id: hamlet.overlap_group for hamlet in self._store.hamlets()}
        heard = {groups.get(id_, "") for id_ in hamlet_ids} - {""}
        return tuple(dict.fromkeys([*hamlet_ids, *(id_ for id_, group in groups.items() if group in heard)]))

    def _refuse_drill(self, drill: Emergency, beside: Sequence[Emergency]) -> None:
        """Nobody is woken for a drill, and none is held while it burns."""
        real = next((other for other in beside if not other.drill), None)
        if real is not None:
            raise DeskError(
                _("No drill while an emergency is on"),
                f"{real.code}: {real.title}",
                _("Cancel that one first"),
            )
        starts_at = self._bench.now().astimezone(self._bench.rules.zone)
        for hamlet in self._bench.store.hamlets():
            why = hamlet.id in drill.slot.hamlets and refusal(
                *(self._bench.rules.policy, hamlet, SlotKind.PROGRAMME, Priority.ROUTINE),
                *(starts_at, Milliseconds(60_000), 0.0),
            )
            if why:
                raise PolicyError(
                    _("The station's rules forbid a drill now"), f"{hamlet.name}: {reasons.shown(why)}"
                )


def title_of(text: str) -> str:
    """Its first sentence, as far as it fits in a line of the log."""
    first = text.strip().split("\n")[0].split(". ")[0].strip()
    return first if len(first) <= _LONGEST_TITLE else f"{first[: _LONGEST_TITLE - 1]}…"


def _checked(text: str) -> str:
    text = text.strip()
    if not any(character.isalnum() for character in text):
        raise DeskError(_("An emergency needs words"), text[:40])
    if len(text) > LONGEST_TEXT:
        raise DeskError(
            _("An emergency has at most {most} characters").format(most=LONGEST_TEXT),
            f"{len(text)}",
            _("Say what people must do, and no more"),
        )
    return text


def _soon(now: datetime) -> datetime:
    """The siren's second, to the millisecond that the database keeps."""
    at = now + LEAD
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _shown(emergency: Emergency) -> str:
    words = {
        EmergencyState.DRAFT: _("draft"),
        EmergencyState.ON: _("on"),
        EmergencyState.CANCELLED: _("cancelled"),
        EmergencyState.EXPIRED: _("expired"),
    }
    return words[emergency.state]
