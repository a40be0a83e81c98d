"""Whether the wall clock can be believed: it is compared with the monotonic clock, once a second.

A jump of over a minute (an RTC without battery, a mistyped date, a resume from sleep) closes the gate, and
routine airings are skipped. It opens again when the wall clock comes back to within a minute of the time
that the monotonic clock gives, or when a second source vouches for the new time: the system's own NTP
service, or a person who checks the clock and starts the station again. A smaller step is followed.
"""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from broadcaster.clock import Clock

TOLERANCE = timedelta(seconds=60)
_TIME_ERROR = 5
_TIMEX_BYTES = 512


def ntp_synchronised() -> bool:
    """Whether the kernel says that its clock is kept by NTP; False where that cannot be asked.

    Setting the clock by hand takes the kernel's mark away.
    """
    if sys.platform != "linux":
        return False
    try:
        state: int = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    except (OSError, AttributeError):
        return False
    return 0 <= state < _TIME_ERROR


class ClockGate:
    def __init__(self, clock: Clock, vouched: Callable[[], bool] = ntp_synchronised) -> None:
        self._clock = clock
        self._vouched = vouched
        self._wall = clock.now()
        self._monotonic = clock.monotonic()
        self._closed = False
        self._lock = threading.Lock()

    def check(self) -> timedelta:
        """How far the wall clock stands from where it should, when that is too far; else zero."""
        with self._lock:
            now, monotonic = self._clock.now(), self._clock.monotonic()
            off = now - self._expected(monotonic)
            self._closed = abs(off) > TOLERANCE and not self._vouched()
            if self._closed:
                return off
            self._wall, self._monotonic = now, monotonic
            return timedelta(0)

    @property
    def closed(self) -> bool:
        """What the last check found."""
        return self._closed

    def _expected(self, monotonic: float) -> datetime:
        return self._wall + timedelta(seconds=monotonic - self._monotonic)
