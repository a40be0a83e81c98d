"""The only source of "now": the wall clock, and a clock that tests turn.

All instants are aware. `now()` is in UTC; show it in the station's zone with `astimezone`.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What the program may know about time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that only ever grow, from an arbitrary start; blind to clock steps."""
        ...

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Sleep until `event` is set or `seconds` have passed; True when it was set."""
        ...


class SystemClock:
    """The computer's own clocks."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def wait(self, event: threading.Event, seconds: float) -> bool:
        return event.wait(max(0.0, seconds))


class TurnedClock:
    """A clock that stands still until `advance` or `step` turns it. Threads that wait on it wake in order.

    `advance` moves both clocks on (time passes); `step` moves the wall clock alone (somebody set it).
    """

    def __init__(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("a clock needs an aware datetime")
        self._now = now.astimezone(UTC)
        self._monotonic = 0.0
        self._turned = threading.Condition()

    def now(self) -> datetime:
        with self._turned:
            return self._now

    def monotonic(self) -> float:
        with self._turned:
            return self._monotonic

    def advance(self, seconds: float) -> None:
        with self._turned:
            self._now += timedelta(seconds=seconds)
            self._monotonic += seconds
            self._turned.notify_all()

    def step(self, seconds: float) -> None:
        with self._turned:
            self._now += timedelta(seconds=seconds)
            self._turned.notify_all()

    def wait(self, event: threading.Event, seconds: float) -> bool:
        with self._turned:
            end = self._monotonic + seconds
            while not event.is_set() and self._monotonic < end:
                self._turned.wait(0.01)
        return event.is_set()
