"""The as-run log: append-only events, chained by hash, one chain per device.

Each event's hash covers its whole row and the hash before it: a changed, missing or inserted row breaks the
chain.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert, select

from broadcaster.playout.airing import AsRun
from broadcaster.store.columns import json_text, known, to_ms
from broadcaster.store.part import AnyRow, Part
from broadcaster.store.tables import airing, asrun_event, outcome, station


class Event(StrEnum):
    BEGAN = "began"
    """Sound starts at `position`."""
    ENDED = "ended"
    """With its outcome, and all that the log line says."""
    RESTORED = "restored"
    """Its end was taken back: the timetable wants it again."""


@dataclass(frozen=True)
class Chain:
    """One device's events, as `verify_as_run` found them."""

    device: str
    events: int
    broken_at: int | None
    """Seq of the first event that does not follow from the one before it; None: the chain is whole."""


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

    def verify_as_run(self) -> tuple[Chain, ...]:
        """Walk every device's chain from its beginning."""
        key = (asrun_event.c.device, asrun_event.c.epoch, asrun_event.c.seq)
        every = select(asrun_event).order_by(*key).execution_options(yield_per=1000)
        chains: dict[str, Chain] = {}
        last: AnyRow | None = None
        with self._database.reading() as connection:
            for event in connection.execute(every):
                if last is not None and last.device != event.device:
                    last = None
                chain = chains.get(event.device, Chain(event.device, 0, None))
                broken_at = chain.broken_at
                if broken_at is None and not _follows(last, event):
                    broken_at = event.seq
                chains[event.device] = Chain(event.device, chain.events + 1, broken_at)
                last = event
        return tuple(chains.values())


def append(
    connection: Connection, at: datetime, kind: Event, entries: Iterable[tuple[str, Mapping[str, object]]]
) -> None:
    """Add an event for each (airing id, payload) to this device's chain."""
    own = connection.execute(select(station)).one()
    seq, before = _head(connection, own.device_id)
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
        before = _hash(row)
        rows.append(row | {"hash": before})
    if rows:
        connection.execute(insert(asrun_event), rows)


def _head(connection: Connection, device: str) -> tuple[int, str]:
    newest = (
        select(asrun_event.c.seq, asrun_event.c.hash)
        .where(asrun_event.c.device == device)
        .order_by(asrun_event.c.epoch.desc(), asrun_event.c.seq.desc())
        .limit(1)
    )
    row = connection.execute(newest).first()
    return (row.seq, row.hash) if row else (0, "")


def _hash(event: Mapping[str, Any]) -> str:
    covered = {name: value for name, value in event.items() if name != "hash"}
    covered["at"] = to_ms(covered["at"])
    return hashlib.sha256(json_text(covered).encode()).hexdigest()


def _follows(last: AnyRow | None, event: AnyRow) -> bool:
    seq, before = (last.seq, last.hash) if last else (0, "")
    own = _hash(event._asdict())
    return bool(event.seq == seq + 1 and event.prev_hash == before and event.hash == own)


def _line(row: AnyRow) -> AsRun:
    return AsRun(**row._asdict() | {"started_at": known(row.started_at)})
