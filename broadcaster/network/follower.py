"""A hamlet PC follows its station: poll, verify, fetch, accept; what is not complete is not accepted."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from broadcaster.clock import Clock
from broadcaster.errors import NetworkError, Refused
from broadcaster.network import plain, wire
from broadcaster.network.envelope import Kind, unseal
from broadcaster.network.fetching import Gives, fetch, there
from broadcaster.network.keys import PublicKey
from broadcaster.network.line import Answer
from broadcaster.network.words import Word

_log = logging.getLogger(__name__)

NEAR = timedelta(hours=24)
"""Audio of airings that start within it must be there before a version is accepted."""
_EMERGENCY_BYTES = 500_000


class Polls(Protocol):
    """What following needs of `DeviceLine`."""

    def timetable(self, etag: str, wait_s: int) -> Answer: ...


@dataclass(frozen=True)
class Trust:
    """Whom a hamlet PC obeys."""

    station: str
    hamlet: str
    timetable_key: PublicKey
    emergency_key: PublicKey


class PlayerSide(Protocol):
    """What following asks of the PC's own store. Each method is one transaction."""

    def version(self) -> int:
        """Of the timetable that is in force; 0: none yet."""
        ...

    def accept(self, timetable: wire.Timetable) -> None:
        """From now on this one is in force: due airings become its own, claimed ones are left alone."""
        ...

    def emergency_serial(self, emergency: str) -> int:
        """-1: never heard of it."""
        ...

    def accept_emergency(self, emergency: wire.Emergency) -> None:
        """Its due airings become these; cancelled: none."""
        ...

    def silence(self, airings: Sequence[str]) -> None:
        """A person stopped these at the station: what sounds of them ends, and none of them begins."""
        ...


