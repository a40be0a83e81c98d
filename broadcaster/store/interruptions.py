"""What an emergency does to the player: which airings it takes back, and what goes on after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, func, insert, select

from broadcaster.desk.ports import EditionState
from broadcaster.playout.airing import Airing, AiringState, Outcome
from broadcaster.store.endings import end
from broadcaster.store.part import Part, among
from broadcaster.store.reconciling import new_airing
from broadcaster.store.tables import airing, edition, edition_script, emergency, slot
from broadcaster.timetable.slot import SlotKind
from broadcaster.units import Milliseconds


class Interruptions(Part):
    def called_off(self) -> tuple[tuple[str, str], ...]:
        claimed = (airing.c.state == AiringState.CLAIMED, edition.c.state == EditionState.CANCELLED)
        found = (
            select(airing.c.id, emergency.c.changed_by)
            .join(edition, edition.c.id == airing.c.edition_id)
            .join(emergency, emergency.c.slot_id == edition.c.slot_id)
            .where(*claimed)
        )
        with self._database.reading() as connection:
            return tuple((row.id, row.changed_by) for row in connection.execute(found))

    def next_start(self, hamlet_ids: Sequence[str]) -> datetime | None:
        due = (airing.c.state == AiringState.DUE, among(airing.c.hamlet_id, hamlet_ids))
        sounds = (edition.c.has_scripts, slot.c.kind != SlotKind.REHEARSAL)
        whole = airing.join(edition, edition.c.id == airing.c.edition_id).join(slot)
        earliest = select(func.min(airing.c.starts_at)).select_from(whole).where(*due, *sounds)
        with self._database.reading() as connection:
            start: datetime | None = connection.scalar(earliest)
            return start

    def restart(
        self, airings: Sequence[Airing], starts_at: datetime, reason: str, seconds: float, now: datetime
    ) -> tuple[Airing, ...]:
        with self._database.writing(told=False) as connection:
            end(connection, [old.id for old in airings], Outcome.PARTIAL, reason, seconds, now)
            edition_id = _copied(connection, airings[0].edition_id, starts_at)
            again = tuple(_again(old, edition_id, starts_at) for old in airings)
            connection.execute(insert(airing), [_row(one, now) for one in again])
            return again


def _copied(connection: Connection, edition_id: str, starts_at: datetime) -> str:
    """A fixed edition like that one, at another instant; its id."""
    new_id = uuid4().hex
    row = connection.execute(select(edition).where(edition.c.id == edition_id)).one()
    connection.execute(insert(edition), row._asdict() | {"id": new_id, "starts_at": starts_at})
    of_it = select(edition_script).where(edition_script.c.edition_id == edition_id)
    scripts = [script._asdict() | {"edition_id": new_id} for script in connection.execute(of_it)]
    if scripts:
        connection.execute(insert(edition_script), scripts)
    return new_id


def _again(old: Airing, edition_id: str, starts_at: datetime) -> Airing:
    return replace(
        old,
        id=uuid4().hex,
        edition_id=edition_id,
        starts_at=starts_at,
        sounded_to=Milliseconds(0),
        lost=Milliseconds(0),
        started_at=None,
        continues=old.id,
    )


def _row(one: Airing, now: datetime) -> dict[str, object]:
    """Claimed at once: no expander takes away what the timetable does not have."""
    label = (one.hamlet.code, one.hamlet.name)
    claimed = {"id": one.id, "state": AiringState.CLAIMED, "claimed_at": now, "continues": one.continues}
    sounding = {"bulletin": one.bulletin, "instead": one.instead}
    return new_airing(one.edition_id, one.hamlet.id, label, one.starts_at) | claimed | sounding
