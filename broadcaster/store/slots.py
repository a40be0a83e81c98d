"""Slots: the timetable as people wrote it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select, update

from broadcaster.errors import DeskError
from broadcaster.language import _
from broadcaster.store.cancelling import cancel_editions_of
from broadcaster.store.hamlets import require_hamlets
from broadcaster.store.part import Part, among, record, shared_columns, shared_values
from broadcaster.store.queue import require_slot
from broadcaster.store.tables import (
    IN_TIMETABLE,
    SPANNING,
    queue_entry,
    slot_hamlet,
    slot_script,
    slot_skip,
    station,
)
from broadcaster.store.tables import slot as table
from broadcaster.timetable.slot import Slot, SlotKind

_IN_TIMETABLE = (table.c.kind == SlotKind.PROGRAMME, table.c.removed.is_(False))
_MOST_WINDOWS = 8
"""Remembered at once: a desk asks for three again and again, a report for each day once."""


class Slots(Part):
    def slots(self, first: date | None = None, last: date | None = None) -> tuple[Slot, ...]:
        windows: dict[object, tuple[Slot, ...]] = self._remembered("slots", dict)
        slots = windows.get((first, last))
        if slots is None:
            slots = self._slots(first, last)
            if len(windows) >= _MOST_WINDOWS:
                windows.clear()
            windows[first, last] = slots
        return slots

    def _slots(self, first: date | None, last: date | None) -> tuple[Slot, ...]:
        with self._database.reading() as connection:
            if first is None and last is None:
                return tuple(load(connection, *_IN_TIMETABLE).values())
            ids = _between(connection, first or date.min, last or date.max)
            return tuple(load(connection, among(table.c.id, ids), *_IN_TIMETABLE).values())

    def save_slot(self, slot: Slot, *, by: str, now: datetime) -> None:
        self.save_slots([slot], by=by, now=now)

    def save_slots(self, slots: Sequence[Slot], *, by: str, now: datetime) -> None:
        with self._database.writing() as connection:
            for slot in slots:
                _require_free_code(connection, slot)
                write(connection, slot)
                record(connection, by, now, "save slot", slot.id, code=slot.code, at=slot.at.isoformat())

    def remove_slot(self, slot_id: str, *, by: str, now: datetime) -> None:
        with self._database.writing() as connection:
            require_slot(connection, slot_id)
            connection.execute(update(table).where(table.c.id == slot_id).values(removed=True))
            cancel_editions_of(connection, slot_id, now)
            connection.execute(delete(queue_entry).where(queue_entry.c.slot_id == slot_id))
            _replace_no_more(connection, slot_id)
            record(connection, by, now, "remove slot", slot_id)


def _between(connection: Connection, first: date, last: date) -> list[str]:
    """Ids of slots that may have a day in [first, last]: of those of one day (an index has them by that day),
    and of the others, which are few."""
    one_day = (table.c.first.between(first, last), table.c.first == table.c.last)
    spanning = (
        SPANNING,
        or_(table.c.first.is_(None), table.c.first <= last),
        or_(table.c.last.is_(None), table.c.last >= first),
    )
    found = (connection.scalars(select(table.c.id).where(*which)) for which in (one_day, spanning))
    return [slot_id for ids in found for slot_id in ids]


def _require_free_code(connection: Connection, slot: Slot) -> None:
    own = table.c.station_id == select(station.c.id).scalar_subquery()  # codes are indexed within a station
    same_code = (own, table.c.code == slot.code, table.c.id != slot.id)
    if connection.scalar(select(table.c.id).where(*same_code, IN_TIMETABLE)) is not None:
        raise DeskError(_("This code is taken by another slot"), slot.code, _("Choose another code"))


def _replace_no_more(connection: Connection, slot_id: str) -> None:
    """Slots that stood in for this one stand for themselves."""
    replacing = (*_IN_TIMETABLE, table.c.replaces != ())
    rows = connection.execute(select(table.c.id, table.c.replaces).where(*replacing)).all()
    for row in rows:
        if slot_id in row.replaces:
            left = tuple(other for other in row.replaces if other != slot_id)
            connection.execute(update(table).where(table.c.id == row.id).values(replaces=left))


def load(connection: Connection, *which: ColumnElement[bool]) -> dict[str, Slot]:
    """Slots by id, in order of their time of day."""
    rows = connection.execute(
        select(*shared_columns(table, Slot)).where(*which).order_by(table.c.at, table.c.code)
    ).all()
    hamlets: dict[str, list[str]] = defaultdict(list)
    members = select(slot_hamlet).join(table).where(*which).order_by(slot_hamlet.c.position)
    for member in connection.execute(members):
        hamlets[member.slot_id].append(member.hamlet_id)
    rotations: dict[str, list[str]] = defaultdict(list)
    turns = select(slot_script).join(table).where(*which).order_by(slot_script.c.position)
    for turn in connection.execute(turns):
        rotations[turn.slot_id].append(turn.script_id)
    skips: dict[str, set[date]] = defaultdict(set)
    for skip in connection.execute(select(slot_skip).join(table).where(*which)):
        skips[skip.slot_id].add(skip.day)
    return {
        row.id: Slot(
            **row._asdict(),
            hamlets=tuple(hamlets[row.id]),
            rotation=tuple(rotations[row.id]),
            skips=frozenset(skips[row.id]),
        )
        for row in rows
    }


def write(connection: Connection, slot: Slot) -> None:
    """Add the slot, or write it over the one of its id; NotFound: a hamlet that is not in service."""
    require_hamlets(connection, slot.hamlets)
    row = shared_values(table, slot) | {"removed": False}
    if connection.execute(update(table).where(table.c.id == slot.id).values(row)).rowcount:
        for members in (slot_hamlet, slot_script, slot_skip):
            connection.execute(delete(members).where(members.c.slot_id == slot.id))
    else:
        connection.execute(insert(table), row)
    hamlets = [
        {"slot_id": slot.id, "hamlet_id": hamlet_id, "position": position}
        for position, hamlet_id in enumerate(dict.fromkeys(slot.hamlets))
    ]
    turns = [
        {"slot_id": slot.id, "script_id": script_id, "position": position}
        for position, script_id in enumerate(dict.fromkeys(slot.rotation))
    ]
    skips = [{"slot_id": slot.id, "day": day} for day in sorted(slot.skips)]
    if hamlets:
        connection.execute(insert(slot_hamlet), hamlets)
    if turns:
        connection.execute(insert(slot_script), turns)
    if skips:
        connection.execute(insert(slot_skip), skips)
