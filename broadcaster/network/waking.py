"""Wakes the long polls of this process when another process, the daemon, has issued timetables."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from broadcaster.clock import Clock
from broadcaster.errors import StoreError

_log = logging.getLogger(__name__)
_LISTEN_S = 0.4
_AGAIN_S = 1.0


class Issues(Protocol):
    """What waking needs of the Store."""

    def issues(self) -> int: ...

    def await_change(self, seen: int, seconds: float) -> int: ...


class Waking:
    """Calls `wake`, in a thread of its own, whenever something was issued, heard or not."""

    def __init__(self, store: Issues, wake: Callable[[], None], clock: Clock) -> None:
        self._store = store
        self._wake = wake
        self._clock = clock
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="waking", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        version = seen = -1
        while not self._stopped.is_set():
            try:
                version = self._store.await_change(version, _LISTEN_S)
                issues = self._store.issues()
            except StoreError as error:
                _log.warning("event=waking trouble=%s", error)
                self._clock.wait(self._stopped, _AGAIN_S)
                continue
            if issues != seen:
                self._wake()
            seen = issues
