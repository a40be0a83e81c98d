"""schedules.db of a hamlet PC: the station's tables, for one hamlet and what it was given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Self

from sqlalchemy import update

from broadcaster.clock import Clock
from broadcaster.errors import StoreCorrupt
from broadcaster.playout.airing import Airing, Outcome
from broadcaster.store.booking import UNMEASURED
from broadcaster.store.received import Received
from broadcaster.store.reported import Reported
from broadcaster.store.store import Store
from broadcaster.store.tables import station
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.units import Decibels

_LONGEST_REASON = 1_000


class PlayerStore(Received, Reported, Store):
    """Implements playout.airing.Ledger: what its airings play is never louder than the PC's own limit."""

    @classmethod
    def of(cls, path: Path, station_id: str, device: str, place: Hamlet, clock: Clock) -> Self:
        """The tables of the hamlet PC `device` of that station, made where there are none. Another station's,
        and damaged ones, are put aside. StoreError and its kin: see Store."""
        store = cls._opened(path, station_id, clock)
        if store is None:
            store = cls.open(path, clock=clock, create=True)
            store._become(station_id)
        store.enter(device, place, clock.now())
        return store

    @classmethod
    def _opened(cls, path: Path, station_id: str, clock: Clock) -> Self | None:
        if not path.exists():
            return None
        try:
            store = cls.open(path, clock=clock)
            if store.station_id == station_id:
                return store
            store.close()
        except StoreCorrupt:
            pass
        _put_aside(path, clock.now())
        return None

    def _become(self, station_id: str) -> None:
        with self._database.writing() as connection:
            connection.execute(update(station).values(id=station_id))
        self._database.bind(station_id)

    def claim(self, until: datetime, now: datetime) -> tuple[Airing, ...]:
        return self._no_louder(super().claim(until, now))

    def unfinished(self) -> tuple[Airing, ...]:
        return self._no_louder(super().unfinished())

    def end(
        self, airing_ids: Sequence[str], outcome: Outcome, reason: str, seconds_played: float, now: datetime
    ) -> None:
        """A reason too long for the wire is cut."""
        super().end(airing_ids, outcome, reason[:_LONGEST_REASON], seconds_played, now)

    def _no_louder(self, airings: tuple[Airing, ...]) -> tuple[Airing, ...]:
        """Each with its level lowered by what the loudest of its audio is above the limit."""
        known = self.in_force()
        if known is None or not airings:
            return airings
        limit = known.rules.loudest
        loud = self.loudness(sha256 for one in airings for sha256 in named(one))
        return tuple(
            _lowered(one, limit - max((loud.get(name, UNMEASURED) for name in named(one)), default=limit))
            for one in airings
        )


def named(airing: Airing) -> list[str]:
    """SHA-256 of all that it may sound."""
    return [sha256 for sha256 in (airing.bulletin, *(rung.bulletin for rung in airing.fallbacks)) if sha256]


def _lowered(airing: Airing, most: float) -> Airing:
    trim = Decibels(min(airing.hamlet.gain_trim, most))
    return replace(airing, hamlet=replace(airing.hamlet, gain_trim=trim))


def _put_aside(path: Path, now: datetime) -> None:
    """With its journals: nothing of it is played into the new one."""
    for old in path.parent.glob(f"{path.name}*"):
        old.rename(old.with_name(f"{now:%Y%m%dT%H%M%S}-{old.name}"))
