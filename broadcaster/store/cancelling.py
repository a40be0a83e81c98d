"""Editions that the timetable no longer has: their airings are cancelled, their scripts wait again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, exists, select, update

from broadcaster.desk.ports import EditionState
from broadcaster.desk.script import ScriptState
from broadcaster.store.columns import NEVER
from broadcaster.store.endings import cancel
from broadcaster.store.part import among
from broadcaster.store.queue import owe_again
from broadcaster.store.tables import airing, edition, edition_fallback, edition_script, script, slot
from broadcaster.timetable.slot import Plays

UNTOUCHED = ~exists().where(airing.c.edition_id == edition.c.id, airing.c.claimed_at != NEVER)
"""No airing of the edition was ever claimed."""


def cancel_editions_of(connection: Connection, slot_id: str, now: datetime) -> None:
    """Every edition of the slot from `now` on."""
    coming = (edition.c.slot_id == slot_id, edition.c.starts_at >= now)
    cancel(connection, now, airing.c.edition_id.in_(select(edition.c.id).where(*coming)))
    cancel_editions(connection, connection.scalars(select(edition.c.id).where(*coming)).all())


def cancel_editions(connection: Connection, ids: Sequence[str]) -> None:
    """Mark those of the editions cancelled of which no airing was claimed.

    What a fixed one had used up of the queue is owed again: nobody heard it, and nobody missed it.
    """
    untouched = select(edition.c.id).where(among(edition.c.id, ids), UNTOUCHED)
    doomed = connection.scalars(untouched).all()
    if not doomed:
        return
    for slot_id, script_ids in _used_up(connection, doomed).items():
        owe_again(connection, slot_id, script_ids)
    connection.execute(delete(edition_script).where(among(edition_script.c.edition_id, doomed)))
    connection.execute(delete(edition_fallback).where(among(edition_fallback.c.edition_id, doomed)))
    nothing = {"has_scripts": False, "title": "", "bulletin": "", "until": NEVER}
    emptied = {"state": EditionState.CANCELLED} | nothing
    connection.execute(update(edition).where(among(edition.c.id, doomed)).values(emptied))


def _used_up(connection: Connection, edition_ids: Sequence[str]) -> dict[str, list[str]]:
    rows = connection.execute(
        select(edition.c.slot_id, edition_script.c.script_id)
        .join(edition, edition.c.id == edition_script.c.edition_id)
        .join(slot, slot.c.id == edition.c.slot_id)
        .join(script, script.c.id == edition_script.c.script_id)
        .where(among(edition.c.id, edition_ids), slot.c.plays == Plays.QUEUE)
        .where(script.c.state == ScriptState.APPROVED)
        .order_by(edition.c.starts_at, edition_script.c.position)
    )
    used: dict[str, list[str]] = defaultdict(list)
    for slot_id, script_id in rows:
        used[slot_id].append(script_id)
    return used
