"""A simulated year: what people do day by day, what goes wrong, and when."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from random import Random

from tests.soak.calendar import FIRST_DAY, SLOT_TIMES, quiet_on, starts_on, true_time
from tests.soak.evidence import ZONE, Record, Span
from tests.soak.machine import Machine
from tests.soak.people import HORNS, People

NOON, AFTERNOON = (time(11, 0), time(13, 0)), (time(16, 30), time(18, 0))
"""When a hamlet may want quiet."""
_DAY_S, _HOUR_S = 86_400.0, 3_600.0


@dataclass(order=True)
class _Coming:
    true: float
    number: int
    do: Callable[[], None] = field(compare=False)


class Year:
    """`broken`: a fault planted in the program, which such days bring out: at each airing the station is
    killed, and starts again at once with its clock set back; every afternoon a hamlet wants quiet."""

    def __init__(self, folder: Path, seed: int, days: int, *, quick: bool = False, broken: str = "") -> None:
        self._random = Random(f"year {seed}")
        self._days = days
        self._hard = bool(broken)
        self._events: list[_Coming] = []
        self._numbers = count()
        self._hushes: list[tuple[str, Span]] = []
        self.begin = true_time(FIRST_DAY, time(0))
        self.end = self.begin + days * _DAY_S
        self.machine = Machine(folder, self.begin, self._random, quick=quick, broken=broken)
        self.people = People(self.machine, self._random)

    def live(self) -> None:
        """All of it, to the end of what its last day set going."""
        self._at(self.begin + 60, self.machine.boot)
        self._at(self.begin + 120, self.people.fill_queues)
        for day in range(self._days):
            self._plan_day(FIRST_DAY + timedelta(days=day))
        while self._events:
            coming = heapq.heappop(self._events)
            self.machine.go(coming.true)
            coming.do()
        self.machine.vouch(True)
        self.machine.step(-self.machine.offset)
        self._bring_back()
        self.machine.boot()
        self.machine.go(self.end + 2 * _HOUR_S)
        self.machine.stop()

    def record(self) -> Record:
        machine, hamlets = self.machine, [hamlet.code for hamlet in self.people.hamlets]
        days = (FIRST_DAY + timedelta(days=day) for day in range(self._days))
        starts = [true_time(day, at) for day in days for at in starts_on(day)]
        return Record(
            folder=machine.folder,
            heard=machine.heard,
            end=self.end,
            deaths=machine.deaths,
            story=machine.story,
            promised=[(code, start) for start in starts for code in hamlets],
            quiet=self._quiet,
        )

    def close(self) -> None:
        self.people.station.close()
        self.machine.close()

    def _quiet(self, hamlet: str, true: float) -> Iterator[Span]:
        today = datetime.fromtimestamp(true, ZONE).date()
        for day in (today - timedelta(days=1), today):
            yield from quiet_on(day)
        yield from (span for code, span in self._hushes if code == hamlet)

    # The days.

    def _plan_day(self, day: date) -> None:
        morning = true_time(day, time(0))
        if day.weekday() == 6:
            self._at(morning + 20 * _HOUR_S, self.people.tidy)
        for at in starts_on(day):
            start = true_time(day, at)
            self._at(start - 29 * 60, self.people.fill_queues if at == SLOT_TIMES[1] else _nothing)
            if self._hard:
                self._at(start + self._random.uniform(10, 16), self._kill_and_clock)
            elif self._random.random() < 0.16:
                self._trouble(start)
        if not self._hard and self._random.random() < 0.25:
            self._trouble(morning + self._random.uniform(0.5, 23.5) * _HOUR_S)
        self._plan_acts(day, morning)

    def _plan_acts(self, day: date, morning: float) -> None:
        chance = self._random.random
        if self._hard or chance() < 0.05:
            self._hush(day)
        if chance() < 0.04:
            self._at(morning + 9 * _HOUR_S, lambda: self.people.skip("chieu"))
        if chance() < 0.08:
            start = true_time(day, self._random.choice(SLOT_TIMES)) + self._random.uniform(1, 30)
            hamlet = self._random.choice(self.people.hamlets)
            self._at(start, lambda: self.people.shut_up(hamlet))
        if chance() < 0.08:
            near = true_time(day, self._random.choice(SLOT_TIMES)) + self._random.uniform(-30, 60)
            start = self._random.choice((near, morning + self._random.uniform(0, _DAY_S)))
            self._at(start, self._emergency)

    def _emergency(self) -> None:
        """Repeated until its time is over, or until it is cancelled."""
        hamlets = tuple(self._random.sample(self.people.hamlets, self._random.randint(1, 5)))
        lasts = self._random.uniform(60, 400)
        code = self.people.alarm(hamlets, repeat=self._random.uniform(31, 200), lasts=lasts)
        if not code:
            return
        self.machine.watch(True)
        if self._random.random() < 0.4:
            self._after(lasts * self._random.random(), lambda: self.people.all_clear(code))
        self._after(lasts + 240, lambda: self.machine.watch(False))

    def _hush(self, day: date) -> None:
        """For some hours a hamlet wants quiet: a person sets that in time, and takes it back."""
        hamlet = self._random.choice(self.people.hamlets)
        hours = AFTERNOON if self._hard else self._random.choice((NOON, AFTERNOON))
        begin, end = (true_time(day, hour) for hour in hours)

        def hush() -> None:
            if not self.machine.disk_full:
                self._hushes.append((hamlet.code, (begin, end)))
                self.people.hush(hamlet, hours)

        self._at(begin - _HOUR_S, hush)
        self._at(end + 60, lambda: self.people.hush(hamlet, None))

    # What goes wrong.

    def _trouble(self, start: float) -> None:
        moment = start + self._random.uniform(-12, 45)
        what, weight = zip(*self._troubles(), strict=True)
        chosen = self._random.choices(what, weight)[0]
        self._at(moment, chosen)

    def _troubles(self) -> Iterator[tuple[Callable[[], None], int]]:
        yield self._kill, 5
        yield self._kill_and_clock, 2
        yield self._power_cut, 2
        yield self._restart, 1
        yield self._small_step, 3
        yield self._day_step, 1
        yield self._suspend, 2
        yield self._fill_disk, 2
        yield self._lose_audio, 3
        yield self._lock, 3
        yield self._pull_card, 4

    def _kill(self) -> None:
        self._die("kill", self._random.choice((0.5, 3.0, 8.0, 40.0, 200.0, 7_000.0)))

    def _kill_and_clock(self) -> None:
        """It starts again with another idea of the time."""
        self._die("kill, and the clock differs", self._random.uniform(0.5, 5.0))
        if not self.machine.offset:
            most = -20 if self._hard else 30
            self._set_clock(self._random.uniform(-30, most), self._random.uniform(0.1, 2) * _HOUR_S)

    def _power_cut(self) -> None:
        self._die("power cut", self._random.uniform(30, 20 * _HOUR_S))

    def _die(self, what: str, outage: float) -> None:
        if not self.machine.runs:
            return
        self.machine.note(f"{what}: gone for {outage:.1f} s")
        self.machine.kill(self._random.uniform(0.1, 3.0))
        self._after(outage, self.machine.boot)

    def _restart(self) -> None:
        self.machine.stop()
        self._after(self._random.uniform(1, 60), self.machine.boot)

    def _small_step(self) -> None:
        if not self.machine.offset:
            self._set_clock(self._random.choice((-30.0, 30.0)), self._random.uniform(0.01, 6) * _HOUR_S)

    def _day_step(self) -> None:
        if not self.machine.offset:
            self._set_clock(self._random.choice((-_DAY_S, _DAY_S)), self._random.uniform(0.05, 30) * _HOUR_S)

    def _set_clock(self, seconds: float, back_after: float) -> None:
        def back() -> None:
            self.machine.note("the clock is set right")
            self.machine.step(-seconds)
            self.machine.vouch(True)
            self._look()

        self.machine.note(f"the clock is set by {seconds:+.1f} s for {back_after:.0f} s")
        self.machine.vouch(False)
        self.machine.step(seconds)
        self._look()
        self._after(back_after, back)

    def _suspend(self) -> None:
        seconds = self._random.choice((30.0, 1_000.0, self._random.uniform(1, 12) * _HOUR_S))
        counted, lost = self._random.random() < 0.3, self._random.random() < 0.5
        self.machine.note(f"suspended for {seconds:.0f} s, counted {counted}, cards lost {lost}")
        offline = self._random.random() < 0.5
        if offline:
            self.machine.vouch(False)
            self._after(seconds + self._random.uniform(1, 600), lambda: self.machine.vouch(True))
        self.machine.sleep(seconds, counted=counted, cards_lost=lost)
        self._look()

    def _fill_disk(self) -> None:
        def empty() -> None:
            self.machine.note("there is room on the disk again")
            self.machine.disk_full = False
            self.machine.tell("disk", False)

        seconds = self._random.choice((1.0, 6.0, 20.0, 60.0))
        self.machine.note(f"the disk is full for {seconds:.0f} s")
        self.machine.disk_full = True
        self.machine.tell("disk", True)
        self._after(seconds, empty)

    def _lose_audio(self) -> None:
        """The files of what comes next go missing, or lose their second half."""
        now = self.machine.now()
        editions = self.people.store.editions(now, now + timedelta(hours=12))
        for name in {edition.bulletin for edition in editions if edition.bulletin}:
            path = self.machine.folder / "audio_out" / f"{name}.wav"
            if path.exists():
                self.machine.note(f"audio lost: {name[:8]}")
                if self._random.random() < 0.5:
                    path.unlink()
                else:
                    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    def _lock(self) -> None:
        """Another program holds the database."""
        seconds = self._random.choice((1.0, 4.0, 15.0, 30.0))
        kind = self._random.choice(("IMMEDIATE", "EXCLUSIVE"))
        self.machine.note(f"the database is locked ({kind}) for {seconds:.0f} s")
        self.machine.tell("patience", True)
        with closing(sqlite3.connect(self.machine.folder / "schedules.db", timeout=10)) as other:
            other.execute(f"BEGIN {kind}")
            self.machine.go(self.machine.true + seconds)
            other.rollback()
        self.machine.tell("patience", False)

    def _pull_card(self) -> None:
        horn = self._random.choice(sorted(set(HORNS)))
        seconds = self._random.choice((0.5, 4.0, 20.0, 300.0))
        self.machine.note(f"{horn} is gone for {seconds:.1f} s")
        self.machine.tell("card", horn, False)

        def back() -> None:
            self.machine.note(f"{horn} is back")
            self.machine.tell("card", horn, True)

        self._after(seconds, back)

    def _bring_back(self) -> None:
        for horn in set(HORNS):
            self.machine.tell("card", horn, True)

    def _look(self) -> None:
        """The beat notices within its second or two."""
        self.machine.go(self.machine.true + 2.5, exact=True)

    def _after(self, seconds: float, do: Callable[[], None]) -> None:
        self._at(self.machine.true + seconds, do)

    def _at(self, true: float, do: Callable[[], None]) -> None:
        heapq.heappush(self._events, _Coming(true, next(self._numbers), do))


def _nothing() -> None:
    """A moment at which the daemon's chores look around."""
