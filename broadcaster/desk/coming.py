"""An edition to come, as the desk sees it: the forecast's plan, and what the store has of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from broadcaster.desk.ports import Edition, EditionState
from broadcaster.desk.script import Script
from broadcaster.production.bulletin import Programme
from broadcaster.timetable.edition import PlannedEdition


@dataclass(frozen=True)
class Coming:
    plan: PlannedEdition
    stored: Edition
    """Without an id where the store has none yet."""
    programme: Programme
    title: str
    until: datetime | None = None
    """From then on one of its scripts has expired."""

    @property
    def fixed(self) -> bool:
        return self.stored.state is EditionState.FIXED

    @property
    def day(self) -> date:
        """In the station's calendar."""
        return self.plan.starts_at.date()


def expiry(scripts: Iterable[Script], zone: ZoneInfo) -> datetime | None:
    """The instant from which one of them has expired; None: none of them ever does."""
    days = [script.expires for script in scripts if script.expires is not None]
    return datetime.combine(min(days) + timedelta(days=1), time(), zone) if days else None
