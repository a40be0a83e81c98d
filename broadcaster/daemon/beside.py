"""A further server process for hamlet PCs, beside the daemon: it answers, and decides nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable

from broadcaster.language import _
from broadcaster.network import station_keys
from broadcaster.network.listening import Listening, parse_address
from broadcaster.network.server import Server
from broadcaster.network.waking import Waking
from broadcaster.station import Station
from broadcaster.station.network import station_side


class ServingBeside:
    """The daemon publishes; what it publishes is given out here too, and wakes who waits here."""

    def __init__(self, station: Station, where: str, say: Callable[[str], None]) -> None:
        """`where`: "HOST:PORT". NetworkError: no keys, no certificate, or no such address."""
        side = station_side(station)
        self._server = server = Server(side, side.keys.timetable, station.clock)
        certificate = station_keys.certificate(station.folder, station.settings.network)
        self._listening = Listening(server.application(), *parse_address(where), certificate)
        self._waking = Waking(station.store, server.wake, station.clock)
        self._clock = station.clock
        self._say = say

    @property
    def port(self) -> int:
        return self._listening.port

    def run(self, stopped: threading.Event) -> None:
        """Until `stopped` is set. NetworkError: the address is taken."""
        self._listening.start()
        self._waking.start()
        self._say(_("Hamlet PCs are served at port {port}, beside the daemon").format(port=self.port))
        while not self._clock.wait(stopped, 1.0):
            pass
        self._waking.stop()
        self._server.end()
        self._listening.stop()
