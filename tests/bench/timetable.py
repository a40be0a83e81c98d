"""python -m tests.bench.timetable: how the timetable holds up, beside APScheduler's own SQLAlchemyJobStore.

The same work for both, one after the other on the same disk: 1,000 starts in one second; 100,000 entries in
the table, then the start, the next one that is due, and one entry more.
"""

from __future__ import annotations

import hashlib
import io
import pickle
import statistics
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as Hour
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger
from sqlalchemy import insert

from broadcaster.audio import RATE
from broadcaster.clock import SystemClock
from broadcaster.desk.script import Person
from broadcaster.playout.outputs.output import Block, Output, Take
from broadcaster.playout.playout import Playout
from broadcaster.production.bulletin import Bulletin
from broadcaster.station import Station
from broadcaster.store import tables
from broadcaster.store.part import shared_values
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.slot import Slot, SlotKind
from broadcaster.units import Decibels, Lufs, Milliseconds, Samples
from tests.kit import here

HAMLETS = 1_000
SLOTS = 100_000
_YEARS = 10
_LEAD_S = 12.0
"""For setting up; the alarm rings 5 s before."""
_BY = "Lan"


@dataclass(frozen=True)
class Bound:
    what: str
    ours: float
    theirs: float
    most: float
    """Of ours, in the same unit."""
    unit: str

    def told(self) -> bool:
        held = self.ours <= self.most
        sign = "held" if held else "NOT HELD"
        print(f"{sign}: {self.what}: {self.ours:.3g} {self.unit} (at most {self.most:g})", flush=True)
        print(f"    APScheduler: {self.theirs:.3g} {self.unit}, {self.theirs / self.ours:.1f} times ours")
        return held


def timetable() -> bool:
    """1,000 starts in one second, and 100,000 entries."""
    warnings.simplefilter("ignore")
    with _folder() as folder:
        starts = starts_together(folder)
    with _folder() as folder:
        many = many_slots(folder)
    return all([bound.told() for bound in (*starts, *many)])


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


class NullOutput:
    """Sound goes nowhere; how late each take was handed over is noted."""

    note = ""

    def __init__(self, late: list[float]) -> None:
        self._late = late
        self._began: float | None = None
        self._written = Samples(0)

    def check(self) -> None: ...

    def start(self, take: Take, at: float) -> None:
        self._late.append(max(0.0, time.monotonic() - at))
        self._began, self._written = at, Samples(0)

    def write(self, block: Block) -> None:
        self._written = Samples(self._written + len(block))

    def finish(self) -> None:
        if self._began is not None:
            time.sleep(max(0.0, self._began + self._written / RATE - time.monotonic()))

    def cut(self) -> None: ...

    def sounded(self) -> Samples:
        return self._written

    def began(self) -> float | None:
        return self._began

    def close(self) -> None: ...


def starts_together(folder: Path) -> tuple[Bound, ...]:
    """1,000 hamlets, each with an output of its own, due in one second."""
    ours, claim = _our_starts(folder / "ours")
    theirs = _their_starts(folder / "theirs.db")
    print(f"ours: {len(ours)} started, claimed in one transaction of {claim * 1000:.0f} ms")
    print(f"APScheduler's: {len(theirs)} of {HAMLETS} started")
    return (
        Bound(f"{HAMLETS} starts in one second, lateness p99", _p99(ours), _p99(theirs), 5.0, "ms"),
        Bound("claim and release of one of them", _each(ours, claim), _mean(theirs), 5.0, "ms"),
    )


