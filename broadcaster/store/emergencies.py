"""Emergencies: kept, raised, changed, ended; and their editions, round by round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from broadcaster.desk.emergency import CapKey, Emergency, EmergencyState, Round
from broadcaster.desk.ports import EditionState
from broadcaster.errors import DeskError
from broadcaster.language import _
from broadcaster.playout import reasons
from broadcaster.playout.airing import AiringState, Outcome
from broadcaster.production.bulletin import Bulletin
from broadcaster.store.columns import NEVER, known
from broadcaster.store.distant import note_unheard
from broadcaster.store.editions import insert_one_off
from broadcaster.store.endings import cancel, end
from broadcaster.store.part import AnyRow, Part, among, not_found, record, shared_columns, shared_values
from broadcaster.store.people import require_person
from broadcaster.store.slots import load, write
from broadcaster.store.tables import airing, bulletin, edition, outcome, setting, slot
from broadcaster.store.tables import emergency as table
from broadcaster.timetable.slot import Slot
from broadcaster.units import Milliseconds

_SIREN = "siren"
_REAL, _DRILL = "khan-cap", "dien-tap"
_LONGEST_ROUND = timedelta(minutes=3)
_PLAIN = {field.name for field in fields(Emergency)} - {"slot", "cap"}


class Emergencies(Part):
    def emergencies(self, *states: EmergencyState) -> tuple[Emergency, ...]:
        with self._database.reading() as connection:
            return _all(connection, *([table.c.state.in_([*states])] if states else []))

    def emergency(self, code_or_id: str) -> Emergency:
        with self._database.reading() as connection:
            return _one(connection, code_or_id)

    def draft_emergency(self, emergency: Emergency, *, by: str, now: datetime) -> Emergency:
        with self._database.writing() as connection:
            require_person(connection, by)
            kept = _write(connection, replace(emergency, state=EmergencyState.DRAFT, changed_by=by))
            record(connection, by, now, "draft emergency", kept.id, **_told(kept))
            return kept

    def raise_emergency(
        self, emergency: Emergency, starts_at: datetime, *, by: str, now: datetime
    ) -> Emergency:
        with self._database.writing() as connection:
            require_person(connection, by)
            siren = _siren(connection)
            kept = _write(connection, replace(emergency, state=EmergencyState.ON, changed_by=by, siren=siren))
            for other in _all(connection, table.c.state == EmergencyState.ON):
                if other.id == kept.replaces or (other.drill and not kept.drill):
                    _end(connection, other, EmergencyState.CANCELLED, by, now)
            _book(connection, kept.slot, starts_at, kept.label, siren)
            record(connection, by, now, "raise emergency", kept.id, **_told(kept))
            return kept

    def change_emergency(
        self, emergency_id: str, title: str, text: str, starts_at: datetime, *, by: str, now: datetime
    ) -> bool:
        unspoken = {"spoken": "", "words": "", "whole": "", "trouble": ""}
        changed = {"title": title, "text": text, "changed_by": by} | unspoken
        with self._database.writing() as connection:
            require_person(connection, by)
            old = _one(connection, emergency_id)
            if old.state is not EmergencyState.ON:
                raise DeskError(_("This emergency is not on"), old.code)
            connection.execute(update(table).where(table.c.id == old.id).values(changed))
            sounding = _call_off(connection, old.slot, f"{reasons.CALLED_OFF} {by}", now)
            if sounding:
                label = replace(old, title=title).label
                _book(connection, old.slot, starts_at, label, old.siren)
            record(connection, by, now, "update emergency", old.id, code=old.code, title=title, text=text)
            return sounding

    def speak_emergency(
        self, emergency: Emergency, *, spoken: str, words: str, whole: str, trouble: str
    ) -> None:
        same = (table.c.id == emergency.id, table.c.text == emergency.text)
        audio = {"spoken": spoken, "words": words, "whole": whole, "trouble": trouble}
        with self._database.writing(told=False) as connection:
            connection.execute(update(table).where(*same).values(audio))

    def end_emergency(self, emergency_id: str, state: EmergencyState, *, by: str, now: datetime) -> bool:
        with self._database.writing() as connection:
            if by:
                require_person(connection, by)
            return _end(connection, _one(connection, emergency_id), state, by, now)

    def last_round(self, emergency_id: str, now: datetime) -> Round | None:
        with self._database.reading() as connection:
            return _last_round(connection, emergency_id, now)

    def book_round(
        self, emergency_id: str, starts_at: datetime, bulletin: str, *, after: datetime | None, now: datetime
    ) -> bool:
        with self._database.writing() as connection:
            emergency, last = _one(connection, emergency_id), _last_round(connection, emergency_id, now)
            newest = last.starts_at if last else None
            if emergency.state is not EmergencyState.ON or newest != after:
                return False
            _drop_later(connection, emergency.slot, starts_at, now)
            _book(connection, emergency.slot, starts_at, emergency.label, bulletin)
            return True

    def siren(self) -> Bulletin | None:
        with self._database.reading() as connection:
            kept = (bulletin.c.sha256 == _siren(connection), bulletin.c.deleted.is_(False))
            row = connection.execute(select(*shared_columns(bulletin, Bulletin)).where(*kept)).first()
            return Bulletin(**row._asdict()) if row else None

    def keep_siren(self, sha256: str) -> None:
        with self._database.writing(told=False) as connection:
            named = setting.c.name == _SIREN
            if not connection.execute(update(setting).where(named).values(value=sha256)).rowcount:
                connection.execute(insert(setting), {"name": _SIREN, "value": sha256})

    def emergency_audio(self) -> set[str]:
        with self._database.reading() as connection:
            on = _all(connection, table.c.state == EmergencyState.ON)
            held = {audio for one in on for audio in (one.siren, one.words, one.whole)}
            return (held | {_siren(connection)}) - {""}

    def is_drill(self, slot_code: str) -> bool:
        """Whether the slot of that code is a drill's."""
        drill = select(table.c.id).join(slot).where(slot.c.code == slot_code, table.c.drill)
        with self._database.reading() as connection:
            return connection.scalar(drill.limit(1)) is not None


