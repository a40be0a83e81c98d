"""The beat: a plain thread that looks five times a second and ticks once a second."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from broadcaster.clock import Clock

_log = logging.getLogger(__name__)

_LOOK_S = 0.2
_LOOKS_PER_TICK = 5


class Beat:
    """Calls `look` every 200 ms and `tick` every second; what they raise is logged, and the beat goes on."""

    def __init__(self, clock: Clock, look: Callable[[], None], tick: Callable[[], None]) -> None:
        self._clock = clock
        self._look = look
        self._tick = tick
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="beat", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float) -> None:
        self._stopping.set()
        self._thread.join(timeout)

    def _work(self) -> None:
        looks = 0
        while not self._clock.wait(self._stopping, _LOOK_S):
            looks += 1
            self._call(self._look)
            if looks % _LOOKS_PER_TICK == 0:
                self._call(self._tick)

    def _call(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception:  # noqa: BLE001 (the top of a thread: a locked database must not stop the beat)
            _log.exception("event=beat")
