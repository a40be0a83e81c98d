"""Simulated time for one process: the product's own threads run, and time passes only while all of them wait.

`World.install` takes over what threads wait with (conditions, events, joins). A thread that the product
starts is *lively* until it waits; when the last one waits, whoever drives the world moves time to the next
instant that one of them waits for. Nothing sleeps, so a day takes as long as its work. Threads that merely
look around now and then (the beat, the daemon's chores) are *patient*: time is not moved for their sake.
"""

from __future__ import annotations

import faulthandler
import math
import struct
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto
from mmap import mmap
from typing import Any

_STUCK_S = 120.0
_FAR = math.inf
BEAT_S, ALERT_S = 1.0, 2.0
"""The pace of the beat while something sounds, and of the chores of an emergency."""
_ALARM, _DESK = "alarm", "chore-prepare"
_REST_S = {"beat": 0.0, "duty": 0.0, "chore-emergency": 0.0, _DESK: 1_500.0}
_LONG_REST_S = 129_600.0
"""How long a patient thread is left alone, at least, whoever looks."""


class _State(Enum):
    ARRIVING = auto()
    PARKED = auto()
    NOTIFIED = auto()
    TIMED_OUT = auto()


@dataclass(eq=False)
class _Wait:
    """One thread's wait."""

    thread: str
    deadline: float
    since: float
    state: _State = _State.ARRIVING

    @property
    def patient(self) -> bool:
        return self.thread == "duty" or self.thread == "beat" or self.thread.startswith("chore-")


