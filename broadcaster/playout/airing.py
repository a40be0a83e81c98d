"""Airings, their outcomes, and what the player asks of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from broadcaster.playout import reasons
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.slot import Interrupted, Priority, SlotKind
from broadcaster.units import Milliseconds

_START = Milliseconds(0)


class AiringState(StrEnum):
    DUE = "due"
    CLAIMED = "claimed"
    ENDED = "ended"
    UNHEARD = "unheard"
    """Its time has passed at a hamlet PC that has not told yet what became of it."""


class Outcome(StrEnum):
    """How an airing ended; always with a reason where it is not `aired`."""

    AIRED = "aired"
    """Every second sounded."""
    PARTIAL = "partial"
    """Some seconds sounded, some did not."""
    MISSED = "missed"
    """Its time passed while nothing could play it."""
    SKIPPED = "skipped"
    """A rule kept it from playing: nothing queued, quiet hours, clock."""
    CANCELLED = "cancelled"
    """A person or the timetable took it away before it began."""
    FAILED = "failed"
    """It was tried and made no sound."""
    UNHEARD = "unheard"
    """Nobody knows yet: the hamlet PC has not told. Never in the as-run log."""


@dataclass(frozen=True)
class Fallback:
    """Audio that plays when what stands before it cannot."""

    bulletin: str
    file_name: str
    length: Milliseconds
    voice: str
    why: str
    """What it is: a Rung, as the as-run log says it."""
    until: datetime | None = None
    """From then on it may not air: one of its scripts has expired. None: it may at any time."""


@dataclass(frozen=True)
class Airing:
    """One edition in one hamlet, with all that is needed to play it."""

    id: str
    edition_id: str
    slot_code: str
    kind: SlotKind
    priority: Priority
    title: str
    hamlet: Hamlet
    """As it stands now; a rehearsal's output is `file:` whatever the hamlet's own is."""
    starts_at: datetime
    lateness_s: int
    has_scripts: bool
    """False: nothing was queued for it."""
    bulletin: str
    """SHA-256; empty: no audio is ready."""
    file_name: str
    """Of the audio under audio_out/."""
    length: Milliseconds
    voice: str
    sounded_to: Milliseconds = _START
    """It may have sounded up to here; nothing before may sound again."""
    started_at: datetime | None = None
    lost: Milliseconds = _START
    """How much of what lies before `sounded_to` surely did not sound: what each `begin` jumped over."""
    fallbacks: tuple[Fallback, ...] = ()
    """Best first; none once it has begun: it goes on with the audio that it began with."""
    until: datetime | None = None
    """From then on its own audio may not begin: one of its scripts has expired. None: it may at any time."""
    instead: str = ""
    """Why other audio than the edition's own sounds, as the as-run log says it; empty: its own does."""
    interrupted: Interrupted = Interrupted.RESUME
    continues: str = ""
    """Id of the airing that this one starts again; empty: of none."""
    relay: str = ""
    """Name of the station that is relayed meanwhile, by others; empty: none is."""

    def as_(self, fallback: Fallback) -> Airing:
        """This airing with the audio of one of its fallbacks."""
        return replace(
            self,
            bulletin=fallback.bulletin,
            file_name=fallback.file_name,
            length=fallback.length,
            voice=fallback.voice,
            until=fallback.until,
            instead=f"{reasons.FALLBACK}: {fallback.why}",
            fallbacks=(),
        )


@dataclass(frozen=True)
class AsRun:
    """One line of the as-run log."""

    airing_id: str
    hamlet: str
    """Its code, as it was then."""
    hamlet_name: str
    slot: str
    title: str
    kind: SlotKind
    starts_at: datetime
    outcome: Outcome
    reason: str
    started_at: datetime | None
    seconds_played: float
    seconds_planned: float
    voice: str
    bulletin: str


class Interruptions(Protocol):
    """What an emergency does to what sounds."""

    def called_off(self) -> tuple[tuple[str, str], ...]:
        """(airing id, by) of each claimed airing that may not sound any more: somebody took it back."""
        ...

    def next_start(self, hamlet_ids: Sequence[str]) -> datetime | None:
        """The earliest start of a due airing in one of these hamlets that has something to play, rehearsals
        aside; None when there is none."""
        ...

    def restart(
        self, airings: Sequence[Airing], starts_at: datetime, reason: str, seconds: float, now: datetime
    ) -> tuple[Airing, ...]:
        """End these airings of one edition as `partial` after `seconds`, and begin each again: claimed
        airings of a new edition of the slot, at `starts_at`, from the first sample; in their order."""
        ...


class Ledger(Interruptions, Protocol):
    """Our tables as the player sees them. Each method is one transaction, durable when it returns.

    The contract suite is tests/contracts/ledger.py.
    """

    def next_due(self) -> datetime | None:
        """The earliest start of a due airing, past or future; None when there is none."""
        ...

    def claim(self, until: datetime, now: datetime) -> tuple[Airing, ...]:
        """Claim every due airing with starts_at <= until, in one transaction; by start, emergency and
        priority first inside one instant."""
        ...

    def unfinished(self) -> tuple[Airing, ...]:
        """Claimed and not ended: what a killed daemon left behind."""
        ...

    def begin(
        self,
        airing_ids: Sequence[str],
        started_at: datetime,
        position: Milliseconds,
        bulletin: str = "",
        instead: str = "",
    ) -> None:
        """Sound starts (again) at `position`: the event that proves when. The first one sets started_at, and
        `bulletin` (empty: the edition's own) with why it is heard `instead`: what a killed run left goes on
        with it, and the log line is about it.

        Where `position` lies beyond `sounded_to`, what is between them is added to `lost`, and `sounded_to`
        becomes `position`: it will not sound any more.
        """
        ...

    def mark(self, airing_ids: Sequence[str], sounded_to: Milliseconds) -> None:
        """These airings may have sounded up to `sounded_to`; it only grows."""
        ...

    def end(
        self,
        airing_ids: Sequence[str],
        outcome: Outcome,
        reason: str,
        seconds_played: float,
        now: datetime,
    ) -> None:
        """Write the outcome; an airing that has ended is left as it is."""
        ...

    def stop_requests(self, now: datetime) -> tuple[tuple[tuple[str, ...], str], ...]:
        """Take the open stop requests of the last minute: (hamlet ids, by) each; no ids: everywhere."""
        ...

    def version(self) -> int:
        """A number that changes when another connection wrote (PRAGMA data_version); cheap, asked five times
        a second."""
        ...

    def as_run(self, start: datetime, end: datetime) -> tuple[AsRun, ...]:
        """Ended airings with starts_at in [start, end), by start and hamlet."""
        ...
