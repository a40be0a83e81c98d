from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings

from broadcaster.timetable.edition import FixedEdition, PlannedEdition, Queued, Rules, State
from broadcaster.timetable.forecast import forecast
from broadcaster.timetable.slot import Plays, Slot, SlotKind
from tests.timetable.strategies import instants_, rules, states

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MIDNIGHT = datetime(2026, 9, 1, tzinfo=ZONE)
EVENING = Slot("e", "chieu", "Chiều", time(17), ("h1", "h2"), max_items=2)
MORNING = Slot("m", "sang", "Sáng", time(5, 30), ("h1",), plays=Plays.REPEAT, ref="e")


def days(count: float) -> datetime:
    return MIDNIGHT + timedelta(days=count)


def queue(*scripts: tuple[str, int], slot: str = "e", expires: date | None = None) -> tuple[Queued, ...]:
    return tuple(Queued(f"q-{s}", slot, s, n, owed, expires) for n, (s, owed) in enumerate(scripts, 1))


def told(editions: tuple[PlannedEdition, ...]) -> list[tuple[str, str, tuple[str, ...], str]]:
    return [(f"{e.starts_at:%d %H:%M}", e.slot.code, e.script_ids, e.reason) for e in editions]


def test_the_queue_is_used_up_edition_by_edition() -> None:
    state = State(MIDNIGHT, queue(("a", 1), ("b", 2), ("c", 1)))

    found = forecast(Rules(ZONE, (EVENING,)), state, MIDNIGHT, days(3))

    assert told(found) == [
        ("01 17:00", "chieu", ("a", "b"), ""),
        ("02 17:00", "chieu", ("b", "c"), ""),
        ("03 17:00", "chieu", (), "nothing queued"),
    ]
    assert all(edition.provisional for edition in found)


def test_the_queue_goes_by_position_not_by_order_of_arrival() -> None:
    first, second = queue(("a", 1), ("b", 1))

    found = forecast(
        Rules(ZONE, (replace(EVENING, max_items=1),)),
        State(MIDNIGHT, (replace(second, position=9), replace(first, position=3))),
        MIDNIGHT,
        days(2),
    )

    assert [edition.script_ids for edition in found] == [("a",), ("b",)]


def test_a_later_start_still_sees_the_queue_used_up_before_it() -> None:
    state = State(MIDNIGHT, queue(("a", 1), ("b", 1), ("c", 1)))

    found = forecast(Rules(ZONE, (EVENING,)), state, days(1), days(2))

    assert told(found) == [("02 17:00", "chieu", ("c",), "")]


def test_a_fixed_edition_is_as_it_was_fixed_and_takes_nothing_more() -> None:
    fixed = FixedEdition("e", days(0) + timedelta(hours=17), ("x",))
    state = State(days(0.7), queue(("a", 1)), (fixed,))

    found = forecast(Rules(ZONE, (EVENING,)), state, MIDNIGHT, days(2))

    assert told(found) == [("01 17:00", "chieu", ("x",), ""), ("02 17:00", "chieu", ("a",), "")]
    assert [edition.provisional for edition in found] == [False, True]


def test_a_fixed_edition_at_an_instant_the_slot_left_is_not_forecast() -> None:
    fixed = FixedEdition("e", days(0) + timedelta(hours=16, minutes=45), ("x",))

    found = forecast(Rules(ZONE, (EVENING,)), State(days(0.68), (), (fixed,)), MIDNIGHT, days(1))

    assert told(found) == [("01 17:00", "chieu", (), "nothing queued")]


def test_nothing_is_known_of_the_past_that_was_not_fixed() -> None:
    assert forecast(Rules(ZONE, (EVENING,)), State(days(2), queue(("a", 1))), MIDNIGHT, days(2)) == ()


def test_the_evening_is_repeated_next_morning() -> None:
    state = State(MIDNIGHT, queue(("a", 1), ("b", 1)))

    found = forecast(Rules(ZONE, (EVENING, MORNING)), state, MIDNIGHT, days(2.5))

    assert told(found) == [
        ("01 05:30", "sang", (), "nothing to repeat"),
        ("01 17:00", "chieu", ("a", "b"), ""),
        ("02 05:30", "sang", ("a", "b"), ""),
        ("02 17:00", "chieu", (), "nothing queued"),
        ("03 05:30", "sang", ("a", "b"), ""),
    ]


def test_the_last_fixed_edition_is_repeated_even_if_its_slot_has_moved_since() -> None:
    fixed = FixedEdition("e", days(-1) + timedelta(hours=16), ("x",))

    found = forecast(Rules(ZONE, (EVENING, MORNING)), State(MIDNIGHT, (), (fixed,)), MIDNIGHT, days(0.5))

    assert told(found) == [("01 05:30", "sang", ("x",), "")]


