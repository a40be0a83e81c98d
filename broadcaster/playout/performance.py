"""One sounding on one output, from its second to its outcome."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from broadcaster.audio import RATE
from broadcaster.clock import Clock
from broadcaster.errors import BroadcasterError, StoreError
from broadcaster.playout import reasons
from broadcaster.playout.airing import Airing, Outcome
from broadcaster.playout.amplifiers import Amplifiers
from broadcaster.playout.clerk import Clerk
from broadcaster.playout.clock_gate import TOLERANCE
from broadcaster.playout.level import NOTHING, SILENCE, loudest
from broadcaster.playout.listener import Heard, Listener
from broadcaster.playout.listener import verdict as said
from broadcaster.playout.marks import Marks, to_ms, to_samples
from broadcaster.playout.outputs.output import BLOCK, Block, Output, Take
from broadcaster.playout.position import Ending, Join, elapsed, heard, join, judged, seconds_until
from broadcaster.playout.sounding import Sounding
from broadcaster.timetable.slot import Priority
from broadcaster.units import Decibels, Milliseconds, Samples

_log = logging.getLogger(__name__)

LEAD_IN_S = 0.8
"""How long before its second a performance begins: that is committed, and a sound card filled."""
_LEAST_LEAD_IN_S = 0.4
_LATEST_S = 1.0
_RETRY_S = 0.5
_NOTHING_LATE = Milliseconds(0)


def _nobody(level: Decibels) -> None:
    """Who asks for no levels."""


@dataclass(frozen=True)
class Stage:
    """What every performance stands on."""

    clock: Clock
    clerk: Clerk
    may_air: Callable[[Airing], str]
    """Why the station's rules forbid an airing at this moment; "" when they allow it."""
    clock_doubted: Callable[[], bool]
    amplifiers: Amplifiers
    listener: Listener | None = None
    level: Callable[[Decibels], None] = _nobody
    """Hears how loud each stretch was that went out: its loudest tenth of a second."""


@dataclass(frozen=True)
class Standing:
    """Where a performance stands when it has run, so that another one can go on from there."""

    airing: Airing
    """Its `sounded_to` and `lost` as they are."""
    late: Milliseconds = _NOTHING_LATE
    """How much of it was lost before its first sound."""
    killed: bool = False
    """A run that was killed has sounded some of it; how much is not known exactly."""
    trouble: str = ""
    loudest: Decibels = NOTHING
    """Of what sounded."""
    heard: tuple[Heard, ...] = ()
    """What a microphone said of each stretch of it."""


