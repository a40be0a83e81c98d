"""What hamlet PCs tell of their airings: their as-run chains, kept beside ours, never merged."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeAlias
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Connection, func, insert, or_, select, update

from broadcaster.desk.ports import EditionState
from broadcaster.playout.airing import AiringState
from broadcaster.store.asrun import append
from broadcaster.store.chain import Event, Fields, hash_of
from broadcaster.store.columns import NEVER, from_ms, json_text
from broadcaster.store.endings import TIMETABLE_CHANGED
from broadcaster.store.hamlets import labels
from broadcaster.store.part import Part, among
from broadcaster.store.reconciling import new_airing
from broadcaster.store.tables import airing, asrun_event, device, edition, forked_event, slot
from broadcaster.timetable.slot import SlotKind

_MOST_FORKED = 1000
_EARLY = timedelta(days=1)
_Place: TypeAlias = tuple[int, int]
"""Epoch and seq."""
_Text = Annotated[str, Field(max_length=4000)]
_Instant = Annotated[int, Field(ge=0, le=7_258_118_400_000)]
_Seconds = Annotated[float, Field(ge=0, le=86_400)]


class Verdict(StrEnum):
    TAKEN = "taken"
    FORKED = "forked"
    """It contradicts what the device told before; that stands."""
    FALSE = "false"
    """An event is not what its hash says, or not what a player writes."""
    UNKNOWN = "unknown"
    """No such device, or it is revoked."""


@dataclass(frozen=True)
class TakenIn:
    verdict: Verdict
    upto: _Place = (0, 0)
    """(epoch, seq) up to which nothing is missing; (0, 0): nothing is there."""


class _End(BaseModel):
    """What a player writes of an end (endings.py)."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    hamlet: _Text
    hamlet_name: _Text
    slot: _Text
    title: _Text
    kind: SlotKind
    starts_at: _Instant
    started_at: _Instant
    outcome: Literal["aired", "partial", "missed", "skipped", "cancelled", "failed"]
    reason: _Text
    seconds_played: _Seconds
    seconds_planned: _Seconds
    voice: _Text
    bulletin: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]

    @property
    def by_timetable(self) -> bool:
        return self.outcome == "cancelled" and self.reason == TIMETABLE_CHANGED


class Told(Part):
    def take_in(self, device_id: str, events: Sequence[Fields], status: str, now: datetime) -> TakenIn:
        """Keep what is new of a device's chain, as far as it follows without a gap; all of it or, when one
        event is refused, none. Whatever the events are worth, the device was seen, and `status` is how it
        stands. Each event lacks `station_id` and `device`.

        The end of an airing that it tells counts if the airing is one of its hamlet's and was never claimed
        here. One that is not known here is added, if its slot is.
        """
        of_it = {"station_id": self._database.station_id, "device": device_id}
        whole = [{**event, **of_it} for event in events]
        with self._database.writing(told=False) as connection:
            its = (device.c.id == device_id, device.c.revoked_at == NEVER)
            hamlet_id = connection.scalar(select(device.c.hamlet_id).where(*its))
            if hamlet_id is None:
                return TakenIn(Verdict.UNKNOWN)
            connection.execute(update(device).where(*its).values(last_seen=now, status=status))
            verdict, new = _judged(connection, device_id, whole)
            if verdict is Verdict.FORKED:
                _set_aside(connection, new, now)
            elif verdict is Verdict.TAKEN and new:
                rows = [{**event, "at": from_ms(event["at"])} for event in new]
                connection.execute(insert(asrun_event), rows)
                _note_ends(connection, device_id, hamlet_id, new, now)
            return TakenIn(verdict, _head(connection, device_id)[0])


def _judged(connection: Connection, device_id: str, events: Iterable[Fields]) -> tuple[Verdict, list[Fields]]:
    """Those that are new and follow; if they are forked, the ones that contradict."""
    ordered = sorted(events, key=_place)
    if not all(map(_true, ordered)):
        return Verdict.FALSE, []
    known, new, forked = _known(connection, device_id, ordered), list[Fields](), list[Fields]()
    head, before = _head(connection, device_id)
    for event in ordered:
        place, own_hash = _place(event), event["hash"]
        if place in known:
            forked += [event] if known[place] != own_hash else []
        elif _is_next(connection, event, head):
            if event["epoch"] == head[0] and event["prev_hash"] != before:
                forked.append(event)
                break
            new.append(event)
            known[place] = own_hash
            head, before = place, own_hash
    return (Verdict.FORKED, forked) if forked else (Verdict.TAKEN, new)


def _place(event: Fields) -> _Place:
    return event["epoch"], event["seq"]


def _is_next(connection: Connection, event: Fields, head: _Place) -> bool:
    if head == (0, 0):
        return bool(event["seq"] == 1 and not event["prev_hash"])
    if event["epoch"] == head[0]:
        return bool(event["seq"] == head[1] + 1)
    after = (
        asrun_event.c.device == event["device"],
        asrun_event.c.seq == event["seq"] - 1,
        asrun_event.c.hash == event["prev_hash"],
    )
    later = event["epoch"] > head[0] and event["kind"] == Event.EPOCH
    return later and connection.scalar(select(asrun_event.c.seq).where(*after).limit(1)) is not None


