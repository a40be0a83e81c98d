"""A circuit breaker: after a failure that will last, nothing is asked for a while."""

from __future__ import annotations

import threading

from broadcaster.clock import Clock


class Breaker:
    """Closed (ask freely) until `open`ed, then open for some seconds. Safe among threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._until = clock.monotonic()
        self._why = ""

    def open(self, seconds: float, why: str) -> None:
        """Stop asking for `seconds`, because of `why`; never shortens a longer stop."""
        until = self._clock.monotonic() + seconds
        with self._lock:
            if until > self._until:
                self._until, self._why = until, why

    @property
    def open_for(self) -> tuple[float, str]:
        """Seconds still to wait (0: closed), and why."""
        with self._lock:
            left = self._until - self._clock.monotonic()
            return (left, self._why) if left > 0 else (0.0, "")
