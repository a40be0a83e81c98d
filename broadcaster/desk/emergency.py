"""An emergency: words that are on the air until somebody, or their time, ends them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from broadcaster.timetable.slot import Slot
from broadcaster.units import Milliseconds


class EmergencyState(StrEnum):
    DRAFT = "draft"
    """Known, and silent until a person confirms it."""
    ON = "on"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True)
class CapKey:
    """What names one message of the Common Alerting Protocol."""

    sender: str
    identifier: str
    sent: str
    """ISO 8601 in UTC, so that one instant has one spelling."""


@dataclass(frozen=True)
class Emergency:
    id: str
    slot: Slot
    """Of kind emergency: its hamlets, and the code by which people call it (`khan-cap-3`)."""
    state: EmergencyState
    drill: bool
    title: str
    text: str
    """The written words."""
    by: str
    """Who raised it."""
    reason: str
    raised_at: datetime
    repeat_s: int
    """From the start of one round to that of the next; 0: once."""
    until: datetime
    """It is never on after that."""
    spoken: str = ""
    """The reading; empty until it is made."""
    siren: str = ""
    words: str = ""
    whole: str = ""
    """SHA-256 of the siren alone, the words alone, and both; empty until they are made."""
    trouble: str = ""
    """Why the words cannot be spoken; empty when they can."""
    changed_by: str = ""
    """Who acted last: raised, updated or cancelled it."""
    ended_at: datetime | None = None
    replaces: str = ""
    """Id of the emergency that ends when this one is confirmed; empty: none."""
    cap: CapKey | None = None

    @property
    def code(self) -> str:
        return self.slot.code

    @property
    def label(self) -> str:
        """As the as-run log calls it: with the person and the reason."""
        return f"{self.title} ({self.by}: {self.reason})"


@dataclass(frozen=True)
class Round:
    """The newest edition of an emergency: it sounded, sounds, or will."""

    starts_at: datetime
    bulletin: str
    length: Milliseconds
    cut: bool
    """Another emergency kept the newest that has begun from being heard to its end."""
