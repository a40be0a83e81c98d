"""The station's time on a hamlet PC: our monotonic clock and an offset, measured over the line."""

from __future__ import annotations

import json
import os
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from broadcaster.clock import Clock
from broadcaster.network.offset import Offset

DRIFT = 1e-4
"""Seconds a second: what two cheap crystals may part by, at the worst."""
WORST_ERROR_S = 0.5
"""A measurement with a wider bound is not to be trusted."""
_FORGETFUL_S = 14 * 86_400.0
"""How long one is believed with the line down: as long as a timetable lives."""
_BACK = timedelta(minutes=2)
BATTERY, _BOOT = Path("/sys/class/rtc/rtc0"), Path("/proc/sys/kernel/random/boot_id")


class StationClock:
    """A Clock that shows the station's time, as far as it is known.

    `memory` keeps what the computer's own wall clock was off by, so that after a restart with the line down
    the time is still known, unless that clock was reset meanwhile: it then shows a time before the last seen.
    """

    def __init__(self, clock: Clock, memory: Path, battery: Path = BATTERY) -> None:
        """`battery`: what is there on a computer whose clock goes on while it is off."""
        self._clock = clock
        self._memory = memory
        self._battery = battery
        self._lock = threading.Lock()
        self._offset: Offset | None = self._remembered()

    def now(self) -> datetime:
        with self._lock:
            offset = self._offset
        if offset is None:
            return self._clock.now()
        return datetime.fromtimestamp(self._clock.monotonic() + offset.seconds, UTC)

    def monotonic(self) -> float:
        return self._clock.monotonic()

    def wait(self, event: threading.Event, seconds: float) -> bool:
        return self._clock.wait(event, seconds)

    def learn(self, offset: Offset | None) -> bool:
        """Believe a new measurement if it bounds the error closer than what is known; whether it did."""
        now = self._clock.monotonic()
        with self._lock:
            if offset is None or (
                self._offset is not None and _error(self._offset, now) <= _error(offset, now)
            ):
                return False
            self._offset = offset
        self._remember()
        return True

    @property
    def error(self) -> float | None:
        """Seconds that `now` may be wrong by, drift included; None: nothing is known."""
        with self._lock:
            return None if self._offset is None else _error(self._offset, self._clock.monotonic())

    @property
    def trusted(self) -> bool:
        with self._lock:
            offset = self._offset
        if offset is None or offset.error > WORST_ERROR_S:
            return False
        return self._clock.monotonic() - offset.measured <= _FORGETFUL_S

    @property
    def ahead(self) -> float:
        """Seconds that the computer's own wall clock is ahead of the station's."""
        return (self._clock.now() - self.now()).total_seconds()

    def _remember(self) -> None:
        with self._lock:
            error = self._offset.error if self._offset else 0.0
        content: dict[str, object] = {
            "ahead": self.ahead,
            "error": error,
            "seen": self._clock.now().timestamp(),
        }
        content |= {"boot": _boot()}
        part = self._memory.with_name(self._memory.name + ".part")
        with suppress(OSError), part.open("w", encoding="ascii") as file:
            json.dump(content, file)
            file.flush()
            os.fsync(file.fileno())
            part.replace(self._memory)

    def _remembered(self) -> Offset | None:
        try:
            found = json.loads(self._memory.read_text(encoding="ascii"))
            ahead, error, seen = (float(found[name]) for name in ("ahead", "error", "seen"))
        except (OSError, ValueError, TypeError, KeyError):
            return None
        if found.get("boot") != _boot() and not self._battery.exists():
            return None  # its wall clock stood still meanwhile, and does not show it
        wall, monotonic = self._clock.now().timestamp(), self._clock.monotonic()
        age = wall - seen
        if not -_BACK.total_seconds() <= age <= _FORGETFUL_S:
            return None
        return Offset(wall - ahead - monotonic, error, monotonic - max(0.0, age))


def _boot() -> str:
    """Another one after each start of the computer; empty where nobody tells, and clocks have batteries."""
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _error(offset: Offset, now: float) -> float:
    return offset.error + DRIFT * max(0.0, now - offset.measured)
