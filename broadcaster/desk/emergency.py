"""An emergency: words that are on the air until somebody, or their time, ends them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from broadcaster.production.bulletin import Bulletin
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


class Emergencies(Protocol):
    """Every method that names an emergency takes its id; `emergency` takes its code too."""

    def emergencies(self, *states: EmergencyState) -> tuple[Emergency, ...]:
        """Newest first; of every state when none is named."""
        ...

    def emergency(self, code_or_id: str) -> Emergency:
        """NotFound, with near codes, when there is none."""
        ...

    def draft_emergency(self, emergency: Emergency, *, by: str, now: datetime) -> Emergency:
        """Keep it as a draft, or write it over the draft of its id; a new one is given its code."""
        ...

    def raise_emergency(
        self, emergency: Emergency, starts_at: datetime, *, by: str, now: datetime
    ) -> Emergency:
        """It is on, and its siren sounds in its hamlets at `starts_at`: a new one, or a draft.

        What it replaces is cancelled, and, unless it is a drill itself, every drill that is on. DeskError: it
        is neither new nor a draft.
        """
        ...

    def change_emergency(
        self, emergency_id: str, title: str, text: str, starts_at: datetime, *, by: str, now: datetime
    ) -> bool:
        """New words for one that is on (DeskError: it is not), yet to be spoken. Those to come that hold the
        old words are called off. True: the old ones were sounding; the siren sounds at `starts_at`."""
        ...

    def speak_emergency(
        self, emergency: Emergency, *, spoken: str, words: str, whole: str, trouble: str
    ) -> None:
        """Keep its audio, or why there is none; nothing happens when its text is another by now."""
        ...

    def end_emergency(self, emergency_id: str, state: EmergencyState, *, by: str, now: datetime) -> bool:
        """It sounds no more; False: it had ended before. When it expires, what sounds is heard to its end."""
        ...

    def last_round(self, emergency_id: str, now: datetime) -> Round | None:
        """Its newest edition, even if that has not begun, called off ones aside; None before the first."""
        ...

    def book_round(
        self, emergency_id: str, starts_at: datetime, bulletin: str, *, after: datetime | None, now: datetime
    ) -> bool:
        """An edition of it, in the place of those that are due later; False, and nothing done, when it is not
        on any more or its newest edition is not the one that starts at `after`."""
        ...

    def siren(self) -> Bulletin | None:
        """What every emergency begins with; None: it was never made."""
        ...

    def keep_siren(self, sha256: str) -> None: ...

    def emergency_audio(self) -> set[str]:
        """SHA-256 of what no emergency can do without: the siren, and the audio of those that are on."""
        ...
