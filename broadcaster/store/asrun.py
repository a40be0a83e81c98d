"""The as-run log: append-only events, chained by hash (chain.py), one chain per device."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, exists, func, insert, select

from broadcaster.playout.airing import AiringState, AsRun
from broadcaster.store.chain import COLUMNS, Chain, Event, Fields, hash_of, verify
from broadcaster.store.columns import NEVER, json_text, known, to_ms
from broadcaster.store.part import AnyRow, Part, record
from broadcaster.store.people import require_person
from broadcaster.store.tables import act, airing, asrun_event, outcome, station

__all__ = ["AsRunLog", "Event", "append", "head", "newest_instant"]

_ORDER = (asrun_event.c.device, asrun_event.c.epoch, asrun_event.c.seq)


class AsRunLog(Part):
    def as_run(self, start: datetime, end: datetime) -> tuple[AsRun, ...]:
        columns = [outcome.c[field.name] for field in fields(AsRun)]
        window = (airing.c.starts_at >= start, airing.c.starts_at < end)
        wanted = (
            select(*columns)
            .join(airing, airing.c.id == outcome.c.airing_id)
            .where(*window)
            .order_by(airing.c.starts_at, airing.c.hamlet_code)
        )
        with self._database.reading() as connection:
            return tuple(_line(row) for row in connection.execute(wanted))

    def as_run_events(self, *, through: int | None = None) -> Iterator[Fields]:
        """Every event by device, epoch and seq; `through`: those of this device up to that seq.

        They come from one snapshot, which is held until the last was taken.
        """
        with self._database.reading() as connection:
            which = () if through is None else (_own(connection), asrun_event.c.seq <= through)
            every = select(asrun_event).where(*which).order_by(*_ORDER).execution_options(yield_per=1000)
            for row in connection.execute(every):
                yield {name: getattr(row, name) for name in COLUMNS} | {"at": to_ms(row.at)}

    def verify_as_run(self) -> tuple[Chain, ...]:
        """Walk every device's chain from its beginning."""
        return verify(self.as_run_events())

    def unlogged(self) -> tuple[str, ...]:
        """Ids of airings that were played, or tried, and ended, but of whose end the log says nothing: events
        were taken from its newest end, or from that of the hamlet PC which told of it."""
        with self._database.reading() as connection:
            first = select(asrun_event.c.seq, asrun_event.c.at).where(_own(connection)).order_by(*_ORDER)
            oldest = connection.execute(first.limit(1)).first()
            since = oldest.at if oldest and oldest.seq > 1 else NEVER
            told = exists().where(asrun_event.c.airing_id == airing.c.id, asrun_event.c.kind == Event.ENDED)
            mute = select(airing.c.id).where(
                airing.c.state == AiringState.ENDED, airing.c.claimed_at > since, ~told
            )
            theirs = told.where(asrun_event.c.device == airing.c.told_by)
            mute_elsewhere = select(airing.c.id).where(airing.c.told_by != "", ~theirs)
            return (*connection.scalars(mute), *connection.scalars(mute_elsewhere))

    def newest_record(self) -> datetime | None:
        """The newest instant that stands on record; no true clock shows less."""
        with self._database.reading() as connection:
            return newest_instant(connection)

    def before(self, instant: datetime) -> int:
        """Seq of the last event of the part of this device's chain that lies before `instant`; 0: none."""
        with self._database.reading() as connection:
            own = _own(connection)
            later = select(func.min(asrun_event.c.seq)).where(own, asrun_event.c.at >= instant)
            first_later = connection.scalar(later)
            older = () if first_later is None else (asrun_event.c.seq < first_later,)
            return connection.scalar(select(func.max(asrun_event.c.seq)).where(own, *older)) or 0

    def prune_as_run(self, through: int, *, by: str, now: datetime) -> int:
        """Take this device's events up to seq `through` out and leave a checkpoint; how many they were.

        `by` is a known person (NotFound). Whatever is to be kept of them is exported first.
        """
        with self._database.writing(told=False) as connection:
            require_person(connection, by)
            doomed = (_own(connection), asrun_event.c.seq <= through)
            last = connection.execute(
                select(asrun_event).where(*doomed).order_by(asrun_event.c.seq.desc()).limit(1)
            ).first()
            if last is None:
                return 0
            checkpoint = {"through": last.seq, "hash": last.hash}
            append(connection, now, Event.CHECKPOINT, [("", checkpoint)])
            record(connection, by, now, "prune as-run log", "", **checkpoint)
            return connection.execute(delete(asrun_event).where(*doomed)).rowcount


def append(
    connection: Connection, at: datetime, kind: Event, entries: Iterable[tuple[str, Mapping[str, object]]]
) -> None:
    """Add an event for each (airing id, payload) to this device's chain."""
    own = connection.execute(select(station)).one()
    seq, before = head(connection, own.device_id)
    rows = []
    for airing_id, payload in entries:
        seq += 1
        row = {
            "station_id": own.id,
            "device": own.device_id,
            "epoch": own.epoch,
            "seq": seq,
            "at": at,
            "kind": kind.value,
            "airing_id": airing_id,
            "payload": json_text(payload),
            "prev_hash": before,
        }
        before = hash_of(row | {"at": to_ms(at)})
        rows.append(row | {"hash": before})
    if rows:
        connection.execute(insert(asrun_event), rows)


def head(connection: Connection, device: str) -> tuple[int, str]:
    """Seq and hash of the device's newest event; (0, "") when it has none."""
    newest = (
        select(asrun_event.c.seq, asrun_event.c.hash)
        .where(asrun_event.c.device == device)
        .order_by(asrun_event.c.epoch.desc(), asrun_event.c.seq.desc())
        .limit(1)
    )
    row = connection.execute(newest).first()
    return (row.seq, row.hash) if row else (0, "")


def newest_instant(connection: Connection) -> datetime | None:
    """Of all events of this device, and all acts: what others tell is no evidence of the time here."""
    newest = select(func.max(asrun_event.c.at)).where(_own(connection)), select(func.max(act.c.at))
    found = [connection.scalar(wanted) for wanted in newest]
    return max((instant for instant in found if instant is not None), default=None)


def _own(connection: Connection) -> ColumnElement[bool]:
    return asrun_event.c.device == connection.scalar(select(station.c.device_id))


def _line(row: AnyRow) -> AsRun:
    return AsRun(**row._asdict() | {"started_at": known(row.started_at)})
