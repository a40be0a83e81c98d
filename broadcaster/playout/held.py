"""What an emergency cut short, and how it goes on when the air is free again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from broadcaster.playout import reasons
from broadcaster.playout.airing import Airing, Outcome
from broadcaster.playout.performance import Standing
from broadcaster.playout.position import Ending
from broadcaster.playout.sounding import Sounding
from broadcaster.playout.urgent import LEAD_S
from broadcaster.timetable.slot import Interrupted
from broadcaster.units import Milliseconds


@dataclass(frozen=True)
class Turn:
    """What a channel performs next."""

    sounding: Sounding
    before: Standing | None = None
    """Where it stood when it was cut; None: it begins."""
    whole: Sounding | None = None
    """What it was when it was claimed, if it goes on: that is what ends."""
    told: str = ""
    """What the as-run log says already."""

    @property
    def claimed(self) -> Sounding:
        return self.whole or self.sounding

    def ended(self, ending: Ending) -> Ending:
        """`ending`, with what was told before; what was interrupted is never simply aired."""
        if not self.told:
            return ending
        outcome = Outcome.PARTIAL if ending.outcome is Outcome.AIRED else ending.outcome
        return Ending(outcome, reasons.joined(self.told, ending.reason))


@dataclass(frozen=True)
class Held:
    """It sounded, was cut, and waits."""

    sounding: Sounding
    """As it was claimed."""
    standing: Standing
    since: float
    """The monotonic instant of the cut."""
    told: str
    seconds: float
    """That sounded."""

    @property
    def restarts(self) -> bool:
        return self.sounding.airing.interrupted is Interrupted.RESTART

    @property
    def rest(self) -> Milliseconds:
        """How long it will sound yet."""
        place = 0 if self.restarts else self.standing.airing.sounded_to
        return Milliseconds(self.sounding.airing.length - place)

    def ending(self, monotonic: float, *why: str) -> Ending:
        """It ends after all; `why`."""
        return Ending(Outcome.PARTIAL, reasons.joined(self._told(monotonic), *why))

    def going_on(self, now: datetime, monotonic: float) -> Turn:
        """From the very sample at which it was cut: as if its second had come later by the gap."""
        shifted = replace(self.standing, airing=self._shifted(self.standing.airing, now))
        airings = tuple(self._shifted(airing, now) for airing in self.sounding.airings)
        sounding = replace(self.sounding, airings=airings, airing=shifted.airing)
        return Turn(sounding, shifted, self.sounding, self._told(monotonic))

    def begun_again(self, airings: Sequence[Airing]) -> Turn:
        """As new airings of the same audio."""
        airing = replace(airings[0], length=self.sounding.airing.length)
        return Turn(replace(self.sounding, airings=tuple(airings), airing=airing))

    def candidates(self, now: datetime) -> tuple[Airing, ...]:
        """Its airings as they would sound from now on: what the station's rules are asked about."""
        if self.restarts:
            return tuple(replace(airing, starts_at=now) for airing in self.sounding.airings)
        return self.going_on(now, self.since).sounding.airings

    def _told(self, monotonic: float) -> str:
        return reasons.joined(self.told, reasons.seconds(reasons.INTERRUPTED, monotonic - self.since))

    def _shifted(self, airing: Airing, now: datetime) -> Airing:
        heard = timedelta(milliseconds=self.standing.airing.sounded_to)
        return replace(airing, starts_at=now + timedelta(seconds=LEAD_S) - heard)