class Performance:
    """`output` gives the open output, and opens it again after `drop`; `interruption` says why the sound
    must end now, or None."""

    def __init__(
        self,
        sounding: Sounding,
        stage: Stage,
        output: Callable[[], Output],
        drop: Callable[[], None],
        interruption: Callable[[], Ending | None],
        before: Standing | None = None,
    ) -> None:
        """`before`: another performance of it got so far; None: what the airing itself says is all."""
        self._sounding = sounding
        self._stage = stage
        self._clock = stage.clock
        self._output = output
        self._drop = drop
        self._interruption = interruption
        before = before or Standing(sounding.airing, killed=bool(heard(sounding.airing)))
        self._airing = before.airing
        self._late = before.late
        self._killed = before.killed
        self._trouble = before.trouble
        self._loudest = before.loudest
        self._heard = before.heard
        self._anchor: float | None = None
        """The monotonic instant of the bulletin's first sample."""
        self._begun_at = sounding.airing.starts_at
        """The same by the wall clock."""
        self._place = Samples(0)
        """Up to where it was handed over."""
        self._note = ""

    @property
    def standing(self) -> Standing:
        return Standing(self._airing, self._late, self._killed, self._trouble, self._loudest, self._heard)

    def run(self) -> tuple[Ending, float]:
        """Sound it; how it ended, and the seconds that sounded."""
        self._stage.amplifiers.expect(self._sounding)
        try:
            while (ending := self._attempt()) is None:
                self._clock.wait(threading.Event(), _RETRY_S)
            return self.verdict(ending)
        finally:
            self._stage.amplifiers.over(self._sounding)

    def verdict(self, ending: Ending) -> tuple[Ending, float]:
        """What the as-run log says when it ends so, and the seconds that sounded."""
        verdict = judged(ending, self._airing, late=self._late, killed=self._killed, trouble=self._trouble)
        seconds = heard(self._airing) / 1000
        if self._was_silent:
            verdict, seconds = Ending(Outcome.FAILED, reasons.joined(reasons.NO_SOUND, verdict.reason)), 0.0
        notes = (self._note, self._unheard, self._stage.amplifiers.trouble(self._sounding))
        return replace(verdict, reason=reasons.joined(verdict.reason, *notes)), seconds

    @property
    def _was_silent(self) -> bool:
        """Whether all that went out was silence, or a loop-back heard nothing of it; of what a killed run
        sent out nothing is known."""
        if not heard(self._airing) or self._killed:
            return False
        certain = self._stage.listener is not None and self._stage.listener.certain
        return self._loudest < SILENCE or (certain and said(self._heard) is Heard.SILENCE)

    @property
    def _unheard(self) -> str:
        return reasons.NOT_HEARD if said(self._heard) in (Heard.SILENCE, Heard.UNLIKE) else ""

    def _attempt(self) -> Ending | None:
        """Sound what is still to come; None: something failed, and it may be joined again."""
        plan = self._plan(self._next_start())
        if isinstance(plan, Ending):
            return plan
        try:
            if ending := self._refusal():
                return ending
            output = self._output()
            self._note = output.note
            at = self._next_start()  # anew: a card that was gone takes its time to open
            plan = self._plan(at)
            return plan if isinstance(plan, Ending) else self._sound(output, plan, at + plan.wait / 1000)
        except StoreError as error:
            self._trouble = f"{reasons.LEDGER}: {error}"
        except BroadcasterError as error:
            self._trouble = f"{reasons.OUTPUT}: {error}"
            self._drop()
        _log.warning("event=trouble airings=%s trouble=%s", self._names, self._trouble)
        return None

    def _plan(self, at: float) -> Join | Ending:
        """From where it sounds if it sounds from `at` on, or why it does not."""
        return self._interruption() or self._doubt() or join(self._airing, self._since_start(at))

    def _next_start(self) -> float:
        """The monotonic instant at which sound can begin: its second, or as soon as it can be readied."""
        now = self._clock.monotonic()
        return now + max(seconds_until(self._airing, self._clock.now()), _LEAST_LEAD_IN_S)

    def _since_start(self, at: float) -> Milliseconds:
        """By the wall clock; once sound has begun, by the monotonic clock alone."""
        if self._anchor is None:
            return elapsed(self._airing, self._wall(at))
        return Milliseconds(round((at - self._anchor) * 1000))

    def _wall(self, at: float) -> datetime:
        return self._clock.now() + timedelta(seconds=at - self._clock.monotonic())

    def _doubt(self) -> Ending | None:
        doubted = self._airing.priority is not Priority.EMERGENCY and self._stage.clock_doubted()
        return Ending(Outcome.SKIPPED, reasons.CLOCK) if doubted else None

    def _refusal(self) -> Ending | None:
        """What is refused to one hamlet is refused to all that hear the same output."""
        reason = next(filter(None, map(self._stage.may_air, self._sounding.airings)), "")
        return Ending(Outcome.SKIPPED, reason) if reason else None

    def _sound(self, output: Output, plan: Join, at: float) -> Ending | None:
        ids, position = self._sounding.ids, to_samples(plan.position)
        started_at = self._wall(at)
        marks = Marks(self._stage.clerk, self._clock, ids, Samples(len(self._sounding.audio)))
        if not self._committed(marks, started_at, plan.position, at + _LATEST_S):
            self._trouble = f"{reasons.LEDGER}: {marks.trouble}"
            return None
        if self._anchor is None:
            self._anchor = at - position / RATE
            self._begun_at = started_at - timedelta(seconds=position / RATE)
        if self._slept():
            return None
        if not heard(self._airing):
            self._late = plan.position
        self._place = position
        output.start(Take(ids, self._airing.slot_code, started_at, position), at)
        try:
            ending = self._hand_over(output, marks, position)
        finally:
            self._account(output, at, position)
        _log.info("event=silent airings=%s sounded_to_ms=%d", self._names, self._airing.sounded_to)
        return ending

    def _committed(self, marks: Marks, started_at: datetime, position: Milliseconds, deadline: float) -> bool:
        """Whether the ledger knows, in time, that sound begins and how far it may go."""
        sounds = {"bulletin": self._airing.bulletin, "instead": self._airing.instead}
        begun = self._stage.clerk.begin(self._sounding.ids, started_at, position, deadline, **sounds)
        self._clock.wait(begun.over, deadline - self._clock.monotonic())
        if not begun.written:
            marks.trouble = begun.trouble
            return False
        return marks.open(to_samples(position), deadline) and self._clock.monotonic() < deadline

    def _hand_over(self, output: Output, marks: Marks, place: Samples) -> Ending | None:
        """Every block from `place` on."""
        audio = self._sounding.audio
        while place < len(audio):
            if ending := self._interruption() or self._doubt():
                output.cut()
                return ending
            if self._slept():
                output.cut()
                return None
            end = Samples(min(place + BLOCK, len(audio)))
            if not marks.cover(end):
                output.finish()
                self._trouble = f"{reasons.LEDGER}: {marks.trouble}"
                return None
            self._place = end
            output.write(audio[place:end])
            place = end
        output.finish()
        return Ending(Outcome.AIRED, "")

    def _slept(self) -> bool:
        """Whether the computer was away for long while it sounded: then the wall clock says where to go on.
        An emergency goes on regardless."""
        if self._anchor is None or self._airing.priority is Priority.EMERGENCY:
            return False
        expected = self._begun_at + timedelta(seconds=self._clock.monotonic() - self._anchor)
        if abs(self._clock.now() - expected) <= TOLERANCE:
            return False
        self._anchor = None
        return True

    def _account(self, output: Output, at: float, position: Samples) -> None:
        """What was handed over will not sound again; what of it did not sound is lost."""
        sounded_to = to_ms(self._place)
        sounded = heard(self._airing) + to_ms(output.sounded())
        went_out = self._sounding.audio[position : position + output.sounded()]
        level = loudest(went_out)
        self._loudest = max(self._loudest, level)
        self._stage.level(level)
        self._listen(output, went_out)
        if not heard(self._airing):
            self._late = Milliseconds(self._late + round(1000 * max(0.0, (output.began() or at) - at)))
        self._airing = replace(self._airing, sounded_to=sounded_to, lost=Milliseconds(sounded_to - sounded))

    def _listen(self, output: Output, went_out: Block) -> None:
        """What the microphone says of it."""
        listener, began, where = self._stage.listener, output.began(), self._airing.hamlet.output
        if listener is not None and began is not None and listener.hears(where) and not output.note:
            self._heard = (*self._heard, listener.judge(went_out, began))

    @property
    def _names(self) -> str:
        return ",".join(self._sounding.ids)
