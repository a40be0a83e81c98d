"""Airings of hamlet PCs: what they are to play, what was stopped there, and what nobody has told yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from broadcaster.desk.ports import EditionState
from broadcaster.playout import reasons
from broadcaster.playout.airing import Airing, AiringState, AsRun, Outcome
from broadcaster.store.hamlets import COLUMNS as HAMLET_COLUMNS
from broadcaster.store.ledger import ELSEWHERE, airings_of
from broadcaster.store.part import AnyRow, Part, among
from broadcaster.store.tables import airing, bulletin, edition, hamlet, issued_timetable, slot, stop_request
from broadcaster.timetable.hamlet import PLAYER, Hamlet

_LONGEST = timedelta(hours=6)
"""An airing that began longer ago does not sound any more."""


class Booked(NamedTuple):
    """An airing of one hamlet."""

    id: str
    edition_id: str
    continues: str


@dataclass(frozen=True)
class HandedOver:
    """All that hamlet PCs are to play."""

    airings: Mapping[str, tuple[Booked, ...]]
    """By hamlet's id, by start."""
    editions: Mapping[str, Airing]
    """Of each edition one airing: apart from id and hamlet, the others are the same."""


class Distant(Part):
    def distant_hamlets(self) -> tuple[tuple[Hamlet, bool], ...]:
        """Hamlets that have a PC of their own, and those that once had a timetable of theirs; whether they
        are in service and have one now."""
        once = hamlet.c.id.in_(select(issued_timetable.c.hamlet_id))
        wanted = (
            select(*HAMLET_COLUMNS, hamlet.c.retired)
            .where(or_(and_(hamlet.c.output == PLAYER, hamlet.c.retired.is_(False)), once))
            .order_by(hamlet.c.code)
        )
        with self._database.reading() as connection:
            rows = [row._asdict() for row in connection.execute(wanted)]
        retired = [row.pop("retired") for row in rows]
        places = [Hamlet(**row) for row in rows]
        return tuple(
            (one, one.output == PLAYER and not gone) for one, gone in zip(places, retired, strict=True)
        )

    def handed_over(self, since: datetime) -> HandedOver:
        """Airings from `since` on that have not ended, or whose end a hamlet PC has told."""
        kept = or_(airing.c.state.in_((AiringState.DUE, AiringState.UNHEARD)), airing.c.told_by != "")
        which = (kept, airing.c.starts_at >= since, edition.c.state != EditionState.CANCELLED)
        columns = (airing.c.id, airing.c.edition_id, airing.c.continues, airing.c.hamlet_id)
        wanted = select(*columns).select_from(_PLACED).where(ELSEWHERE, *which)
        with self._database.reading() as connection:
            found = wanted.order_by(airing.c.starts_at, airing.c.id)
            one_each, booked = dict[str, str](), defaultdict[str, list[Booked]](list)
            for airing_id, edition_id, continues, hamlet_id in connection.execute(found):
                one_each[edition_id] = airing_id
                booked[hamlet_id].append(Booked(airing_id, edition_id, continues))
            shapes = airings_of(connection, among(airing.c.id, one_each.values()))
        return HandedOver(
            {place: tuple(airings) for place, airings in booked.items()},
            {shape.edition_id: shape for shape in shapes},
        )

    def stopped_elsewhere(self, since: datetime) -> dict[str, dict[str, datetime]]:
        """By hamlet's id: airings of its PC from `since` on that a person stopped or called off, and when."""
        found = defaultdict[str, dict[str, datetime]](dict)
        columns = (airing.c.id, airing.c.hamlet_id, airing.c.starts_at)
        placed = (
            select(*columns).select_from(_PLACED).where(ELSEWHERE, airing.c.starts_at >= since - _LONGEST)
        )
        with self._database.reading() as connection:
            for row in connection.execute(placed.where(_CALLED_OFF, airing.c.starts_at >= since)):
                found[row.hamlet_id][row.id] = row.starts_at
            asked = select(stop_request.c.at, stop_request.c.hamlet_ids).where(stop_request.c.at >= since)
            for stop in connection.execute(asked).all():
                begun = airing.c.starts_at.between(stop.at - _LONGEST, stop.at)
                for row in connection.execute(placed.where(begun)):
                    if not stop.hamlet_ids or row.hamlet_id in stop.hamlet_ids:
                        found[row.hamlet_id][row.id] = stop.at
        return found

    def note_unheard(self, now: datetime) -> int:
        """Airings of hamlet PCs whose time has passed are unheard until they are told; how many are new."""
        with self._database.reading() as connection:
            past = select(airing.c.id).select_from(_PLACED).where(ELSEWHERE, _passed(now))
            if connection.scalar(past.limit(1)) is None:
                return 0
        with self._database.writing(told=False) as connection:
            return note_unheard(connection, now)

    def unheard_airings(self, start: datetime, end: datetime, now: datetime) -> tuple[AsRun, ...]:
        """Airings of hamlet PCs with starts_at in [start, end), of whose end nobody has told, by start and
        hamlet: lines that stand in no log."""
        passed = and_(ELSEWHERE, _passed(now), edition.c.state != EditionState.CANCELLED)
        window = (airing.c.starts_at >= start, airing.c.starts_at < end)
        wanted = (
            select(*(airing.c.id, airing.c.hamlet_code, airing.c.hamlet_name, airing.c.starts_at))
            .add_columns(slot.c.code, slot.c.name, slot.c.kind, edition.c.title, edition.c.bulletin)
            .add_columns(bulletin.c.length, bulletin.c.voice)
            .select_from(_PLACED.outerjoin(bulletin, bulletin.c.sha256 == edition.c.bulletin))
            .where(*window, or_(airing.c.state == AiringState.UNHEARD, passed))
            .order_by(airing.c.starts_at, airing.c.hamlet_code)
        )
        with self._database.reading() as connection:
            return tuple(map(_unheard, connection.execute(wanted)))


_PLACED = (
    airing.join(edition, edition.c.id == airing.c.edition_id)
    .join(slot, slot.c.id == edition.c.slot_id)
    .join(hamlet, hamlet.c.id == airing.c.hamlet_id)
)
_CALLED_OFF = and_(
    edition.c.state == EditionState.CANCELLED,
    or_(airing.c.state == AiringState.UNHEARD, airing.c.told_by != ""),
)


def note_unheard(connection: Connection, now: datetime, *which: ColumnElement[bool]) -> int:
    """As Distant.note_unheard, of those among `which`."""
    past = select(airing.c.id).select_from(_PLACED).where(ELSEWHERE, _passed(now), *which)
    unheard = update(airing).where(airing.c.id.in_(past)).values(state=AiringState.UNHEARD)
    return connection.execute(unheard).rowcount


def _passed(now: datetime) -> ColumnElement[bool]:
    return and_(airing.c.state == AiringState.DUE, airing.c.starts_at <= now)


def _unheard(row: AnyRow) -> AsRun:
    return AsRun(
        airing_id=row.id,
        hamlet=row.hamlet_code,
        hamlet_name=row.hamlet_name,
        slot=row.code,
        title=row.title or row.name,
        kind=row.kind,
        starts_at=row.starts_at,
        outcome=Outcome.UNHEARD,
        reason=reasons.NOT_REPORTED,
        started_at=None,
        seconds_played=0.0,
        seconds_planned=(row.length or 0) / 1000,
        voice=row.voice or "",
        bulletin=row.bulletin,
    )
