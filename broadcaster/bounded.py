"""Foreign work that may hang, bounded in time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from broadcaster.clock import Clock

T = TypeVar("T")


class TookTooLong(Exception):
    """The work did not end in its time."""


class _Work(threading.Thread, Generic[T]):
    """One call in a thread of its own, which ends with the program whatever the call does."""

    def __init__(self, work: Callable[[], T], give_back: Callable[[T], None]) -> None:
        super().__init__(daemon=True)
        self._work = work
        self._give_back = give_back
        self._failure: BaseException | None = None
        self._results: list[T] = []
        self._given_up = False
        self._lock = threading.Lock()
        self.done = threading.Event()

    def run(self) -> None:
        try:
            result = self._work()
        except BaseException as failure:  # noqa: BLE001 - handed on to the caller, whole
            self._failure = failure
            self.done.set()
            return
        with self._lock:
            self._results.append(result)
            self.done.set()
            late = self._given_up
        if late:
            self._give_back(result)

    def give_up(self) -> bool:
        """Nobody waits any longer; False when it is done after all."""
        with self._lock:
            self._given_up = not self.done.is_set()
            return self._given_up

    def result(self) -> T:
        if self._failure is not None:
            raise self._failure
        return self._results[0]


def _keep(_result: object) -> None:
    """What came too late is nobody's."""


def within(seconds: float, work: Callable[[], T], clock: Clock, give_back: Callable[[T], None] = _keep) -> T:
    """What `work` returns or raises, if it ends within `seconds`; else TookTooLong at once.

    Timeouts of sockets bound neither the look-up of a name nor an answer that comes drop by drop, and pipes
    and drivers have none: so the work runs in a thread that is left behind. The caller must then cut off what
    it waits for (close the connection, kill the process); what is made too late goes to `give_back`.
    """
    running = _Work(work, give_back)
    running.start()
    if not clock.wait(running.done, seconds) and running.give_up():
        raise TookTooLong
    return running.result()