def _true(event: Fields) -> bool:
    """Whether it is what its hash says, and what a player writes."""
    try:
        payload = json.loads(event["payload"])
        spelled = isinstance(payload, dict) and json_text(payload) == event["payload"]
        if spelled and event["kind"] == Event.ENDED:
            _End.model_validate_json(event["payload"])
    except (ValueError, ValidationError, RecursionError):
        return False
    return spelled and event["hash"] == hash_of(event)


def _known(connection: Connection, device_id: str, ordered: Sequence[Fields]) -> dict[_Place, str]:
    """Hashes of what is kept of the same places."""
    if not ordered:
        return {}
    of_it = (asrun_event.c.device == device_id, asrun_event.c.seq >= min(e["seq"] for e in ordered))
    upto = asrun_event.c.seq <= max(event["seq"] for event in ordered)
    columns = (asrun_event.c.epoch, asrun_event.c.seq, asrun_event.c.hash)
    rows = connection.execute(select(*columns).where(*of_it, upto))
    return {(row.epoch, row.seq): row.hash for row in rows}


def _head(connection: Connection, device_id: str) -> tuple[_Place, str]:
    newest = (
        select(asrun_event.c.epoch, asrun_event.c.seq, asrun_event.c.hash)
        .where(asrun_event.c.device == device_id)
        .order_by(asrun_event.c.epoch.desc(), asrun_event.c.seq.desc())
        .limit(1)
    )
    row = connection.execute(newest).first()
    return ((row.epoch, row.seq), row.hash) if row else ((0, 0), "")


def _set_aside(connection: Connection, events: Iterable[Fields], now: datetime) -> None:
    table = forked_event
    for event in events:
        of_it = table.c.device == event["device"]
        known = select(table.c.hash).where(of_it, table.c.hash == event["hash"])
        kept = connection.scalar(select(func.count()).where(of_it)) or 0
        if connection.scalar(known) is None and kept < _MOST_FORKED:
            row = {name: event[name] for name in ("device", "epoch", "seq", "hash")}
            connection.execute(insert(table), row | {"at": now, "event": json_text(dict(event))})


def _note_ends(
    connection: Connection, device_id: str, hamlet_id: str, events: Iterable[Fields], now: datetime
) -> None:
    last = {e["airing_id"]: e for e in events if e["kind"] in (Event.ENDED, Event.RESTORED)}
    taken_back = [airing_id for airing_id, event in last.items() if event["kind"] == Event.RESTORED]
    theirs = (among(airing.c.id, taken_back), airing.c.told_by == device_id)
    unheard = {"state": AiringState.UNHEARD, "told_by": ""}
    connection.execute(update(airing).where(*theirs).values(unheard))
    ended = [event for event in last.values() if event["kind"] == Event.ENDED]
    told = {event["airing_id"]: _End.model_validate_json(event["payload"]) for event in ended}
    ours = _note_told(connection, device_id, hamlet_id, told, now)
    heard = [
        (e["airing_id"], {"device": device_id, "hash": e["hash"]}) for e in ended if e["airing_id"] in ours
    ]
    append(connection, now, Event.HEARD, heard)


def _note_told(
    connection: Connection, device_id: str, hamlet_id: str, told: Mapping[str, _End], now: datetime
) -> set[str]:
    """Ids of those of which its word counts."""
    ends = {airing_id: end for airing_id, end in told.items() if not end.by_timetable}
    known = set(connection.scalars(select(airing.c.id).where(among(airing.c.id, ends))))
    for airing_id, end in ends.items():
        if airing_id and airing_id not in known:
            _add(connection, airing_id, hamlet_id, end, now)
    its = (among(airing.c.id, ends), airing.c.hamlet_id == hamlet_id, airing.c.claimed_at == NEVER)
    nobody_else = or_(airing.c.told_by == "", airing.c.told_by == device_id)
    heard = {"state": AiringState.ENDED, "told_by": device_id}
    counting = select(airing.c.id).where(*its, nobody_else)
    ids = set(connection.scalars(counting))
    connection.execute(update(airing).where(among(airing.c.id, ids)).values(heard))
    return ids


def _add(connection: Connection, airing_id: str, hamlet_id: str, told: _End, now: datetime) -> None:
    """An airing that only its player knows of: one begun again after an emergency, or one that was booked
    after the backup which this database was put back from."""
    slot_id = connection.scalar(
        select(slot.c.id).where(slot.c.code == told.slot).order_by(slot.c.removed).limit(1)
    )
    starts_at = from_ms(told.starts_at)
    if slot_id is None or hamlet_id not in labels(connection) or starts_at > now + _EARLY:
        return
    edition_id = connection.scalar(
        select(edition.c.id).where(edition.c.slot_id == slot_id, edition.c.starts_at == starts_at)
    )
    if edition_id is None:
        edition_id = uuid4().hex
        connection.execute(insert(edition), _edition(edition_id, slot_id, starts_at, told))
    place = (airing.c.edition_id == edition_id, airing.c.hamlet_id == hamlet_id)
    if connection.scalar(select(airing.c.id).where(*place)) is None:
        row = new_airing(edition_id, hamlet_id, labels(connection)[hamlet_id], starts_at)
        connection.execute(insert(airing), row | {"id": airing_id})


def _edition(edition_id: str, slot_id: str, starts_at: datetime, told: _End) -> Mapping[str, Any]:
    return {
        "id": edition_id,
        "slot_id": slot_id,
        "starts_at": starts_at,
        "state": EditionState.FIXED,
        "has_scripts": True,
        "title": told.title,
        "bulletin": told.bulletin,
        "until": NEVER,
    }
