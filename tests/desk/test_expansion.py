"""What is done for one slot alone, or read for some days alone, is what doing all of it would have done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from broadcaster.store import Store
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.slot import Plays, Slot, Weekday
from tests.desk.conftest import LEADER, NOW, Office

TODAY = NOW.date()


def standing(office: Office) -> list[tuple[str, str, str]]:
    """Every coming edition, and how its airings stand."""
    until = office.now + timedelta(days=20)
    return [
        *office.editions(20),
        *((line.slot, line.hamlet, line.outcome) for line in office.store.as_run(office.now, until)),
    ]


@pytest.mark.parametrize(
    "slot",
    [
        Slot("", "moi", "Mới", time(11), ("h1", "h2")),
        Slot("", "moi", "Mới", time(11), ("h1",), weekdays=frozenset({Weekday.SUN})),
        Slot("", "moi", "Mới", time(11), ("h2",), first=TODAY + timedelta(3), last=TODAY + timedelta(3)),
        Slot("", "moi", "Mới", time(11), ("h1",), plays=Plays.SCRIPT, ref="khau-hieu"),
        Slot("", "moi", "Mới", time(11), ("h1",), plays=Plays.ROTATION, rotation=("khau-hieu",)),
        Slot("", "moi", "Mới", time(11), ("h1",), plays=Plays.REPEAT, ref="chieu"),
        Slot(
            "", "moi", "Mới", time(17), ("h1",), first=TODAY, last=TODAY + timedelta(2), replaces=("chieu",)
        ),
    ],
    ids=["daily", "sundays", "one day", "a script", "a rotation", "a repeat", "in another's place"],
)
def test_a_new_slot_leaves_nothing_for_a_full_expansion(office: Office, slot: Slot) -> None:
    office.script("khau-hieu.txt")
    office.script("tin.txt")
    office.slot()
    office.desk.queue.add("tin", "chieu", by=LEADER)

    saved = office.desk.slots.add(slot, by=LEADER)
    before = standing(office)
    again = office.desk.editions.expand(office.now)

    assert saved.airings.added + saved.airings.cancelled > 0
    assert (again.added, again.cancelled) == (0, 0)
    assert standing(office) == before


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("first", "last", "codes"),
    [
        (None, None, {"daily", "until", "since", "one", "far"}),
        (TODAY, TODAY, {"daily", "until"}),
        (TODAY + DAY, TODAY + 2 * DAY, {"daily", "since", "one"}),
        (TODAY + 3 * DAY, TODAY + 9 * DAY, {"daily", "since"}),
        (TODAY + 40 * DAY, None, {"daily", "since", "far"}),
        (None, TODAY - DAY, {"daily", "until"}),
    ],
)
def test_slots_of_some_days(office: Office, first: date | None, last: date | None, codes: set[str]) -> None:
    plain = Slot("", "daily", "x", time(6), ("h1",))
    slots = (
        plain,
        replace(plain, code="until", at=time(7), last=TODAY),
        replace(plain, code="since", at=time(8), first=TODAY + DAY),
        replace(plain, code="one", at=time(9), first=TODAY + 2 * DAY, last=TODAY + 2 * DAY),
        replace(plain, code="far", at=time(10), first=TODAY + 50 * DAY, last=TODAY + 50 * DAY),
    )
    for number, slot in enumerate(slots):
        office.store.save_slot(replace(slot, id=f"s{number}"), by=LEADER, now=office.now)

    assert {slot.code for slot in office.store.slots(first, last)} == codes
    office.store.remove_slot("s0", by=LEADER, now=office.now)
    assert {slot.code for slot in office.store.slots(first, last)} == codes - {"daily"}


def test_a_registry_that_another_process_changes_is_read_again(office: Office) -> None:
    other = Store.open(office.folder / "schedules.db", clock=office.clock)
    assert office.store.hamlets() is office.store.hamlets(), "nothing changed: it is not read again"

    other.save_hamlet(Hamlet("h3", "ap-3", "Ấp 3"), by=LEADER, now=office.now)
    assert [hamlet.code for hamlet in office.store.hamlets()] == ["ap-1", "ap-2", "ap-3"]
    office.store.retire_hamlet("h1", by=LEADER, now=office.now)
    assert [hamlet.code for hamlet in other.hamlets()] == ["ap-2", "ap-3"]
    other.close()
