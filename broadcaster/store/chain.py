"""The chain of the as-run log: what follows from what. Pure rules, for the database and for exported files.

Each event's hash covers its whole row and the hash before it: a changed, missing or inserted row breaks the
chain. A restored database goes on in a new epoch, whose first event says so and follows from an event of an
earlier epoch. Pruning leaves a checkpoint at the chain's end that vouches for what was taken from its front.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from broadcaster.store.columns import json_text

Fields: TypeAlias = Mapping[str, Any]
"""An event's columns by name, `at` in milliseconds since 1970."""

COLUMNS = (
    *("station_id", "device", "epoch", "seq", "at"),
    *("kind", "airing_id", "payload", "prev_hash", "hash"),
)


class Event(StrEnum):
    BEGAN = "began"
    """Sound starts at `position`."""
    ENDED = "ended"
    """With its outcome, and all that the log line says."""
    HEARD = "heard"
    """A hamlet PC told how it ended, in the event of that `hash` in the chain of `device`."""
    RESTORED = "restored"
    """Its end was taken back: the timetable wants it again."""
    EPOCH = "epoch"
    """The database was put back from a backup: what another epoch wrote after it is not known here."""
    CHECKPOINT = "checkpoint"
    """The events up to `through`, whose hash was `hash`, were taken out."""


@dataclass(frozen=True)
class Chain:
    """One device's events, as `verify` found them."""

    device: str
    events: int
    broken_at: int | None
    """Seq of the first event that does not follow from the one before it; None: the chain is whole."""
    restored: int = 0
    """How often it was put back from a backup and went on in a new epoch."""
    pruned: int = 0
    """How many events a checkpoint stands for."""


def hash_of(event: Fields) -> str:
    covered = {name: event[name] for name in COLUMNS if name != "hash"}
    return hashlib.sha256(json_text(covered).encode()).hexdigest()


def verify(events: Iterable[Fields]) -> tuple[Chain, ...]:
    """The chain of each device; the events come by device, epoch and seq."""
    walks: dict[str, _Walk] = {}
    for event in events:
        device = str(event["device"])
        if device not in walks:
            walks[device] = _Walk(event)
        walks[device].add(event)
    return tuple(walk.chain() for walk in walks.values())


class _Walk:
    """Along one device's events."""

    def __init__(self, first: Fields) -> None:
        self._device = str(first["device"])
        self._before = (int(first["seq"]) - 1, str(first["prev_hash"]))
        self._vouched = self._before == (0, "")
        """Whether nothing stood before the first event, or a checkpoint knows what did."""
        self._last = self._before
        self._epoch = int(first["epoch"])
        self._restored = self._events = 0
        self._broken_at: int | None = None
        self._seen = {self._before}

    def add(self, event: Fields) -> None:
        self._events += 1
        if self._broken_at is None and not (self._follows(event) and event["hash"] == hash_of(event)):
            self._broken_at = event["seq"]
        self._epoch = event["epoch"]
        self._restored += event["kind"] == Event.EPOCH
        self._last = event["seq"], event["hash"]
        self._seen.add(self._last)
        if event["kind"] == Event.CHECKPOINT and not self._vouched:
            self._vouched = self._before == _covered_by(event)

    def _follows(self, event: Fields) -> bool:
        before = (event["seq"] - 1, event["prev_hash"])
        if event["epoch"] == self._epoch:
            return bool(before == self._last)
        return event["kind"] == Event.EPOCH and before in self._seen

    def chain(self) -> Chain:
        whole = self._vouched and self._broken_at is None
        first_unknown = self._before[0] + 1 if not self._vouched else self._broken_at
        pruned = self._before[0] if self._vouched else 0
        return Chain(self._device, self._events, None if whole else first_unknown, self._restored, pruned)


def _covered_by(checkpoint: Fields) -> tuple[int, str]:
    try:
        payload = json.loads(checkpoint["payload"])
        return int(payload["through"]), str(payload["hash"])
    except (ValueError, KeyError, TypeError):
        return -1, ""
