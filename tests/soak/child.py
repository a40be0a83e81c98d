"""The station as a process of its own, in simulated time: the real daemon on the real database.

The process that owns the true time tells it over a pipe what to do, one command at a time, and kills it when
it likes. Only the sound cards, the studio's voice and the clock are simulated.
"""

from __future__ import annotations

import faulthandler
import logging
import resource
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from mmap import mmap
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sqlalchemy import event

from broadcaster.daemon import Daemon
from broadcaster.desk import editions
from broadcaster.desk.rounds import Booth
from broadcaster.playout import playout
from broadcaster.playout.clock_gate import ClockGate
from broadcaster.station import Station
from broadcaster.station.sound import SoundParts
from broadcaster.store.engine import SqliteDatabase
from tests.soak import breaks
from tests.soak.alarm import SimulatedAlarm
from tests.soak.card import Rack
from tests.soak.studio import ToneStudio
from tests.soak.world import World

_DISK_FULL = 4_000
"""Bytes that a file may have then: too few for SQLite's journal, so that nothing is begun."""
_LOCKED_MS, _PATIENT_MS = 3, 10_000


@dataclass(frozen=True)
class Birth:
    """With what the process begins."""

    folder: Path
    hands: Path
    true: float
    offset: float
    vouched: bool
    witness: int
    """Port."""
    alert: bool
    """An emergency is on."""
    quick: bool
    """The desk looks two days and an hour ahead, not fourteen days and one, and is not hurried: that is most
    of the work."""
    broken: str = ""
    """The fault that is planted in the program; empty: none."""


class Duty:
    """The daemon, and what can be done to it."""

    def __init__(self, birth: Birth, world: World) -> None:
        self.world = world
        self.said: list[tuple[float, str]] = []
        self._station = SimulatedStation(birth, world)
        event.listen(self._station.store._database._engine, "checkout", self._set_patience)
        self._stopped = threading.Event()
        self._locked = False
        self._error = ""
        self._thread = threading.Thread(target=self._serve, name="duty")

    def begin(self) -> None:
        self._thread.start()

    def do(self, command: str, *args: Any) -> Any:
        """`command` by its name; then what was said since, and how far the time is."""
        getattr(self, f"_{command}")(*args)
        said, self.said = self.said, []
        return self.world.true, said, self._error, self._thread.is_alive()

    def _serve(self) -> None:
        try:
            with self._station:
                Daemon(self._station, self._say).run(self._stopped, seconds=None, rehearse=False)
        except BaseException:
            self._error = traceback.format_exc()
            raise

    def _say(self, line: str) -> None:
        self.said.append((self.world.true, line))

    def _advance(self, to: float, exact: bool) -> None:
        self.world.exact = exact
        self.world.advance(to)

    def _step(self, seconds: float) -> None:
        self.world.offset += seconds

    def _suspend(self, seconds: float, counted: bool, cards_lost: bool) -> None:
        if cards_lost:
            self._station.rack.lose("")
        self.world.suspend(seconds, counted=counted)

    def _alert(self, on: bool) -> None:
        self.world.alert = on

    def _vouch(self, vouched: bool) -> None:
        self.world.vouched = vouched

    def _card(self, url: str, there: bool) -> None:
        if there:
            self._station.rack.broken.discard(url)
        else:
            self._station.rack.lose(url)

    def _disk(self, full: bool) -> None:
        hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        resource.setrlimit(resource.RLIMIT_FSIZE, (_DISK_FULL if full else hard, hard))

    def _patience(self, locked: bool) -> None:
        """While another process holds the database, waiting for it would stop the simulated time."""
        self._locked = locked
        database = self._station.store._database
        assert isinstance(database, SqliteDatabase)
        if database._watcher is not None:
            database._watcher.execute(f"PRAGMA busy_timeout={self._busy_ms}").fetchall()

    def _set_patience(self, connection: Any, record: Any, _proxy: Any) -> None:
        if record.info.get("busy", _PATIENT_MS) != self._busy_ms:
            record.info["busy"] = self._busy_ms
            connection.execute(f"PRAGMA busy_timeout={self._busy_ms}").fetchall()

    @property
    def _busy_ms(self) -> int:
        return _LOCKED_MS if self._locked else _PATIENT_MS

    def _stop(self) -> None:
        """An orderly end: the time goes on until it is done."""
        self._stopped.set()
        end = self.world.true + 60
        while self._thread.is_alive() and self.world.true < end:
            self.world.exact = True
            self.world.advance(self.world.true + 0.2)
            self._thread.join(0.01)


class SimulatedStation(Station):
    def __init__(self, birth: Birth, world: World) -> None:
        super().__init__(birth.folder, world)
        self.rack = Rack(world, birth.witness, self.audio_out, self.settings.station.zone)
        tone = partial(ToneStudio, self.audio_out)
        self.__dict__["studio"] = tone()
        self.__dict__["booth"] = Booth(tone("siren"), tone("words"), tone("whole"))
        self.__dict__["sound"] = SimulatedSound(
            self.settings, world, self.audio_out, self.store, self.rack, world
        )


@dataclass(frozen=True)
class SimulatedSound(SoundParts):
    rack: Rack
    world: World

    def outputs(self, notice: Callable[[str], None]) -> Rack:
        return self.rack

    def clock_gate(self) -> ClockGate:
        world = self.world
        return ClockGate(world, lambda: world.vouched, self.store, lambda: world.slept)


class _Lines(logging.Handler):
    def __init__(self, duty: Duty) -> None:
        super().__init__(logging.WARNING)
        self._duty = duty

    def emit(self, record: logging.LogRecord) -> None:
        self._duty._say(f"[{record.threadName}] {self.format(record)}")


def serve(pipe: Connection, birth: Birth) -> None:
    """What the process does: answer commands until it is killed or stopped."""
    with birth.hands.open("r+b") as file:
        world = World(birth.true, birth.offset, mmap(file.fileno(), 8))
    world.vouched, world.alert = birth.vouched, birth.alert
    faulthandler.enable()
    world.install()
    world.drowsy = birth.quick
    if birth.quick:
        editions.HORIZON, editions.SPEECH_AHEAD = timedelta(days=2), timedelta(hours=1)
    setattr(playout, "Alarm", SimulatedAlarm)  # noqa: B010 (mypy would rather not)
    if birth.broken:
        breaks.plant(birth.broken)
    duty = Duty(birth, world)
    logging.getLogger("broadcaster").addHandler(_Lines(duty))
    duty.begin()
    while True:
        try:
            command, *args = pipe.recv()
        except EOFError:
            return
        try:
            answer = duty.do(command, *args)
        except Exception:  # noqa: BLE001 (whoever owns the time is told)
            answer = world.true, duty.said, traceback.format_exc(), False
        pipe.send(answer)
