"""What the tables know of airings beyond their line in the as-run log: which scripts the audio held."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, func, select

from broadcaster.desk.ports import EditionState
from broadcaster.playout import reasons
from broadcaster.playout.airing import AiringState
from broadcaster.production.bulletin import Cue
from broadcaster.store.part import AnyRow, Part, among
from broadcaster.store.tables import airing, bulletin, edition, edition_script, outcome, script
from broadcaster.timetable.rung import Rung


@dataclass(frozen=True)
class Played:
    """One airing that ended."""

    airing_id: str
    hamlet_id: str
    continues: str
    """Id of the airing that this one began again; empty: of none."""
    scripts: tuple[str, ...] = ()
    """Ids of those that its audio held, in order; empty: none, or it is not known."""
    cues: tuple[Cue, ...] = ()
    """Where in the audio each of them stands; empty: nobody knows any more."""


class PlayedAirings(Part):
    def played(self, start: datetime, end: datetime) -> tuple[Played, ...]:
        """Of the ended airings with starts_at in [start, end), by start and hamlet."""
        with self._database.reading() as connection:
            rows = connection.execute(_ended(start, end)).all()
            audio = _Audio(connection, rows)
            return tuple(
                Played(row.id, row.hamlet_id, row.continues, audio.scripts(row), audio.cues(row))
                for row in rows
            )

    def unheard(self, start: datetime, end: datetime) -> dict[str, int]:
        """How many airings with starts_at in [start, end) have no end on record, by hamlet's name."""
        open_ones = (airing.c.state != AiringState.ENDED, edition.c.state != EditionState.CANCELLED)
        counted = (
            select(airing.c.hamlet_name, func.count().label("airings"))
            .join(edition, edition.c.id == airing.c.edition_id)
            .where(airing.c.starts_at >= start, airing.c.starts_at < end, *open_ones)
            .group_by(airing.c.hamlet_name)
            .order_by(airing.c.hamlet_name)
        )
        with self._database.reading() as connection:
            return {row.hamlet_name: row.airings for row in connection.execute(counted)}


def _ended(start: datetime, end: datetime) -> Select[*tuple[object, ...]]:
    return (
        select(airing.c.id, airing.c.edition_id, airing.c.hamlet_id, airing.c.continues, airing.c.instead)
        .add_columns(outcome.c.bulletin, edition.c.bulletin.label("own"))
        .join(outcome, outcome.c.airing_id == airing.c.id)
        .join(edition, edition.c.id == airing.c.edition_id)
        .where(airing.c.starts_at >= start, airing.c.starts_at < end)
        .order_by(airing.c.starts_at, airing.c.hamlet_code)
    )


class _Audio:
    """What was in the audio of these airings."""

    def __init__(self, connection: Connection, rows: Iterable[AnyRow]) -> None:
        rows = list(rows)
        sounded = {row.bulletin for row in rows}
        foreign = {row.bulletin for row in rows if row.bulletin not in ("", row.own)}
        self._newest = _newest_edition(connection, foreign)
        self._scripts = _scripts(connection, {row.edition_id for row in rows} | set(self._newest.values()))
        cues = select(bulletin.c.sha256, bulletin.c.cues).where(among(bulletin.c.sha256, sounded))
        self._cues = {row.sha256: row.cues for row in connection.execute(cues)}
        titles = {cue.title for sha256 in foreign for cue in self._cues.get(sha256, ())}
        by_title = select(script.c.title, script.c.id).where(among(script.c.title, titles))
        self._titled = {row.title: row.id for row in connection.execute(by_title)}

    def scripts(self, row: AnyRow) -> tuple[str, ...]:
        """Those of its edition; where other audio sounded instead, those of that."""
        if row.bulletin in ("", row.own) or f"{reasons.FALLBACK}: {Rung.VOICE}" in row.instead:
            return self._scripts[row.edition_id]
        if row.bulletin in self._newest:
            return self._scripts[self._newest[row.bulletin]]
        titles = dict.fromkeys(cue.title for cue in self.cues(row))
        return tuple(self._titled[title] for title in titles if title in self._titled)

    def cues(self, row: AnyRow) -> tuple[Cue, ...]:
        found: tuple[Cue, ...] = self._cues.get(row.bulletin, ())
        return found


def _newest_edition(connection: Connection, bulletins: Iterable[str]) -> Mapping[str, str]:
    """The last edition that each of them was made for, by SHA-256."""
    rows = connection.execute(
        select(edition.c.bulletin, edition.c.id)
        .where(among(edition.c.bulletin, bulletins))
        .order_by(edition.c.starts_at, edition.c.id)
    )
    return {row.bulletin: row.id for row in rows}


def _scripts(connection: Connection, edition_ids: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = defaultdict(tuple)
    rows = connection.execute(
        select(edition_script)
        .where(among(edition_script.c.edition_id, edition_ids))
        .order_by(edition_script.c.edition_id, edition_script.c.position)
    )
    for row in rows:
        found[row.edition_id] += (row.script_id,)
    return found
