"""Looking after an emergency that was just raised, so that whoever raised it knows what became of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import click

from broadcaster.desk.emergency import Emergency
from broadcaster.errors import StationError
from broadcaster.language import _
from broadcaster.playout.airing import AsRun, Outcome
from broadcaster.playout.reasons import shown
from broadcaster.station import Station

_LOOK_S = 0.2
_WORDS_S = 30.0
_SOUNDED_S = 600.0


class Watch:
    """Reads the database alone; the daemon does the work."""

    def __init__(self, station: Station, emergency: Emergency, siren_at: datetime) -> None:
        self._station = station
        self._store = station.store
        self._emergency = emergency
        self._siren_at = siren_at

    def follow(self, *, to_the_end: bool) -> None:
        """Until its words are spoken; `to_the_end`: until they have sounded everywhere.

        StationError: nothing sounded in time, or in some hamlet, or the words cannot be spoken.
        """
        if not self._until(lambda: bool(self._now.words or self._now.trouble), _WORDS_S):
            raise self._failed(_("The words are not spoken yet"), _("See what the daemon says"))
        if trouble := self._now.trouble:
            raise self._failed(_("The words cannot be spoken; the siren alone sounds"), f"{trouble}")
        click.echo(_("The words are spoken and follow the siren"))
        if to_the_end:
            self._sounded()

    def _sounded(self) -> None:
        hamlets = len(self._emergency.slot.hamlets)
        self._until(lambda: len(self._lines()) >= 2 * hamlets, _SOUNDED_S)
        lines = self._lines()
        for line in lines:
            click.echo(f"{line.hamlet} · {line.outcome} {shown(line.reason)} · {line.seconds_played:.1f} s")
        if sum(line.outcome is Outcome.AIRED for line in lines) < 2 * hamlets:
            raise self._failed(_("It did not sound everywhere"), _("See: broadcaster asrun"))

    def _lines(self) -> list[AsRun]:
        """Of the siren and of the words behind it."""
        end = self._station.clock.now() + timedelta(minutes=1)
        every = self._store.as_run(self._siren_at, end)
        return [line for line in every if line.slot == self._emergency.code]

    @property
    def _now(self) -> Emergency:
        return self._store.emergency(self._emergency.id)

    def _until(self, holds: Callable[[], bool], seconds: float) -> bool:
        clock = self._station.clock
        end = clock.monotonic() + seconds
        while not (held := holds()) and clock.monotonic() < end:
            clock.wait(threading.Event(), _LOOK_S)
        return held

    def _failed(self, what: str, todo: str) -> StationError:
        return StationError(what, self._emergency.code, todo)
