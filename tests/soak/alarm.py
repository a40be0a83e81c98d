"""The alarm in simulated time: as APScheduler does it, it sleeps by the monotonic clock and rings by the wall
clock, `wake` makes it look again, and each call runs in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from broadcaster.clock import Clock
from broadcaster.playout.alarm import LEAD

_FAR_S = 1e9


class SimulatedAlarm:
    def __init__(self, ring: Callable[[], None], clock: Clock) -> None:
        self._ring = ring
        self._clock = clock
        self._due: datetime | None = None
        self._calls: dict[str, Callable[[], None]] = {}
        self._running = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="alarm", daemon=True)

    def start(self) -> None:
        self._running = True
        self._thread.start()

    def set(self, due: datetime | None) -> None:
        with self._changed:
            self._due = None if due is None else due - LEAD
            self._changed.notify_all()

    def soon(self, call: Callable[[], None], name: str) -> None:
        with self._changed:
            self._calls[name] = call
            self._changed.notify_all()

    def wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def stop(self) -> None:
        with self._changed:
            self._running = False
            self._changed.notify_all()

    def _work(self) -> None:
        while True:
            with self._changed:
                if not self._running:
                    return
                calls, self._calls = self._calls, {}
                if self._due is not None and self._due <= self._clock.now():
                    calls["alarm"], self._due = self._ring, None
                if not calls:
                    left = _FAR_S if self._due is None else (self._due - self._clock.now()).total_seconds()
                    self._changed.wait(left)
                    continue
            for call in calls.values():
                threading.Thread(target=call, name="alarm call", daemon=True).start()
