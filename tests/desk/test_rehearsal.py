from __future__ import annotations

from datetime import date, timedelta

import pytest

from broadcaster.desk.script import ScriptKind
from broadcaster.documents import parse
from broadcaster.errors import DeskError
from broadcaster.timetable.slot import SlotKind
from tests.desk.conftest import LEADER, NOW, Office


def spots(office: Office) -> None:
    for name in ("b", "a"):
        office.script(f"{name}.txt", kind=ScriptKind.SPOT)
    office.script("draft.txt", kind=ScriptKind.SPOT, approved=False)
    office.script("notice.txt")
    office.desk.scripts.add(
        parse("Hết hạn.", "old.txt"), "old", kind=ScriptKind.SPOT, expires=date(2026, 9, 1)
    )
    office.desk.scripts.approve("old", by=LEADER)


@pytest.mark.parametrize(("second", "starts_after"), [(0, 60), (1, 119), (30, 90), (59.5, 60.5)])
def test_it_is_booked_at_the_next_full_minute_a_minute_ahead(
    office: Office, second: float, starts_after: float
) -> None:
    spots(office)
    now = office.turn_to(NOW + timedelta(days=1, seconds=second))

    edition = office.desk.rehearsal.book(now)

    assert (edition.starts_at - now).total_seconds() == starts_after
    airings = office.store.claim(edition.starts_at, now)
    assert [(a.hamlet.code, a.kind, a.hamlet.output) for a in airings] == [
        ("ap-1", SlotKind.REHEARSAL, "file:"),
        ("ap-2", SlotKind.REHEARSAL, "file:"),
    ]
    titles = [office.store.script(code).title for code in ("a", "b")]
    assert airings[0].title == "; ".join(titles)
    assert office.studio.made == [("; ".join(titles), 10)]


def test_at_night_and_over_other_slots_too_and_outside_the_forecast(office: Office) -> None:
    spots(office)
    midnight = office.turn_to(NOW.replace(hour=23, minute=58, second=30))

    edition = office.desk.rehearsal.book(midnight)

    assert office.desk.editions.forecast(midnight, midnight + timedelta(days=1), midnight) == ()
    office.desk.editions.expand(midnight)
    assert len(office.store.claim(edition.starts_at, midnight)) == 2


def test_one_that_is_booked_already_is_not_booked_twice(office: Office) -> None:
    spots(office)

    first = office.desk.rehearsal.book(office.now)
    again = office.desk.rehearsal.book(office.now)

    assert again == first
    later = office.desk.rehearsal.book(office.turn_to(NOW + timedelta(minutes=5)))
    assert later.id != first.id
    assert len(office.studio.made) == 1


def test_a_bulletin_that_took_long_moves_it_on(office: Office) -> None:
    spots(office)
    office.studio.meanwhile = lambda: office.clock.advance(70)

    edition = office.desk.rehearsal.book(office.now)

    assert edition.starts_at == NOW + timedelta(minutes=2)


def test_without_spots_or_hamlets_there_is_none(office: Office) -> None:
    with pytest.raises(DeskError, match="approved script of kind spot"):
        office.desk.rehearsal.book(office.now)
    spots(office)
    for hamlet in office.store.hamlets():
        office.store.retire_hamlet(hamlet.id, by="", now=office.now)
    with pytest.raises(DeskError, match="and a hamlet"):
        office.desk.rehearsal.book(office.now)
