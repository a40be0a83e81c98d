"""A station and its hamlet PCs, each a process; between them a bad line and a hijacker; and a witness."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from broadcaster.clock import SystemClock
from broadcaster.errors import NetworkError
from broadcaster.network import identity, station_keys
from broadcaster.player_pc import settings as player_settings
from broadcaster.production.bulletin import Programme
from broadcaster.station import Station
from broadcaster.station.network import station_side
from broadcaster.store import Store
from broadcaster.store.editions import insert_one_off
from broadcaster.store.slots import write
from broadcaster.store.tables import airing
from broadcaster.timetable.hamlet import PLAYER, Hamlet
from broadcaster.timetable.slot import Slot
from tests.kit import ROOT, free_port, until
from tests.network.proxy import Weather, proxied
from tests.soak.studio import ToneStudio
from tests.soak_network.children import play, serve
from tests.soak_network.hijacker import Hijacker

CLOCK = SystemClock()
UP_MS, DOWN_MS, LOSS = (35.0, 15.0), (25.0, 10.0), 0.01
_LENGTHS = (3, 4, 5)
_START_S = 30.0
CONTEXT: Any = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.soak_network.children"])


@dataclass
class Child:
    """A process that is started, killed, and started again."""

    work: Any
    args: tuple[Any, ...]
    deaths: list[float] = field(default_factory=list)
    process: Any = None
    pipe: Any = None

    def start(self) -> None:
        self.pipe, far = CONTEXT.Pipe()
        self.process = CONTEXT.Process(target=self.work, args=(far, *self.args), daemon=True)
        self.process.start()
        far.close()

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.join()
        self.pipe.close()
        self.deaths.append(time.time())

    def stop(self) -> None:
        """In good order."""
        self.pipe.send("stop")
        self.process.join(_START_S)
        assert self.process.exitcode == 0, f"{self.args}: it did not end in good order"

    @property
    def lives(self) -> bool:
        return self.process is not None and self.process.is_alive()


@contextmanager
def witnessing(file: Path) -> Iterator[int]:
    """The witness's port; what it heard is whole in `file` at the end."""
    witness = subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "witness.py"), str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert witness.stdout is not None
    try:
        yield int(witness.stdout.readline())
    finally:
        witness.communicate(timeout=_START_S)


class Commune:
    """`pcs`: the fault that is planted in each hamlet's PC, by the hamlet's code; "": none."""

    def __init__(self, folder: Path, chance: Random, pcs: Mapping[str, str]) -> None:
        self.folder, self.station = folder, folder / "station"
        self.heard = folder / "heard.jsonl"
        self.weather = Weather(UP_MS, DOWN_MS, loss=LOSS, chance=Random(chance.random()))
        self.codes: Sequence[str] = tuple(pcs)
        self.booked: list[float] = []
        self.airings: dict[str, str] = {}
        """What was booked: the hamlet's code by the airing's id."""
        self._broken = pcs
        self._stack = ExitStack()
        self._port = free_port()
        self._found()
        self.hijacker = Hijacker(self.station / "network", self._port, Random(chance.random()))
        self.daemon = Child(serve, (self.station, f"127.0.0.1:{self._port}"))
        self.pcs: dict[str, Child] = {}

    def __enter__(self) -> Commune:
        witness = self._stack.enter_context(witnessing(self.heard))
        self._stack.callback(self._end)
        line = self._stack.enter_context(
            proxied(self._stack.enter_context(self.hijacker.at_work()), self.weather)
        )
        self.daemon.start()
        self.store = Store.open(self.station / "schedules.db", clock=CLOCK)
        self._stack.callback(self.store.close)
        for number, code in enumerate(self.codes):
            self._enrol(code, line)
            ahead_s = (-1.0) ** number * (1 + number)
            self.pcs[code] = Child(play, (self.folder / code, witness, self._broken[code], ahead_s))
            self.pcs[code].start()
        return self

    def __exit__(self, *_what: object) -> None:
        self._stack.close()

    def broken(self, code: str) -> str:
        return self._broken[code]

    def _end(self) -> None:
        for child in (self.daemon, *self.pcs.values()):
            if child.lives:
                child.kill()

    def _found(self) -> None:
        for name in ("audio_out", "scripts/inbox"):
            (self.station / name).mkdir(parents=True)
        text = f'[station]\ntimezone = "{_noon()}"\n[voices]\nladder = ["espeak"]\n'
        (self.station / "broadcaster.toml").write_text(
            text + "[production]\nloudness_lufs = -10\n", encoding="utf-8"
        )
        store = Store.open(self.station / "schedules.db", clock=CLOCK, create=True)
        for code in self.codes:
            store.save_hamlet(Hamlet(f"h-{code}", code, f"Ấp {code}", output=PLAYER), by="", now=CLOCK.now())
        store.close()
        with Station(self.station) as station:
            station_keys.make(self.station, station.settings.network, ["127.0.0.1"], CLOCK.now())
        self._studio = ToneStudio(self.station / "audio_out", lengths=_LENGTHS)

    def _enrol(self, code: str, port: int) -> None:
        with Station(self.station) as station:
            told = station_side(station).open_enrolment(f"h-{code}", CLOCK.now())

        def done() -> bool:
            try:
                identity.enrol(f"https://127.0.0.1:{port}", told, self.folder / code, CLOCK, "soak")
            except NetworkError:
                return False
            return True

        until(done, _START_S, "the enrolment")
        player_settings.set_output(self.folder / code, "file:")

    def book(self, starts_at: datetime) -> None:
        """An airing of its own audio in every hamlet, to the second."""
        number, now = len(self.booked), CLOCK.now()
        made = self._studio.make(Programme("", str(number), ()), seconds=1)
        self.store.add_bulletin(made, "Thử", now=now)
        hamlets = tuple(f"h-{code}" for code in self.codes)
        slot = Slot(uuid4().hex, f"thu-{number}", "Thử", time_of_day(0), hamlets)
        with self.store._database.writing() as connection:
            write(connection, slot)
            edition = insert_one_off(connection, slot, starts_at, "Thử", made.sha256)
            named = select(airing.c.id, airing.c.hamlet_code).where(airing.c.edition_id == edition)
            self.airings |= {row.id: row.hamlet_code for row in connection.execute(named)}
        self.booked.append(starts_at.timestamp())


def _noon() -> str:
    """A zone in which it is about noon: no quiet hours near, and no other day."""
    ahead = 12 - datetime.now(UTC).hour
    return "Etc/UTC" if not ahead else f"Etc/GMT{-ahead:+d}"


def second_from_now(seconds: float) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=seconds + 1)
