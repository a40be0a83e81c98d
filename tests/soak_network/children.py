"""The station and its hamlet PCs, each in a process of its own that is killed at random."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import miniaudio

from broadcaster.clock import SystemClock
from broadcaster.daemon import (
    Daemon,
    serving,  # noqa: F401 (loaded here, once for all children)
)
from broadcaster.desk.editions import Editions
from broadcaster.logs import log_to
from broadcaster.player_pc import duty as player_pc
from broadcaster.playout.outputs.opening import Outputs
from broadcaster.playout.outputs.output import Output
from broadcaster.station import Station
from tests.soak.studio import ToneStudio
from tests.soak.told import told
from tests.soak_network.breaks import plant
from tests.soak_network.card import Placed


def serve(pipe: Connection, folder: Path, listen: str) -> None:
    """The daemon until the pipe says so, or ends. What airs is booked to the second from outside: the desk,
    which knows minutes, rests."""
    for rests in ("expand", "catch_up"):
        setattr(Editions, rests, lambda _self, _now: None)
    Editions.prepare = lambda _self, _now: ()  # type: ignore[method-assign, assignment]
    log_to(folder)
    with Station(folder) as station:
        station.__dict__["studio"] = ToneStudio(station.audio_out)
        Daemon(station, lambda _line: None, listen).run(told(pipe), seconds=None, rehearse=False)


def play(pipe: Connection, folder: Path, port: int, broken: str, ahead_s: float = 0.0) -> None:
    """A hamlet PC that the witness hears, with a computer's clock that is `ahead_s` ahead of the true one."""
    plant(broken)

    def to_witness(outputs: Outputs, _url: str, _hamlet_code: str) -> Output:
        return Placed(outputs._clock, port, folder.name)

    Outputs.open = to_witness  # type: ignore[method-assign, assignment]
    log_to(folder)
    player_pc.PlayerPC(folder, lambda _line: None, AheadClock(ahead_s)).run(told(pipe))


def play_on_pulse(
    pipe: Connection, folder: Path, where: Mapping[str, str], channel: int, ahead_s: float
) -> None:
    """The same on one channel of PulseAudio's sound card."""
    os.environ.update(where)

    def on_pulse(outputs: Outputs, _url: str, hamlet_code: str) -> Output:
        outputs._cards, outputs._backends = lambda: ("horn",), lambda: [miniaudio.Backend.PULSEAUDIO]
        return opened(outputs, f"soundcard:#{channel}", hamlet_code)

    opened, Outputs.open = Outputs.open, on_pulse  # type: ignore[method-assign, assignment]
    log_to(folder)
    player_pc.PlayerPC(folder, lambda _line: None, AheadClock(ahead_s)).run(told(pipe))


class AheadClock(SystemClock):
    """Both its clocks are so many seconds ahead of the true ones."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        return super().monotonic() + self._seconds
