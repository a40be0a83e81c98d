"""Chores go on whatever happens, hurry when asked, and end when told."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime

import pytest

from broadcaster.chores import Chore
from broadcaster.clock import TurnedClock
from broadcaster.errors import StoreError
from tests.kit import until

NOW = datetime(2026, 9, 1, tzinfo=UTC)


class Worked:
    def __init__(self, *troubles: Exception | None) -> None:
        self.times = 0
        self._troubles = list(troubles)

    def __call__(self) -> None:
        self.times += 1
        trouble = self._troubles.pop(0) if self._troubles else None
        if trouble:
            raise trouble


def test_it_is_done_at_once_then_after_each_while_and_when_hurried() -> None:
    clock, work = TurnedClock(NOW), Worked()
    chore = Chore("dust", 60, work, clock)
    chore.join(1)  # before it began: nothing to wait for
    chore.start()

    until(lambda: work.times == 1)
    clock.advance(61)
    until(lambda: work.times == 2)
    chore.hurry()
    until(lambda: work.times == 3)
    chore.stop()
    chore.join(5)

    assert work.times == 3
    assert not any(thread.name == "chore-dust" for thread in threading.enumerate())


def test_what_goes_wrong_is_logged_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    clock, work = TurnedClock(NOW), Worked(StoreError("It is full", "disk"), ZeroDivisionError())
    chore = Chore("dust", 60, work, clock)

    with caplog.at_level(logging.WARNING):
        chore.start()
        for times in (1, 2, 3):
            until(lambda times=times: work.times >= times)  # type: ignore[misc]
            chore.hurry()
        chore.stop()
        chore.join(5)

    told = [record.getMessage() for record in caplog.records]
    assert told == ["event=chore chore=dust trouble=It is full: disk", "event=chore chore=dust"]
    assert caplog.records[1].exc_info


def test_stopping_in_the_middle_lets_it_finish() -> None:
    begun, go_on, done = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go_on.wait(5)
        done.set()

    chore = Chore("dust", 60, work, TurnedClock(NOW))
    chore.start()
    assert begun.wait(5)
    chore.stop()
    go_on.set()
    chore.join(5)

    assert done.is_set()
