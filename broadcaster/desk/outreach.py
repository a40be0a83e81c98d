"""What people did for the plan by other channels than horns, web page, meetings and contests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol


class Channel(StrEnum):
    BANNER = "banner"
    LEAFLET = "leaflet"
    BOARD = "board"
    """Notices on the public board."""
    SOCIAL = "social"
    """Social networks and messengers: Facebook, Zalo."""
    SMS = "sms"


@dataclass(frozen=True)
class Outreach:
    id: str
    day: date
    channel: Channel
    count: int
    """Banners hung, leaflets handed out, posts, messages."""
    by: str
    """Who put it on record."""
    hamlet: str = ""
    """Its name as it was then; empty: the whole commune."""
    topics: tuple[str, ...] = ()
    """Of the plan: "2026/1.2"."""
    script_ids: tuple[str, ...] = ()
    """What was printed or posted."""


class Outreaches(Protocol):
    """What is asked of the store."""

    def outreach(self, first: date | None = None, last: date | None = None) -> tuple[Outreach, ...]:
        """All from `first` to `last`, both inclusive (None: open), by day and channel."""
        ...

    def add_outreach(self, done: Outreach, *, now: datetime) -> None:
        """NotFound: nobody is called `done.by`."""
        ...
