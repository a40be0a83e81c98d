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

    def __init__(self, work: Callable[[], T]) -> None:
        super().__init__(daemon=True)
        self._work = work
        self._failure: BaseException | None = None
        self._results: list[T] = []
        self.done = threading.Event()

    def run(self) -> None:
        try:
            self._results.append(self._work())
        except BaseException as failure:  # noqa: BLE001 - handed on to the caller, whole
            self._failure = failure
        self.done.set()

    def result(self) -> T:
        if self._failure is not None:
            raise self._failure
        return self._results[0]


def within(seconds: float, work: Callable[[], T], clock: Clock) -> T:
    """What `work` returns or raises, if it ends within `seconds`; else TookTooLong at once.

    Timeouts of sockets bound neither the look-up of a name nor an answer that comes drop by drop, and pipes
    have none: so the work runs in a thread that is left behind. The caller must then cut off what it waits
    for (close the connection, kill the process).
    """
    running = _Work(work)
    running.start()
    if not clock.wait(running.done, seconds):
        raise TookTooLong
    return running.result()
