from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from broadcaster.errors import SlotClash
from broadcaster.timetable.clashes import clash, refuse_clash
from broadcaster.timetable.slot import Slot, SlotKind, Weekday

TODAY = date(2026, 9, 1)
NAMES = {"h1": "Ấp 1", "h2": "Ấp 2"}
MORNING = Slot("m", "sang", "Sáng", time(5, 30), ("h1", "h2"), length_s=900)
OTHER = replace(MORNING, id="o", code="khac", hamlets=("h2",))


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (replace(OTHER, at=time(5, 40)), True),
        (replace(OTHER, at=time(5, 45)), False),
        (replace(OTHER, at=time(5, 15)), False),
        (replace(OTHER, at=time(5, 15), length_s=901), True),
        (replace(OTHER, hamlets=("h3",)), False),
        (replace(OTHER, last=date(2026, 8, 31)), False),
        (replace(OTHER, first=date(2030, 1, 1)), True),
        (replace(OTHER, at=time(23, 50), length_s=6 * 3600), True),
    ],
)
def test_overlaps(other: Slot, expected: bool) -> None:
    assert clash(MORNING, other, TODAY) is expected
    assert clash(other, MORNING, TODAY) is expected


def test_different_weekdays_do_not_clash_unless_one_runs_past_midnight() -> None:
    monday = replace(MORNING, weekdays=frozenset({Weekday.MON}), at=time(23, 50))
    tuesday = replace(OTHER, weekdays=frozenset({Weekday.TUE}), at=time(23, 50))

    assert not clash(monday, tuesday, TODAY)
    assert clash(monday, replace(tuesday, at=time(0, 4)), TODAY)
    assert clash(replace(tuesday, at=time(0, 4)), monday, TODAY)
    assert not clash(monday, replace(tuesday, at=time(0, 5)), TODAY)


def test_a_skipped_day_is_no_clash() -> None:
    once = replace(OTHER, first=date(2026, 9, 2), last=date(2026, 9, 2))

    assert clash(MORNING, once, TODAY)
    assert not clash(replace(MORNING, skips=frozenset({date(2026, 9, 2)})), once, TODAY)


def test_the_refusal_names_both_slots_the_hamlet_and_a_free_time() -> None:
    with pytest.raises(SlotClash) as caught:
        refuse_clash(OTHER, [MORNING], TODAY, NAMES)

    assert caught.value.item == "khac (05:30-05:45) and sang (05:30-05:45) in Ấp 2"
    assert caught.value.todo == "The nearest free time is 05:45"


def test_the_offered_time_is_one_that_the_station_allows() -> None:
    def after_six(slot: Slot) -> bool:
        return slot.at >= time(6)

    with pytest.raises(SlotClash, match="free time is 06:00"):
        refuse_clash(OTHER, [MORNING], TODAY, NAMES, after_six)


def test_no_free_time_is_said() -> None:
    always = replace(MORNING, at=time(0), length_s=86399)

    with pytest.raises(SlotClash, match="other days or hamlets"):
        refuse_clash(OTHER, [always], TODAY, NAMES)


def test_a_slot_does_not_clash_with_itself_or_outside_the_programme() -> None:
    refuse_clash(replace(MORNING, at=time(5, 35)), [MORNING], TODAY, NAMES)
    refuse_clash(replace(OTHER, kind=SlotKind.REHEARSAL), [MORNING], TODAY, NAMES)
    refuse_clash(OTHER, [replace(MORNING, kind=SlotKind.EMERGENCY)], TODAY, NAMES)
