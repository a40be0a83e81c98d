"""The player's ledger: claims, marks, ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, or_, select, update

from broadcaster.playout.airing import Airing, AiringState, Fallback, Outcome
from broadcaster.store.asrun import Event, append
from broadcaster.store.columns import NEVER, known
from broadcaster.store.endings import SOUNDING, end
from broadcaster.store.hamlets import COLUMNS as HAMLET_COLUMNS
from broadcaster.store.part import AnyRow, Part, among
from broadcaster.store.tables import airing, bulletin, edition, edition_fallback, hamlet, slot
from broadcaster.timetable.hamlet import PLAYER, Hamlet
from broadcaster.timetable.slot import Plays, Priority, SlotKind
from broadcaster.units import Milliseconds

_URGENCY = case({Priority.EMERGENCY: 0, Priority.PRIORITY: 1, Priority.ROUTINE: 2}, value=slot.c.priority)
ELSEWHERE = and_(hamlet.c.output == PLAYER, slot.c.kind != SlotKind.REHEARSAL)
"""Of airings joined with their slot and hamlet: a hamlet PC plays them, this computer never does."""
_REHEARSED = (
    exists()
    .where(
        edition.c.id == airing.c.edition_id, slot.c.id == edition.c.slot_id, slot.c.kind == SlotKind.REHEARSAL
    )
    .correlate(airing)
)
HERE = or_(airing.c.hamlet_id.not_in(select(hamlet.c.id).where(hamlet.c.output == PLAYER)), _REHEARSED)
_DUE_HERE = and_(airing.c.state == AiringState.DUE, HERE)


class PlayerLedger(Part):
    def next_due(self) -> datetime | None:
        earliest = select(func.min(airing.c.starts_at)).where(_DUE_HERE)
        with self._database.reading() as connection:
            start: datetime | None = connection.scalar(earliest)
            return start

    def claim(self, until: datetime, now: datetime) -> tuple[Airing, ...]:
        due = and_(_DUE_HERE, airing.c.starts_at <= until)
        with self._database.writing(told=False) as connection:
            claimed = airings_of(connection, due)
            if claimed:
                connection.execute(
                    update(airing).where(due).values(state=AiringState.CLAIMED, claimed_at=now)
                )
            return claimed

    def unfinished(self) -> tuple[Airing, ...]:
        with self._database.reading() as connection:
            return airings_of(connection, airing.c.state == AiringState.CLAIMED)

    def begin(
        self,
        airing_ids: Sequence[str],
        started_at: datetime,
        position: Milliseconds,
        bulletin: str = "",
        instead: str = "",
    ) -> None:
        these = among(airing.c.id, airing_ids)
        first = and_(these, airing.c.started_at == NEVER)
        behind = and_(these, airing.c.sounded_to < position)
        jumped = {"lost": airing.c.lost + position - airing.c.sounded_to, "sounded_to": position}
        with self._database.writing(told=False) as connection:
            sounding = {"position": position} | ({"bulletin": bulletin} if bulletin else {})
            append(connection, started_at, Event.BEGAN, [(airing_id, sounding) for airing_id in airing_ids])
            begun = {"started_at": started_at, "bulletin": bulletin, "instead": instead}
            connection.execute(update(airing).where(first).values(begun))
            connection.execute(update(airing).where(behind).values(jumped))

    def mark(self, airing_ids: Sequence[str], sounded_to: Milliseconds) -> None:
        lower = and_(among(airing.c.id, airing_ids), airing.c.sounded_to < sounded_to)
        with self._database.writing(told=False) as connection:
            connection.execute(update(airing).where(lower).values(sounded_to=sounded_to))

    def end(
        self,
        airing_ids: Sequence[str],
        outcome: Outcome,
        reason: str,
        seconds_played: float,
        now: datetime,
    ) -> None:
        with self._database.writing(told=False) as connection:
            end(connection, airing_ids, outcome, reason, seconds_played, now)

    def version(self) -> int:
        return self._database.version()


def airings_of(connection: Connection, which: ColumnElement[bool]) -> tuple[Airing, ...]:
    """As the player needs them: by start, what is urgent first."""
    audio = and_(bulletin.c.sha256 == SOUNDING, bulletin.c.deleted.is_(False))
    rows = connection.execute(
        select(
            *(column.label(f"hamlet_{column.name}") for column in HAMLET_COLUMNS),
            *(airing.c.id, airing.c.edition_id, airing.c.starts_at, airing.c.sounded_to, airing.c.started_at),
            *(airing.c.lost, airing.c.continues, airing.c.bulletin, airing.c.instead),
            *(slot.c.code, slot.c.name, slot.c.kind, slot.c.priority, slot.c.lateness_s),
            *(slot.c.interrupted, slot.c.plays, slot.c.ref),
            *(edition.c.has_scripts, edition.c.title, edition.c.until),
            *(bulletin.c.sha256, bulletin.c.file_name, bulletin.c.length, bulletin.c.voice),
        )
        .select_from(airing)
        .join(edition, edition.c.id == airing.c.edition_id)
        .join(slot, slot.c.id == edition.c.slot_id)
        .join(hamlet, hamlet.c.id == airing.c.hamlet_id)
        .outerjoin(bulletin, audio)
        .where(which)
        .order_by(airing.c.starts_at, _URGENCY, hamlet.c.code)
    ).all()
    fallbacks = _fallbacks(connection, {row.edition_id for row in rows})
    return tuple(_airing(row, fallbacks[row.edition_id]) for row in rows)


def _fallbacks(connection: Connection, edition_ids: Collection[str]) -> dict[str, tuple[Fallback, ...]]:
    """Of each edition, those whose audio is kept, best first."""
    rung = edition_fallback
    rows = connection.execute(
        select(rung.c.edition_id, rung.c.why, rung.c.until)
        .add_columns(bulletin.c.sha256, bulletin.c.file_name, bulletin.c.length, bulletin.c.voice)
        .join(bulletin, and_(bulletin.c.sha256 == rung.c.bulletin, bulletin.c.deleted.is_(False)))
        .where(among(rung.c.edition_id, edition_ids))
        .order_by(rung.c.edition_id, rung.c.position)
    )
    fallbacks: dict[str, tuple[Fallback, ...]] = defaultdict(tuple)
    for row in rows:
        length = Milliseconds(row.length)
        fallbacks[row.edition_id] += (
            Fallback(row.sha256, row.file_name, length, row.voice, row.why, known(row.until)),
        )
    return fallbacks


def _airing(row: AnyRow, fallbacks: tuple[Fallback, ...]) -> Airing:
    begun = row.started_at != NEVER
    return Airing(
        id=row.id,
        edition_id=row.edition_id,
        slot_code=row.code,
        kind=row.kind,
        priority=row.priority,
        title=row.title or row.name,
        hamlet=_hamlet(row),
        starts_at=row.starts_at,
        lateness_s=row.lateness_s,
        has_scripts=row.has_scripts,
        bulletin=row.sha256 or "",
        file_name=row.file_name or "",
        length=Milliseconds(row.length or 0),
        voice=row.voice or "",
        sounded_to=Milliseconds(row.sounded_to),
        started_at=known(row.started_at),
        lost=Milliseconds(row.lost),
        interrupted=row.interrupted,
        continues=row.continues,
        fallbacks=() if begun else fallbacks,
        until=None if begun else known(row.until),
        instead=row.instead,
        relay=row.ref if row.plays is Plays.RELAY else "",
    )


def _hamlet(row: AnyRow) -> Hamlet:
    values = {column.name: row._mapping[f"hamlet_{column.name}"] for column in HAMLET_COLUMNS}
    if row.kind is SlotKind.REHEARSAL:
        values["output"] = "file:"
    return Hamlet(**values)
