from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from broadcaster.desk import Desk
from broadcaster.errors import DeskError, NotFound, PolicyError, SlotClash, TimetableError
from broadcaster.playout.airing import Outcome
from broadcaster.timetable.slot import Plays, Priority, Slot, SlotKind
from tests.desk.conftest import LEADER, NOW, Office

MORNING = Slot("", "sang", "Sáng", time(5, 30), ("h1", "h2"))


def due(office: Office, days: float) -> list[str]:
    """Starts of due airings, claimed by the ledger's own means."""
    until = office.now + timedelta(days=days)
    return [
        f"{airing.starts_at.astimezone(NOW.tzinfo):%d %H:%M} {airing.hamlet.code}"
        for airing in office.store.claim(until, office.now)
    ]


def test_a_form_of_the_stations_own_may_be_used(office: Office) -> None:
    (office.folder / "forms").mkdir()
    (office.folder / "forms" / "cho-phien.toml").write_text("[[section]]\nitems = true\n")

    assert office.slot(form="cho-phien").form == "cho-phien"
    office.script("a.txt")
    office.desk.queue.add("a", "chieu", by=LEADER)
    (made,) = office.desk.editions.prepare(office.now)
    assert made.bulletin


def test_a_new_slot_has_airings_for_fourteen_days(office: Office) -> None:
    saved = office.desk.slots.add(MORNING, by=LEADER)

    assert saved.slot.id
    assert saved.slot == office.store.slots()[0]
    assert saved.airings.added == 28
    assert due(office, 1) == ["02 05:30 ap-1", "02 05:30 ap-2"]


def test_a_moved_slot_leaves_nothing_at_its_old_time(office: Office) -> None:
    slot = office.desk.slots.add(MORNING, by=LEADER).slot

    saved = office.desk.slots.change(replace(slot, at=time(5, 45)), by=LEADER)

    assert (saved.airings.added, saved.airings.cancelled) == (28, 28)
    assert due(office, 1) == ["02 05:45 ap-1", "02 05:45 ap-2"]


def test_a_removed_slot_leaves_none_and_claimed_airings_alone(office: Office) -> None:
    office.desk.slots.add(MORNING, by=LEADER)
    assert len(due(office, 1)) == 2

    office.desk.slots.remove("sang", by=LEADER)

    assert office.store.slots() == ()
    assert due(office, 14) == []
    assert len(office.store.unfinished()) == 2
    ended = office.store.as_run(NOW, NOW + timedelta(days=14))
    assert {(line.outcome, line.reason) for line in ended} == {(Outcome.CANCELLED, "timetable changed")}


def test_scripts_of_a_fixed_edition_that_is_moved_play_at_the_new_time(office: Office) -> None:
    slot = office.slot()
    script = office.script("a.txt")
    office.desk.queue.add("a", "chieu", by=LEADER)
    office.turn_to(NOW.replace(hour=16, minute=45))
    office.desk.editions.prepare(office.now)

    office.desk.slots.change(replace(slot, at=time(17, 15)), by=LEADER)

    (edition,) = office.store.editions(office.now, office.now + timedelta(hours=1))
    (plan,) = office.desk.editions.forecast(office.now, office.now + timedelta(hours=1), office.now)
    assert f"{plan.starts_at:%H:%M}" == "17:15"
    assert plan.script_ids == (script.id,)
    assert edition.starts_at == plan.starts_at
    office.desk.editions.prepare(office.now)
    assert [airing.has_scripts for airing in office.store.claim(plan.starts_at, office.now)] == [True, True]


def test_a_skipped_day_has_no_edition(office: Office) -> None:
    office.desk.slots.add(MORNING, by=LEADER)

    saved = office.desk.slots.skip("sang", date(2026, 9, 2), by=LEADER)

    assert saved.slot.skips == {date(2026, 9, 2)}
    assert due(office, 2) == ["03 05:30 ap-1", "03 05:30 ap-2"]
    for day in (date(2026, 9, 2), date(2026, 8, 31)):
        with pytest.raises(TimetableError, match=f"no edition to skip on that day: sang, {day}"):
            office.desk.slots.skip("sang", day, by=LEADER)


