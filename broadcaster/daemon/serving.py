"""What hamlet PCs get from a station while its daemon runs: the endpoints, new versions, the doorbell."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from broadcaster.alarms.alarm import Kind
from broadcaster.chores import Chore
from broadcaster.config.secret import WHERE, revealed
from broadcaster.language import _
from broadcaster.network import station_keys
from broadcaster.network.device_state import trouble_of
from broadcaster.network.doorbell import Doorbell
from broadcaster.network.listening import Listening, parse_address
from broadcaster.network.server import Server
from broadcaster.station import Station
from broadcaster.station.network import station_side
from broadcaster.timetable.hamlet import PLAYER

_log = logging.getLogger(__name__)

_LOOK_S = 0.25
_BREATHS = 4
"""However much there is to publish, it takes no more than a fifth of the time."""
_RENEW = timedelta(hours=1)


class Serving:
    """Listens at `where` ("HOST:PORT") from `start` to `stop`."""

    def __init__(self, station: Station, where: str, say: Callable[[str], None]) -> None:
        """NetworkError: no keys, no certificate, or no such address."""
        self._station = station
        self._say = say
        settings = station.settings.network
        self._side = side = station_side(station)
        self._server = Server(side, side.keys.timetable, station.clock)
        self._listening = Listening(
            self._server.application(),
            *parse_address(where),
            station_keys.certificate(station.folder, settings),
        )
        station_keys.url(station.folder, settings, self.port)  # refused now rather than when it listens
        self._doorbell = self._bell(settings.doorbell) if settings.doorbell else None
        self._version, self._published = -1, datetime.min.replace(tzinfo=station.settings.station.zone)
        self._rest_until = 0.0
        self._chores = (
            Chore("publish", _LOOK_S, self._publish, station.clock),
            Chore("hamlet PCs", 60, self.look, station.clock),
        )

    def _bell(self, url: str) -> Doorbell:
        folder = self._station.folder
        address = revealed(url, folder) if WHERE.fullmatch(url) else url
        return Doorbell(address, self._station.store.station_id)

    @property
    def port(self) -> int:
        return self._listening.port

    def start(self) -> None:
        """NetworkError: the address is taken."""
        self._listening.start()
        if self._doorbell:
            self._doorbell.start()
        for chore in self._chores:
            chore.start()
        url = station_keys.url(self._station.folder, self._station.settings.network, self.port)
        self._say(_("Hamlet PCs are served at {url}").format(url=url))

    def stop(self, seconds: float) -> None:
        for chore in self._chores:
            chore.stop()
        for chore in self._chores:
            chore.join(seconds)
        self._server.end()
        self._listening.stop()
        if self._doorbell:
            self._doorbell.stop()

    def _publish(self) -> None:
        """Have every hamlet PC know what has changed, as soon as it has."""
        clock, store = self._station.clock, self._station.store
        begun, now, version = clock.monotonic(), clock.now(), store.version()
        due = now - self._published >= _RENEW
        if (version == self._version and not due) or begun < self._rest_until:
            return
        news = self._side.publish(now)
        self._version, self._published = version, now
        self._rest_until = clock.monotonic() + _BREATHS * (clock.monotonic() - begun)
        if news:
            self._server.wake()
            _log.info("event=published hamlets=%d", len(news))
        if self._doorbell:
            for hamlet, number in news:
                self._doorbell.ring(hamlet, number)
        self._require_emergency_key()

    def _require_emergency_key(self) -> None:
        """Whoever raised an emergency must hear it when some hamlets will not."""
        if self._side.keys.emergency is not None:
            return
        distant = {hamlet.id for hamlet in self._station.store.hamlets() if hamlet.output == PLAYER}
        if any(distant & set(one.slot.hamlets) for one in self._station.desk.emergency.on()):
            words = _(
                "The key for emergencies is not here: hamlets with a computer of their own hear nothing"
            )
            self._station.bell.ring(Kind.HAMLET_PC, "emergency key", words)
            self._say(words)

    def look(self) -> None:
        """Once a minute: a hamlet PC that a person should look after raises the alarm."""
        now = self._station.clock.now()
        for state in self._side.device_states(now):
            if trouble := trouble_of(state, now):
                words = f"{state.hamlet.name}: {trouble}"
                self._station.bell.ring(Kind.HAMLET_PC, state.hamlet.code, words)
