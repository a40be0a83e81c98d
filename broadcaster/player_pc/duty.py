"""Runs a hamlet PC: starts its parts in order, and stops them in the opposite order."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from broadcaster.chores import Chore
from broadcaster.clock import Clock, SystemClock
from broadcaster.config.secret import WHERE, revealed
from broadcaster.errors import NetworkError
from broadcaster.language import _
from broadcaster.lock import DaemonLock
from broadcaster.network import identity
from broadcaster.network.doorbell import Doorbell
from broadcaster.network.exchange import Exchange
from broadcaster.network.fetching import PART
from broadcaster.network.follower import Follower
from broadcaster.network.own_limits import OwnLimits
from broadcaster.network.received import Received
from broadcaster.network.station_clock import StationClock
from broadcaster.player_pc import settings as player_settings
from broadcaster.player_pc.status import Standing
from broadcaster.playout.airing import Airing, Outcome
from broadcaster.playout.amplifiers import amplifiers
from broadcaster.playout.outputs.opening import Outputs
from broadcaster.playout.playout import Playout
from broadcaster.playout.reasons import shown
from broadcaster.store.player_store import PlayerStore
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.units import Milliseconds

_log = logging.getLogger(__name__)

DATABASE, AUDIO, CLOCK = "schedules.db", "audio_out", "clock.json"
_STOP_S = 10.0
_KEPT = timedelta(days=2)
"""How long audio stays that no airing needs: a version that is being fetched may name it."""


class PlayerPC:
    """The hamlet PC in `folder`, which is enrolled. `say` gets each line that a person should see, from
    several threads."""

    def __init__(self, folder: Path, say: Callable[[str], None], clock: Clock | None = None) -> None:
        """NetworkError: not enrolled, or damaged; ConfigError: player.toml."""
        self._folder = folder.resolve()
        self._say = say
        self._identity = identity.load(self._folder)
        self._settings = player_settings.load(self._folder)
        self._clock = StationClock(clock or SystemClock(), self._folder / CLOCK)

    def run(self, stopped: threading.Event, *, seconds: float | None = None) -> None:
        """Play until `stopped` is set or `seconds` have passed. StationError: it runs already; StoreError."""
        with DaemonLock(self._folder):
            (self._folder / AUDIO).mkdir(exist_ok=True)
            store = self._store()
            try:
                duty = _Duty(self._folder, self._say, self._identity, self._settings, self._clock, store)
                duty.start()
                try:
                    self._wait(stopped, seconds)
                finally:
                    duty.stop()
            finally:
                store.close()

    def _store(self) -> PlayerStore:
        told = self._identity.enrolled
        place = Hamlet(told.hamlet.id, told.hamlet.code, told.hamlet.name, output=self._settings.output)
        return PlayerStore.of(self._folder / DATABASE, told.station.id, told.device, place, self._clock)

    def _wait(self, stopped: threading.Event, seconds: float | None) -> None:
        end = None if seconds is None else self._clock.monotonic() + seconds
        while not self._clock.wait(stopped, 0.2):
            if end is not None and self._clock.monotonic() >= end:
                return


class _Gate:
    """Open while the station's time is known."""

    def __init__(self, clock: StationClock) -> None:
        self._clock = clock

    def check(self) -> timedelta:
        return timedelta(0)

    @property
    def closed(self) -> bool:
        return not self._clock.trusted


class _Duty:
    """The parts of one run."""

    def __init__(
        self,
        folder: Path,
        say: Callable[[str], None],
        who: identity.Identity,
        settings: player_settings.PlayerSettings,
        clock: StationClock,
        store: PlayerStore,
    ) -> None:
        self._say = say
        self._who = who
        self._clock = clock
        self._store = store
        self._audio = audio = folder / AUDIO
        self._zone = zone = _zone(who)
        (place,) = store.hamlets()
        received = Received(store, place, who.enrolled.station.name, audio, clock)
        follower = Follower(who.trust, received, audio, clock)
        outputs = Outputs(audio, clock, zone, offset=Milliseconds(settings.offset_ms), notice=self._tell_card)
        self._playout = Playout(
            store,
            clock=clock,
            audio_out=audio,
            open_output=outputs.open,
            may_air=OwnLimits(store, zone, clock).may_air,
            on_end=self._tell_end,
            on_change=self._tell_next,
            on_notice=self._tell_clock,
            monitor=outputs.monitor,
            gate=_Gate(clock),
            amplifiers=amplifiers(settings.hooks, clock, self._tell_card),
        )
        self._standing = Standing(folder, place.output, store, received, follower, self._playout, clock)
        self._exchange = Exchange(who, folder, follower, received, clock, self._standing.told)
        self._doorbell = self._bell(settings.doorbell, folder) if settings.doorbell else None
        self._chores = (
            Chore("status", 60, self._standing.write, clock),
            Chore("tidy", 3600, self._tidy, clock),
        )
        self._told = ""

    def _bell(self, url: str, folder: Path) -> Doorbell:
        address = revealed(url, folder) if WHERE.fullmatch(url) else url
        bell = Doorbell(address, self._who.trust.station)
        bell.listen(self._who.trust.hamlet, self._exchange.rung)
        return bell

    def start(self) -> None:
        self._playout.start()
        self._exchange.start()
        if self._doorbell:
            self._doorbell.start()
        for chore in self._chores:
            chore.start()
        told = self._who.enrolled
        self._say(
            _("The loudspeakers of {hamlet} are on duty for {station}").format(
                hamlet=told.hamlet.name, station=told.station.name
            )
        )
        self._tell_next()

    def stop(self) -> None:
        for chore in self._chores:
            chore.stop()
        if self._doorbell:
            self._doorbell.stop()
        self._exchange.stop(_STOP_S)
        self._playout.stop(_STOP_S)
        for chore in self._chores:
            chore.join(_STOP_S)
        self._say(_("The loudspeakers have stopped"))

    def _tell_end(self, airing: Airing, outcome: Outcome, reason: str) -> None:
        what = f"{outcome}: {shown(reason)}" if reason else str(outcome)
        self._say(f"{airing.starts_at.astimezone(self._zone):%H:%M} {airing.title[:60]} · {what}")
        if outcome is Outcome.FAILED:
            self._standing.faults["sound"] = what
        elif outcome is Outcome.AIRED and not reason:
            self._standing.faults.pop("sound", None)
        self._exchange.news()

    def _tell_next(self) -> None:
        """Once for each."""
        due = self._store.next_due()
        words = f"{due.astimezone(self._zone):%d/%m %H:%M}" if due else ""
        if words and words != self._told:
            self._say(_("Next: {when}").format(when=words))
        self._told = words

    def _tell_card(self, words: str) -> None:
        self._say(words)
        self._standing.faults["sound"] = words

    def _tell_clock(self, words: str) -> None:
        """Here it is the station's time that is lacking, and nobody who could confirm one."""
        if self._playout.clock_doubted:
            words = _("The station's time is not known yet: until it is, only emergencies sound")
        self._say(words)

    def _tidy(self) -> None:
        """Audio that no airing needs any more is deleted."""
        needed = self._store.audio_in_use()
        oldest = self._clock.now().timestamp() + self._clock.ahead - _KEPT.total_seconds()
        for path in self._audio.iterdir():
            unneeded = path.is_file() and path.name.removesuffix(PART) not in needed
            if unneeded and path.stat().st_mtime < oldest:
                path.unlink()
                _log.info("event=tidied audio=%s", path.name)


def _zone(who: identity.Identity) -> ZoneInfo:
    name = who.enrolled.station.zone
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise NetworkError(_("The enrolment cannot be read"), name, _("Enrol again")) from error
