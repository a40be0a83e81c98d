"""Airings that a hamlet PC is given: each with an edition and a slot of its own, which are its shape."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from broadcaster.desk.ports import EditionState
from broadcaster.playout.airing import Airing, AiringState, Fallback
from broadcaster.store.asrun import Event, append
from broadcaster.store.columns import NEVER
from broadcaster.store.endings import cancelled_by_timetable
from broadcaster.store.part import among, shared_values
from broadcaster.store.reconciling import new_airing
from broadcaster.store.tables import airing, bulletin, edition, edition_fallback, slot
from broadcaster.timetable.slot import Plays, Slot
from broadcaster.units import Lufs

UNMEASURED = Lufs(0.0)
"""Of audio whose loudness nobody measured yet: taken for the loudest there can be."""


def book(connection: Connection, airings: Sequence[Airing], now: datetime) -> None:
    """Have these be due. What was claimed or has ended stays, unless an older timetable had cancelled it."""
    ids = [one.id for one in airings]
    back = cancelled_by_timetable(connection, among(airing.c.id, ids), airing.c.state == AiringState.ENDED)
    append(connection, now, Event.RESTORED, [(one, {}) for one in ids if one in back])
    replaced = {*in_state(connection, ids, AiringState.DUE), *back}
    _take_out(connection, replaced)
    kept = set(connection.scalars(select(airing.c.id).where(among(airing.c.id, ids))))
    new = [one for one in airings if one.id not in kept]
    if not new:
        return
    add_audio(connection, new, now)
    connection.execute(insert(slot), [_slot(one) for one in new])
    connection.execute(insert(edition), [_edition(one) for one in new])
    if rungs := [rung for one in new for rung in _rungs(one)]:
        connection.execute(insert(edition_fallback), rungs)
    connection.execute(insert(airing), [_airing(one) for one in new])


def _take_out(connection: Connection, airing_ids: Iterable[str]) -> None:
    """Each has an edition and a slot of its own."""
    ids = connection.scalars(select(airing.c.edition_id).where(among(airing.c.id, airing_ids))).all()
    connection.execute(delete(airing).where(among(airing.c.edition_id, ids)))
    connection.execute(delete(edition_fallback).where(among(edition_fallback.c.edition_id, ids)))
    connection.execute(delete(edition).where(among(edition.c.id, ids)))
    connection.execute(delete(slot).where(among(slot.c.id, ids)))


def _slot(one: Airing) -> dict[str, Any]:
    """The shape of one edition; not of the timetable, which is the station's."""
    shape = Slot(
        id=one.edition_id,
        code=one.slot_code,
        name=one.title,
        at=one.starts_at.time(),
        hamlets=(),
        plays=Plays.RELAY if one.relay else Plays.SCRIPT,
        ref=one.relay,
        kind=one.kind,
        priority=one.priority,
        lateness_s=one.lateness_s,
        interrupted=one.interrupted,
    )
    return shared_values(slot, shape) | {"removed": True}


def _edition(one: Airing) -> dict[str, Any]:
    return {
        "id": one.edition_id,
        "slot_id": one.edition_id,
        "starts_at": one.starts_at,
        "state": EditionState.FIXED,
        "has_scripts": one.has_scripts,
        "title": one.title,
        "bulletin": one.bulletin,
        "until": one.until or NEVER,
    }


def _rungs(one: Airing) -> list[dict[str, Any]]:
    return [
        {
            "edition_id": one.edition_id,
            "position": position,
            "bulletin": rung.bulletin,
            "why": rung.why,
            "until": rung.until or NEVER,
        }
        for position, rung in enumerate(one.fallbacks)
    ]


def _airing(one: Airing) -> dict[str, Any]:
    label = (one.hamlet.code, one.hamlet.name)
    row = new_airing(one.edition_id, one.hamlet.id, label, one.starts_at)
    return row | {"id": one.id, "continues": one.continues}


def add_audio(connection: Connection, airings: Sequence[Airing], now: datetime) -> None:
    """Of audio, what is not known yet."""
    named: dict[str, Airing | Fallback] = {}
    for one in airings:
        named |= {rung.bulletin: rung for rung in one.fallbacks}
        if one.bulletin:
            named[one.bulletin] = one
    known = connection.scalars(select(bulletin.c.sha256).where(among(bulletin.c.sha256, named))).all()
    rows = [
        {
            "sha256": sha256,
            "file_name": rung.file_name,
            "length": rung.length,
            "voice": rung.voice,
            "recipe": "",
            "loudness": UNMEASURED,
            "true_peak": 0.0,
            "cues": (),
            "why_this_voice": "",
            "title": "",
            "made_at": now,
            "deleted": False,
        }
        for sha256, rung in named.items()
        if sha256 not in known
    ]
    if rows:
        connection.execute(insert(bulletin), rows)


def in_state(connection: Connection, airing_ids: Iterable[str], state: AiringState) -> Sequence[str]:
    wanted = select(airing.c.id).where(among(airing.c.id, airing_ids), airing.c.state == state)
    return connection.scalars(wanted).all()
