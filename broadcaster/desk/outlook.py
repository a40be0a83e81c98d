"""The forecast as people and programs see it: one row per edition and hamlet, keys as in the as-run log."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from broadcaster.desk.bench import Bench
from broadcaster.desk.editions import Editions
from broadcaster.desk.ports import StandBy
from broadcaster.production.bulletin import Bulletin
from broadcaster.timetable.calendar import Calendar
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.policy import refusal
from broadcaster.timetable.silences import silences
from broadcaster.timetable.slot import Slot, SlotKind
from broadcaster.units import Milliseconds

BULLETIN = "bulletin"


@dataclass(frozen=True)
class Outlook:
    hamlet: str
    """Its code."""
    slot: str
    title: str
    starts_at: datetime
    outcome: str
    """Always empty: nothing has happened yet."""
    reason: str
    """Why nothing will sound; empty when something will."""
    started_at: None
    seconds_played: float
    seconds_planned: float
    """0 while no bulletin is made."""
    voice: str
    why_this_voice: str
    """Why a better voice did not speak; empty when the best one did."""
    sounds: str
    """What would sound if it were now: "bulletin", or the Rung that stands by; empty: nothing would."""
    bulletin: str
    provisional: bool


@dataclass(frozen=True)
class _Row:
    """An edition of the forecast or a one-off, with its audio."""

    slot: Slot
    starts_at: datetime
    title: str
    bulletin: Bulletin | None
    reason: str
    provisional: bool
    fallbacks: tuple[StandBy, ...] = ()
    script_ids: tuple[str, ...] = ()

    @property
    def sounds(self) -> str:
        if self.reason:
            return ""
        return BULLETIN if self.bulletin else next((str(standby.rung) for standby in self.fallbacks), "")


@dataclass
class _Heard:
    """By one hamlet on one day."""

    minutes: float = 0.0
    times: Counter[str] = field(default_factory=Counter)
    """How often each script."""


class Outlooks:
    def __init__(self, bench: Bench, editions: Editions) -> None:
        self._bench = bench
        self._editions = editions

    def between(
        self, start: datetime, end: datetime, now: datetime, hamlet_code: str | None = None
    ) -> tuple[Outlook, ...]:
        """What will sound in [start, end) as things stand at `now`, by time, slot and hamlet.

        Rules of the station that would silence an airing stand in its reason.
        """
        hamlets = {hamlet.id: hamlet for hamlet in self._bench.store.hamlets()}
        heard: dict[tuple[str, date], _Heard] = defaultdict(_Heard)
        calendar = self._bench.calendar()
        rows = sorted(
            self._rows(start, end, now), key=lambda row: (row.starts_at.astimezone(UTC), row.slot.code)
        )
        airings = ((row, hamlets[id_]) for row in rows for id_ in row.slot.hamlets if id_ in hamlets)
        outlooks = (self._outlook(row, hamlet, heard, calendar) for row, hamlet in airings)
        return tuple(outlook for outlook in outlooks if hamlet_code in (None, outlook.hamlet))

    def _rows(self, start: datetime, end: datetime, now: datetime) -> Iterator[_Row]:
        for coming in self._editions.coming(start, end, now):
            plan = coming.plan
            bulletin = self._editions.ready(coming)
            yield _Row(
                *(plan.slot, plan.starts_at, coming.title, bulletin, plan.reason, plan.provisional),
                fallbacks=coming.stored.fallbacks,
                script_ids=plan.script_ids,
            )
        for silence in silences(self._editions.rules(self._bench.store.state(now), start, end), start, end):
            yield _Row(silence.slot, silence.starts_at, "", None, silence.reason, provisional=False)
        for edition in self._bench.store.editions(start, end):
            if edition.slot.kind is not SlotKind.PROGRAMME:
                bulletin = self._bench.store.bulletin(edition.bulletin) if edition.bulletin else None
                yield _Row(edition.slot, edition.starts_at, edition.title, bulletin, "", provisional=False)

    def _outlook(
        self, row: _Row, hamlet: Hamlet, heard: dict[tuple[str, date], _Heard], calendar: Calendar
    ) -> Outlook:
        starts_at = row.starts_at.astimezone(self._bench.rules.zone)
        length = row.bulletin.length if row.bulletin else Milliseconds(0)
        today = heard[hamlet.id, starts_at.date()]
        reason = row.reason or refusal(
            *(self._bench.rules.policy, hamlet, row.slot.kind, row.slot.priority, starts_at, length),
            minutes_heard_today=today.minutes,
            times_heard_today=max((today.times[script_id] for script_id in row.script_ids), default=0),
            calendar=calendar,
        )
        if not reason and row.slot.kind is SlotKind.PROGRAMME:
            today.minutes += length / 60_000
            today.times.update(row.script_ids)
        return Outlook(
            hamlet=hamlet.code,
            slot=row.slot.code,
            title=row.title or row.slot.name,
            starts_at=starts_at,
            outcome="",
            reason=reason,
            started_at=None,
            seconds_played=0.0,
            seconds_planned=length / 1000,
            voice=row.bulletin.voice if row.bulletin else "",
            why_this_voice=row.bulletin.why_this_voice if row.bulletin else "",
            sounds="" if reason else row.sounds,
            bulletin=row.bulletin.sha256 if row.bulletin else "",
            provisional=row.provisional,
        )
