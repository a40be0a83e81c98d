"""Runs the station on the commune's PC: starts its parts in order, and stops them in the opposite order."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby, islice
from typing import TYPE_CHECKING

from broadcaster.alarms.alarm import Kind
from broadcaster.chores import Chore
from broadcaster.daemon.watch import Watch
from broadcaster.desk.editions import Prepared
from broadcaster.desk.ports import Edition
from broadcaster.errors import StoreError
from broadcaster.language import _
from broadcaster.lock import DaemonLock
from broadcaster.playout.airing import Airing, Outcome
from broadcaster.playout.playout import Playout
from broadcaster.playout.reasons import shown
from broadcaster.station import Station
from broadcaster.timetable.slot import SlotKind

if TYPE_CHECKING:
    from broadcaster.daemon.serving import Serving

_log = logging.getLogger(__name__)

REHEARSAL_SPEECH_S = 10.0
"""What making a rehearsal may wait for online voices, in all."""
_REHEARSAL_LONGEST = timedelta(minutes=3)
_STOP_S = 10.0
_SEND_EVERY_S = 10.0
_LOOK_AHEAD = timedelta(days=2)
_SHOWN_NEXT = 4


class Daemon:
    """`say` gets each line that a person should see; it is called from several threads.

    `listen`: where hamlet PCs are served, "HOST:PORT"; None: as the settings have it.
    """

    def __init__(self, station: Station, say: Callable[[str], None], listen: str | None = None) -> None:
        """NetworkError: hamlet PCs are to be served, and cannot be."""
        self._station = station
        self._say = say
        self._rehearsal: Edition | None = None
        self._rehearsed: set[str] = set()
        self._told: set[tuple[str, datetime, str]] = set()
        self._bell = station.bell
        self._watch = Watch(station)
        self._serving = _serving(station, listen or station.settings.network.listen, say)
        self._outputs = outputs = station.outputs(self._tell_card)
        self._playout = Playout(
            station.store,
            clock=station.clock,
            audio_out=station.audio_out,
            open_output=outputs.open,
            may_air=station.may_air,
            on_end=self._tell_end,
            on_change=self._change,
            on_notice=self._tell_clock,
            monitor=outputs.monitor,
            gate=station.sound.clock_gate(),
            amplifiers=station.sound.amplifiers(self._tell_card),
            listener=station.sound.listener(),
        )
        self._filing = Chore("alarms", 5, self._file_alarms, station.clock)
        self._sending = tuple(
            Chore(f"alarms by {channel}", _SEND_EVERY_S, partial(self._bell.send, channel), station.clock)
            for channel in self._bell.channels
        )
        self._signing = Chore("duty", 60, self._watch.sign, station.clock)
        self._emergency = (
            Chore("emergency", 1, self._tend_emergency, station.clock),
            Chore("emergency words", 1, self._speak_emergency, station.clock),
        )
        self._chores = (
            Chore("prepare", 15, self._prepare, station.clock),
            Chore("inbox", 1, self._take_inbox, station.clock),
            Chore("expand", 3600, self._expand, station.clock),
            Chore("tidy", 3600, self._tidy, station.clock),
            *self._emergency,
            *self._watching(),
        )

    def _watching(self) -> Iterator[Chore]:
        """What keeps the operator informed. Each way of sending has a chore of its own: one that hangs holds
        up no other, and none holds up playing."""
        clock, alarms = self._station.clock, self._station.settings.alarms
        yield self._filing
        yield from self._sending
        yield self._signing
        yield Chore("watch", 60, self._watch.look, clock)
        yield Chore("records", 3600, self._watch.records, clock)
        if alarms.heartbeat:
            yield Chore("heartbeat", alarms.heartbeat_minutes * 60, self._watch.beat, clock)

    def run(self, stopped: threading.Event, *, seconds: float | None, rehearse: bool) -> None:
        """Run until `stopped` is set or `seconds` have passed; a rehearsal that was asked for is awaited.

        StationError when another daemon runs this station, and what opening its parts raises.
        """
        with DaemonLock(self._station.folder), self._station.store.on_duty_alone():
            self._start()
            try:
                if rehearse:
                    self._rehearse()
                for chore in self._chores:
                    chore.start()
                self._tell_next()
                self._wait(stopped, seconds)
            finally:
                self._stop()

    def _start(self) -> None:
        editions, now = self._station.desk.editions, self._station.clock.now()
        if self._serving:
            self._serving.start()
        self._watch.begin()
        editions.expand(now)
        editions.catch_up(now)
        self._playout.start()
        self._outputs.begin_streams(hamlet.output for hamlet in self._station.store.hamlets())
        self._say(_("The station of {name} is on duty").format(name=self._station.spoken_name))

    def _stop(self) -> None:
        for chore in self._chores:
            chore.stop()
        if self._serving:
            self._serving.stop(_STOP_S)
        self._playout.stop(_STOP_S)
        for chore in self._chores:
            chore.join(_STOP_S)
        self._outputs.close()
        self._sign_off()
        self._say(_("The station has stopped"))

    def _sign_off(self) -> None:
        try:
            self._watch.end()
        except StoreError as error:  # the next start tells what ended
            _log.warning("event=sign-off trouble=%s", error)

    def _wait(self, stopped: threading.Event, seconds: float | None) -> None:
        clock = self._station.clock
        end = None if seconds is None else clock.monotonic() + seconds
        while not clock.wait(stopped, 0.2):
            if end is not None and clock.monotonic() >= end and not self._rehearsing():
                return

    def _rehearse(self) -> None:
        self._say(_("The rehearsal is being made"))
        self._rehearsal = self._station.desk.rehearsal.book(self._station.clock.now(), REHEARSAL_SPEECH_S)
        bulletin = self._station.store.bulletin(self._rehearsal.bulletin)
        self._say(
            _("The rehearsal sounds at {time} in {n} hamlets: {seconds} s, voice {voice}").format(
                time=f"{self._local(self._rehearsal.starts_at):%H:%M:%S}",
                n=len(self._rehearsal.slot.hamlets),
                seconds=round(bulletin.length / 1000),
                voice=bulletin.voice,
            )
        )

    def _rehearsing(self) -> bool:
        """Whether the rehearsal has not ended in every hamlet yet (and may still)."""
        edition = self._rehearsal
        if edition is None or len(self._rehearsed) >= len(edition.slot.hamlets):
            return False
        return self._station.clock.now() < edition.starts_at + _REHEARSAL_LONGEST

    def _tell_next(self) -> None:
        now = self._station.clock.now()
        lines = self._station.desk.outlook.between(now, now + _LOOK_AHEAD, now)
        for (starts_at, slot), airings in islice(
            groupby(lines, key=lambda line: (line.starts_at, line.slot)), _SHOWN_NEXT
        ):
            first, *others = airings
            what = first.title if not first.reason else f"{first.title}: {shown(first.reason)}"
            self._say(
                _("Next: {when} {slot}, {n} hamlets: {what}").format(
                    when=f"{starts_at:%d/%m %H:%M}", slot=slot, n=1 + len(others), what=what
                )
            )

    def _tell_end(self, airing: Airing, outcome: Outcome, reason: str) -> None:
        what = f"{outcome}: {shown(reason)}" if reason else str(outcome)
        self._say(
            f"{self._local(airing.starts_at):%H:%M} {airing.hamlet.name} · {airing.title[:60]} · {what}"
        )
        if airing.kind is SlotKind.REHEARSAL:
            self._rehearsed.add(airing.id)
        self._filing.hurry()

    def _tell_card(self, words: str) -> None:
        """A sound card, or what switches an amplifier, does not work."""
        self._say(words)
        self._bell.ring(Kind.SOUND_CARD, words, words)

    def _tell_clock(self, words: str) -> None:
        self._say(words)
        self._bell.ring(Kind.CLOCK, "doubted" if self._playout.clock_doubted else "trusted", words)

    def _local(self, instant: datetime) -> datetime:
        return instant.astimezone(self._station.settings.station.zone)

    def _change(self) -> None:
        """Somebody changed something: the airings follow at once, their audio soon."""
        for chore in (*self._emergency, self._signing):
            chore.hurry()
        self._expand()
        self._chores[0].hurry()

    def _expand(self) -> None:
        self._station.desk.editions.expand(self._station.clock.now())

    def _prepare(self) -> None:
        done = self._station.desk.editions.prepare(self._station.clock.now())
        for prepared in done:
            self._tell_prepared(prepared)
        if done:
            self._station.desk.housekeeping.write_index()

    def _tell_prepared(self, prepared: Prepared) -> None:
        made = prepared.bulletin.sha256 if prepared.bulletin else ""
        told = (prepared.slot, prepared.starts_at, prepared.problem or made)
        if told in self._told:
            return
        self._told.add(told)
        when = f"{self._local(prepared.starts_at):%d/%m %H:%M} {prepared.slot}"
        if prepared.bulletin is None and prepared.problem:
            words = _("Not ready: {when}: {problem}").format(when=when, problem=prepared.problem)
            self._say(words)
            self._bell.ring(Kind.NO_AUDIO, prepared.slot, words)
        elif prepared.problem:
            self._say(_("Ready, but: {when}: {problem}").format(when=when, problem=prepared.problem))
        elif prepared.bulletin is not None:
            self._say(
                _("Ready: {when}: {title} ({seconds} s, voice {voice})").format(
                    when=when,
                    title=prepared.title[:60],
                    seconds=round(prepared.bulletin.length / 1000),
                    voice=prepared.bulletin.voice,
                )
            )

    def _file_alarms(self) -> None:
        if self._bell.file():
            for sending in self._sending:
                sending.hurry()

    def _tend_emergency(self) -> None:
        """Its next round, and its end; never takes long."""
        for line in self._station.desk.rounds.tend(self._station.clock.now()):
            self._say(line)

    def _speak_emergency(self) -> None:
        """Its words, while the siren sounds already."""
        told = self._station.desk.rounds.speak(self._station.clock.now())
        for line in told:
            self._say(line)
        for emergency in self._station.desk.emergency.on() if told else ():
            if emergency.trouble:
                words = _("Not ready: {when}: {problem}")
                words = words.format(when=emergency.code, problem=emergency.trouble)
                self._bell.ring(Kind.NO_AUDIO, emergency.code, words)

    def _take_inbox(self) -> None:
        for dropped in self._station.desk.inbox.take(self._station.inbox):
            if dropped.waits:
                _log.info("event=inbox-waits file=%r trouble=%s", dropped.name, dropped.problem)
            elif dropped.taken is None:
                self._say(_("Inbox: refused: {problem}").format(problem=dropped.problem))
            else:
                script = dropped.taken.script
                self._say(_("Inbox: {name} is the draft {code}").format(name=dropped.name, code=script.code))

    def _tidy(self) -> None:
        station, storage, now = self._station, self._station.settings.storage, self._station.clock.now()
        if station.store.in_a_file:
            station.store.daily_backup(station.backups, storage.backups, self._local(now).date())
        tidied = station.desk.housekeeping.tidy(
            now, max_bytes=storage.audio_mb * 1_000_000 // 2, max_age=timedelta(days=storage.audio_days)
        )
        _log.info(
            "event=tidied deleted=%d stuck=%d bytes_left=%d",
            len(tidied.deleted),
            len(tidied.stuck),
            tidied.bytes_left,
        )


def _serving(station: Station, where: str | None, say: Callable[[str], None]) -> Serving | None:
    if where is None:
        return None
    from broadcaster.daemon.serving import Serving  # a web server, which most stations do without

    return Serving(station, where, say)
