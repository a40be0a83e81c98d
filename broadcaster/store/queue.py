"""The queue: approved scripts waiting for a slot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, bindparam, delete, insert, select, update

from broadcaster.desk.script import ScriptState
from broadcaster.errors import DeskError, NotFound
from broadcaster.language import _
from broadcaster.store.part import AnyRow, Part, not_found, record
from broadcaster.store.tables import queue_entry as table
from broadcaster.store.tables import script, slot
from broadcaster.timetable.edition import Queued
from broadcaster.timetable.slot import SlotKind


class Queue(Part):
    def queue(self, slot_id: str | None = None) -> tuple[Queued, ...]:
        which = () if slot_id is None else (table.c.slot_id == slot_id,)
        with self._database.reading() as connection:
            return waiting(connection, *which)

    def waiting_unapproved(self) -> tuple[tuple[str, str], ...]:
        """(slot's code, script's code) of entries that count for nothing until somebody approves them."""
        entries = (
            select(slot.c.code.label("slot"), script.c.code.label("script"))
            .select_from(table)
            .join(script, script.c.id == table.c.script_id)
            .join(slot, slot.c.id == table.c.slot_id)
            .where(script.c.state != ScriptState.APPROVED, slot.c.removed.is_(False))
            .order_by(slot.c.code, table.c.position)
        )
        with self._database.reading() as connection:
            return tuple((row.slot, row.script) for row in connection.execute(entries))

    def enqueue(self, slot_id: str, script_id: str, editions: int, *, by: str, now: datetime) -> Queued:
        if editions < 1:
            raise DeskError(_("A script waits for at least one edition"), str(editions))
        with self._database.writing() as connection:
            require_slot(connection, slot_id)
            _require_approved(connection, script_id)
            entry_id = _owe(connection, slot_id, script_id, editions)
            record(
                connection, by, now, "enqueue", entry_id, slot=slot_id, script=script_id, editions=editions
            )
            return next(entry for entry in waiting(connection) if entry.id == entry_id)

    def move(self, queued_id: str, position: int, *, by: str, now: datetime) -> None:
        with self._database.writing() as connection:
            moved = _require_entry(connection, queued_id)
            order = [entry for entry in _order(connection, moved.slot_id) if entry != queued_id]
            seen = [entry.id for entry in waiting(connection, table.c.slot_id == moved.slot_id)]
            after = [entry for entry in seen if entry != queued_id][max(0, position - 1) :]
            order.insert(order.index(after[0]) if after else len(order), queued_id)
            _renumber(connection, order)
            record(connection, by, now, "move in queue", queued_id, position=position)

    def dequeue(self, queued_id: str, *, by: str, now: datetime) -> None:
        with self._database.writing() as connection:
            gone = _require_entry(connection, queued_id)
            connection.execute(delete(table).where(table.c.id == queued_id))
            record(connection, by, now, "dequeue", queued_id, slot=gone.slot_id, script=gone.script_id)


def waiting(connection: Connection, *which: ColumnElement[bool]) -> tuple[Queued, ...]:
    """Entries of approved scripts, by slot and position; positions count from 1 in each slot."""
    rows = connection.execute(
        select(table.c.id, table.c.slot_id, table.c.script_id, table.c.owed, script.c.expires)
        .join(script, script.c.id == table.c.script_id)
        .join(slot, slot.c.id == table.c.slot_id)
        .where(script.c.state == ScriptState.APPROVED, *which)
        .order_by(slot.c.at, slot.c.code, slot.c.id, table.c.position)
    )
    seen: Counter[str] = Counter()
    entries = []
    for row in rows:
        seen[row.slot_id] += 1
        entries.append(Queued(**row._asdict(), position=seen[row.slot_id]))
    return tuple(entries)


def use_up(connection: Connection, slot_id: str, script_ids: Iterable[str]) -> None:
    """Each of the scripts is owed one edition less in that slot; an entry owed none leaves."""
    for script_id in script_ids:
        entry = (table.c.slot_id == slot_id, table.c.script_id == script_id)
        connection.execute(update(table).where(*entry).values(owed=table.c.owed - 1))
    connection.execute(delete(table).where(table.c.slot_id == slot_id, table.c.owed < 1))


def owe_again(connection: Connection, slot_id: str, script_ids: Sequence[str]) -> None:
    """Each of the scripts is owed one edition more; those that had left come back at the front, in order."""
    standing = _order(connection, slot_id)
    owed = [_owe(connection, slot_id, script_id, 1) for script_id in script_ids]
    back = [entry for entry in dict.fromkeys(owed) if entry not in standing]
    _renumber(connection, back + standing)


def _owe(connection: Connection, slot_id: str, script_id: str, editions: int) -> str:
    entry = (table.c.slot_id == slot_id, table.c.script_id == script_id)
    connection.execute(update(table).where(*entry).values(owed=table.c.owed + editions))
    entry_id = connection.scalar(select(table.c.id).where(*entry))
    if entry_id is None:
        entry_id = uuid4().hex
        row = {"id": entry_id, "slot_id": slot_id, "script_id": script_id, "owed": editions}
        end = connection.scalars(select(table.c.position).where(table.c.slot_id == slot_id)).all()
        connection.execute(insert(table), row | {"position": max(end, default=0) + 1})
    return str(entry_id)


def _order(connection: Connection, slot_id: str) -> list[str]:
    in_slot = select(table.c.id).where(table.c.slot_id == slot_id).order_by(table.c.position)
    return list(connection.scalars(in_slot))


def _renumber(connection: Connection, ids: Sequence[str]) -> None:
    if ids:
        positions = [{"entry": entry, "to": position} for position, entry in enumerate(ids, 1)]
        one = update(table).where(table.c.id == bindparam("entry")).values(position=bindparam("to"))
        connection.execute(one, positions)


def _require_entry(connection: Connection, queued_id: str) -> AnyRow:
    row = connection.execute(select(table).where(table.c.id == queued_id)).first()
    if row is None:
        raise NotFound(
            _("No such entry in the queue"), queued_id, _("Look at it with: broadcaster queue list")
        )
    return row


def require_slot(connection: Connection, slot_id: str) -> None:
    """NotFound when no slot of the timetable has this id."""
    in_timetable = (slot.c.kind == SlotKind.PROGRAMME, slot.c.removed.is_(False))
    known = connection.scalars(select(slot.c.id).where(*in_timetable)).all()
    if slot_id not in known:
        raise not_found(_("No such slot"), slot_id, known)


def _require_approved(connection: Connection, script_id: str) -> None:
    row = connection.execute(select(script.c.code, script.c.state).where(script.c.id == script_id)).first()
    if row is None:
        raise not_found(_("No such script"), script_id, ())
    if row.state is not ScriptState.APPROVED:
        raise DeskError(
            _("Only an approved script can wait for a slot"), row.code, _("Have it approved first")
        )