def test_clashing_slots_are_refused_and_the_first_stays(office: Office) -> None:
    office.desk.slots.add(MORNING, by=LEADER)

    with pytest.raises(SlotClash, match=r"muon \(05:40-05:55\) and sang \(05:30-05:45\) in Ấp 2.*05:45"):
        office.desk.slots.add(replace(MORNING, code="muon", at=time(5, 40), hamlets=("h2",)), by=LEADER)

    assert [slot.code for slot in office.store.slots()] == ["sang"]


def test_the_free_time_that_is_offered_is_outside_quiet_hours(office: Office) -> None:
    early = office.desk.slots.add(replace(MORNING, at=time(5)), by=LEADER).slot

    with pytest.raises(SlotClash, match="free time is 05:15"):
        office.desk.slots.add(replace(early, code="x", at=time(5, 5)), by=LEADER)


def test_quiet_hours_and_minutes_per_day_forbid_a_slot(office: Office) -> None:
    with pytest.raises(PolicyError, match=r"sang, Ấp 1, 2026-09-02 04:50: quiet hours 21:30-05:00"):
        office.desk.slots.add(replace(MORNING, at=time(4, 50)), by=LEADER)
    office.desk.slots.add(replace(MORNING, length_s=2700), by=LEADER)
    with pytest.raises(PolicyError, match=r"chieu, Ấp 1.*minutes per day 60"):
        office.desk.slots.add(replace(MORNING, code="chieu", at=time(17), length_s=1000), by=LEADER)
    office.desk.slots.add(replace(MORNING, code="chieu", at=time(17), length_s=900), by=LEADER)


