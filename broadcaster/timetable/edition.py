"""Editions as the forecast sees them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from broadcaster.timetable.calendar import PLAIN, Calendar
from broadcaster.timetable.slot import Slot

BARE = "bare"
"""The form without tunes and music."""


@dataclass(frozen=True)
class Queued:
    """An approved script waiting for a slot."""

    id: str
    slot_id: str
    script_id: str
    position: int
    owed: int
    """Editions it is still owed, at least 1."""
    expires: date | None = None
    """The script's last day on the air, inclusive."""


@dataclass(frozen=True)
class FixedEdition:
    """An edition whose scripts no longer change; they have been taken from the queue already."""

    slot_id: str
    starts_at: datetime
    script_ids: tuple[str, ...]


@dataclass(frozen=True)
class LastPlay:
    """When a script of a rotation was last in a fixed edition of its slot."""

    slot_id: str
    script_id: str
    starts_at: datetime
    position: int
    """Its place in that edition."""


@dataclass(frozen=True)
class State:
    """What the forecast needs beside the slots: the queue and the fixed editions as they stand at `as_of`."""

    as_of: datetime
    queue: tuple[Queued, ...] = ()
    fixed: tuple[FixedEdition, ...] = ()
    """Every fixed edition that may matter: all future ones, and the last past one of each slot."""
    plays: tuple[LastPlay, ...] = ()
    """Of slots with a rotation, before `as_of`; those in `fixed` may be left out."""


@dataclass(frozen=True)
class Rules:
    """The timetable itself."""

    zone: ZoneInfo
    slots: tuple[Slot, ...]
    expiries: dict[str, date] = field(default_factory=dict)
    """Last day on the air of scripts that have one, by script id (for fixed and repeated scripts)."""
    barred: frozenset[str] = frozenset()
    """Ids of scripts that may not air whatever names them: drafts, and withdrawn ones."""
    calendar: Calendar = PLAIN
    earliest: dict[str, date] = field(default_factory=dict)
    """First day on the air of scripts that have one, by script id."""


@dataclass(frozen=True)
class PlannedEdition:
    """One slot at one instant, as the rules, the queue and the fixed editions have it."""

    slot: Slot
    """With the hamlets alone in which it sounds that day."""
    starts_at: datetime
    """Aware, in the station's zone."""
    script_ids: tuple[str, ...]
    provisional: bool
    """True until it is fixed."""
    reason: str = ""
    """Why it would play nothing ("nothing queued", "expired", "relay VOV1"); empty when it plays."""
    music: bool = True
    """False: that day's profile wants words alone."""

    @property
    def form(self) -> str:
        """The production form that it is made in."""
        return self.slot.form if self.music else BARE


@dataclass(frozen=True)
class Silence:
    """Hamlets in which a slot does not sound although its weekdays name that day."""

    slot: Slot
    """With these hamlets alone."""
    starts_at: datetime
    """When it would have begun."""
    reason: str
    """ "skipped on this day", "day profile tet", "replaced by mit-tinh"."""
