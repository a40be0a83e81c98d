"""Readying what was claimed: why an airing cannot sound, or the best of its audio that can."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from broadcaster.clock import Clock
from broadcaster.errors import AudioError
from broadcaster.playout import reasons
from broadcaster.playout.airing import Airing, Outcome
from broadcaster.playout.marks import to_ms
from broadcaster.playout.outputs.output import Block
from broadcaster.playout.position import Ending, elapsed, expired, join
from broadcaster.playout.reel import load, trimmed, within_band
from broadcaster.playout.sounding import Sounding, foremost, with_audio_of
from broadcaster.timetable.slot import Priority

_log = logging.getLogger(__name__)


class Preparation:
    """Of one claim; a bulletin that several groups play is decoded once."""

    def __init__(self, audio_out: Path, clock: Clock, clock_doubted: Callable[[], bool]) -> None:
        self._audio_out = audio_out
        self._clock = clock
        self._clock_doubted = clock_doubted
        self._reels: dict[str, Block] = {}

    def of(self, group: tuple[Airing, ...]) -> Sounding | Ending:
        """What the group will sound, or why it will not."""
        try:
            airing = foremost(group)
            return self._hindrance(airing) or self._first_that_sounds(airing, group)
        except Exception as error:  # noqa: BLE001 (one that cannot be readied must not take the others with it)
            _log.exception("event=crash airings=%s", ",".join(member.id for member in group))
            return Ending(Outcome.FAILED, repr(error))

    def _hindrance(self, airing: Airing) -> Ending | None:
        """Why nothing is to sound, whatever audio there is."""
        if airing.relay:
            return Ending(Outcome.SKIPPED, f"{reasons.RELAY} {airing.relay}")
        if not airing.has_scripts:
            return Ending(Outcome.SKIPPED, reasons.NOTHING_QUEUED)
        if self._clock_doubted() and airing.priority is not Priority.EMERGENCY:
            return Ending(Outcome.SKIPPED, reasons.CLOCK)
        return None

    def _first_that_sounds(self, airing: Airing, group: tuple[Airing, ...]) -> Sounding | Ending:
        """Down the ladder; what was passed over on the way is told with what sounds."""
        passed = list[Ending]()
        for rung in _rungs(airing):
            reel = self._reel(rung)
            if isinstance(reel, Ending):
                passed.append(reel)
                continue
            rung = replace(rung, instead=reasons.joined(*(end.reason for end in passed), rung.instead))
            return _sounding(rung, group, reel)
        return Ending(passed[0].outcome, reasons.joined(*(end.reason for end in passed)))

    def _reel(self, airing: Airing) -> Block | Ending:
        """The audio of `airing`, whole and verified; or why it cannot sound."""
        if not airing.bulletin:
            return Ending(Outcome.FAILED, reasons.NO_AUDIO)
        if why := expired(airing, self._clock.now()):
            return Ending(Outcome.SKIPPED, why)
        plan = join(airing, elapsed(airing, self._clock.now()))
        if isinstance(plan, Ending):
            return plan
        try:
            if airing.bulletin not in self._reels:
                self._reels[airing.bulletin] = load(self._audio_out / airing.file_name, airing.bulletin)
            return self._reels[airing.bulletin]
        except AudioError as error:
            return Ending(Outcome.FAILED, f"{error.what}: {error.item}")


def _rungs(airing: Airing) -> Iterator[Airing]:
    """`airing` with its own audio, then with each of its fallbacks."""
    yield airing
    yield from map(airing.as_, airing.fallbacks)


def _sounding(airing: Airing, group: tuple[Airing, ...], reel: Block) -> Sounding:
    bands = [member.hamlet.band_hz for member in group]
    if all(bands):  # one horn among them that carries everything gets everything
        reel = within_band(
            reel, min(band[0] for band in bands if band), max(band[1] for band in bands if band)
        )
    audio = trimmed(reel, min(member.hamlet.gain_trim for member in group))
    airing = replace(airing, length=to_ms(len(audio)))
    return Sounding(tuple(with_audio_of(member, airing) for member in group), airing, audio)
