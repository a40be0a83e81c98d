"""Playout: plays what is due, once, at its second, and writes down what became of it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

from broadcaster.clock import Clock
from broadcaster.errors import OutputError, StoreError
from broadcaster.language import _
from broadcaster.playout.airing import Airing, Ledger, Outcome
from broadcaster.playout.alarm import LEAD, Alarm
from broadcaster.playout.amplifiers import Amplifiers
from broadcaster.playout.beat import Beat
from broadcaster.playout.channel import Channel
from broadcaster.playout.clerk import Clerk
from broadcaster.playout.clock_gate import ClockGate, Gate, in_words, ntp_synchronised
from broadcaster.playout.level import NOTHING
from broadcaster.playout.listener import Listener
from broadcaster.playout.outputs.output import OpenOutput, Output
from broadcaster.playout.performance import Stage
from broadcaster.playout.position import Ending, heard, judged
from broadcaster.playout.preparation import Preparation
from broadcaster.playout.sounding import Sounding, foremost, together
from broadcaster.playout.urgent import from_its_beginning
from broadcaster.timetable.slot import SlotKind
from broadcaster.units import Decibels, Milliseconds

_log = logging.getLogger(__name__)

_CHANGES_APART_S = 2.0
_MONITOR = "monitor"

OnEnd = Callable[[Airing, Outcome, str], None]


def _no_monitor() -> Output | None:
    return None


class Playout:
    """The player of one station. Callbacks come from its threads and must return soon.

    `on_end` hears of every outcome once it is in the ledger; `on_change` when something wrote to the
    database (at most every two seconds); `on_notice` of what a person should know. `monitor` opens the
    sound card on which a rehearsal is heard beside its files, if there is one.
    """

    def __init__(
        self,
        ledger: Ledger,
        *,
        clock: Clock,
        audio_out: Path,
        open_output: OpenOutput,
        may_air: Callable[[Airing], str],
        on_end: OnEnd,
        on_change: Callable[[], None],
        on_notice: Callable[[str], None],
        monitor: Callable[[], Output | None] = _no_monitor,
        clock_vouched: Callable[[], bool] = ntp_synchronised,
        gate: Gate | None = None,
        amplifiers: Amplifiers | None = None,
        listener: Listener | None = None,
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._audio_out = audio_out
        self._open_output = open_output
        self._on_end = on_end
        self._on_change = on_change
        self._on_notice = on_notice
        self._open_monitor = monitor
        self._gate: Gate = gate or ClockGate(clock, clock_vouched)
        self._amplifiers = amplifiers or Amplifiers((), clock, on_notice)
        self._clerk = Clerk(ledger, clock)
        self._alarm = Alarm(self._ring, clock)
        self._beat = Beat(clock, self._look, self._tick)
        self._stage = Stage(
            clock,
            self._clerk,
            may_air,
            lambda: self._gate.closed,
            self._amplifiers,
            listener,
            self._note_level,
        )
        self._channels: dict[str, Channel] = {}
        self._claiming = threading.Lock()
        self._telling = threading.Lock()
        self._recovered = False
        self._doubt_told = False
        self._stopped = False
        self._version = -1
        self._changed = False
        self._told_change = clock.monotonic()
        self._last_level = NOTHING

    def start(self) -> None:
        """Take up what a killed run left, then play what becomes due. StoreError: no ledger."""
        self._version = self._ledger.version()
        self._clerk.start()
        if self._stage.listener is not None:
            self._stage.listener.start()
        self._alarm.start()
        self._alarm.soon(self._ring, "start")
        self._beat.start()

    def stop(self, timeout: float) -> None:
        """Silence everything (`partial: station stopped`) and write it down, within `timeout` seconds."""
        end = self._clock.monotonic() + timeout
        self._beat.stop(timeout)
        self._alarm.stop()
        with self._claiming:
            self._stopped = True
        if self._telling.acquire(timeout=max(0.0, end - self._clock.monotonic())):
            self._telling.release()  # a change that was being told has been taken up
        for channel in self._channels.values():
            channel.stop()
        for channel in self._channels.values():
            channel.join(max(0.0, end - self._clock.monotonic()))
        self._clerk.stop(max(0.1, end - self._clock.monotonic()))
        self._amplifiers.stop(max(0.1, end - self._clock.monotonic()))
        if self._stage.listener is not None:
            self._stage.listener.stop(max(0.1, end - self._clock.monotonic()))

    @property
    def clock_doubted(self) -> bool:
        """Whether the wall clock is not to be trusted at present."""
        return self._gate.closed

    @property
    def last_level(self) -> Decibels:
        """How loud the newest stretch of sound was; NOTHING: there was none."""
        return self._last_level

    def _note_level(self, level: Decibels) -> None:
        self._last_level = level

    def idle(self) -> bool:
        """Whether nothing sounds or waits for its second, and all outcomes are written."""
        with self._claiming:
            channels = list(self._channels.values())
        return all(channel.idle() for channel in channels) and self._clerk.idle()

    def _ring(self) -> None:
        """Claim what is due and have it performed; in the alarm's thread."""
        with self._claiming:
            if self._stopped:
                return
            try:
                self._check_clock()
                first = not self._recovered
                self._take_up(self._claimed())
                if first:
                    self._call_off()
                self._arm()
            except StoreError as error:
                _log.warning("event=claim trouble=%s", error)
            except Exception:  # noqa: BLE001 (the top of a thread; the next tick tries again)
                _log.exception("event=claim")

    def _claimed(self) -> tuple[Airing, ...]:
        left = () if self._recovered else self._ledger.unfinished()
        now = self._clock.now()
        airings = left + self._ledger.claim(now + LEAD, now)
        self._recovered = True
        return tuple(from_its_beginning(airing, now) for airing in airings)

    def _call_off(self) -> None:
        """Silence what somebody took back; the ledger says what, so that a killed run forgets nothing."""
        if called_off := dict(self._ledger.called_off()):
            for channel in self._channels.copy().values():
                channel.call_off(called_off)

    def _arm(self) -> None:
        self._alarm.set(self._ledger.next_due())

    def _take_up(self, airings: Iterable[Airing]) -> None:
        """Give each group that sounds once to its channel, or end what cannot sound."""
        preparation = Preparation(self._audio_out, self._clock, self._stage.clock_doubted)
        rehearsals: dict[str, Sounding] = {}
        for output, group in together(airings):
            sounding = preparation.of(group)
            if isinstance(sounding, Ending):
                self._end_unplayed(group, sounding)
                continue
            self._channel(output, sounding.airing).add(sounding)
            if sounding.airing.kind is SlotKind.REHEARSAL:
                rehearsals.setdefault(sounding.airing.edition_id, sounding)
        for sounding in rehearsals.values():
            self._alarm.soon(partial(self._hear, sounding), f"{_MONITOR} {sounding.airing.edition_id}")

    def _channel(self, output: str, airing: Airing) -> Channel:
        def open_output() -> Output:
            return self._open_output(airing.hamlet.output, airing.hamlet.code)

        return self._channel_on(output, open_output)

    def _channel_on(self, name: str, open_output: Callable[[], Output]) -> Channel:
        if name not in self._channels:
            self._channels[name] = Channel(name, open_output, self._stage, self._ledger, self._ended)
        return self._channels[name]

    def _hear(self, rehearsal: Sounding) -> None:
        """Let it sound on the sound card too, on no record; what goes wrong there harms no airing."""
        try:
            self._monitor().close()
        except OutputError as error:
            _log.info("event=no-monitor trouble=%s", error)
            return
        with self._claiming:
            if not self._stopped:
                self._channel_on(_MONITOR, self._monitor).add(replace(rehearsal, airings=()))

    def _monitor(self) -> Output:
        output = self._open_monitor()
        if output is None:
            raise OutputError(_("This computer has no sound card"), _MONITOR)
        return output

    def _end_unplayed(self, group: tuple[Airing, ...], ending: Ending) -> None:
        airing = foremost(group)
        verdict = judged(ending, airing, late=Milliseconds(0), killed=True, trouble="")
        self._write_end(group, verdict, heard(airing) / 1000)

    def _ended(self, sounding: Sounding, ending: Ending, seconds: float) -> None:
        self._write_end(sounding.airings, ending, seconds)

    def _write_end(self, group: tuple[Airing, ...], ending: Ending, seconds: float) -> None:
        def tell() -> None:
            for airing in group:
                _log.info(
                    "event=ended airing=%s outcome=%s reason=%s", airing.id, ending.outcome, ending.reason
                )
                self._tell_end(airing, ending)

        ids = [airing.id for airing in group]
        self._clerk.end(ids, ending.outcome, ending.reason, seconds, self._clock.now(), tell)

    def _tell_end(self, airing: Airing, ending: Ending) -> None:
        try:
            self._on_end(airing, ending.outcome, ending.reason)
        except Exception:  # noqa: BLE001 (whoever listens must not stop the ledger)
            _log.exception("event=listener airing=%s", airing.id)

    def _look(self) -> None:
        """What the command line did since: stop requests at once, other changes without haste."""
        version = self._ledger.version()
        if version != self._version:
            for hamlet_ids, by in self._ledger.stop_requests(self._clock.now()):
                self._silence(hamlet_ids, by)
            self._call_off()
            self._version, self._changed = version, True
            self._arm()
        now = self._clock.monotonic()
        if self._changed and now - self._told_change >= _CHANGES_APART_S:
            self._changed, self._told_change = False, now
            self._alarm.soon(self._tell_change, "change")

    def _silence(self, hamlet_ids: tuple[str, ...], by: str) -> None:
        stopped = [
            name for name, channel in self._channels.copy().items() if channel.stop_sound(by, hamlet_ids)
        ]
        _log.info("event=stop by=%s outputs=%s", by, ",".join(stopped))

    def _tell_change(self) -> None:
        with self._telling:
            if not self._stopped:
                self._take_up_change()

    def _take_up_change(self) -> None:
        try:
            self._on_change()
            self._arm()
        except Exception:  # noqa: BLE001 (the top of a thread; the hourly expander comes by all the same)
            _log.exception("event=change")

    def _tick(self) -> None:
        """Once a second: believe the clock or not, and make up for an alarm that did not ring."""
        self._check_clock()
        self._alarm.wake()
        due = self._ledger.next_due()
        if not self._recovered or (due is not None and due - LEAD <= self._clock.now()):
            self._alarm.soon(self._ring, "overdue")

    def _check_clock(self) -> None:
        off, told = self._gate.check(), self._doubt_told
        self._doubt_told = self._gate.closed
        if self._gate.closed and not told:
            self._on_notice(in_words(off))
        elif told and not self._gate.closed:
            self._on_notice(_("The clock can be trusted again"))