class World:
    """A Clock whose hands are moved by `advance`. `true` is what a good clock would show, as a Unix time; the
    station's own wall clock is off by `offset`. `hands` is shared memory where others read the true time."""

    def __init__(self, true: float, offset: float, hands: mmap) -> None:
        self.true = true
        self.offset = offset
        self.vouched = False
        """Whether the system's own time service says that the wall clock is right."""
        self.devices: list[Callable[[], None]] = []
        """Called whenever time has passed: what sounds by itself."""
        self.exact = False
        """The beat is kept to the fifth of a second, even while nothing sounds."""
        self.alert = False
        """An emergency is on: its chores are kept, too."""
        self.drowsy = False
        """Patient threads are not even hurried before they have rested."""
        self.slept = 0.0
        """Seconds that the monotonic clock left out."""
        self._monotonic = 1000.0
        self._hands = hands
        self._lively = 0
        self._waits: dict[Any, _Wait] = {}
        self._woken: dict[str, float] = {}
        self._lock = threading.RLock()
        self._still = threading.Condition(self._lock)
        self._threads = threading.local()
        self._show()

    # What the product sees.

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.true + self.offset, UTC)

    def monotonic(self) -> float:
        return self._monotonic

    def wait(self, event: threading.Event, seconds: float) -> bool:
        return event.wait(max(0.0, seconds))

    # What drives it.

    def advance(self, to: float) -> None:
        """Let time pass until the true time is `to`, then let the patient threads look around."""
        while True:
            self._settle()
            with self._lock:
                end = self._monotonic + max(0.0, to - self.true)
                following = min(self._next_hard(), self._next_beat(), end)
                last = following >= end
                self._move(max(0.0, following - self._monotonic))
            for sound in self.devices:
                sound()
            with self._lock:
                self._wake(last)
            if last:
                self._settle()
                return

    def suspend(self, seconds: float, *, counted: bool) -> None:
        """The computer sleeps; `counted`: its monotonic clock goes on meanwhile."""
        with self._lock:
            self.true += seconds
            self._monotonic += seconds if counted else 0.0
            self.slept += 0.0 if counted else seconds
            self._show()

    def install(self) -> None:
        """Take over the threads of this process; there is no way back."""
        _install(self)

    def _move(self, seconds: float) -> None:
        self._monotonic += seconds
        self.true += seconds
        self._show()

    def _show(self) -> None:
        struct.pack_into("<d", self._hands, 0, self.true)

    def _next_hard(self) -> float:
        return min((w.deadline for w in self._parked() if not w.patient), default=_FAR)

    def _next_beat(self) -> float:
        """Of those that look around, where that matters now."""
        sounds = self._sounds()
        return min((self._look_at(wait, sounds) for wait in self._parked()), default=_FAR)

    def _sounds(self) -> bool:
        """Whether a thread of the player waits for a near instant."""
        return any(w.deadline < _FAR and not w.patient and w.thread != _ALARM for w in self._parked())

    def _look_at(self, wait: _Wait, sounds: bool) -> float:
        """The beat, while something sounds or when it must be exact; the emergency's chores, while one is
        on."""
        if wait.thread == "beat" and (sounds or self.exact):
            return max(wait.deadline, wait.since + (0.0 if self.exact else BEAT_S))
        if wait.thread.startswith("chore-emergency") and self.alert:
            return max(wait.deadline, wait.since + ALERT_S)
        return _FAR

    def _parked(self) -> list[_Wait]:
        return [wait for wait in self._waits.values() if wait.state is _State.PARKED]

    def _wake(self, last: bool) -> None:
        sounds = self._sounds()
        for waiter, wait in list(self._waits.items()):
            if wait.state is _State.PARKED and wait.deadline <= self._monotonic:
                due = not wait.patient or self._look_at(wait, sounds) <= self._monotonic
                if due or (last and self._rested(wait)):
                    self._woken[wait.thread] = self._monotonic
                    self._release(waiter, wait, _State.TIMED_OUT)

    def _rested(self, wait: _Wait) -> bool:
        rest = _REST_S.get(wait.thread, _LONG_REST_S)
        return self._monotonic - self._woken.get(wait.thread, -_FAR) >= rest

    def _release(self, waiter: Any, wait: _Wait, state: _State) -> None:
        if wait.state is _State.PARKED:
            self._lively += 1
        wait.state = state
        waiter.release()

    def _settle(self) -> None:
        with self._still:
            while self._lively:
                if not self._still.wait(_STUCK_S) and self._lively:
                    faulthandler.dump_traceback(sys.stderr)
                    raise RuntimeError(f"{self._lively} threads neither wait nor end")

    # What the product's threads run through.

    @property
    def lively(self) -> bool:
        """Whether the thread that asks lives in simulated time."""
        return getattr(self._threads, "mine", False) and not getattr(self._threads, "real", 0)

    def born(self, work: Callable[..., object], done: threading.Event) -> Callable[..., object]:
        """`work` as a thread of the world; counted from now on."""
        with self._lock:
            self._lively += 1

        def run(*args: Any, **kwargs: Any) -> None:
            self._threads.mine = True
            try:
                work(*args, **kwargs)
            finally:
                done.set()
                self._threads.mine = False
                with self._still:
                    self._lively -= 1
                    self._still.notify_all()

        return run

    def really(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """`work`, whose waiting is computing: no time passes meanwhile."""

        def run(*args: Any, **kwargs: Any) -> Any:
            self._threads.real = getattr(self._threads, "real", 0) + 1
            try:
                return work(*args, **kwargs)
            finally:
                self._threads.real -= 1

        return run

    def arrive(self, waiter: Any, timeout: float | None) -> None:
        name = threading.current_thread().name
        deadline = _FAR if timeout is None else self._monotonic + max(0.0, timeout)
        with self._lock:
            self._waits[waiter] = _Wait(name, deadline, self._monotonic)

    def park(self, waiter: Any) -> bool:
        """Wait until notified (True) or until the deadline."""
        wait = self._waits[waiter]
        with self._still:
            if wait.state is _State.ARRIVING and wait.deadline > self._monotonic:
                wait.state = _State.PARKED
                self._lively -= 1
                self._still.notify_all()
            elif wait.state is _State.ARRIVING:
                wait.state = _State.TIMED_OUT
                waiter.release()
        waiter.acquire()
        with self._lock:
            del self._waits[waiter]
            return wait.state is _State.NOTIFIED

    def notified(self, waiter: Any) -> bool:
        """Wake the thread that waits with `waiter`; False when its wait is over already."""
        with self._lock:
            wait = self._waits.get(waiter)
            if wait is None or wait.state in (_State.NOTIFIED, _State.TIMED_OUT):
                return False
            if self.drowsy and wait.thread == _DESK and not self._rested(wait):
                wait.deadline = self._monotonic  # it is hurried; it sees that once it has rested
                return False
            self._release(waiter, wait, _State.NOTIFIED)
            return True

    def knows(self, waiter: Any) -> bool:
        with self._lock:
            return waiter in self._waits


def _install(world: World) -> None:
    condition: Any = threading.Condition
    thread: Any = threading.Thread
    real_wait, real_start, real_join = condition.wait, thread.start, thread.join

    def wait(self: Any, timeout: float | None = None) -> bool:
        if not world.lively:
            found: bool = real_wait(self, timeout)
            return found
        waiter = threading.Lock()
        waiter.acquire()
        world.arrive(waiter, timeout)
        self._waiters.append(waiter)
        saved = self._release_save()
        woken = False
        try:
            woken = world.park(waiter)
            return woken
        finally:
            self._acquire_restore(saved)
            if not woken and waiter in self._waiters:
                self._waiters.remove(waiter)

    def notify(self: Any, n: int = 1) -> None:
        for waiter in list(self._waiters):
            if n <= 0:
                return
            self._waiters.remove(waiter)
            if world.knows(waiter):
                n -= world.notified(waiter)
            elif waiter.locked():
                waiter.release()
                n -= 1

    def start(self: Any) -> None:
        target = self._target
        if (getattr(target, "__module__", None) or "").partition(".")[0] in ("broadcaster", "tests"):
            self.over = threading.Event()
            self._target = world.born(target, self.over)
        real_start(self)

    def join(self: Any, timeout: float | None = None) -> None:
        if world.lively and hasattr(self, "over"):
            self.over.wait(timeout)
        else:
            real_join(self, timeout)

    condition.wait, condition.notify = wait, notify
    thread.start, thread.join = start, join
    future: Any = Future
    future.result = world.really(future.result)
