from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from broadcaster.errors import SlotClash
from broadcaster.timetable.calendar import Profile
from broadcaster.timetable.clashes import Surroundings, clash, refuse_clash
from broadcaster.timetable.replacing import replacers
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


def test_day_rules_are_looked_at_for_years() -> None:
    first = replace(MORNING, day_rule="days 11/2")
    tet = replace(OTHER, day_rule="lunar 1/1")

    assert clash(first, tet, TODAY), "Tết is on 11 February in 2032"
    assert not clash(replace(first, day_rule="lunar 2"), tet, TODAY)
    assert not clash(replace(MORNING, day_rule="holidays"), replace(OTHER, day_rule="not holidays"), TODAY)


TET = Profile("p", "tet", "Tết", ordinary=False)
FLOOD = Profile("q", "lu", "Lũ")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((), ("tet",), False),
        ((), ("lu",), True),
        (("tet",), ("tet",), True),
        (("tet",), ("lu",), False),
        (("tet", "lu"), ("lu",), True),
    ],
)
def test_slots_of_different_days_do_not_clash_whatever_is_stamped(
    one: tuple[str, ...], other: tuple[str, ...], expected: bool
) -> None:
    around = Surroundings(profiles=(TET, FLOOD))
    slots = replace(MORNING, profiles=one), replace(OTHER, profiles=other)

    assert clash(*slots, TODAY, around) is expected
    night = replace(slots[0], at=time(23, 55)), replace(slots[1], at=time(0, 5))
    assert clash(*night, TODAY, around), "the profile of the day after may be another"


def test_hamlets_that_hear_each_other_never_have_two_bulletins_at_once() -> None:
    around = Surroundings(groups={"h1": "bờ sông", "h3": "bờ sông", "h2": ""})
    across = replace(OTHER, hamlets=("h3",))

    assert clash(MORNING, across, TODAY, around)
    assert not clash(MORNING, across, TODAY)
    assert not clash(MORNING, replace(across, at=time(5, 45)), TODAY, around), "one after the other"
    assert not clash(replace(MORNING, hamlets=("h2",)), across, TODAY, around)
    with pytest.raises(SlotClash, match="in h3, Ấp 1") as caught:
        refuse_clash(across, [MORNING], TODAY, NAMES, around=around)
    assert "05:45" in caught.value.todo


def test_a_slot_does_not_clash_with_the_one_that_it_replaces() -> None:
    once = replace(OTHER, first=date(2026, 9, 2), last=date(2026, 9, 2), replaces=("m",))
    around = Surroundings(replacing=replacers([MORNING, once]))

    assert not clash(once, MORNING, TODAY, around)
    assert not clash(MORNING, once, TODAY, around)
    third = replace(MORNING, id="t", code="t")
    assert clash(once, third, TODAY, around)


def test_what_still_sounds_across_the_river_clashes_with_a_one_off() -> None:
    once = replace(OTHER, first=date(2026, 9, 2), last=date(2026, 9, 2), replaces=("m",))
    around = Surroundings(replacing=replacers([MORNING, once]), groups={"h1": "g", "h2": "g"})

    assert clash(once, MORNING, TODAY, around), "h1 still has the one, h2 the other, and they hear each other"


def test_a_replacing_slot_that_a_profile_silences_is_no_excuse() -> None:
    once = replace(OTHER, replaces=("m",))
    always = replace(MORNING, profiles=("tet",))
    around = Surroundings(profiles=(TET,), replacing=replacers([always, once]))
    third = replace(MORNING, id="t", code="t", hamlets=("h2",), profiles=("tet",))

    assert clash(always, third, TODAY, around), "on a day of Tết `once` is silent, so it replaces nothing"
