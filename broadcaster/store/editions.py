"""Editions: what the forecast needs of them, and how they are made ready."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Select, func, insert, or_, select, tuple_, update

from broadcaster.desk.ports import Edition, EditionState, Reconciled
from broadcaster.errors import DeskError, NotFound
from broadcaster.language import _
from broadcaster.store.cancelling import UNTOUCHED
from broadcaster.store.hamlets import labels
from broadcaster.store.part import AnyRow, Part, among, record
from broadcaster.store.queue import use_up, waiting
from broadcaster.store.reconciling import new_airing, reconcile
from broadcaster.store.slots import load, write
from broadcaster.store.tables import airing, edition_script, slot
from broadcaster.store.tables import edition as table
from broadcaster.timetable.edition import FixedEdition, PlannedEdition, State
from broadcaster.timetable.slot import Plays, Slot, SlotKind


class Editions(Part):
    def state(self, as_of: datetime) -> State:
        with self._database.reading() as connection:
            rows = connection.execute(_fixed_that_matter(as_of)).all()
            scripts = _script_ids(connection, [row.id for row in rows])
            fixed = tuple(FixedEdition(row.slot_id, row.starts_at, scripts[row.id]) for row in rows)
            return State(as_of, waiting(connection), fixed)

    def reconcile(self, planned: Sequence[PlannedEdition], *, now: datetime, until: datetime) -> Reconciled:
        with self._database.writing() as connection:
            return reconcile(connection, planned, now, until)

    def editions(self, start: datetime, end: datetime) -> tuple[Edition, ...]:
        window = (table.c.starts_at >= start, table.c.starts_at < end)
        with self._database.reading() as connection:
            return _editions(connection, *window, table.c.state != EditionState.CANCELLED)

    def fix(
        self, edition_id: str, script_ids: Sequence[str], title: str, bulletin: str, *, now: datetime
    ) -> None:
        with self._database.writing() as connection:
            planned = _require(connection, edition_id)
            fixed = {
                "state": EditionState.FIXED,
                "has_scripts": bool(script_ids),
                "title": title,
                "bulletin": bulletin,
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

    def attach(self, edition_id: str, bulletin: str) -> bool:
        with self._database.writing() as connection:
            _require(connection, edition_id)
            fixed = (table.c.id == edition_id, table.c.state == EditionState.FIXED, UNTOUCHED)
            changed = connection.execute(update(table).where(*fixed).values(bulletin=bulletin))
            return bool(changed.rowcount)

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
            edition_id = _insert_one_off(connection, slot, starts_at, title, bulletin)
            record(connection, by, now, f"add {slot.kind}", edition_id, slot=slot.code, title=title)
            return _editions(connection, table.c.id == edition_id)[0]


def _insert_one_off(
    connection: Connection, slot: Slot, starts_at: datetime, title: str, bulletin: str
) -> str:
    edition_id = uuid4().hex
    place = {"id": edition_id, "slot_id": slot.id, "starts_at": starts_at, "state": EditionState.FIXED}
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
    scripts = _script_ids(connection, [row.id for row in rows])
    return tuple(
        Edition(
            row.id, slots[row.slot_id], row.starts_at, row.state, scripts[row.id], row.title, row.bulletin
        )
        for row in rows
    )


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
