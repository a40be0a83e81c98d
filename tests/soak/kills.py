"""Real SIGKILLs of the real daemon, in real time, at random moments of its life."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

from broadcaster.clock import SystemClock
from broadcaster.desk.script import Person
from broadcaster.documents.document import Document, Passage
from broadcaster.production.bulletin import Programme
from broadcaster.station import Station
from broadcaster.store import Store
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.slot import Plays, Priority, Slot, SlotKind
from tests.soak.evidence import ZONE, Record, Span
from tests.soak.judge import Verdict, judge
from tests.soak.kill_child import serve
from tests.soak.studio import ToneStudio

ROOT = Path(__file__).resolve().parents[2]
HORNS = ("one", "two", "two", "three")
_QUIET = 3
"""The hamlet whose quiet hours are now: what its timetable wants to sound must not."""
_LENGTHS = (5, 7, 12, 20)
_FIRST_S, _APART_S, _LIFE_S, _GONE_S = 4.0, 9.0, 2.6, 0.8
_PATIENCE_S = 60.0


class Condemned:
    """One station that is killed again and again."""

    def __init__(self, folder: Path, kills: int, random: Random) -> None:
        self._folder = folder
        self._kills = kills
        self._random = random
        self._deaths: list[float] = []
        self._context: Any = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.soak.kill_child"])
        self._found()
        self._heard = folder / "heard.jsonl"
        self._witness = subprocess.Popen(
            [sys.executable, str(ROOT / "tests" / "witness.py"), str(self._heard)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._witness.stdout is not None
        self._port = int(self._witness.stdout.readline())

    def live(self) -> Verdict:
        for _kill in range(self._kills):
            process, pipe = self._start()
            time.sleep(self._random.uniform(0.2, _LIFE_S))
            os.kill(process.pid, signal.SIGKILL)
            process.join()
            pipe.close()
            self._deaths.append(time.time())
            time.sleep(self._random.uniform(0.0, _GONE_S))
        process, pipe = self._start()
        self._await_end()
        pipe.send("stop")
        process.join(_PATIENCE_S)
        assert process.exitcode == 0, "the station did not end in good order"
        self._witness.communicate(timeout=_PATIENCE_S)
        return judge(self._record())

    def _start(self) -> tuple[Any, Any]:
        pipe, far = self._context.Pipe()
        process = self._context.Process(target=serve, args=(far, self._folder, self._port), daemon=True)
        process.start()
        far.close()
        return process, pipe

    def _found(self) -> None:
        for name in ("audio_out", "scripts/inbox"):
            (self._folder / name).mkdir(parents=True)
        (self._folder / "broadcaster.toml").write_text('[voices]\nladder = ["espeak"]\n', encoding="utf-8")
        clock = SystemClock()
        store = Store.open(self._folder / "schedules.db", clock=clock, create=True)
        now = datetime.now(ZONE)
        around = ((now - timedelta(hours=2)).time(), (now + timedelta(hours=2)).time())
        for number, horn in enumerate(HORNS):
            quiet = tuple(hour.replace(second=0, microsecond=0, tzinfo=None) for hour in around)
            hamlet = Hamlet(
                *(f"h{number}", f"ap-{number}", f"Ấp {number}"),
                output=f"witness:{horn}",
                quiet_hours=(quiet[0], quiet[1]) if number == _QUIET else None,
            )
            store.save_hamlet(hamlet, by="", now=clock.now())
        self._book(store)
        store.close()

    def _book(self, store: Store) -> None:
        """Emergencies, one after the other, for as long as the kills may take; and a slot in quiet hours."""
        studio = ToneStudio(self._folder / "audio_out", lengths=_LENGTHS)
        begin = datetime.now(UTC) + timedelta(seconds=_FIRST_S)
        hamlets = tuple(f"h{number}" for number in range(len(HORNS)))
        lasts = self._kills * (_LIFE_S + _GONE_S) / 2
        for number in range(1 + round(lasts / _APART_S)):
            made = studio.make(Programme("", str(number), ()), seconds=1)
            store.add_bulletin(made, "Thử", now=begin)
            slot = Slot(
                *(uuid4().hex, f"thu-{number}", "Thử", time_of_day(0), hamlets[:_QUIET]),
                kind=SlotKind.EMERGENCY,
                priority=Priority.EMERGENCY,
            )
            starts_at = begin + timedelta(seconds=number * _APART_S)
            store.add_one_off(slot, starts_at, "Thử", made.sha256, by="", now=begin)
        self._book_quiet(begin, begin + timedelta(seconds=lasts))

    def _book_quiet(self, begin: datetime, end: datetime) -> None:
        """A slot in each minute, behind the desk's back: it would refuse them."""
        with Station(self._folder) as station:
            store, desk = station.store, station.desk
            for name in ("Lan", "Minh"):
                store.add_person(Person(uuid4().hex, name), by="", now=begin)
            document = Document("dem.txt", "Đêm", (Passage("Mời bà con họp ấp."),))
            script = desk.scripts.approve(
                desk.scripts.add(document, "0" * 64, author="Lan").script.code, by="Minh"
            )
            minute = begin.astimezone(ZONE).replace(second=0, microsecond=0) + timedelta(minutes=1)
            while minute < end:
                slot = Slot(
                    *(uuid4().hex, f"dem-{minute:%H%M}", "Đêm", minute.time(), (f"h{_QUIET}",)),
                    first=minute.date(),
                    last=minute.date(),
                    plays=Plays.SCRIPT,
                    ref=script.id,
                    length_s=30,
                )
                store.save_slot(slot, by="", now=begin)
                minute += timedelta(minutes=1)

    def _await_end(self) -> None:
        """Until nothing that was booked is left, or for a minute after the last of it."""
        with closing(sqlite3.connect(self._folder / "schedules.db", timeout=30)) as reader:
            wanted = "SELECT count(*), max(starts_at) FROM airing WHERE state <> 'ended' AND starts_at < ?"
            limit = time.monotonic() + self._kills * (_LIFE_S + _GONE_S) + _PATIENCE_S
            while reader.execute(wanted, ((time.time() + 3600) * 1000,)).fetchone()[0]:
                if time.monotonic() > limit:
                    return
                time.sleep(0.2)

    def _record(self) -> Record:
        def quiet(hamlet: str, true: float) -> Iterator[Span]:
            if hamlet == f"ap-{_QUIET}":
                yield true - 1, true + 1

        return Record(
            folder=self._folder,
            heard=self._heard,
            end=time.time(),
            deaths=self._deaths,
            story=(),
            promised=(),
            quiet=quiet,
        )


def kill(folder: Path, kills: int, stations: int, random: Random) -> Verdict:
    """So many kills in all, of several stations at the same time; the verdict of all together."""
    each = -(-kills // stations)
    condemned = [Condemned(folder / str(number), each, Random(random.random())) for number in range(stations)]
    with ThreadPoolExecutor(stations) as pool:
        verdicts = list(pool.map(Condemned.live, condemned))
    whole = Verdict(sum(verdict.airings for verdict in verdicts))
    for verdict in verdicts:
        for column, faults in verdict.faults.items():
            whole.faults[column] += faults
    return whole