@pytest.mark.parametrize(
    ("wrong", "error", "words"),
    [
        (replace(MORNING, code="Sáng"), TimetableError, "made of a-z"),
        (replace(MORNING, hamlets=()), TimetableError, "at least one hamlet"),
        (replace(MORNING, hamlets=("h9",)), NotFound, "No such hamlet: h9"),
        (replace(MORNING, form="opera"), TimetableError, "no such form"),
        (replace(MORNING, kind=SlotKind.REHEARSAL), TimetableError, "no part of the timetable"),
        (replace(MORNING, priority=Priority.EMERGENCY), TimetableError, "no part of the timetable"),
        (replace(MORNING, last=date(2026, 8, 31)), TimetableError, "would never sound"),
        (replace(MORNING, plays=Plays.SCRIPT, ref="nix"), NotFound, "No such script"),
        (replace(MORNING, plays=Plays.REPEAT, ref="nix"), NotFound, "No such slot"),
    ],
)
def test_slots_that_cannot_be(office: Office, wrong: Slot, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        office.desk.slots.add(wrong, by=LEADER)

    assert office.store.slots() == ()


def test_references_may_be_codes(office: Office) -> None:
    script, evening = office.script("a.txt"), office.slot()

    always = office.desk.slots.add(replace(MORNING, plays=Plays.SCRIPT, ref="a"), by=LEADER).slot
    repeat = office.desk.slots.add(
        replace(MORNING, code="lai", at=time(6), plays=Plays.REPEAT, ref="chieu"), by=LEADER
    ).slot

    assert (always.ref, repeat.ref) == (script.id, evening.id)
    with pytest.raises(TimetableError, match="cannot repeat itself"):
        office.desk.slots.change(replace(repeat, ref="lai"), by=LEADER)
    with pytest.raises(DeskError, match="Another slot repeats this one: lai → chieu"):
        office.desk.slots.remove("chieu", by=LEADER)
    assert office.desk.slots.change(replace(always, plays=Plays.QUEUE), by=LEADER).slot.ref == ""


def test_a_slot_years_ahead_is_judged_by_its_own_days(office: Office) -> None:
    saved = office.desk.slots.add(replace(MORNING, first=date(2028, 1, 1)), by=LEADER)

    assert saved.airings.added == 0


def test_unknown_slots_and_hamlets_are_named(office: Office) -> None:
    with pytest.raises(NotFound, match="No such slot"):
        office.desk.slots.change(replace(MORNING, id="nope"), by=LEADER)
    with pytest.raises(NotFound, match="No such slot: nope"):
        office.desk.slots.remove("nope", by=LEADER)
    with pytest.raises(NotFound, match=r"No such hamlet: ap-9.*ap-1, ap-2"):
        office.desk.slots.hamlet_ids(("ap-9",))
    assert office.desk.slots.hamlet_ids(("ap-2", "ap-2")) == ("h2",)
    assert office.desk.slots.hamlet_ids(()) == ("h1", "h2")


def test_a_one_off_over_a_recurring_slot(office: Office) -> None:
    evening = office.slot()

    once = office.desk.slots.add(
        on(3, replace(MORNING, code="mit-tinh", at=time(17), hamlets=("h1",), replaces=("chieu",))),
        by=LEADER,
    )

    assert once.slot.replaces == (evening.id,)
    assert (once.airings.added, once.airings.cancelled) == (1, 1)
    assert [slot for slot in office.store.slots() if slot.id == evening.id] == [evening], "untouched"
    found = due(office, 4)
    assert {"03 17:00 ap-1", "03 17:00 ap-2"} < set(found)
    assert len(found) == len(set(found)) == 8
    office.desk.slots.remove("mit-tinh", by=LEADER)


def on(day: int, slot: Slot) -> Slot:
    """The slot on that day of September alone."""
    return replace(slot, first=date(2026, 9, day), last=date(2026, 9, day))


def test_what_a_slot_cannot_replace(office: Office) -> None:
    evening = office.slot()
    once = on(3, replace(MORNING, code="x", at=time(17), replaces=("chieu",)))
    with pytest.raises(SlotClash, match="chieu"):
        office.desk.slots.add(replace(once, replaces=()), by=LEADER)
    with pytest.raises(NotFound, match="No such slot: nix"):
        office.desk.slots.add(replace(once, replaces=("nix",)), by=LEADER)
    saved = office.desk.slots.add(replace(once, hamlets=("h1",)), by=LEADER).slot
    with pytest.raises(TimetableError, match="cannot replace each other: chieu, x"):
        office.desk.slots.change(replace(evening, replaces=("x",)), by=LEADER)
    with pytest.raises(TimetableError, match="cannot replace itself"):
        office.desk.slots.change(replace(saved, replaces=(saved.id,)), by=LEADER)
    with pytest.raises(TimetableError, match="only in hamlets of both"):
        office.desk.slots.add(on(4, replace(MORNING, code="y", hamlets=("h2",), replaces=("x",))), by=LEADER)


def test_three_slots_cannot_replace_each_other_in_a_circle(office: Office) -> None:
    first, second, third = (
        office.desk.slots.add(on(day, replace(MORNING, code=code)), by=LEADER).slot
        for day, code in ((3, "a"), (4, "b"), (5, "c"))
    )
    office.desk.slots.change(replace(second, replaces=("a",)), by=LEADER)
    office.desk.slots.change(replace(third, replaces=("b",)), by=LEADER)

    with pytest.raises(TimetableError, match="cannot replace each other: a, c"):
        office.desk.slots.change(replace(first, replaces=("c",)), by=LEADER)


def test_rules_profiles_rotations_and_relays_are_checked_and_kept(office: Office) -> None:
    a, b = office.script("a.txt"), office.script("b.txt")
    spots = replace(MORNING, plays=Plays.ROTATION, rotation=("a", "b", a.id), day_rule="ngày 1,15")

    saved = office.desk.slots.add(spots, by=LEADER).slot

    assert (saved.rotation, saved.day_rule) == ((a.id, b.id), "days 1,15")
    assert office.store.slots() == (saved,)
    relay = office.desk.slots.change(replace(saved, plays=Plays.RELAY, ref=" VOV 1 "), by=LEADER).slot
    assert (relay.ref, relay.rotation) == ("VOV 1", ())
    for wrong, error, words in (
        (replace(spots, code="x", day_rule="days 31/2"), TimetableError, "31/2"),
        (replace(spots, code="x", day_rule="lunar 31"), TimetableError, "lunar month"),
        (replace(spots, code="x", rotation=()), TimetableError, "at least one script"),
        (replace(spots, code="x", rotation=("nix",)), NotFound, "No such script"),
        (replace(spots, code="x", plays=Plays.RELAY, ref=" "), TimetableError, "name of its station"),
        (replace(spots, code="x", profiles=("nix",)), NotFound, "No such day profile: nix"),
        (on(1, replace(spots, code="x", day_rule="")), TimetableError, "would never sound"),
    ):
        with pytest.raises(error, match=words):
            office.desk.slots.add(replace(wrong, at=time(9)), by=LEADER)


def test_a_first_day_in_the_past_is_no_harm_while_editions_are_to_come(office: Office) -> None:
    saved = office.desk.slots.add(replace(MORNING, first=date(2020, 1, 1)), by=LEADER)

    assert saved.airings.added == 28


def test_a_rare_day_is_found_years_ahead(office: Office) -> None:
    saved = office.desk.slots.add(replace(MORNING, day_rule="lunar 30/12"), by=LEADER).slot

    assert [f"{start:%Y-%m-%d}" for start in office.desk.slots.coming(saved, 3)] == ["2033-01-30"]


def test_hamlets_that_hear_each_other_play_one_after_the_other(office: Office) -> None:
    office.desk.slots.add(replace(MORNING, hamlets=("h1",)), by=LEADER)
    office.desk.slots.add(replace(MORNING, code="khac", hamlets=("h2",)), by=LEADER)
    one, two = (replace(hamlet, overlap_group="g") for hamlet in office.store.hamlets())
    office.desk.slots.require_peace(one)
    office.store.save_hamlet(one, by="", now=office.now)

    with pytest.raises(SlotClash, match="in Ấp 2, Ấp 1") as caught:
        office.desk.slots.require_peace(two)

    assert "05:45" in caught.value.todo


def test_several_slots_are_added_together_or_not_at_all(office: Office) -> None:
    second = replace(MORNING, code="lai", at=time(6), plays=Plays.REPEAT, ref="sang")

    assert [slot.code for slot in office.desk.slots.checked([MORNING, second])] == ["sang", "lai"]
    assert office.store.slots() == ()
    with pytest.raises(SlotClash, match="muon"):
        office.desk.slots.add_all([MORNING, replace(MORNING, code="muon")], by=LEADER)
    with pytest.raises(DeskError, match="taken by another slot: sang"):
        office.desk.slots.add_all([MORNING, replace(MORNING, at=time(8))], by=LEADER)
    assert office.store.slots() == ()

    first, repeat = office.desk.slots.add_all([MORNING, second], by=LEADER)

    assert repeat.slot.ref == first.slot.id
    assert len(office.store.slots()) == 2


def test_a_script_is_not_repeated_in_a_hamlet_beyond_the_limit(office: Office) -> None:
    office.rules = replace(office.rules, policy=replace(office.rules.policy, repeats_per_day=1))
    desk = Desk(
        office.store,
        read=office.lexicon.read,
        studio=office.studio,
        rules=office.rules,
        clock=office.clock,
        folder=office.folder,
    )
    office.script("a.txt")
    desk.slots.add(replace(MORNING, code="chieu", at=time(17)), by=LEADER)
    desk.slots.add(replace(MORNING, hamlets=("h1",), plays=Plays.SCRIPT, ref="a"), by=LEADER)

    with pytest.raises(PolicyError, match=r"chieu, Ấp 1.*repeats per day 1"):
        desk.queue.add("a", "chieu", by=LEADER)
    with pytest.raises(PolicyError, match=r"lai, Ấp 1.*repeats per day 1"):
        desk.slots.add(replace(MORNING, code="lai", at=time(7), plays=Plays.REPEAT, ref="sang"), by=LEADER)
    assert office.store.queue() == ()
    desk.slots.add(
        replace(MORNING, code="lai", at=time(7), plays=Plays.REPEAT, ref="sang", hamlets=("h2",)), by=LEADER
    )


def test_the_replaced_minutes_count_for_nothing(office: Office) -> None:
    office.desk.slots.add(replace(MORNING, length_s=3000), by=LEADER)
    once = on(3, replace(MORNING, code="x", at=time(5, 30), length_s=3000))

    office.desk.slots.add(replace(once, replaces=("sang",)), by=LEADER)

    with pytest.raises(PolicyError, match="minutes per day 60"):
        office.desk.slots.add(replace(once, code="y", at=time(8)), by=LEADER)
