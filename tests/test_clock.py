"""The computer's clock, and the one that tests turn."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from broadcaster.clock import SystemClock, TurnedClock

START = datetime(2026, 9, 1, 5, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def test_the_system_clock_is_aware_and_true() -> None:
    clock = SystemClock()

    assert clock.now().tzinfo is UTC
    assert abs(clock.now().timestamp() - time.time()) < 1
    assert 0 <= clock.monotonic() - time.monotonic() + 1 < 2


def test_the_system_clock_waits_for_an_event_or_a_while() -> None:
    clock, event = SystemClock(), threading.Event()
    begin = time.monotonic()

    assert not clock.wait(event, 0.05)
    assert not clock.wait(event, -5)
    assert 0.04 < time.monotonic() - begin < 1
    event.set()
    assert clock.wait(event, 60)


def test_advancing_turns_both_clocks_and_stepping_one() -> None:
    clock = TurnedClock(START)

    clock.advance(10)
    clock.step(-30)

    assert clock.now() == START - timedelta(seconds=20)
    assert clock.now().tzinfo is UTC
    assert clock.monotonic() == 10


def test_a_turned_clock_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="aware"):
        TurnedClock(datetime(2026, 9, 1))  # noqa: DTZ001


def test_who_waits_on_a_turned_clock_wakes_when_it_is_turned() -> None:
    clock, never, woken = TurnedClock(START), threading.Event(), threading.Event()
    answers: list[bool] = []

    def wait() -> None:
        answers.append(clock.wait(never, 60))
        woken.set()

    waiting = threading.Thread(target=wait)
    waiting.start()
    clock.step(3600)
    clock.advance(59)
    assert not woken.wait(0.1)
    clock.advance(1)
    assert woken.wait(5)
    waiting.join(5)
    assert answers == [False]


def test_an_event_wakes_who_waits_on_a_clock_that_stands() -> None:
    clock, event = TurnedClock(START), threading.Event()
    threading.Timer(0.05, event.set).start()

    assert clock.wait(event, 60)
