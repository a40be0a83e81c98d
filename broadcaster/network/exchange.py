"""All that a hamlet PC does on the line: a thread for each kind of asking, and none that anything stops."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from broadcaster.chores import Chore
from broadcaster.errors import NetworkError
from broadcaster.language import _
from broadcaster.network import reporting, wire
from broadcaster.network.fetching import Gives
from broadcaster.network.follower import Follower
from broadcaster.network.identity import Identity
from broadcaster.network.line import WAIT_S, DeviceLine
from broadcaster.network.offset import TimeSample, best
from broadcaster.network.pace import Pace
from broadcaster.network.received import Received
from broadcaster.network.station_clock import StationClock

_log = logging.getLogger(__name__)

_SAMPLES = 16
_TIME_EVERY_S, _REPORT_EVERY_S = 600.0, 300.0
_WITH_OTHERS_S = 5.0
"""How long news wait for others before they are told."""
_UNASKED_S = 3600.0
"""How often what is asked for by events is looked at without one."""
_LEAST_POLL_S = 0.5
_FIRST_TIME_S = 10.0
_RINGS_APART_S = 2.0
"""Whoever rings without end has the station asked every two seconds, and that is all."""
_LONGEST_LEISURE_S = 600.0


class Exchange:
    """Runs from `start` to `stop`. `status` says how the PC stands; called from the reporting thread."""

    def __init__(
        self,
        identity: Identity,
        folder: Path,
        follower: Follower,
        received: Received,
        clock: StationClock,
        status: Callable[[], wire.DeviceStatus],
    ) -> None:
        """NetworkError: the PC's key is gone."""
        self._identity = identity
        self._folder = folder
        self._follower = follower
        self._received = received
        self._clock = clock
        self._status = status
        self._chance = random.SystemRandom()
        self._downloading = threading.Lock()
        self._stopping, self._timed, self._news = (threading.Event() for _event in range(3))
        self._lines: dict[tuple[str, str], DeviceLine] = {}
        self._paces = {name: Pace() for name in ("time", "poll", "ring", "fetch", "urgent", "report")}
        self._line("poll")
        self._time, self._poll, self._ring, self._fetch, self._urgent, self._report = self._chores = (
            Chore("time", _TIME_EVERY_S, self._take_time, clock),
            Chore("poll", _WITH_OTHERS_S, self._ask, clock),
            Chore("ring", _UNASKED_S, self._ask_beside, clock),
            Chore("fetch", _UNASKED_S, self._bring, clock),
            Chore("fetch urgently", _UNASKED_S, self._bring_urgent, clock),
            Chore("report", _REPORT_EVERY_S, self._tell, clock),
        )

    def start(self) -> None:
        for chore in self._chores:
            chore.start()

    def stop(self, seconds: float) -> None:
        """Cut every line; what is being written down is finished, for at most so many seconds each."""
        self._stopping.set()
        for chore in self._chores:
            chore.stop()
        self._close_lines()
        for chore in self._chores:
            if chore is not self._poll:  # it writes nothing, and may hang in its question
                chore.join(seconds)
        self._close_lines()

    def _close_lines(self) -> None:
        for line in tuple(self._lines.values()):
            line.close()

    def news(self) -> None:
        """An airing ended, or this PC stands otherwise than before: the station hears of it soon."""
        self._news.set()
        self._report.hurry()

    def rung(self) -> None:
        """The doorbell: ask for a newer version at once, whatever the long poll hangs in."""
        self._ring.hurry()

    def _take_time(self) -> float | None:
        """Never while something is downloaded: a filled line lies about the time."""
        known = self._clock.trusted
        with self._downloading:
            learned = self._clock.learn(best(self._samples()))
        self._timed.set()
        if learned and not known and self._clock.trusted:
            _log.info("event=time ahead_s=%.3f error_s=%.3f", self._clock.ahead, self._clock.error or 0.0)
            self._follower.ask_anew()
            self._poll.hurry()
        if self._clock.trusted:
            self._paces["time"].worked()
            return None
        return self._paces["time"].failed()

    def _samples(self) -> Iterator[TimeSample]:
        """As many as come before the line fails."""
        for _number in range(_SAMPLES):
            try:
                yield self._line("time").time(self._identity.trust.timetable_key)
            except NetworkError as error:
                _log.info("event=no-time trouble=%s", error)
                return

    def _ask(self) -> float:
        """The long poll. With a clock that knows nothing yet, the station's time is asked first."""
        if not self._clock.trusted:
            self._clock.wait(self._timed, _FIRST_TIME_S)
        begun = self._clock.monotonic()
        failed = self._asked("poll", WAIT_S - self._chance.randrange(WAIT_S // 10 + 1))
        return max(0.0, _LEAST_POLL_S - (self._clock.monotonic() - begun)) if failed is None else failed

    def _ask_beside(self) -> float | None:
        if not self._clock.trusted:
            return None
        failed = self._asked("ring", 0)
        self._clock.wait(self._stopping, _RINGS_APART_S)
        return failed

    def _asked(self, name: str, wait_s: int) -> float | None:
        """Ask for a newer version, and have what it names fetched; after how long again, if that failed."""
        before = self._follower.why_not
        try:
            self._follower.poll(self._line(name), wait_s)
        except NetworkError as error:
            return self._failed(name, error)
        self._paces[name].worked()
        if self._follower.why_not != before:
            self.news()
        if self._follower.urgent_news.is_set():
            self._urgent.hurry()
        if self._follower.news.is_set():
            self._fetch.hurry()
        return None

    def _bring(self) -> float | None:
        """Not all PCs at once: what has time waits a while. The very first timetable does not."""
        before = self._received.version()
        if self._follower.news.is_set() and before:
            most = min(_LONGEST_LEISURE_S, self._follower.spare_s / 5)
            self._clock.wait(self._stopping, self._chance.uniform(0.0, most))
        try:
            self._follower.fetch(_InTurn(self._giver("fetch"), self._downloading))
            self._received.measure()
        except NetworkError as error:
            return self._failed("fetch", error)
        finally:
            if self._received.version() != before:
                self.news()
        self._paces["fetch"].worked()
        return None

    def _bring_urgent(self) -> float | None:
        try:
            self._follower.fetch_urgent(self._giver("urgent"))
        except NetworkError as error:
            return self._failed("urgent", error)
        self._paces["urgent"].worked()
        return None

    def _tell(self) -> float | None:
        if self._news.is_set():
            self._news.clear()
            self._clock.wait(self._stopping, _WITH_OTHERS_S)
        try:
            reporting.report(
                self._line("report"), self._received, self._identity.enrolled.device, self._status
            )
        except NetworkError as error:
            return self._failed("report", error)
        self._paces["report"].worked()
        return None

    def _failed(self, name: str, error: NetworkError) -> float:
        _log.info("event=line asking=%s trouble=%s", name, error)
        return self._paces[name].failed()

    def _line(self, name: str, audio_base: str = "") -> DeviceLine:
        """Each thread has its own. NetworkError: nothing is asked any more, or no such address."""
        if self._stopping.is_set():
            raise NetworkError(_("The line was cut"), name)
        key = (name, audio_base)
        if key not in self._lines:
            self._lines[key] = self._identity.line(self._folder, self._clock, self._station_ms, audio_base)
        return self._lines[key]

    def _giver(self, name: str) -> Gives:
        """Where the newest version says that its audio lies; after a failure, each other time the station."""
        base = self._follower.audio_base
        return self._line(name, base if base and self._paces[name].even else "")

    def _station_ms(self) -> int:
        return round(self._clock.now().timestamp() * 1000)


class _InTurn:
    """A line whose files wait for the measurement of the time, and it for each of them."""

    def __init__(self, line: Gives, downloading: threading.Lock) -> None:
        self._line = line
        self._downloading = downloading

    @contextmanager
    def audio(self, sha256: str, start: int) -> Iterator[tuple[int, Iterator[bytes]]]:
        with self._downloading, self._line.audio(sha256, start) as given:
            yield given
