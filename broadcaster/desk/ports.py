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

from broadcaster.desk.consent import Consents
from broadcaster.desk.contest import Contests
from broadcaster.desk.emergency import Emergencies
from broadcaster.desk.meeting import Meetings
from broadcaster.desk.outreach import Outreaches
from broadcaster.desk.script import Person, Script, ScriptState
from broadcaster.desk.topic import Topics
from broadcaster.production.bulletin import Bulletin
from broadcaster.timetable.calendar import Profile
from broadcaster.timetable.edition import PlannedEdition, Queued, State
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.rung import Rung
from broadcaster.timetable.slot import Slot


class EditionState(StrEnum):
    PLANNED = "planned"
    FIXED = "fixed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class StandBy:
    """Audio that stands by for an edition."""

    rung: Rung
    bulletin: str
    """SHA-256."""
    until: datetime | None = None
    """From then on it may not begin: one of its scripts has expired. None: it may at any time."""


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
    fallbacks: tuple[StandBy, ...] = ()
    """What plays when that cannot, best first."""
    has_scripts: bool = True
    """False: nothing was queued for it, or none of it may air any more."""


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
    def slots(self, first: date | None = None, last: date | None = None) -> tuple[Slot, ...]:
        """Slots of kind programme that have not been removed, by time of day; of those that surely have no
        day in [first, last] (None: open), none."""
        ...

    def save_slot(self, slot: Slot, *, by: str, now: datetime) -> None:
        """Add it, or change the one of the same id. DeskError: another slot has its code."""
        ...

    def save_slots(self, slots: Sequence[Slot], *, by: str, now: datetime) -> None:
        """All of them in one transaction, as `save_slot` does; or none."""
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

    def reconcile(
        self,
        planned: Sequence[PlannedEdition],
        *,
        now: datetime,
        until: datetime,
        only: str | None = None,
    ) -> Reconciled:
        """Make future `due` airings of programme slots in [now, until) equal `planned`, in one transaction.

        Airings that no longer belong end as `cancelled: timetable changed`; one that was cancelled so and
        belongs again is due again. Claimed and ended airings are untouched. A hamlet that left the slot loses
        its future airings, one that joined gains them. Other kinds of slot are not touched; if `only` is a
        slot's id, none but that slot is.
        """
        ...

    def editions(self, start: datetime, end: datetime) -> tuple[Edition, ...]:
        """Those of every kind with starts_at in [start, end), cancelled ones aside, by time."""
        ...

    def fix(
        self,
        edition_id: str,
        script_ids: Sequence[str],
        title: str,
        bulletin: str,
        *,
        until: datetime | None = None,
        now: datetime,
    ) -> None:
        """Its scripts no longer change: each uses up one of the editions it is owed in its slot's queue
        (an entry owed none leaves the queue). `until`: see StandBy. A fixed edition is left as it is."""
        ...

    def attach(
        self, edition_id: str, bulletin: str, *, until: datetime | None = None, has_scripts: bool = True
    ) -> bool:
        """Give a fixed edition its (better) audio; False, and nothing done, once an airing was claimed.

        Without `has_scripts`, none of its scripts may air any more: it is as if nothing had been queued.
        """
        ...

    def stand_by(self, edition_id: str, fallbacks: Sequence[StandBy]) -> bool:
        """Make these the edition's fallbacks; False, and nothing done, once an airing was claimed."""
        ...

    def last_editions(self, slot_id: str, before: datetime, most: int) -> tuple[Edition, ...]:
        """The slot's fixed editions with audio that start before then, newest first, at most so many."""
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


class Profiles(Protocol):
    def profiles(self) -> tuple[Profile, ...]:
        """By code."""
        ...

    def add_profile(self, profile: Profile, *, by: str, now: datetime) -> None:
        """DeskError: another profile has its code."""
        ...

    def change_profile(self, profile: Profile, *, by: str, now: datetime) -> None:
        """The one of the same id; its code stays."""
        ...

    def remove_profile(self, profile_id: str, today: date, *, by: str, now: datetime) -> None:
        """DeskError: a slot of the timetable, or a day from `today` on, has it. Past days lose it too."""
        ...

    def profile_days(self) -> dict[date, Profile]:
        """The profile of each day that has one."""
        ...

    def stamp(self, profile_id: str, days: Sequence[date], *, by: str, now: datetime) -> None:
        """Put it on all these days, or (DeskError: one of them has another profile) on none."""
        ...

    def unstamp(self, days: Sequence[date], *, by: str, now: datetime) -> int:
        """Take whatever profile they have away; how many had one."""
        ...


class DeskStore(
    Registry,
    Scripts,
    Consents,
    Timetable,
    Editions,
    Bulletins,
    Requests,
    Emergencies,
    Profiles,
    Topics,
    Contests,
    Meetings,
    Outreaches,
    Protocol,
):
    """The whole of it: one object implements all."""

    def expiries(self) -> dict[str, date]:
        """Last day on the air of scripts that have one, by script id."""
        ...

    def earliest(self) -> dict[str, date]:
        """First day on the air of scripts that have one, by script id."""
        ...

    def barred(self) -> frozenset[str]:
        """Ids of scripts that are not approved."""
        ...