def _all(connection: Connection, *which: Any) -> tuple[Emergency, ...]:
    found = select(table).where(*which).order_by(table.c.raised_at.desc(), table.c.id)
    rows = connection.execute(found).all()
    slots = load(connection, among(slot.c.id, {row.slot_id for row in rows}))
    return tuple(_emergency(row._asdict(), slots[row.slot_id]) for row in rows)


def _one(connection: Connection, code_or_id: str) -> Emergency:
    every = _all(connection)
    for emergency in every:
        if code_or_id in (emergency.id, emergency.code):
            return emergency
    raise not_found(_("No such emergency"), code_or_id, (emergency.code for emergency in every))


def _emergency(row: dict[str, Any], its_slot: Slot) -> Emergency:
    cap = CapKey(row["cap_sender"], row["cap_identifier"], row["cap_sent"])
    values = {name: row[name] for name in _PLAIN}
    values |= {"state": EmergencyState(row["state"]), "ended_at": known(row["ended_at"])}
    return Emergency(**values, slot=its_slot, cap=cap if cap.identifier else None)


def _write(connection: Connection, emergency: Emergency) -> Emergency:
    """Over the draft of its id, or new and with a code of its own. DeskError: it is no draft any more."""
    was = connection.scalar(select(table.c.state).where(table.c.id == emergency.id))
    if was not in (None, EmergencyState.DRAFT):
        raise DeskError(_("This emergency is no draft"), emergency.code)
    if not emergency.code:
        emergency = replace(emergency, slot=replace(emergency.slot, code=_new_code(connection, emergency)))
    write(connection, emergency.slot)
    cap = emergency.cap or CapKey("", "", "")
    row = shared_values(table, emergency) | {"slot_id": emergency.slot.id, "state": str(emergency.state)}
    row |= {"cap_sender": cap.sender, "cap_identifier": cap.identifier, "cap_sent": cap.sent}
    row["ended_at"] = emergency.ended_at or NEVER
    if was is None:
        connection.execute(insert(table), row)
    else:
        connection.execute(update(table).where(table.c.id == emergency.id).values(row))
    return emergency


def _new_code(connection: Connection, emergency: Emergency) -> str:
    number = connection.scalar(select(func.count()).where(table.c.drill.is_(emergency.drill))) or 0
    return f"{_DRILL if emergency.drill else _REAL}-{number + 1}"


