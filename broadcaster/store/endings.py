"""How airings end in the tables: the working state, and the event that tells the outcome."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, select, update

from broadcaster.playout.airing import AiringState, Outcome
from broadcaster.store.asrun import Event, append
from broadcaster.store.columns import to_ms
from broadcaster.store.part import AnyRow, among
from broadcaster.store.tables import airing, bulletin, edition, slot
from broadcaster.store.tables import outcome as outcomes

TIMETABLE_CHANGED = "timetable changed"
SOUNDING = case((airing.c.bulletin != "", airing.c.bulletin), else_=edition.c.bulletin)
"""The audio that an airing began with; before that, its edition's own."""


def end(
    connection: Connection,
    ids: Sequence[str],
    outcome: Outcome,
    reason: str,
    seconds_played: float,
    now: datetime,
) -> None:
    """Give those of the airings that have not ended their outcome."""
    result = {"outcome": outcome.value, "reason": reason, "seconds_played": seconds_played}
    open_ones = connection.execute(_log_lines(ids)).all()
    append(connection, now, Event.ENDED, [(row.id, _log_line(row) | result) for row in open_ones])
    if open_ones:
        ended = among(airing.c.id, [row.id for row in open_ones])
        connection.execute(update(airing).where(ended).values(state=AiringState.ENDED))


def cancel(connection: Connection, now: datetime, *which: ColumnElement[bool]) -> int:
    """End the due airings among them as `cancelled: timetable changed`; how many they were."""
    due = select(airing.c.id).where(airing.c.state == AiringState.DUE, *which)
    ids = connection.scalars(due).all()
    end(connection, ids, Outcome.CANCELLED, TIMETABLE_CHANGED, 0.0, now)
    return len(ids)


def cancelled_by_timetable(connection: Connection, *which: ColumnElement[bool]) -> set[str]:
    """Ids of airings that ended as `cancelled: timetable changed`."""
    found = (
        select(airing.c.id)
        .join(outcomes, outcomes.c.airing_id == airing.c.id)
        .where(outcomes.c.outcome == Outcome.CANCELLED, outcomes.c.reason == TIMETABLE_CHANGED, *which)
    )
    return set(connection.scalars(found))


def restore(connection: Connection, ids: Sequence[str], now: datetime) -> None:
    """Take the end of these airings back: they are due again."""
    if ids:
        append(connection, now, Event.RESTORED, [(airing_id, {}) for airing_id in ids])
        due = {"state": AiringState.DUE, "told_by": ""}
        connection.execute(update(airing).where(among(airing.c.id, ids)).values(due))


def _log_lines(ids: Sequence[str]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            *(airing.c.id, airing.c.hamlet_code, airing.c.hamlet_name, airing.c.starts_at),
            *(
                airing.c.started_at,
                slot.c.code,
                slot.c.name,
                slot.c.kind,
                edition.c.title,
                SOUNDING.label("bulletin"),
            ),
            *(bulletin.c.length, bulletin.c.voice),
        )
        .select_from(airing)
        .join(edition, edition.c.id == airing.c.edition_id)
        .join(slot, slot.c.id == edition.c.slot_id)
        .outerjoin(bulletin, bulletin.c.sha256 == SOUNDING)
        .where(airing.c.state != AiringState.ENDED, among(airing.c.id, ids))
        .order_by(airing.c.starts_at, airing.c.hamlet_code)
    )


def _log_line(row: AnyRow) -> dict[str, object]:
    return {
        "hamlet": row.hamlet_code,
        "hamlet_name": row.hamlet_name,
        "slot": row.code,
        "title": row.title or row.name,
        "kind": row.kind.value,
        "starts_at": to_ms(row.starts_at),
        "started_at": to_ms(row.started_at),
        "seconds_planned": (row.length or 0) / 1000,
        "voice": row.voice or "",
        "bulletin": row.bulletin,
    }
