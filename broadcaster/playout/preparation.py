"""Readying what was claimed: why an airing cannot sound, or its audio."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from broadcaster.clock import Clock
from broadcaster.errors import AudioError
from broadcaster.playout import reasons
from broadcaster.playout.airing import Airing, Outcome
from broadcaster.playout.marks import to_ms
from broadcaster.playout.outputs.output import Block
from broadcaster.playout.position import Ending, elapsed, join
from broadcaster.playout.reel import load, trimmed
from broadcaster.playout.sounding import Sounding, foremost
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
        airing = foremost(group)
        try:
            if ending := self._hindrance(airing):
                return ending
            audio = trimmed(self._reel(airing), min(member.hamlet.gain_trim for member in group))
            return Sounding(group, replace(airing, length=to_ms(len(audio))), audio)
        except AudioError as error:
            return Ending(Outcome.FAILED, f"{error.what}: {error.item}")
        except Exception as error:  # noqa: BLE001 (one that cannot be readied must not take the others with it)
            _log.exception("event=crash airings=%s", ",".join(member.id for member in group))
            return Ending(Outcome.FAILED, repr(error))

    def _hindrance(self, airing: Airing) -> Ending | None:
        """Why `airing` cannot sound, as far as it is known without its audio."""
        if not airing.has_scripts:
            return Ending(Outcome.SKIPPED, reasons.NOTHING_QUEUED)
        if not airing.bulletin:
            return Ending(Outcome.FAILED, reasons.NO_AUDIO)
        if self._clock_doubted() and airing.priority is not Priority.EMERGENCY:
            return Ending(Outcome.SKIPPED, reasons.CLOCK)
        plan = join(airing, elapsed(airing, self._clock.now()))
        return plan if isinstance(plan, Ending) else None

    def _reel(self, airing: Airing) -> Block:
        if airing.bulletin not in self._reels:
            self._reels[airing.bulletin] = load(self._audio_out / airing.file_name, airing.bulletin)
        return self._reels[airing.bulletin]
