"""An emergency is heard from its beginning, however late it comes to sound; all else is in step with its
second."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from broadcaster.playout.airing import Airing
from broadcaster.playout.position import heard
from broadcaster.timetable.slot import Priority

LEAD_S = 0.5
"""From a decision to the first sample."""
_IN_TIME_S = 0.4
"""What a performance needs to begin at its second."""


def from_its_beginning(airing: Airing, now: datetime) -> Airing:
    """An emergency that can no longer begin at its second, as if that came in a moment.

    What has begun is joined in step like anything else, and past its lateness it is missed.
    """
    until = (airing.starts_at - now).total_seconds()
    urgent = airing.priority is Priority.EMERGENCY and not heard(airing)
    if not urgent or not -airing.lateness_s <= until < _IN_TIME_S:
        return airing
    return replace(airing, starts_at=_quarter(now + timedelta(seconds=LEAD_S)))


def _quarter(instant: datetime) -> datetime:
    """The next full quarter of a second: outputs that decide at the same time begin together."""
    over = instant.microsecond % 250_000
    return instant + timedelta(microseconds=250_000 - over) if over else instant
