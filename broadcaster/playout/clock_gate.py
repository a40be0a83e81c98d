"""Whether the wall clock can be believed: it is compared with the monotonic clock, once a second.

A jump of over a minute (an RTC without battery, a mistyped date) closes the gate, and routine airings are
skipped. So does a clock that shows, at the start, what is surely past. The gate opens when the wall clock
comes back to within a minute of the time that the monotonic clock gives, when a second source vouches for the
new time, or when a named person confirms it. A doubt outlives the process. A smaller step is followed, and
so is the time that the computer slept.
"""

from __future__ import annotations

import ctypes
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from broadcaster.clock import Clock
from broadcaster.errors import StoreError
from broadcaster.language import _

TOLERANCE = timedelta(seconds=60)
PROGRAM_MADE = datetime(2026, 11, 1, tzinfo=UTC)
"""No true clock shows less."""
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


def seconds_slept() -> float:
    """How long the computer slept since it was started, as far as its monotonic clock left that out.

    Only Linux's does; Windows counts the sleep.
    """
    if sys.platform != "linux":
        return 0.0
    return max(0.0, time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC))


def in_words(off: timedelta) -> str:
    """For the operator: why the gate is closed, `off` being what `check` said, and what opens it."""
    seconds = round(off.total_seconds())
    why = (
        _("The clock jumped by {seconds} s").format(seconds=seconds)
        if off
        else _("The clock has been doubted since before the start")
    )
    return _(
        "{why}: routine airings are skipped until it comes back, until a time server agrees with it, or until"
        " somebody sets it right and confirms it: broadcaster clock confirm --by NAME"
    ).format(why=why)


class ClockMemory(Protocol):
    """What of the clock outlives the process. Every method may raise StoreError."""

    def clock_surely_past(self) -> datetime:
        """An instant that a true clock is beyond: of the newest event in the as-run log."""
        ...

    def clock_doubted(self) -> bool:
        """Whether a doubt has been noted, and neither `trust_clock` nor a person has lifted it."""
        ...

    def doubt_clock(self) -> None: ...

    def trust_clock(self) -> None: ...


class Forgetful:
    """A memory of nothing."""

    def __init__(self) -> None:
        self._doubted = False

    def clock_surely_past(self) -> datetime:
        return datetime.min.replace(tzinfo=UTC)

    def clock_doubted(self) -> bool:
        return self._doubted

    def doubt_clock(self) -> None:
        self._doubted = True

    def trust_clock(self) -> None:
        self._doubted = False


class Gate(Protocol):
    """What keeps routine airings off the air while the clock is not to be trusted."""

    def check(self) -> timedelta:
        """How far the clock is off when the gate is closed, as far as that is known; else zero."""
        ...

    @property
    def closed(self) -> bool:
        """What the last check found."""
        ...


class ClockGate:
    """`vouched`: whether a second source says that the wall clock is right; it must answer at once."""

    def __init__(
        self,
        clock: Clock,
        vouched: Callable[[], bool] = ntp_synchronised,
        memory: ClockMemory | None = None,
        slept: Callable[[], float] = seconds_slept,
    ) -> None:
        """StoreError when the memory cannot be asked."""
        self._clock = clock
        self._vouched = vouched
        self._memory = memory or Forgetful()
        self._slept = slept
        self._lock = threading.Lock()
        self._noted = self._memory.clock_doubted()
        """Whether the memory knows of the doubt there is."""
        self._behind = min(timedelta(0), clock.now() - self._memory.clock_surely_past())
        self._closed = self._noted or self._behind < -TOLERANCE
        self._jumped = False
        """Whether it was closed by a jump in this run: then it can come back."""
        self._anchor()

    def check(self) -> timedelta:
        """How far the wall clock stands from where it should, as far as that is known, when the gate is
        closed; else zero."""
        with self._lock:
            off = self._off()
            if self._closed and self._came_back(off):
                self._open()
            elif not self._closed and abs(off) > TOLERANCE and not self._vouched():
                self._closed = self._jumped = True
            if self._closed:
                self._note()
                return off if self._jumped else self._behind
            self._anchor()
            return timedelta(0)

    @property
    def closed(self) -> bool:
        """What the last check found."""
        return self._closed

    def _came_back(self, off: timedelta) -> bool:
        if self._jumped and abs(off) <= TOLERANCE:
            return True
        return self._vouched() or (self._noted and not self._still_doubted())

    def _still_doubted(self) -> bool:
        try:
            return self._memory.clock_doubted()
        except StoreError:
            return True

    def _open(self) -> None:
        self._closed = self._jumped = False
        if self._noted:
            try:
                self._memory.trust_clock()
            except StoreError:
                return  # noted still: at the worst, the doubt comes back with the next start
        self._noted = False

    def _note(self) -> None:
        if not self._noted:
            try:
                self._memory.doubt_clock()
                self._noted = True
            except StoreError:
                return  # tried again a second later

    def _anchor(self) -> None:
        self._wall, self._running = self._clock.now(), self._ran()

    def _off(self) -> timedelta:
        return self._clock.now() - self._wall - timedelta(seconds=self._ran() - self._running)

    def _ran(self) -> float:
        return self._clock.monotonic() + self._slept()