def test_a_repeat_at_the_same_instant_plays_the_edition_before() -> None:
    twin = replace(MORNING, at=time(17), hamlets=("h3",), code="z")

    found = forecast(
        Rules(ZONE, (replace(EVENING, max_items=1), twin)),
        State(MIDNIGHT, queue(("a", 1), ("b", 1))),
        MIDNIGHT,
        days(2),
    )

    assert [(e.slot.code, e.script_ids) for e in found] == [
        ("chieu", ("a",)),
        ("z", ()),
        ("chieu", ("b",)),
        ("z", ("a",)),
    ]


def test_a_script_slot_plays_its_script_until_that_expires() -> None:
    slot = replace(EVENING, plays=Plays.SCRIPT, ref="a")

    found = forecast(Rules(ZONE, (slot,), {"a": date(2026, 9, 2)}), State(MIDNIGHT), MIDNIGHT, days(3))

    assert [(e.script_ids, e.reason) for e in found] == [(("a",), ""), (("a",), ""), ((), "expired")]


def test_expired_scripts_are_passed_over_in_the_queue() -> None:
    state = State(MIDNIGHT, (*queue(("old", 5), expires=date(2026, 9, 1)), *queue(("b", 1))))

    found = forecast(Rules(ZONE, (replace(EVENING, max_items=1),)), state, MIDNIGHT, days(3))

    assert [(e.script_ids, e.reason) for e in found] == [(("old",), ""), (("b",), ""), ((), "expired")]


def test_an_expired_script_is_not_repeated_but_its_neighbour_is() -> None:
    state = State(MIDNIGHT, queue(("old", 1), ("b", 1)))

    found = forecast(Rules(ZONE, (EVENING, MORNING), {"old": date(2026, 9, 1)}), state, days(1), days(1.5))

    assert told(found) == [("02 05:30", "sang", ("b",), "")]


def test_barred_scripts_never_appear_whatever_names_them() -> None:
    fixed = FixedEdition("e", days(0) + timedelta(hours=17), ("a",))
    slot = replace(EVENING, id="s", code="s", plays=Plays.SCRIPT, ref="a", at=time(9))
    state = State(MIDNIGHT, queue(("a", 9)), (fixed,))

    found = forecast(Rules(ZONE, (EVENING, slot), barred=frozenset({"a"})), state, MIDNIGHT, days(2))

    assert {(e.script_ids, e.reason) for e in found} == {((), "not approved")}


def test_rehearsals_and_emergencies_are_no_part_of_it() -> None:
    slot = replace(EVENING, kind=SlotKind.REHEARSAL)

    assert forecast(Rules(ZONE, (slot,)), State(MIDNIGHT, queue(("a", 1))), MIDNIGHT, days(2)) == ()


@settings(max_examples=100, deadline=None)
@given(rules(), states(), instants_, instants_, instants_)
def test_a_forecast_may_be_cut_anywhere(
    timetable: Rules, state: State, a: datetime, b: datetime, c: datetime
) -> None:
    a, b, c = sorted((a, b, c))

    whole = forecast(timetable, state, a, c)

    assert whole == forecast(timetable, state, a, b) + forecast(timetable, state, b, c)
    keys = [(e.starts_at.astimezone(UTC), e.slot.code) for e in whole]
    assert keys == sorted(set(keys))
    assert all(bool(e.script_ids) != bool(e.reason) for e in whole)


@settings(max_examples=80, deadline=None)
@given(rules(), states())
def test_fixing_editions_one_after_another_changes_nothing_that_was_forecast(
    timetable: Rules, state: State
) -> None:
    """What the desk does as time passes must be what was foretold."""
    end = state.as_of + timedelta(days=8)
    foretold = forecast(timetable, state, state.as_of, end)

    lived: list[PlannedEdition] = []
    while coming := forecast(timetable, state, state.as_of, end):
        together = [edition for edition in coming if edition.starts_at == coming[0].starts_at]
        lived += together
        state = _after(state, together)

    assert lived == list(foretold)


def _after(state: State, editions: list[PlannedEdition]) -> State:
    """The state once these editions of one instant were fixed and the instant has passed."""
    as_of = editions[0].starts_at.astimezone(UTC) + timedelta(microseconds=1)
    fixed = tuple(FixedEdition(e.slot.id, e.starts_at, e.script_ids) for e in editions if e.script_ids)
    taken = {(e.slot.id, script) for e in editions if e.slot.plays is Plays.QUEUE for script in e.script_ids}
    owed = [replace(q, owed=q.owed - 1) if (q.slot_id, q.script_id) in taken else q for q in state.queue]
    return State(as_of, tuple(q for q in owed if q.owed), (*state.fixed, *fixed))