def _our_starts(folder: Path) -> tuple[list[float], float]:
    assert here(folder, "init", "--name", "Thử").code == 0
    late: list[float] = []
    ended = threading.Semaphore(0)
    with Station(folder) as station:
        store, now = station.store, station.clock.now()
        _many_hamlets(station, HAMLETS)
        sound = _tone(folder, 1.0)
        store.add_bulletin(sound, "Thử", now=now)
        starts_at = (station.clock.now() + timedelta(seconds=_LEAD_S)).replace(microsecond=0)
        local = starts_at.astimezone(station.settings.station.zone)
        ids = tuple(hamlet.id for hamlet in store.hamlets())
        # An emergency's slot: a rehearsal's outputs would be files.
        slot = Slot("s", "thu", "Thử", local.time(), ids, kind=SlotKind.EMERGENCY)
        store.add_one_off(slot, starts_at, "Thử", sound.sha256, by="", now=now)
        claims: list[float] = []
        _timed(store, "claim", claims)

        playout = Playout(
            store,
            clock=SystemClock(),
            audio_out=folder / "audio_out",
            open_output=lambda _url, _code: _null(late),
            may_air=lambda _airing: "",
            on_end=lambda *_end: ended.release(),
            on_change=lambda: None,
            on_notice=print,
        )
        playout.start()
        for _hamlet in range(HAMLETS):
            assert ended.acquire(timeout=120), f"{len(late)} of {HAMLETS} began"
        playout.stop(30)
        assert store.verify_as_run()[0].broken_at is None
    return late, max(claims)


def _null(late: list[float]) -> Output:
    return NullOutput(late)


def _timed(owner: object, name: str, seconds: list[float]) -> None:
    """Note how long each call of that method takes."""
    method = getattr(owner, name)

    def timed(*args: object, **named: object) -> object:
        begin = time.perf_counter()
        done = method(*args, **named)
        seconds.append(time.perf_counter() - begin)
        return done

    setattr(owner, name, timed)


_LATE: list[float] = []
_DUE: list[datetime] = []


def _release() -> None:
    _LATE.append((datetime.now(UTC) - _DUE[0]).total_seconds())


def _their_starts(file: Path) -> list[float]:
    scheduler = _scheduler(file)
    scheduler.start(paused=True)
    due = (datetime.now(UTC) + timedelta(seconds=_LEAD_S)).replace(microsecond=0)
    _DUE[:], _LATE[:] = [due], []
    for number in range(HAMLETS):
        scheduler.add_job(_release, DateTrigger(due), id=str(number))
    scheduler.resume()
    end = time.monotonic() + 60
    while len(_LATE) < HAMLETS and time.monotonic() < end:
        time.sleep(0.05)
    scheduler.shutdown()
    return list(_LATE)


def _scheduler(file: Path) -> BackgroundScheduler:
    return BackgroundScheduler(
        timezone=UTC,
        jobstores={"default": SQLAlchemyJobStore(url=f"sqlite:///{file}")},
        job_defaults={"misfire_grace_time": None},
    )


def many_slots(folder: Path) -> tuple[Bound, ...]:
    """100,000 entries of one day each over ten years: 380 of them in the coming fortnight."""
    ours, theirs = _our_table(folder / "ours"), _their_table(folder / "theirs.db")
    return tuple(
        Bound(f"{SLOTS} entries: {what}", mine * factor, other * factor, most, unit)
        for what, mine, other, most, unit, factor in (
            ("start of the daemon", ours.start, theirs.start, 3.0, "s", 1),
            ("what is due next", ours.due, theirs.due, 1.0, "ms", 1000),
            ("one entry more", ours.add, theirs.add, 20.0, "ms", 1000),
        )
    )


@dataclass(frozen=True)
class Table:
    """Seconds."""

    start: float
    due: float
    add: float