def _end(connection: Connection, emergency: Emergency, state: EmergencyState, by: str, now: datetime) -> bool:
    if emergency.state not in (EmergencyState.DRAFT, EmergencyState.ON):
        return False
    ended = {"state": str(state), "ended_at": now, "changed_by": by or emergency.changed_by}
    connection.execute(update(table).where(table.c.id == emergency.id).values(ended))
    if state is EmergencyState.CANCELLED:
        _call_off(connection, emergency.slot, f"{reasons.CALLED_OFF} {by}", now)
        record(connection, by, now, "cancel emergency", emergency.id, code=emergency.code)
    return True


def _call_off(connection: Connection, its_slot: Slot, reason: str, now: datetime) -> bool:
    """No edition of the slot sounds from now on; whether one was claimed, so that the player must stop it."""
    note_unheard(connection, now, edition.c.slot_id == its_slot.id)
    of_slot = airing.c.edition_id.in_(select(edition.c.id).where(edition.c.slot_id == its_slot.id))
    unended = select(airing).where(of_slot, airing.c.state != AiringState.ENDED)
    doomed = connection.execute(unended).all()
    due = [row.id for row in doomed if row.state is AiringState.DUE]
    end(connection, due, Outcome.CANCELLED, reason, 0.0, now)
    called_off = among(edition.c.id, {row.edition_id for row in doomed})
    connection.execute(update(edition).where(called_off).values(state=EditionState.CANCELLED))
    return any(row.state is AiringState.CLAIMED or _may_sound_elsewhere(row, now) for row in doomed)


def _may_sound_elsewhere(row: AnyRow, now: datetime) -> bool:
    return row.state is AiringState.UNHEARD and now - row.starts_at < _LONGEST_ROUND


def _book(connection: Connection, its_slot: Slot, starts_at: datetime, label: str, audio: str) -> None:
    """At that instant; a millisecond later where one that was called off has it."""
    taken = set(connection.scalars(select(edition.c.starts_at).where(edition.c.slot_id == its_slot.id)))
    while starts_at in taken:
        starts_at += timedelta(milliseconds=1)
    insert_one_off(connection, its_slot, starts_at, label, audio)


def _drop_later(connection: Connection, its_slot: Slot, starts_at: datetime, now: datetime) -> None:
    """What is due after an earlier round is booked makes room for it."""
    later = select(edition.c.id).where(edition.c.slot_id == its_slot.id, edition.c.starts_at > starts_at)
    if cancel(connection, now, airing.c.edition_id.in_(later)):
        cancelled = update(edition).where(edition.c.id.in_(later)).values(state=EditionState.CANCELLED)
        connection.execute(cancelled)


def _last_round(connection: Connection, emergency_id: str, now: datetime) -> Round | None:
    of_it = (table.c.id == emergency_id, edition.c.state != EditionState.CANCELLED)
    rounds = (
        select(edition.c.id, edition.c.starts_at, edition.c.bulletin, bulletin.c.length)
        .join(table, table.c.slot_id == edition.c.slot_id)
        .outerjoin(bulletin, bulletin.c.sha256 == edition.c.bulletin)
        .where(*of_it)
        .order_by(edition.c.starts_at.desc())
    )
    last = connection.execute(rounds.limit(1)).first()
    if last is None:
        return None
    begun = connection.execute(rounds.where(edition.c.starts_at <= now).limit(1)).first()
    cut = begun is not None and _was_cut(connection, begun.id)
    return Round(last.starts_at, last.bulletin, Milliseconds(last.length or 0), cut)


def _was_cut(connection: Connection, edition_id: str) -> bool:
    ended = (
        select(outcome.c.reason)
        .join(airing, airing.c.id == outcome.c.airing_id)
        .where(airing.c.edition_id == edition_id)
    )
    return any(reason.startswith(f"{reasons.EMERGENCY}:") for reason in connection.scalars(ended))


def _siren(connection: Connection) -> str:
    return connection.scalar(select(setting.c.value).where(setting.c.name == _SIREN)) or ""


def _told(emergency: Emergency) -> dict[str, object]:
    """What stays on record of it."""
    hamlets: Sequence[str] = emergency.slot.hamlets
    return {
        "code": emergency.code,
        "drill": emergency.drill,
        "title": emergency.title,
        "text": emergency.text,
        "reason": emergency.reason,
        "hamlets": list(hamlets),
        "until": emergency.until.isoformat(),
    }
