"""What the daemon does again and again beside playing, each chore in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from broadcaster.clock import Clock
from broadcaster.errors import BroadcasterError

_log = logging.getLogger(__name__)


class Chore:
    """Does `work` at once and then every `seconds`, or after as many as it says, whatever went wrong the last
    time."""

    def __init__(self, name: str, seconds: float, work: Callable[[], float | None], clock: Clock) -> None:
        self._name = name
        self._seconds = seconds
        self._work = work
        self._clock = clock
        self._stopping = False
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"chore-{name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def hurry(self) -> None:
        """Do it again now."""
        self._wake.set()

    def stop(self) -> None:
        """Do it no more; what is being done is finished."""
        self._stopping = True
        self._wake.set()

    def join(self, seconds: float) -> None:
        if self._thread.is_alive():
            self._thread.join(seconds)

    def _run(self) -> None:
        while not self._stopping:
            seconds = self._do()
            self._clock.wait(self._wake, self._seconds if seconds is None else seconds)
            self._wake.clear()

    def _do(self) -> float | None:
        try:
            return self._work()
        except BroadcasterError as error:
            _log.warning("event=chore chore=%s trouble=%s", self._name, error)
        except Exception:  # noqa: BLE001 (the top of a thread; the next turn tries again)
            _log.exception("event=chore chore=%s", self._name)
        return None
