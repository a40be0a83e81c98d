"""The microphone check: was an airing really heard? Only levels are kept, ten a second; no sound is.

It never disturbs playout: the input is opened, and opened again when it is lost, in a thread of its own, and
what was heard is looked up when an airing has ended.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from broadcaster.audio import RATE
from broadcaster.clock import Clock
from broadcaster.errors import BroadcasterError
from broadcaster.playout.level import SILENCE, envelope
from broadcaster.playout.outputs.opening import SOUNDCARD
from broadcaster.playout.outputs.output import BLOCK, Block

_log = logging.getLogger(__name__)

STEP_S = BLOCK / RATE
_KEPT = 36_000
"""An hour of levels."""
_LOST_S = 3.0
_AGAIN_S = 10.0
_ENOUGH = 30
"""Three seconds: what is shorter proves nothing."""
_EARLIEST, _LATEST = -3, 15
"""Steps: how much sooner or later than its instant a sound may be heard."""
_ALIKE = 0.4
_FLOOR_DB = -70.0
_EVEN_DB = 1.5
"""Sound whose level varies less cannot be told from a hum by its level."""


class Heard(Enum):
    """What a listener says of a stretch of sound."""

    UNKNOWN = "unknown"
    """It did not listen, or the sound is too short or too even to tell."""
    YES = "yes"
    SILENCE = "silence"
    """Nothing at all was heard."""
    UNLIKE = "unlike"
    """Something was, but not this."""


class Source(Protocol):
    """An open input: an Ear."""

    def heard(self, begin: float, end: float) -> tuple[Block, NDArray[np.float64]]: ...

    def newest(self) -> float: ...

    def close(self) -> None: ...


class Listener:
    """`open_ear` opens the input; `certain`: it is a loop-back, which hears all that the card plays;
    `outputs`: the URLs of those it hears, none for every sound card."""

    def __init__(
        self,
        open_ear: Callable[[], Source],
        clock: Clock,
        *,
        certain: bool,
        outputs: Sequence[str] = (),
    ) -> None:
        self._open_ear = open_ear
        self._clock = clock
        self.certain = certain
        self._outputs = outputs
        self._levels: deque[tuple[float, float]] = deque(maxlen=_KEPT)
        """(monotonic instant, RMS of the tenth of a second that begins then)"""
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="listener", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float) -> None:
        self._stopping.set()
        self._thread.join(timeout)

    def hears(self, url: str) -> bool:
        """Whether it can hear that output; a file is heard by none."""
        card, _hash, _channel = url.partition("#")
        return url.startswith(f"{SOUNDCARD}:") and (
            not self._outputs or url in self._outputs or card in self._outputs
        )

    def judge(self, audio: Block, begun: float) -> Heard:
        """Whether `audio`, whose first sample sounded at the monotonic instant `begun`, was heard."""
        wanted = _decibels(envelope(audio))
        if len(wanted) < _ENOUGH:
            return Heard.UNKNOWN
        got = _decibels(self._on_grid(begun + _EARLIEST * STEP_S, len(wanted) + _LATEST - _EARLIEST))
        known = np.isfinite(got)
        if np.count_nonzero(known) < max(_ENOUGH, len(wanted) // 2):
            return Heard.UNKNOWN
        if got[known].max() < SILENCE:
            return Heard.SILENCE
        if float(np.std(wanted)) < _EVEN_DB:
            return Heard.UNKNOWN
        return Heard.YES if _likeness(wanted, got) >= _ALIKE else Heard.UNLIKE

    def _on_grid(self, first: float, count: int) -> NDArray[np.float64]:
        """RMS at each of `count` tenths of a second from the instant `first`; NaN where nothing listened."""
        grid = np.full(count, np.nan)
        with self._lock:
            levels = [level for level in self._levels if first - 1 < level[0] < first + count * STEP_S + 1]
        for instant, level in levels:
            place = round((instant - first) / STEP_S)
            if 0 <= place < count:
                grid[place] = level
        return grid

    def _work(self) -> None:
        while not self._stopping.is_set():
            try:
                ear = self._open_ear()
            except BroadcasterError as error:
                _log.warning("event=no-microphone trouble=%s", error)
            except Exception:  # noqa: BLE001 (the top of a thread)
                _log.exception("event=no-microphone")
            else:
                self._listen(ear)
                ear.close()
            self._clock.wait(self._stopping, _AGAIN_S)

    def _listen(self, ear: Source) -> None:
        """Until it stops, or the input says nothing more."""
        done = self._clock.monotonic()
        while not self._clock.wait(self._stopping, STEP_S):
            newest = ear.newest()
            if newest > done + STEP_S:
                done = self._noted(ear, max(done, newest - _LOST_S), newest)
            elif self._clock.monotonic() - done > _LOST_S:
                return

    def _noted(self, ear: Source, begin: float, end: float) -> float:
        """Note the levels of whole tenths of a second; the instant up to which that was done."""
        samples, instants = ear.heard(begin, end)
        levels = envelope(samples)
        with self._lock:
            self._levels.extend((float(instants[n * BLOCK]), float(level)) for n, level in enumerate(levels))
        return float(instants[len(levels) * BLOCK - 1]) + 1 / RATE if len(levels) else begin


def verdict(opinions: Iterable[Heard]) -> Heard:
    """One for all stretches of an airing: heard once is heard."""
    said = set(opinions)
    for opinion in (Heard.YES, Heard.UNLIKE, Heard.SILENCE):
        if opinion in said:
            return opinion
    return Heard.UNKNOWN


def _decibels(levels: NDArray[np.floating]) -> NDArray[np.float64]:
    """Of RMS levels; what lies below the floor is at the floor, NaN stays NaN."""
    decibels: NDArray[np.float64] = 20 * np.log10(np.maximum(levels, 1e-6, dtype=np.float64))
    return np.maximum(decibels, _FLOOR_DB)


def _likeness(wanted: NDArray[np.float64], got: NDArray[np.float64]) -> float:
    """The best correlation of the two courses of level over all delays; 1 is perfect."""
    best = 0.0
    for delay in range(_LATEST - _EARLIEST + 1):
        there = got[delay : delay + len(wanted)]
        known = np.isfinite(there)
        if np.count_nonzero(known) >= _ENOUGH and np.std(there[known]) > 0 and np.std(wanted[known]) > 0:
            best = max(best, float(np.corrcoef(wanted[known], there[known])[0, 1]))
    return best
