"""A real Store on a real file, and a clock that stands still; how airings are booked in any Store."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from broadcaster.clock import TurnedClock
from broadcaster.desk.ports import StandBy
from broadcaster.desk.script import Person
from broadcaster.playout.airing import Ledger
from broadcaster.store import Store
from broadcaster.timetable.edition import PlannedEdition
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.rung import Rung
from broadcaster.timetable.slot import Priority, Slot, SlotKind
from broadcaster.units import Milliseconds
from tests.contracts import desk_store
from tests.contracts.desk_store import NOW
from tests.contracts.ledger import AskStop, Book


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock(NOW)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "schedules.db"


@pytest.fixture
def store(path: Path, clock: TurnedClock) -> Iterator[Store]:
    opened = Store.open(path, clock=clock, create=True)
    yield opened
    opened.close()


@pytest.fixture
def ledger(store: Store) -> Ledger:
    store.add_person(Person("lan", "Lan"), by="Lan", now=NOW)
    for number in (1, 2, 3):
        place = Hamlet(f"ap-{number}", f"ap-{number}", f"Ấp {number}", output="soundcard:")
        store.save_hamlet(place, by="Lan", now=NOW)
    return store


@pytest.fixture
def book(ledger: Store) -> Book:
    numbers = itertools.count(1)
    planned: list[PlannedEdition] = []

    def book(
        starts_at: datetime,
        hamlet: str = "ap-1",
        *,
        kind: SlotKind = SlotKind.PROGRAMME,
        priority: Priority = Priority.ROUTINE,
        title: str = "Bản tin sáng",
        audio: bool = True,
        scripts: bool = True,
        lateness_s: int = 120,
        fallbacks: Sequence[Rung] = (),
        until: datetime | None = None,
    ) -> None:
        number = next(numbers)
        slot = Slot(
            f"slot-{number}",
            f"slot-{number}",
            title,
            time(5, 30),
            (hamlet,),
            kind=kind,
            priority=priority,
            lateness_s=lateness_s,
        )
        made = replace(desk_store.bulletin(f"bulletin {number}"), voice="espeak:vi")
        sha256 = made.sha256 if audio and scripts else ""
        if sha256:
            ledger.add_bulletin(made, title, now=NOW)
        if kind is not SlotKind.PROGRAMME:
            ledger.add_one_off(slot, starts_at, title, sha256, by="Lan", now=NOW)
            return
        written = desk_store.script(f"bai-{number}")
        ledger.add_script(written, by="Lan", now=NOW)
        ledger.save_slot(slot, by="Lan", now=NOW)
        planned.append(desk_store.plan(slot, starts_at, [written.id] if scripts else []))
        ledger.reconcile(planned, now=NOW, until=NOW + timedelta(days=14))
        if scripts:
            mine = next(
                one for one in ledger.editions(NOW, NOW + timedelta(days=14)) if one.slot.id == slot.id
            )
            ledger.fix(mine.id, [written.id], title, sha256, until=until, now=NOW)
            standing = [StandBy(rung, spare(f"{number} {rung}")) for rung in fallbacks]
            ledger.stand_by(mine.id, standing)

    def spare(name: str) -> str:
        made = replace(desk_store.bulletin(name), voice="espeak:spare", length=Milliseconds(30_000))
        ledger.add_bulletin(made, name, now=NOW)
        return made.sha256

    return book


@pytest.fixture
def ask_stop(ledger: Store) -> AskStop:
    def ask(hamlet_ids: Sequence[str], by: str, at: datetime) -> None:
        ledger.ask_stop(hamlet_ids, by=by, now=at)

    return ask
