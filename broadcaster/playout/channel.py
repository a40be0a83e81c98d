"""A thread for each output: it keeps the output open and performs one sounding after the other."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from broadcaster.errors import BroadcasterError, OutputError, StoreError
from broadcaster.language import _
from broadcaster.playout import reasons
from broadcaster.playout.airing import Interruptions, Outcome
from broadcaster.playout.held import Held, Turn
from broadcaster.playout.outputs.output import Output
from broadcaster.playout.performance import LEAD_IN_S, Performance, Stage, Standing
from broadcaster.playout.position import Ending, seconds_until
from broadcaster.playout.sounding import Sounding
from broadcaster.playout.urgent import LEAD_S, from_its_beginning
from broadcaster.timetable.slot import Interrupted

_log = logging.getLogger(__name__)

_LOOK_S = 0.1
_SETTLED_S = 1.0
"""How long an emergency must have been silent before what it cut goes on."""

Ended = Callable[[Sounding, Ending, float], None]
"""(what sounded, how it ended, seconds of it that sounded)"""


class Channel:
    """`open_output` opens what it plays on; `ended` hears of every outcome but that of what never began
    before the station was stopped: those stay claimed, for the next start."""

    def __init__(
        self, name: str, open_output: Callable[[], Output], stage: Stage, ledger: Interruptions, ended: Ended
    ) -> None:
        self._name = name
        self._open_output = open_output
        self._stage = stage
        self._ledger = ledger
        self._ended = ended
        self._output: Output | None = None
        self._real = False
        self._waiting: list[Sounding] = []
        self._current: Sounding | None = None
        self._held: Held | None = None
        self._cut_by = ""
        self._stop_by = ""
        self._unwanted = ""
        """Why what is held may not go on."""
        self._stopping = False
        self._silent_since = stage.clock.monotonic()
        self._last_slot = ""
        self._announced = set[str]()
        """Slots of the emergencies that were begun here."""
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name=f"channel {name}", daemon=True)
        self._thread.start()

    def add(self, sounding: Sounding) -> None:
        with self._changed:
            self._waiting.append(sounding)
            self._changed.notify_all()
        self._stage.amplifiers.expect(sounding)

    def stop_sound(self, by: str, hamlet_ids: tuple[str, ...]) -> bool:
        """Silence what sounds now, if it is heard in one of the hamlets, and do not go on with what waits for
        its end; whether something was silenced."""
        with self._changed:
            if self._held is not None and self._held.sounding.heard_in(hamlet_ids):
                self._unwanted = f"{reasons.STOPPED} {by}"
            if self._current is None or not self._current.heard_in(hamlet_ids):
                return False
            self._stop_by = f"{reasons.STOPPED} {by}"
            return True

    def call_off(self, airing_ids: Mapping[str, str]) -> None:
        """Silence what is of these airings (id: by whom), and let none of them begin."""
        with self._changed:
            if self._current is not None and (by := _called_off(self._current, airing_ids)):
                self._stop_by = f"{reasons.CALLED_OFF} {by}"
            doomed = [(one, by) for one in self._waiting if (by := _called_off(one, airing_ids))]
            self._waiting = [one for one in self._waiting if not _called_off(one, airing_ids)]
        for sounding, by in doomed:
            self._stage.amplifiers.over(sounding)
            self._ended(sounding, Ending(Outcome.CANCELLED, f"{reasons.CALLED_OFF} {by}"), 0.0)

    def idle(self) -> bool:
        with self._changed:
            return not self._waiting and self._current is None and self._held is None

    def stop(self) -> None:
        """Silence it for good; `join` waits for that."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def join(self, timeout: float) -> None:
        self._thread.join(timeout)

    def _work(self) -> None:
        while turn := self._next():
            self._perform(turn)
            with self._changed:
                self._current, self._stop_by, self._cut_by = None, "", ""
                self._silent_since = self._stage.clock.monotonic()
        self._let_go(reasons.STATION_STOPPED)
        self._drop()

    def _next(self) -> Turn | None:
        """The next one to sound, when its second is near; None: the station stops."""
        readied: Sounding | None = None
        while True:
            with self._changed:
                if self._stopping:
                    return None
                chosen = min(self._waiting, key=self._turn, default=None)
                near = chosen is not None and self._until(chosen) <= LEAD_IN_S
                if chosen and near:
                    self._waiting.remove(chosen)
                    self._current = chosen
                elif not self._air_is_free() and chosen is readied:
                    self._changed.wait(_LOOK_S if chosen or self._held else None)
                    continue
            if chosen and near:
                return self._begun(chosen)
            if self._air_is_free() and (turn := self._gone_on()):
                return turn
            readied = chosen
            self._ready()

    def _turn(self, sounding: Sounding) -> tuple[float, int, bool, bool, float]:
        """By time; of those whose time has come, the more urgent first: an emergency that is new here, then
        the words of the siren that was just heard."""
        until, slot = self._until(sounding), sounding.airing.slot_code
        return max(until, LEAD_IN_S), sounding.rank, slot in self._announced, slot != self._last_slot, until

    def _until(self, sounding: Sounding) -> float:
        return seconds_until(sounding.airing, self._stage.clock.now())

    def _begun(self, sounding: Sounding) -> Turn:
        """An emergency that another one kept waiting is heard from its beginning; all else is in step."""
        self._last_slot = sounding.airing.slot_code
        if sounding.rank:
            self._let_go(reasons.NEXT_NEAR, reasons.NOT_RESUMED)
            return Turn(sounding)
        self._announced.add(self._last_slot)
        in_time = from_its_beginning(sounding.airing, self._stage.clock.now())
        return Turn(replace(sounding, airing=in_time), whole=sounding)

    def _air_is_free(self) -> bool:
        """Whether what was cut may think of going on: no emergency sounds, or will in a moment."""
        silent = self._stage.clock.monotonic() - self._silent_since
        return self._held is not None and silent >= _SETTLED_S and all(one.rank for one in self._waiting)

    def _gone_on(self) -> Turn | None:
        """What was cut, as its slot has it; None: it ends instead, or the ledger cannot say now."""
        held, clock = self._held, self._stage.clock
        if held is None:
            return None
        try:
            if why := self._hindrance(held):
                self._let_go(why, reasons.NOT_RESUMED)
                return None
            turn = self._again(held) if held.restarts else held.going_on(clock.now(), clock.monotonic())
        except StoreError as error:
            _log.warning("event=not-gone-on airings=%s trouble=%s", ",".join(held.sounding.ids), error)
            clock.wait(threading.Event(), _LOOK_S)
            return None
        with self._changed:
            self._held, self._current = None, turn.sounding
        return turn

    def _hindrance(self, held: Held) -> str:
        """Why it must end instead; "" when it may go on. Raises StoreError."""
        clock, airing = self._stage.clock, held.sounding.airing
        if self._unwanted:
            return self._unwanted
        gap = clock.monotonic() - held.since
        if gap > airing.lateness_s:
            return reasons.seconds(reasons.TOO_LATE, gap)
        hamlet_ids = [one.hamlet.id for one in held.sounding.airings]
        coming = self._ledger.next_start(hamlet_ids)
        end = clock.now() + timedelta(seconds=LEAD_S, milliseconds=held.rest)
        with self._changed:
            starts = [one.airing.starts_at for one in self._waiting]
        if any(start < end for start in (*starts, *([coming] if coming else []))):
            return reasons.NEXT_NEAR
        return next(filter(None, map(self._stage.may_air, held.candidates(clock.now()))), "")

    def _again(self, held: Held) -> Turn:
        clock = self._stage.clock
        ending, starts_at = (
            held.ending(clock.monotonic(), reasons.BEGUN_AGAIN),
            clock.now() + timedelta(seconds=1),
        )
        airings = self._ledger.restart(
            held.sounding.airings, starts_at, ending.reason, held.seconds, clock.now()
        )
        self._ended(held.sounding, ending, held.seconds)
        return held.begun_again(airings)

    def _let_go(self, *why: str) -> None:
        """What was cut, if anything, ends."""
        with self._changed:
            held, self._held, self._unwanted = self._held, None, ""
        if held is not None:
            self._ended(held.sounding, held.ending(self._stage.clock.monotonic(), *why), held.seconds)

    def _perform(self, turn: Turn) -> None:
        sounding = turn.sounding
        _log.info("event=performing airings=%s output=%s", ",".join(sounding.ids), self._name)
        performance = Performance(
            sounding,
            self._stage,
            self._opened,
            self._drop,
            lambda: self._interruption(sounding),
            before=turn.before,
        )
        try:
            ending, seconds = performance.run()
        except Exception as error:  # noqa: BLE001 (the top of a thread: the next airing must sound)
            _log.exception("event=crash airings=%s", ",".join(sounding.ids))
            self._drop()
            ending, seconds = performance.verdict(Ending(Outcome.FAILED, f"{reasons.OUTPUT}: {error!r}"))
        if not self._put_aside(turn, performance.standing, ending, seconds):
            self._tell_end(turn, ending, seconds)

    def _tell_end(self, turn: Turn, ending: Ending, seconds: float) -> None:
        if seconds or not self._stopping:
            self._ended(turn.claimed, turn.ended(ending), seconds)

    def _put_aside(self, turn: Turn, standing: Standing, ending: Ending, seconds: float) -> bool:
        """Whether an emergency cut it and it will go on: what had not begun waits as before."""
        if not self._cut_by or not turn.claimed.airings:
            return False
        if not seconds:
            self.add(turn.claimed)
            return True
        if turn.claimed.airing.interrupted is Interrupted.END:
            return False
        told, since = turn.ended(ending).reason, self._stage.clock.monotonic()
        with self._changed:
            self._held = Held(turn.claimed, standing, since, told, seconds)
        return True

    def _interruption(self, sounding: Sounding) -> Ending | None:
        """Why `sounding` must end now: a person, the station's stop, or an emergency whose second has come.

        Only what has its audio ready waits here, so that nothing silent stops what sounds.
        """
        with self._changed:
            if self._stop_by:
                return Ending(Outcome.CANCELLED, self._stop_by)
            if self._stopping:
                return Ending(Outcome.MISSED, reasons.STATION_STOPPED)
            urgent = (one for one in self._waiting if self._until(one) <= LEAD_IN_S)
            other = next((one for one in urgent if self._goes_before(one, sounding)), None)
            if other is not None:
                self._cut_by = f"{reasons.EMERGENCY}: {other.airing.title}"
                return Ending(Outcome.MISSED, self._cut_by)
        return None

    def _goes_before(self, other: Sounding, sounding: Sounding) -> bool:
        """An emergency stops all but emergencies; of two, the newer is heard first, and then each in turn."""
        return not other.rank and (sounding.rank > 0 or other.airing.slot_code not in self._announced)

    def _ready(self) -> None:
        """Open the output ahead of time; a failure is met again, and told, when it is needed."""
        try:
            self._opened()
        except BroadcasterError as error:
            _log.warning("event=not-ready output=%s trouble=%s", self._name, error)

    def _opened(self) -> Output:
        """The open output, opened again if it is gone. Once sound has gone where it should, nothing else
        stands in for it."""
        if self._output is not None:
            try:
                self._output.check()
            except OutputError as error:
                _log.warning("event=gone output=%s trouble=%s", self._name, error)
                self._drop()
        if self._output is None:
            output = self._open_output()
            if self._real and output.note:
                output.close()
                raise OutputError(_("The sound card is gone"), self._name, _("Check the cable and the card"))
            self._output = output
            self._real = not output.note
        return self._output

    def _drop(self) -> None:
        output, self._output = self._output, None
        if output is not None:
            output.close()


def _called_off(sounding: Sounding, airing_ids: Mapping[str, str]) -> str:
    """By whom; "": by nobody."""
    return next((airing_ids[one] for one in sounding.ids if one in airing_ids), "")
