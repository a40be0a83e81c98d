"""Bulletins that a lesser voice made, made again once a better one speaks: seldom, and well before air."""

from __future__ import annotations

from datetime import datetime, timedelta

from broadcaster.desk.bench import Bench
from broadcaster.desk.bulletins import Bulletins
from broadcaster.production.bulletin import Bulletin, Programme

LAST_CHANGE = timedelta(seconds=60)
"""Before air: from then on, what is ready stays as it is."""
_LEAST_S = 10.0
"""Seconds of speech below which a try is not worth its while."""


class Remaking:
    """Remembers when each programme was last tried; a daemon that starts again may try at once."""

    def __init__(self, bench: Bench, bulletins: Bulletins) -> None:
        self._bench = bench
        self._bulletins = bulletins
        self._tried: dict[str, datetime] = {}

    def note(self, bulletin: Bulletin) -> None:
        """It was made just now: nothing better was to be had."""
        self._tried[bulletin.recipe] = self._bench.now()

    def due(self, held: Bulletin, starts_at: datetime) -> bool:
        """Whether a better voice should be tried for `held`, which airs at `starts_at`."""
        if not held.why_this_voice or self._seconds(starts_at) < _LEAST_S:
            return False
        tried = self._tried.get(held.recipe)
        return tried is None or self._bench.now() - tried >= self._bench.rules.retry

    def better(
        self, held: Bulletin, programme: Programme, title: str, starts_at: datetime
    ) -> Bulletin | None:
        """It by a better voice, if one speaks in time. Takes at most half of the time that is left."""
        self.note(held)
        return self._bulletins.better(held, programme, title, self._seconds(starts_at))

    def may_change(self, starts_at: datetime) -> bool:
        """Whether what is ready for `starts_at` may still give way to something better."""
        return starts_at - self._bench.now() > LAST_CHANGE

    def _seconds(self, starts_at: datetime) -> float:
        left = (starts_at - LAST_CHANGE - self._bench.now()).total_seconds()
        return min(self._bench.rules.speech_s, left / 2)
