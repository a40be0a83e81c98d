"""The clerk: the one thread that writes what the player does into the ledger, in order.

Equal entries of several airings that wait together become one transaction. A ledger that is locked or full
is tried again until it takes the entry, or until the entry's deadline.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from broadcaster.clock import Clock
from broadcaster.errors import StoreError
from broadcaster.playout.airing import Ledger, Outcome
from broadcaster.units import Milliseconds

_log = logging.getLogger(__name__)
_RETRY_S = 0.2

Write = Callable[[Sequence[str]], None]


def _nothing() -> None:
    """What most entries are followed by."""


@dataclass(eq=False)
class Entry:
    """One thing to be written; `written` is set when it is, `over` when it is or never will be."""

    key: tuple[object, ...]
    write: Write
    deadline: float
    ids: list[str]
    over: threading.Event = field(default_factory=threading.Event)
    then: Callable[[], None] = _nothing
    """Called in the clerk's thread once it is written; it must not raise."""
    written: bool = False
    trouble: str = ""


class Clerk:
    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._waiting: list[Entry] = []
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="ledger clerk", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def begin(
        self,
        ids: Sequence[str],
        at: datetime,
        position: Milliseconds,
        deadline: float,
        *,
        bulletin: str = "",
        instead: str = "",
    ) -> Entry:
        """Those that begin in one millisecond, as the ledger counts, are written together."""
        since = at.replace(microsecond=0) + timedelta(milliseconds=round(at.microsecond / 1000))

        def write(all_ids: Sequence[str]) -> None:
            self._ledger.begin(all_ids, since, position, bulletin, instead)

        return self._enter(("begin", since, position, bulletin, instead), write, ids, deadline)

    def mark(self, ids: Sequence[str], sounded_to: Milliseconds, deadline: float) -> Entry:
        def write(all_ids: Sequence[str]) -> None:
            self._ledger.mark(all_ids, sounded_to)

        return self._enter(("mark", sounded_to), write, ids, deadline)

    def end(
        self,
        ids: Sequence[str],
        outcome: Outcome,
        reason: str,
        seconds: float,
        now: datetime,
        then: Callable[[], None],
    ) -> None:
        """It has no deadline: an outcome is never given up while the process lives. `then` hears of it."""

        def write(all_ids: Sequence[str]) -> None:
            self._ledger.end(all_ids, outcome, reason, seconds, now)

        # Equal ends that wait together are written together, as of the first one's instant.
        self._enter(("end", outcome, reason, seconds), write, ids, float("inf"), then)

    def idle(self) -> bool:
        """Whether everything has been written, and told."""
        with self._changed:
            return not self._waiting

    def stop(self, timeout: float) -> None:
        """Write what is left, for at most `timeout` seconds; what cannot be written is logged."""
        self._stopping.set()
        with self._changed:
            self._changed.notify_all()
        self._thread.join(timeout)
        with self._changed:
            for entry in self._waiting:
                _log.error("event=unwritten airings=%s entry=%s", ",".join(entry.ids), entry.key)
                entry.deadline = 0.0

    def _enter(
        self,
        key: tuple[object, ...],
        write: Write,
        ids: Sequence[str],
        deadline: float,
        then: Callable[[], None] = _nothing,
    ) -> Entry:
        entry = Entry(key, write, deadline, list(ids), then=then)
        if not ids:
            entry.written = True
            entry.over.set()
            return entry
        with self._changed:
            self._waiting.append(entry)
            self._changed.notify_all()
        return entry

    def _work(self) -> None:
        while batch := self._next_batch():
            try:
                self._try(batch)
            except Exception:  # noqa: BLE001 (the top of a thread: the other airings go on)
                _log.exception("event=crash airings=%s", ",".join(_ids(batch)))
                self._close(batch)

    def _next_batch(self) -> list[Entry]:
        """The oldest entry and those equal to it; empty when there will be no more."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._stopping.is_set())
            return [entry for entry in self._waiting if entry.key == self._waiting[0].key]

    def _try(self, batch: list[Entry]) -> None:
        """Write `batch`; what fails and has no time left is given up, the rest stays first in line."""
        try:
            batch[0].write(_ids(batch))
        except StoreError as error:
            _log.warning("event=ledger airings=%s trouble=%s", ",".join(_ids(batch)), error)
            for entry in batch:
                entry.trouble = str(error)
            self._clock.wait(threading.Event(), _RETRY_S)
            now = self._clock.monotonic()
            self._close([entry for entry in batch if entry.deadline <= now])
            return
        for entry in batch:
            entry.written = True
            entry.over.set()
        for entry in batch:
            entry.then()
        self._close(batch)

    def _close(self, batch: list[Entry]) -> None:
        with self._changed:
            self._waiting = [entry for entry in self._waiting if entry not in batch]
        for entry in batch:
            entry.over.set()


def _ids(batch: list[Entry]) -> list[str]:
    return [airing_id for entry in batch for airing_id in entry.ids]
