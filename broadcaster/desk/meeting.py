"""A meeting in a hamlet at which something of the plan was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


@dataclass(frozen=True)
class Meeting:
    id: str
    day: date
    hamlet_id: str
    hamlet: str
    """Its name as it was then."""
    chair: str
    """The post of who led it: "Trưởng ấp"."""
    attendees: int
    by: str
    """Who put it on record."""
    topics: tuple[str, ...] = ()
    """Of the plan: "2026/1.2"."""
    script_ids: tuple[str, ...] = ()
    """What was read or handed out."""


class Meetings(Protocol):
    """What is asked of the store."""

    def meetings(self, first: date | None = None, last: date | None = None) -> tuple[Meeting, ...]:
        """Those held from `first` to `last`, both inclusive (None: open), by day and hamlet."""
        ...

    def add_meeting(self, meeting: Meeting, *, now: datetime) -> None:
        """NotFound: nobody is called `meeting.by`, or there is no such hamlet."""
        ...
