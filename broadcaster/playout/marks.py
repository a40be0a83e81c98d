"""How far an airing may have sounded: committed ahead of the sound, in steps."""

from __future__ import annotations

from collections.abc import Sequence

from broadcaster.audio import RATE
from broadcaster.clock import Clock
from broadcaster.playout.clerk import Clerk, Entry
from broadcaster.units import Milliseconds, Samples

STEP = Samples(2 * RATE)
_AHEAD = Samples(RATE * 4 // 10)
_PATIENCE_S = 0.3
_PER_MS = RATE // 1000


def to_ms(samples: int) -> Milliseconds:
    """Rounded up: a begun millisecond counts."""
    return Milliseconds(-(-samples // _PER_MS))


def to_samples(length: Milliseconds) -> Samples:
    return Samples(length * _PER_MS)


class Marks:
    """Asks the clerk for the next mark before the sound needs it, and says how far the sound may go."""

    def __init__(self, clerk: Clerk, clock: Clock, ids: Sequence[str], total: Samples) -> None:
        self._clerk = clerk
        self._clock = clock
        self._ids = ids
        self._total = total
        self._committed = Samples(0)
        self._asked: tuple[Samples, Entry] | None = None
        self.trouble = ""
        """Why a mark could not be written."""

    def open(self, position: Samples, deadline: float) -> bool:
        """Commit the first step from `position`; False when it could not be by `deadline`."""
        self._ask(position, deadline)
        return self._take(deadline)

    def cover(self, place: Samples) -> bool:
        """Whether the sound may go up to `place`: only when a commit says so. Waits a moment for one."""
        soon = self._clock.monotonic() + _PATIENCE_S
        if not self._asked and place + _AHEAD > self._committed < self._total:
            self._ask(self._committed, soon)
        if self._asked and (place > self._committed or self._asked[1].over.is_set()):
            self._take(soon)
        return place <= self._committed

    def _ask(self, beyond: Samples, deadline: float) -> None:
        place = Samples(min(beyond + STEP, self._total))
        self._asked = place, self._clerk.mark(self._ids, to_ms(place), deadline)

    def _take(self, deadline: float) -> bool:
        if self._asked is None:
            return False
        place, entry = self._asked
        self._clock.wait(entry.over, deadline - self._clock.monotonic())
        if entry.written:
            self._committed = place
        if entry.over.is_set():
            self._asked = None
            self.trouble = entry.trouble
        return entry.written
