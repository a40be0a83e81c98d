"""A Ledger in memory, which passes the same contract as the Store; it can be told to fail."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from broadcaster.errors import StoreError
from broadcaster.playout.airing import Airing, AiringState, AsRun, Outcome
from broadcaster.timetable.slot import Priority, SlotKind
from broadcaster.units import Milliseconds

_RANK = [Priority.EMERGENCY, Priority.PRIORITY, Priority.ROUTINE]


class FakeLedger:
    def __init__(self) -> None:
        self.failing: Callable[[str], StoreError | None] = lambda _method: None
        """Asked before each method: the error that it shall raise."""
        self.calls: list[tuple[str, tuple[object, ...]]] = []
        self._airings: dict[str, tuple[Airing, AiringState]] = {}
        self._log: list[AsRun] = []
        self._stops: list[tuple[tuple[str, ...], str, datetime]] = []
        self._called_off: dict[str, str] = {}
        self._version = 0
        self._lock = threading.RLock()

    def add(self, airing: Airing) -> Airing:
        with self._lock:
            airing = replace(airing, id=airing.id or uuid.uuid4().hex)
            self._airings[airing.id] = (airing, AiringState.DUE)
            self._version += 1
            return airing

    def add_stop(self, hamlet_ids: Sequence[str], by: str, at: datetime) -> None:
        with self._lock:
            self._stops.append((tuple(hamlet_ids), by, at))
            self._version += 1

    def call_off(self, airing_id: str, by: str) -> None:
        with self._lock:
            self._called_off[airing_id] = by
            self._version += 1

    def called_off(self) -> tuple[tuple[str, str], ...]:
        with self._called("called_off"):
            claimed = {airing.id for airing in self._in(AiringState.CLAIMED)}
            return tuple((one, by) for one, by in self._called_off.items() if one in claimed)

    def next_start(self, hamlet_ids: Sequence[str]) -> datetime | None:
        with self._called("next_start"):
            sounds = (
                airing
                for airing in self._in(AiringState.DUE)
                if airing.has_scripts and airing.kind is not SlotKind.REHEARSAL
            )
            starts = [airing.starts_at for airing in sounds if airing.hamlet.id in hamlet_ids]
            return min(starts, default=None)

    def restart(
        self, airings: Sequence[Airing], starts_at: datetime, reason: str, seconds: float, now: datetime
    ) -> tuple[Airing, ...]:
        with self._called("restart", tuple(airings)):
            nothing = Milliseconds(0)
            again = tuple(
                replace(
                    old,
                    id=uuid.uuid4().hex,
                    edition_id=f"{old.edition_id} again",
                    starts_at=starts_at,
                    sounded_to=nothing,
                    lost=nothing,
                    started_at=None,
                    continues=old.id,
                )
                for old in airings
            )
            for old, new in zip(airings, again, strict=True):
                self._airings[new.id] = (new, AiringState.CLAIMED)
                self._airings[old.id] = (self._airings[old.id][0], AiringState.ENDED)
                self._log.append(_line(self._airings[old.id][0], Outcome.PARTIAL, reason, seconds))
            return again

    def next_due(self) -> datetime | None:
        with self._called("next_due"):
            return min((airing.starts_at for airing in self._in(AiringState.DUE)), default=None)

    def claim(self, until: datetime, now: datetime) -> tuple[Airing, ...]:
        with self._called("claim", until, now):
            due = [airing for airing in self._in(AiringState.DUE) if airing.starts_at <= until]
            for airing in due:
                self._airings[airing.id] = (airing, AiringState.CLAIMED)
            return tuple(due)

    def unfinished(self) -> tuple[Airing, ...]:
        with self._called("unfinished"):
            return tuple(self._in(AiringState.CLAIMED))

    def begin(
        self,
        airing_ids: Sequence[str],
        started_at: datetime,
        position: Milliseconds,
        bulletin: str = "",
        instead: str = "",
    ) -> None:
        with self._called("begin", tuple(airing_ids), started_at, position, bulletin, instead):
            for airing_id in airing_ids:
                airing, state = self._airings[airing_id]
                if airing.started_at is None:
                    airing = _begun(airing, bulletin, instead)
                jumped = max(0, position - airing.sounded_to)
                self._airings[airing_id] = (
                    replace(
                        airing,
                        started_at=airing.started_at or started_at,
                        sounded_to=Milliseconds(airing.sounded_to + jumped),
                        lost=Milliseconds(airing.lost + jumped),
                    ),
                    state,
                )

    def mark(self, airing_ids: Sequence[str], sounded_to: Milliseconds) -> None:
        with self._called("mark", tuple(airing_ids), sounded_to):
            for airing_id in airing_ids:
                airing, state = self._airings[airing_id]
                farther = Milliseconds(max(airing.sounded_to, sounded_to))
                self._airings[airing_id] = (replace(airing, sounded_to=farther), state)

    def end(
        self, airing_ids: Sequence[str], outcome: Outcome, reason: str, seconds_played: float, now: datetime
    ) -> None:
        with self._called("end", tuple(airing_ids), outcome, reason, seconds_played):
            for airing_id in airing_ids:
                airing, state = self._airings[airing_id]
                if state is not AiringState.ENDED:
                    self._airings[airing_id] = (airing, AiringState.ENDED)
                    self._log.append(_line(airing, outcome, reason, seconds_played))

    def stop_requests(self, now: datetime) -> tuple[tuple[tuple[str, ...], str], ...]:
        with self._called("stop_requests"):
            taken, self._stops = self._stops, []
            return tuple((ids, by) for ids, by, at in taken if at >= now - timedelta(minutes=1))

    def version(self) -> int:
        with self._called("version"):
            return self._version

    def as_run(self, start: datetime, end: datetime) -> tuple[AsRun, ...]:
        with self._lock:
            lines = [line for line in self._log if start <= line.starts_at < end]
            return tuple(sorted(lines, key=lambda line: (line.starts_at, line.hamlet)))

    def _in(self, wanted: AiringState) -> list[Airing]:
        found = [airing for airing, state in self._airings.values() if state is wanted]
        return sorted(
            found, key=lambda airing: (airing.starts_at, _RANK.index(airing.priority), airing.hamlet.code)
        )

    @contextmanager
    def _called(self, method: str, *args: object) -> Iterator[None]:
        self.calls.append((method, args))
        if error := self.failing(method):
            raise error
        with self._lock:
            yield


def _begun(airing: Airing, bulletin: str, instead: str) -> Airing:
    """It goes on with what it began with."""
    for fallback in airing.fallbacks:
        if fallback.bulletin == bulletin:
            airing = airing.as_(fallback)
    return replace(airing, instead=instead, fallbacks=(), until=None)


def _line(airing: Airing, outcome: Outcome, reason: str, seconds_played: float) -> AsRun:
    return AsRun(
        airing_id=airing.id,
        hamlet=airing.hamlet.code,
        hamlet_name=airing.hamlet.name,
        slot=airing.slot_code,
        title=airing.title,
        kind=airing.kind,
        starts_at=airing.starts_at,
        outcome=outcome,
        reason=reason,
        started_at=airing.started_at,
        seconds_played=seconds_played,
        seconds_planned=airing.length / 1000,
        voice=airing.voice,
        bulletin=airing.bulletin,
    )
