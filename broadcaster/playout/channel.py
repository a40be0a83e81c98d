"""A thread for each output: it keeps the output open and performs one sounding after the other."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from broadcaster.errors import BroadcasterError, OutputError
from broadcaster.language import _
from broadcaster.playout import reasons
from broadcaster.playout.airing import Outcome
from broadcaster.playout.outputs.output import Output
from broadcaster.playout.performance import LEAD_IN_S, Performance, Stage
from broadcaster.playout.position import Ending, seconds_until
from broadcaster.playout.sounding import Sounding

_log = logging.getLogger(__name__)

_LOOK_S = 0.1

Ended = Callable[[Sounding, Ending, float], None]
"""(what sounded, how it ended, seconds of it that sounded)"""


class Channel:
    """`open_output` opens what it plays on; `ended` hears of every outcome but that of what never began
    before the station was stopped: those stay claimed, for the next start."""

    def __init__(self, name: str, open_output: Callable[[], Output], stage: Stage, ended: Ended) -> None:
        self._name = name
        self._open_output = open_output
        self._stage = stage
        self._ended = ended
        self._output: Output | None = None
        self._real = False
        self._waiting: list[Sounding] = []
        self._current: Sounding | None = None
        self._stop_by = ""
        self._stopping = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name=f"channel {name}", daemon=True)
        self._thread.start()

    def add(self, sounding: Sounding) -> None:
        with self._changed:
            self._waiting.append(sounding)
            self._changed.notify_all()

    def stop_sound(self, by: str, hamlet_ids: tuple[str, ...]) -> bool:
        """Silence what sounds now, if it is heard in one of the hamlets; whether something was silenced."""
        with self._changed:
            if self._current is None or not self._current.heard_in(hamlet_ids):
                return False
            self._stop_by = by
            return True

    def idle(self) -> bool:
        with self._changed:
            return not self._waiting and self._current is None

    def stop(self) -> None:
        """Silence it for good; `join` waits for that."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def join(self, timeout: float) -> None:
        self._thread.join(timeout)

    def _work(self) -> None:
        while sounding := self._next():
            self._perform(sounding)
            with self._changed:
                self._current, self._stop_by = None, ""
        self._drop()

    def _next(self) -> Sounding | None:
        """The next one to sound, when its second is near; None: the station stops."""
        readied: Sounding | None = None
        while True:
            with self._changed:
                if self._stopping:
                    return None
                chosen = min(self._waiting, key=self._turn, default=None)
                if chosen and self._until(chosen) <= LEAD_IN_S:
                    self._waiting.remove(chosen)
                    self._current = chosen
                    return chosen
                if chosen is readied:
                    self._changed.wait(_LOOK_S if chosen else None)
                    continue
            readied = chosen
            self._ready()

    def _turn(self, sounding: Sounding) -> tuple[float, int, float]:
        """By time; of those whose time has come, the more urgent first."""
        until = self._until(sounding)
        return max(until, LEAD_IN_S), sounding.rank, until

    def _until(self, sounding: Sounding) -> float:
        return seconds_until(sounding.airing, self._stage.clock.now())

    def _perform(self, sounding: Sounding) -> None:
        _log.info("event=performing airings=%s output=%s", ",".join(sounding.ids), self._name)
        performance = Performance(
            sounding, self._stage, self._opened, self._drop, lambda: self._interruption(sounding)
        )
        try:
            ending, seconds = performance.run()
        except Exception as error:  # noqa: BLE001 (the top of a thread: the next airing must sound)
            _log.exception("event=crash airings=%s", ",".join(sounding.ids))
            self._drop()
            ending, seconds = performance.verdict(Ending(Outcome.FAILED, f"{reasons.OUTPUT}: {error!r}"))
        if seconds or not self._stopping:
            self._ended(sounding, ending, seconds)

    def _interruption(self, sounding: Sounding) -> Ending | None:
        """Why `sounding` must end now: a person, the station's stop, or an emergency whose second has come.

        Only what has its audio ready waits here, so that nothing silent stops what sounds.
        """
        with self._changed:
            if self._stop_by:
                return Ending(Outcome.CANCELLED, f"{reasons.STOPPED} {self._stop_by}")
            if self._stopping:
                return Ending(Outcome.MISSED, reasons.STATION_STOPPED)
            urgent = [other for other in self._waiting if other.rank == 0 < sounding.rank]
            if any(self._until(other) <= LEAD_IN_S for other in urgent):
                return Ending(Outcome.MISSED, f"{reasons.EMERGENCY}: {urgent[0].airing.title}")
        return None

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
