"""Editions: what the forecast needs of them, and how they are made ready."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Select, delete, func, insert, or_, select, tuple_, update

from broadcaster.desk.ports import Edition, EditionState, Reconciled, StandBy
from broadcaster.errors import DeskError, NotFound
from broadcaster.language import _
from broadcaster.store.cancelling import UNTOUCHED
from broadcaster.store.columns import NEVER, known
from broadcaster.store.hamlets import labels
from broadcaster.store.part import AnyRow, Part, among, record
from broadcaster.store.queue import use_up, waiting
from broadcaster.store.reconciling import new_airing, reconcile
from broadcaster.store.rotations import last_plays
from broadcaster.store.slots import load, write
from broadcaster.store.tables import airing, edition_fallback, edition_script, slot
from broadcaster.store.tables import edition as table
from broadcaster.timetable.edition import FixedEdition, PlannedEdition, State
from broadcaster.timetable.rung import Rung
from broadcaster.timetable.slot import Plays, Slot, SlotKind


class Editions(Part):
    def state(self, as_of: datetime) -> State:
        with self._database.reading() as connection:
            rows = connection.execute(_fixed_that_matter(as_of)).all()
            scripts = _script_ids(connection, [row.id for row in rows])
            fixed = tuple(FixedEdition(row.slot_id, row.starts_at, scripts[row.id]) for row in rows)
            return State(as_of, waiting(connection), fixed, last_plays(connection, as_of))

    def reconcile(
        self,
        planned: Sequence[PlannedEdition],
        *,
        now: datetime,
        until: datetime,
        only: str | None = None,
    ) -> Reconciled:
        with self._database.writing() as connection:
            return reconcile(connection, planned, now, until, only)

    def editions(self, start: datetime, end: datetime) -> tuple[Edition, ...]:
        window = (table.c.starts_at >= start, table.c.starts_at < end)
        with self._database.reading() as connection:
            return _editions(connection, *window, table.c.state != EditionState.CANCELLED)

    def last_editions(self, slot_id: str, before: datetime, most: int) -> tuple[Edition, ...]:
        fixed = (table.c.state == EditionState.FIXED, table.c.bulletin != "")
        newest = (
            select(table.c.id)
            .where(table.c.slot_id == slot_id, table.c.starts_at < before, *fixed)
            .order_by(table.c.starts_at.desc())
            .limit(most)
        )
        with self._database.reading() as connection:
            return _editions(connection, table.c.id.in_(newest))[::-1]

    def fix(
        self,
        edition_id: str,
        script_ids: Sequence[str],
        title: str,
        bulletin: str,
        *,
        until: datetime | None = None,
        now: datetime,
    ) -> None:
        with self._database.writing() as connection:
            planned = _require(connection, edition_id)
            fixed = {
                "state": EditionState.FIXED,
                "has_scripts": bool(script_ids),
                "title": title,
                "bulletin": bulletin,
                "until": until or NEVER,
            }
            open_yet = (table.c.id == edition_id, table.c.state == EditionState.PLANNED, UNTOUCHED)
            if not connection.execute(update(table).where(*open_yet).values(fixed)).rowcount:
                return
            if script_ids:
                rows = [
                    {"edition_id": edition_id, "position": position, "script_id": script_id}
                    for position, script_id in enumerate(script_ids)
                ]
                connection.execute(insert(edition_script), rows)
            if planned.plays is Plays.QUEUE:
                use_up(connection, planned.slot_id, script_ids)

    def attach(
        self, edition_id: str, bulletin: str, *, until: datetime | None = None, has_scripts: bool = True
    ) -> bool:
        audio = {"bulletin": bulletin, "until": until or NEVER, "has_scripts": has_scripts}
        with self._database.writing() as connection:
            _require(connection, edition_id)
            fixed = (table.c.id == edition_id, table.c.state == EditionState.FIXED, UNTOUCHED)
            return bool(connection.execute(update(table).where(*fixed).values(audio)).rowcount)

    def stand_by(self, edition_id: str, fallbacks: Sequence[StandBy]) -> bool:
        rows = [
            {
                "edition_id": edition_id,
                "position": position,
                "bulletin": fallback.bulletin,
                "why": fallback.rung,
                "until": fallback.until or NEVER,
            }
            for position, fallback in enumerate(fallbacks)
        ]
        with self._database.writing() as connection:
            _require(connection, edition_id)
            if connection.scalar(select(table.c.id).where(table.c.id == edition_id, ~UNTOUCHED)):
                return False
            connection.execute(delete(edition_fallback).where(edition_fallback.c.edition_id == edition_id))
            if rows:
                connection.execute(insert(edition_fallback), rows)
            return True

    def add_one_off(
        self, slot: Slot, starts_at: datetime, title: str, bulletin: str, *, by: str, now: datetime
    ) -> Edition:
        if slot.kind is SlotKind.PROGRAMME:
            raise DeskError(_("A slot of the timetable has no editions of its own"), slot.code)
        with self._database.writing() as connection:
            write(connection, slot)
            if connection.scalar(
                select(table.c.id).where(table.c.slot_id == slot.id, table.c.starts_at == starts_at)
            ):
                raise DeskError(
                    _("This slot has an edition at that instant already"), f"{slot.code} {starts_at}"
                )
            edition_id = insert_one_off(connection, slot, starts_at, title, bulletin)
            record(connection, by, now, f"add {slot.kind}", edition_id, slot=slot.code, title=title)
            return _editions(connection, table.c.id == edition_id)[0]


def insert_one_off(connection: Connection, slot: Slot, starts_at: datetime, title: str, bulletin: str) -> str:
    edition_id = uuid4().hex
    place = {"id": edition_id, "slot_id": slot.id, "starts_at": starts_at, "state": EditionState.FIXED}
    place |= {"until": NEVER}
    connection.execute(insert(table), place | {"has_scripts": True, "title": title, "bulletin": bulletin})
    known = labels(connection)
    hamlets = dict.fromkeys(slot.hamlets)
    airings = [new_airing(edition_id, hamlet_id, known[hamlet_id], starts_at) for hamlet_id in hamlets]
    if airings:
        connection.execute(insert(airing), airings)
    return edition_id


def _fixed_that_matter(as_of: datetime) -> Select[str, str, datetime]:
    """All fixed editions from `as_of` on, and the last one before it of each slot."""
    fixed = (table.c.state == EditionState.FIXED, slot.c.kind == SlotKind.PROGRAMME)
    last = (
        select(table.c.slot_id, func.max(table.c.starts_at))
        .where(table.c.state == EditionState.FIXED, table.c.starts_at < as_of)
        .group_by(table.c.slot_id)
    )
    matters = or_(table.c.starts_at >= as_of, tuple_(table.c.slot_id, table.c.starts_at).in_(last))
    return (
        select(table.c.id, table.c.slot_id, table.c.starts_at)
        .join(slot)
        .where(*fixed, matters)
        .order_by(table.c.starts_at)
    )


def _editions(connection: Connection, *which: ColumnElement[bool]) -> tuple[Edition, ...]:
    ordered = select(table).join(slot).where(*which).order_by(table.c.starts_at, slot.c.code, table.c.id)
    rows = connection.execute(ordered).all()
    slots = load(connection, among(slot.c.id, {row.slot_id for row in rows}))
    ids = [row.id for row in rows]
    scripts, fallbacks = _script_ids(connection, ids), _fallbacks(connection, ids)
    return tuple(
        Edition(
            id=row.id,
            slot=slots[row.slot_id],
            starts_at=row.starts_at,
            state=row.state,
            script_ids=scripts[row.id],
            title=row.title,
            bulletin=row.bulletin,
            fallbacks=fallbacks[row.id],
            has_scripts=row.has_scripts,
        )
        for row in rows
    )


def _fallbacks(connection: Connection, edition_ids: Sequence[str]) -> dict[str, tuple[StandBy, ...]]:
    """Of each edition, best first; empty where there are none."""
    rows = connection.execute(
        select(edition_fallback)
        .where(among(edition_fallback.c.edition_id, edition_ids))
        .order_by(edition_fallback.c.edition_id, edition_fallback.c.position)
    )
    fallbacks: dict[str, tuple[StandBy, ...]] = defaultdict(tuple)
    for row in rows:
        fallbacks[row.edition_id] += (StandBy(Rung(row.why), row.bulletin, known(row.until)),)
    return fallbacks


def _script_ids(connection: Connection, edition_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Of each edition, in their order; empty where there are none."""
    rows = connection.execute(
        select(edition_script)
        .where(among(edition_script.c.edition_id, edition_ids))
        .order_by(edition_script.c.edition_id, edition_script.c.position)
    )
    scripts: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for row in rows:
        scripts[row.edition_id] += (row.script_id,)
    return scripts


def _require(connection: Connection, edition_id: str) -> AnyRow:
    found = select(table.c.slot_id, slot.c.plays).join(slot).where(table.c.id == edition_id)
    row = connection.execute(found).first()
    if row is None:
        raise NotFound(_("No such edition"), edition_id)
    return row
