"""Make the coming airings equal the forecast."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, bindparam, insert, select, update

from broadcaster.desk.ports import EditionState, Reconciled
from broadcaster.playout.airing import AiringState
from broadcaster.store.cancelling import cancel_editions
from broadcaster.store.columns import NEVER, to_ms
from broadcaster.store.endings import cancel, cancelled_by_timetable, restore
from broadcaster.store.hamlets import labels
from broadcaster.store.part import AnyRow, among
from broadcaster.store.tables import airing, edition, slot
from broadcaster.timetable.edition import PlannedEdition
from broadcaster.timetable.slot import SlotKind

_Key = tuple[str, int]
"""Slot and start in milliseconds: what makes an edition one."""
_Standing = dict[str, dict[str, AnyRow]]
"""Airings (id, state) by edition and hamlet."""


def reconcile(
    connection: Connection,
    planned: Sequence[PlannedEdition],
    now: datetime,
    until: datetime,
    only: str | None = None,
) -> Reconciled:
    """As DeskStore.reconcile says; nothing is written when nothing differs."""
    wanted = _wanted(connection, planned, now, until)
    coming = [slot.c.kind == SlotKind.PROGRAMME, edition.c.starts_at >= now, edition.c.starts_at < until]
    if only is not None:
        coming.append(edition.c.slot_id == only)
    editions = _editions(connection, coming)
    standing = _airings(connection, coming)
    plans = _write_editions(connection, wanted, editions)

    added = _add(connection, plans, standing, now)
    surplus = _surplus(plans, standing)
    cancelled = cancel(connection, now, among(airing.c.id, surplus)) if surplus else 0
    gone = (row for key, row in editions.items() if key not in wanted)
    cancel_editions(connection, [row.id for row in gone if row.state is not EditionState.CANCELLED])
    return Reconciled(added, cancelled)


def _wanted(
    connection: Connection, planned: Sequence[PlannedEdition], now: datetime, until: datetime
) -> dict[_Key, PlannedEdition]:
    # A plan may be older than the removal of a slot.
    named = among(slot.c.id, {plan.slot.id for plan in planned})
    in_timetable = set(connection.scalars(select(slot.c.id).where(named, slot.c.removed.is_(False))))
    return {
        (plan.slot.id, to_ms(plan.starts_at)): plan
        for plan in planned
        if now <= plan.starts_at < until and plan.slot.id in in_timetable
    }


def _editions(connection: Connection, which: Sequence[ColumnElement[bool]]) -> dict[_Key, AnyRow]:
    rows = connection.execute(
        select(
            *(edition.c.id, edition.c.slot_id, edition.c.starts_at, edition.c.state, edition.c.has_scripts)
        )
        .join(slot)
        .where(*which)
    )
    return {(row.slot_id, to_ms(row.starts_at)): row for row in rows}


def _airings(connection: Connection, which: Sequence[ColumnElement[bool]]) -> _Standing:
    rows = connection.execute(
        select(airing.c.id, airing.c.edition_id, airing.c.hamlet_id, airing.c.state)
        .join(edition, edition.c.id == airing.c.edition_id)
        .join(slot, slot.c.id == edition.c.slot_id)
        .where(*which)
    )
    standing: _Standing = defaultdict(dict)
    for row in rows:
        standing[row.edition_id][row.hamlet_id] = row
    return standing


def _write_editions(
    connection: Connection, wanted: Mapping[_Key, PlannedEdition], editions: Mapping[_Key, AnyRow]
) -> dict[str, PlannedEdition]:
    """Add the editions that are new, correct those not fixed yet; the plan of each, by the edition's id."""
    plans: dict[str, PlannedEdition] = {}
    new, changed = [], []
    for key, plan in wanted.items():
        row = editions.get(key)
        edition_id = row.id if row else uuid4().hex
        plans[edition_id] = plan
        shape = {"state": EditionState.PLANNED, "has_scripts": bool(plan.script_ids)}
        if row is None:
            place = {"id": edition_id, "slot_id": plan.slot.id, "starts_at": plan.starts_at}
            new.append(place | shape | {"title": "", "bulletin": "", "until": NEVER})
        elif row.state is not EditionState.FIXED and shape != {name: row._mapping[name] for name in shape}:
            changed.append(shape | {"edition": edition_id})
    if new:
        connection.execute(insert(edition), new)
    if changed:
        connection.execute(update(edition).where(edition.c.id == bindparam("edition")), changed)
    return plans


def _add(
    connection: Connection, plans: Mapping[str, PlannedEdition], standing: _Standing, now: datetime
) -> int:
    """Airings for hamlets that have none yet, and for those whose airing the timetable had cancelled."""
    new, ended = [], []
    known = labels(connection)
    for edition_id, plan in plans.items():
        for hamlet_id in dict.fromkeys(plan.slot.hamlets):
            there = standing.get(edition_id, {}).get(hamlet_id)
            if there is None and hamlet_id in known:
                new.append(new_airing(edition_id, hamlet_id, known[hamlet_id], plan.starts_at))
            elif there is not None and there.state is AiringState.ENDED and hamlet_id in known:
                ended.append(there.id)
    if new:
        connection.execute(insert(airing), new)
    back = cancelled_by_timetable(connection, among(airing.c.id, ended)) if ended else set()
    restore(connection, [airing_id for airing_id in ended if airing_id in back], now)
    return len(new) + len(back)


def _surplus(plans: Mapping[str, PlannedEdition], standing: _Standing) -> list[str]:
    surplus = []
    for edition_id, airings in standing.items():
        hamlets = set(plans[edition_id].slot.hamlets) if edition_id in plans else set()
        surplus += [
            row.id
            for hamlet_id, row in airings.items()
            if row.state is AiringState.DUE and hamlet_id not in hamlets
        ]
    return surplus


def new_airing(
    edition_id: str, hamlet_id: str, label: tuple[str, str], starts_at: datetime
) -> dict[str, object]:
    """The row of a due airing; `label` is the hamlet's code and name."""
    return {
        "id": uuid4().hex,
        "edition_id": edition_id,
        "hamlet_id": hamlet_id,
        "hamlet_code": label[0],
        "hamlet_name": label[1],
        "starts_at": starts_at,
        "state": AiringState.DUE,
        "claimed_at": NEVER,
        "started_at": NEVER,
        "sounded_to": 0,
        "lost": 0,
        "continues": "",
        "bulletin": "",
        "instead": "",
        "told_by": "",
    }