class Follower:
    """`fetch` and `fetch_urgent` belong to a thread each; the rest to all.

    Nothing that comes over the line raises: it is refused, and `why_not` says in one word why.
    """

    def __init__(self, trust: Trust, side: PlayerSide, audio: Path, clock: Clock) -> None:
        self._trust = trust
        self._side = side
        self._audio = audio
        self._clock = clock
        self._lock, self._taking = threading.Lock(), threading.Lock()
        self._etag, self._anew = "", False
        self._waiting: wire.Timetable | None = None
        self._urgent: tuple[wire.Emergency, ...] = ()
        self._why_not = self._forged = ""
        self._version_told = 0
        self.news, self.urgent_news = threading.Event(), threading.Event()
        """Set when there is something to fetch, or to fetch at once."""

    @property
    def why_not(self) -> str:
        """Why the newest version, or an emergency in it, is not in force; empty when all of it is."""
        with self._lock:
            return self._why_not or self._forged

    @property
    def wanted_version(self) -> int:
        with self._lock:
            return self._version_told

    def ask_anew(self) -> None:
        """Have the next poll look again at what was refused: under another clock it may hold."""
        self._anew = True

    @property
    def audio_base(self) -> str:
        """Where the newest version says that its audio lies; empty: at the station."""
        with self._lock:
            return self._waiting.audio_base if self._waiting else ""

    @property
    def spare_s(self) -> float:
        """Seconds until the first airing of the newest version whose audio is not here; 0: it is all here."""
        with self._lock:
            airings = self._waiting.airings if self._waiting else ()
        lacking = [
            one.starts_at for one in airings if not all(there(self._audio, name) for name in one.audio)
        ]
        return max(0.0, (min(lacking) - self._now_ms()) / 1000) if lacking else 0.0

    def poll(self, line: Polls, wait_s: int) -> None:
        """Ask once; what came is verified and lies ready for `fetch`. NetworkError: the line."""
        if self._anew:
            self._etag, self._anew = "", False
        answer = line.timetable(self._etag, wait_s)
        if answer.status == 304:
            return
        with self._taking:
            try:
                self._take(answer.body)
            except Refused as error:
                self._refuse(error)
            self._etag = answer.etag

    def _take(self, body: bytes) -> None:
        limit = wire.TIMETABLE_BYTES
        envelope = plain.parse(body, 2 * limit)
        content = unseal(Kind.TIMETABLE, envelope, [self._trust.timetable_key], limit)
        timetable = wire.read(wire.Timetable, content)
        urgent = tuple(self._emergencies(timetable))
        why_not = self._why_not_accepted(timetable)
        incomplete = why_not is Word.OLD_VERSION and timetable.version == self._side.version()
        with self._lock:
            self._urgent = urgent
            self._why_not = why_not.value if why_not and why_not is not Word.OLD_VERSION else ""
            if why_not is None or incomplete:
                self._waiting, self._version_told = timetable, timetable.version
        if why_not is None:
            self._side.silence([stopped.id for stopped in timetable.silence])
        if why_not is None or incomplete:
            self.news.set()
        if urgent:
            self.urgent_news.set()

    def _why_not_accepted(self, timetable: wire.Timetable) -> Word | None:
        return wire.why_not_accepted(
            timetable,
            station=self._trust.station,
            hamlet=self._trust.hamlet,
            version=max(self._side.version(), self.wanted_version),
            now_ms=self._now_ms(),
        )

    def _emergencies(self, timetable: wire.Timetable) -> Iterable[wire.Emergency]:
        """Those that hold and are news; a false one harms no other."""
        self._forged = ""
        for envelope in timetable.emergencies:
            try:
                content = unseal(Kind.EMERGENCY, envelope, [self._trust.emergency_key], _EMERGENCY_BYTES)
                emergency = wire.read(wire.Emergency, content)
            except Refused as error:
                self._refuse(error)
                self._forged = error.what
                continue
            ours = emergency.station == self._trust.station and self._trust.hamlet in emergency.hamlets
            if ours and emergency.serial > self._side.emergency_serial(emergency.id):
                yield emergency

    def fetch_urgent(self, line: Gives) -> None:
        """Fetch what new emergencies say, and have them in force. NetworkError: the line or the disk."""
        self.urgent_news.clear()
        with self._lock:
            urgent = self._urgent
        trouble: NetworkError | None = None
        for emergency in urgent:
            try:
                self._urgently(line, emergency)
            except NetworkError as error:  # what one lacks must not hold up another
                trouble = error
        if trouble:
            raise trouble

    def _urgently(self, line: Gives, emergency: wire.Emergency) -> None:
        self._fetched(line, _audio_of(emergency.airings))
        self._side.accept_emergency(emergency)
        with self._lock:
            self._urgent = tuple(other for other in self._urgent if other is not emergency)
        _log.info("event=emergency id=%s serial=%d state=%s", emergency.id, emergency.serial, emergency.state)

    def fetch(self, line: Gives) -> None:
        """Fetch what the newest version names, and accept it once it is complete.

        NetworkError: the line or the disk; what came is kept, and the next call goes on from there.
        """
        self.news.clear()
        with self._lock:
            waiting = self._waiting
        if waiting is not None:
            self._complete(line, waiting)

    def _complete(self, line: Gives, timetable: wire.Timetable) -> None:
        edge = self._now_ms() + NEAR // timedelta(milliseconds=1)
        near = [airing for airing in timetable.airings if airing.starts_at <= edge]
        self._fetched(line, _audio_of(near))
        if timetable.version > self._side.version():
            self._side.accept(timetable)
            _log.info("event=accepted version=%d airings=%d", timetable.version, len(timetable.airings))
        with self._lock:
            self._why_not = ""
        self._fetched(line, _audio_of(timetable.airings))
        with self._lock:
            if self._waiting is timetable:
                self._waiting = None

    def _fetched(self, line: Gives, wanted: Iterable[wire.AudioName]) -> None:
        for audio in wanted:
            if there(self._audio, audio):
                continue
            with self._lock:
                self._why_not = Word.AUDIO_MISSING.value
            try:
                fetch(line, self._audio, audio)
            except Refused as error:
                self._refuse(error)
                raise NetworkError(error.what, audio.sha256) from error
            except NetworkError as error:
                if error.what == Word.DISK_FULL:
                    self._refuse(error)
                raise

    def _refuse(self, error: NetworkError) -> None:
        _log.warning("event=refused word=%s detail=%s", error.what, error.item)
        with self._lock:
            self._why_not = str(error.what)

    def _now_ms(self) -> int:
        return round(self._clock.now().timestamp() * 1000)


def _audio_of(airings: Sequence[wire.WireAiring]) -> tuple[wire.AudioName, ...]:
    """What the airings name, soonest first, each file once."""
    by_time = sorted(airings, key=lambda airing: airing.starts_at)
    return tuple({audio.sha256: audio for airing in by_time for audio in airing.audio}.values())
