"""All that the desk asks of the store, on one page. `store/` implements it; the contract suite is
tests/contracts/desk_store.py.

Every method is one transaction: done whole, or StoreError and nothing done. Acts carry the name of a person
(`by`) and the instant (`now`), and are kept in the append-only `act` table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from broadcaster.desk.script import Person, Script, ScriptState
from broadcaster.production.bulletin import Bulletin
from broadcaster.timetable.edition import PlannedEdition, Queued, State
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.slot import Slot


class EditionState(StrEnum):
    PLANNED = "planned"
    FIXED = "fixed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Edition:
    """One slot at one instant, as it stands in the store."""

    id: str
    slot: Slot
    starts_at: datetime
    state: EditionState
    script_ids: tuple[str, ...] = ()
    """Known once it is fixed."""
    title: str = ""
    bulletin: str = ""
    """SHA-256 of the audio that will play; empty: none yet."""


@dataclass(frozen=True)
class Reconciled:
    """What `reconcile` changed, in airings."""

    added: int
    cancelled: int


class Registry(Protocol):
    """Hamlets and people."""

    def hamlets(self) -> tuple[Hamlet, ...]:
        """Those in service, by code."""
        ...

    def save_hamlet(self, hamlet: Hamlet, *, by: str, now: datetime) -> None:
        """Add it, or change the one of the same id. DeskError: another hamlet has its code."""
        ...

    def retire_hamlet(self, hamlet_id: str, *, by: str, now: datetime) -> None:
        """Take it out of service; its history stays."""
        ...

    def people(self) -> tuple[Person, ...]: ...

    def add_person(self, person: Person, *, by: str, now: datetime) -> None:
        """DeskError: the name is taken."""
        ...


class Scripts(Protocol):
    def scripts(self) -> tuple[Script, ...]:
        """All, newest first."""
        ...

    def script(self, code_or_id: str) -> Script:
        """NotFound, with near codes, when there is none."""
        ...

    def add_script(self, script: Script, *, by: str, now: datetime) -> None:
        """DeskError: the code is taken."""
        ...

    def change_script(self, script: Script, *, was: ScriptState, by: str, now: datetime, act: str) -> None:
        """Write `script` over the one of its id, if that is still in state `was`; DeskError otherwise.

        A withdrawn script leaves every queue in the same transaction.
        """
        ...


class Timetable(Protocol):
    def slots(self) -> tuple[Slot, ...]:
        """Slots of kind programme that have not been removed, by time of day."""
        ...

    def save_slot(self, slot: Slot, *, by: str, now: datetime) -> None:
        """Add it, or change the one of the same id. DeskError: another slot has its code."""
        ...

    def remove_slot(self, slot_id: str, *, by: str, now: datetime) -> None:
        """Take it out of the timetable; its past editions stay, its queue is emptied."""
        ...

    def queue(self, slot_id: str | None = None) -> tuple[Queued, ...]:
        """By slot and position; of approved scripts only."""
        ...

    def enqueue(self, slot_id: str, script_id: str, editions: int, *, by: str, now: datetime) -> Queued:
        """At the end. A script already waiting there is owed `editions` more."""
        ...

    def move(self, queued_id: str, position: int, *, by: str, now: datetime) -> None:
        """To 1-based `position` in its slot's queue."""
        ...

    def dequeue(self, queued_id: str, *, by: str, now: datetime) -> None: ...


class Editions(Protocol):
    def state(self, as_of: datetime) -> State:
        """What the forecast needs."""
        ...

    def reconcile(self, planned: Sequence[PlannedEdition], *, now: datetime, until: datetime) -> Reconciled:
        """Make future `due` airings of programme slots in [now, until) equal `planned`, in one transaction.

        Airings that no longer belong end as `cancelled: timetable changed`; one that was cancelled so and
        belongs again is due again. Claimed and ended airings are untouched. A hamlet that left the slot loses
        its future airings, one that joined gains them. Other kinds of slot are not touched.
        """
        ...

    def editions(self, start: datetime, end: datetime) -> tuple[Edition, ...]:
        """Those of every kind with starts_at in [start, end), cancelled ones aside, by time."""
        ...

    def fix(
        self, edition_id: str, script_ids: Sequence[str], title: str, bulletin: str, *, now: datetime
    ) -> None:
        """Its scripts no longer change: each uses up one of the editions it is owed in its slot's queue
        (an entry owed none leaves the queue). A fixed edition is left as it is."""
        ...

    def attach(self, edition_id: str, bulletin: str) -> bool:
        """Give a fixed edition its (better) audio; False, and nothing done, once an airing was claimed."""
        ...

    def add_one_off(
        self, slot: Slot, starts_at: datetime, title: str, bulletin: str, *, by: str, now: datetime
    ) -> Edition:
        """A fixed edition of a slot outside the timetable (rehearsal, emergency) with an airing per hamlet.

        The slot is created when its id is new. DeskError: that slot has an edition at that instant.
        """
        ...


class Bulletins(Protocol):
    def bulletins(self, recipe: str | None = None) -> tuple[Bulletin, ...]:
        """Newest first."""
        ...

    def bulletin(self, sha256: str) -> Bulletin:
        """NotFound when there is none."""
        ...

    def add_bulletin(self, bulletin: Bulletin, title: str, *, now: datetime) -> None:
        """Of one that is known already, the recipe and the title are brought up to date."""
        ...

    def forget_bulletins(self, sha256s: Sequence[str]) -> None:
        """Their audio was deleted. Rows that an as-run entry names stay, marked deleted."""
        ...

    def last_use(self) -> dict[str, datetime]:
        """For each bulletin, its newest edition's start, or when it was made: what housekeeping sorts by."""
        ...


@dataclass(frozen=True)
class StopRequest:
    id: int
    hamlet_ids: tuple[str, ...]
    """Empty: everywhere."""
    by: str
    at: datetime


class Requests(Protocol):
    """What the command line asks of a running daemon, through the database alone."""

    def ask_stop(self, hamlet_ids: Sequence[str], *, by: str, now: datetime) -> None:
        """Silence what is on the air now; `by` must be a known person (NotFound)."""
        ...


class DeskStore(Registry, Scripts, Timetable, Editions, Bulletins, Requests, Protocol):
    """The whole of it: one object implements all."""

    def expiries(self) -> dict[str, date]:
        """Last day on the air of scripts that have one, by script id."""
        ...
