"""The real daemon in real time, in a process of its own that is killed at random; it tells the witness."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from broadcaster.daemon import Daemon
from broadcaster.playout.clock_gate import ClockGate
from broadcaster.playout.outputs.opening import Outputs
from broadcaster.playout.outputs.output import Output
from broadcaster.station import Station
from broadcaster.station.sound import SoundParts
from tests.playout.station_child import ToWitness
from tests.soak.studio import ToneStudio
from tests.soak.told import told


class _Rack(Outputs):
    """The witness at every URL."""

    def open_at(self, port: int, _url: str, _hamlet_code: str) -> Output:
        return ToWitness(self._clock, port)


@dataclass(frozen=True)
class _Sound(SoundParts):
    port: int

    def outputs(self, notice: Callable[[str], None]) -> Outputs:
        rack = _Rack(self.audio_out, self.clock, self.settings.station.zone)
        rack.__dict__["open"] = partial(rack.open_at, self.port)
        return rack

    def clock_gate(self) -> ClockGate:
        return ClockGate(self.clock, lambda: True, self.store)


def serve(pipe: Connection, folder: Path, port: int) -> None:
    """Run the station until the pipe says so, or ends; or until killed."""
    with Station(folder) as station:
        station.__dict__["sound"] = _Sound(
            station.settings, station.clock, station.audio_out, station.store, port
        )
        station.__dict__["studio"] = ToneStudio(station.audio_out)
        Daemon(station, lambda _line: None).run(told(pipe), seconds=None, rehearse=False)