def _days(today: date) -> Iterator[tuple[int, date, Hour]]:
    """A number, a day and a minute for each entry."""
    for number in range(SLOTS):
        day = today + timedelta(days=1 + number % (_YEARS * 365))
        yield number, day, Hour(6 + number // 365 % 14, number % 60)


def _our_table(folder: Path) -> Table:
    assert here(folder, "init", "--name", "Thử").code == 0
    with Station(folder) as station:
        _many_hamlets(station, 30)
        places = [hamlet.id for hamlet in station.store.hamlets()]
        today = station.clock.now().astimezone(station.settings.station.zone).date()
        _insert_slots(station, places, today)
    begin = time.perf_counter()
    with Station(folder) as station:
        now = station.clock.now()
        station.desk.editions.expand(now)
        station.desk.editions.catch_up(now)
        start = time.perf_counter() - begin
        assert station.store.next_due() is not None
        due = _median(lambda: station.store.next_due(), 100)
        add = _median(_adding(station, places[0], today), 9)
    return Table(start, due, add)


def _insert_slots(station: Station, places: Sequence[str], today: date) -> None:
    slots = []
    for number, day, at in _days(today):
        code = f"s-{number}"
        place = places[number // 3650 % len(places)]
        slots.append(Slot(code, code, code, at, (place,), first=day, last=day, length_s=60))
    with station.store._database.writing() as connection:
        connection.execute(
            insert(tables.slot), [shared_values(tables.slot, s) | {"removed": False} for s in slots]
        )
        members = [{"slot_id": slot.id, "hamlet_id": slot.hamlets[0], "position": 0} for slot in slots]
        connection.execute(insert(tables.slot_hamlet), members)


def _adding(station: Station, place: str, today: date) -> Callable[[], object]:
    numbers = iter(range(100))

    def add() -> None:
        number = next(numbers)
        day = today + timedelta(days=3)
        at = Hour(20, number)
        slot = Slot("", f"them-{number}", "Thêm", at, (place,), first=day, last=day, length_s=30)
        station.desk.slots.add(slot, by=_BY)

    return add


def _their_table(file: Path) -> Table:
    store = SQLAlchemyJobStore(url=f"sqlite:///{file}")
    scheduler = BackgroundScheduler(timezone=UTC, jobstores={"default": store})
    scheduler.start(paused=True)
    today = datetime.now(UTC).date()
    template = scheduler.add_job(_release, DateTrigger(datetime.now(UTC) + timedelta(days=1)), id="x")
    _insert_jobs(store, template, today)
    scheduler.shutdown()
    begin = time.perf_counter()
    scheduler = _scheduler(file)
    scheduler.start(paused=True)
    start = time.perf_counter() - begin
    again = scheduler._jobstores["default"]
    due = _median(again.get_next_run_time, 20)
    late = datetime.now(UTC) + timedelta(days=3)
    numbers = iter(range(100))
    add = _median(lambda: scheduler.add_job(_release, DateTrigger(late), id=f"them {next(numbers)}"), 9)
    scheduler.shutdown()
    return Table(start, due, add)


def _insert_jobs(store: SQLAlchemyJobStore, template: Any, today: date) -> None:
    """All in one transaction: one by one, as it does it, would take minutes."""
    rows = []
    state: dict[str, Any] = template.__getstate__()
    for number, day, at in _days(today):
        due = datetime.combine(day, at, UTC)
        job = state | {"id": str(number), "trigger": DateTrigger(due), "next_run_time": due}
        rows.append({"id": str(number), "next_run_time": due.timestamp(), "job_state": pickle.dumps(job)})
    with store.engine.begin() as connection:
        connection.execute(store.jobs_t.insert(), rows)


def _many_hamlets(station: Station, count: int) -> None:
    now = station.clock.now()
    station.store.add_person(Person("p", _BY, ""), by="", now=now)
    for number in range(count):
        hamlet = Hamlet(f"h-{number}", f"ap-{number}", f"Ấp {number}", output="file:")
        station.store.save_hamlet(hamlet, by="", now=now)


def _tone(folder: Path, seconds: float) -> Bulletin:
    tone = 0.3 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * RATE)) / RATE)
    memory = io.BytesIO()
    soundfile.write(memory, tone, RATE, format="FLAC", subtype="PCM_16")
    sha256 = hashlib.sha256(memory.getvalue()).hexdigest()
    (folder / "audio_out" / f"{sha256}.flac").write_bytes(memory.getvalue())
    return Bulletin(
        sha256=sha256,
        file_name=f"{sha256}.flac",
        length=Milliseconds(round(seconds * 1000)),
        voice="tone",
        recipe=sha256,
        loudness=Lufs(-16),
        true_peak=Decibels(-1),
    )


def _median(call: Callable[[], object], times: int) -> float:
    taken = []
    for _time in range(times):
        begin = time.perf_counter()
        call()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken)


def _p99(seconds: Sequence[float]) -> float:
    """In milliseconds, and never quite nothing."""
    return 1000 * max(1e-6, sorted(seconds)[int(len(seconds) * 0.99)])


def _mean(seconds: Sequence[float]) -> float:
    return 1000 * statistics.mean(seconds)


def _each(late: Sequence[float], claim: float) -> float:
    return 1000 * claim / len(late) + _mean(late)


if __name__ == "__main__":
    sys.exit(not timetable())
