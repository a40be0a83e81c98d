"""Faults planted in the program from outside, to show that the soak would notice them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from broadcaster.playout import channel, performance
from broadcaster.playout.airing import AiringState, Outcome
from broadcaster.playout.position import Join
from broadcaster.station import Station
from broadcaster.store import Store, ledger, tables
from broadcaster.store.part import among
from broadcaster.units import Milliseconds


def plant(name: str) -> None:
    """Break this process's program in that way."""
    BREAKS[name]()


def _claim_late() -> None:
    """What sounds is written down only when it ends: claims, starts and marks stay in memory."""
    begun: set[str] = set()

    def claim(self: Any, until: Any, _now: Any) -> Any:
        which = (tables.airing.c.state == AiringState.DUE) & (tables.airing.c.starts_at <= until)
        with self._database.reading() as connection:
            due = ledger.airings_of(connection, which)
        new = tuple(found for found in due if found.id not in begun)
        begun.update(found.id for found in new)
        return new

    def next_due(self: Any) -> Any:
        airing = tables.airing.c
        unclaimed = (airing.state == AiringState.DUE) & ~among(airing.id, begun)
        with self._database.reading() as connection:
            return connection.scalar(select(func.min(airing.starts_at)).where(unclaimed))

    _replace(ledger.PlayerLedger, "claim", claim)
    _replace(ledger.PlayerLedger, "next_due", next_due)
    for silent in ("begin", "mark"):
        _replace(Store, silent, lambda *_args, **_more: None)


def _no_quiet() -> None:
    """Quiet hours are never looked at."""

    _replace(Station, "may_air", lambda *_args: "")


def _double() -> None:
    """Every airing is performed twice, from its beginning."""
    perform = channel.Channel._perform

    def twice(self: Any, sounding: Any) -> None:
        perform(self, sounding)
        perform(self, sounding)

    _replace(channel.Channel, "_perform", twice)
    _replace(performance, "join", lambda *_args, **_more: Join(Milliseconds(0), Milliseconds(0)))


def _lie() -> None:
    """Whatever happened, the log says that half a minute aired."""
    end = Store.end

    def aired(self: Any, ids: Any, _outcome: Any, _reason: Any, _seconds: Any, now: Any) -> None:
        end(self, ids, Outcome.AIRED, "", 30.0, now)

    _replace(Store, "end", aired)


def _replace(owner: Any, name: str, by: Any) -> None:
    assert hasattr(owner, name), f"{owner} has no {name} any more"
    setattr(owner, name, by)


BREAKS: dict[str, Callable[[], None]] = {
    "claim-late": _claim_late,
    "no-quiet": _no_quiet,
    "double": _double,
    "lie": _lie,
}
