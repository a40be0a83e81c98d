from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from time import process_time
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from broadcaster.timetable.calendar import Calendar, Profile
from broadcaster.timetable.edition import FixedEdition, LastPlay, PlannedEdition, Queued, Rules, State
from broadcaster.timetable.forecast import forecast
from broadcaster.timetable.silences import silences
from broadcaster.timetable.slot import Plays, Slot, SlotKind
from tests.timetable.strategies import MOURNING, TET, instants_, rules, states

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


def rotating(*scripts: str, items: int = 1) -> Slot:
    return replace(EVENING, plays=Plays.ROTATION, rotation=scripts, max_items=items)


def test_a_rotation_gives_each_its_turn() -> None:
    found = forecast(Rules(ZONE, (rotating(*"abcde", items=2),)), State(MIDNIGHT), MIDNIGHT, days(5))

    assert ["".join(edition.script_ids) for edition in found] == ["ab", "cd", "ea", "bc", "de"]


def test_a_rotation_goes_on_from_what_was_played_last() -> None:
    yesterday = days(-1) + timedelta(hours=17)
    plays = (
        LastPlay("e", "c", yesterday, 0),
        LastPlay("e", "a", yesterday, 1),
        LastPlay("e", "b", days(-9), 0),
    )

    found = forecast(Rules(ZONE, (rotating(*"abc"),)), State(MIDNIGHT, plays=plays), MIDNIGHT, days(4))

    assert ["".join(edition.script_ids) for edition in found] == ["b", "c", "a", "b"]


def test_scripts_that_may_not_air_lose_their_turn() -> None:
    timetable = Rules(ZONE, (rotating(*"abc"),), {"b": date(2026, 8, 31)}, frozenset("c"))

    found = forecast(timetable, State(MIDNIGHT), MIDNIGHT, days(2))

    assert [edition.script_ids for edition in found] == [("a",), ("a",)]
    nothing = Rules(ZONE, (rotating("c"),), barred=frozenset("c"))
    assert [e.reason for e in forecast(nothing, State(MIDNIGHT), MIDNIGHT, days(1))] == ["not approved"]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 9), st.integers(1, 4), st.integers(0, 30))
def test_all_of_a_rotation_are_heard_in_time_and_none_twice_running(n: int, k: int, played: int) -> None:
    slot = rotating(*(f"s{number}" for number in range(n)), items=k)
    state = State(days(played), (), ())
    before = forecast(Rules(ZONE, (slot,)), State(MIDNIGHT), MIDNIGHT, days(played))
    fixed = tuple(FixedEdition("e", e.starts_at, e.script_ids) for e in before)

    found = forecast(Rules(ZONE, (slot,)), replace(state, fixed=fixed), days(played), days(played + 40))

    within = -(-n // k)
    for first in range(len(found) - within):
        assert {s for e in found[first : first + within] for s in e.script_ids} == set(slot.rotation)
    heard = [script for edition in (*before, *found) for script in edition.script_ids]
    if n > k:
        assert all(one != other for one, other in pairwise(heard))


def test_a_relay_is_not_ours_whatever_was_fixed_for_it() -> None:
    relay = replace(EVENING, plays=Plays.RELAY, ref="VOV1")
    fixed = FixedEdition("e", days(0) + timedelta(hours=17), ("x",))

    found = forecast(Rules(ZONE, (relay, MORNING)), State(MIDNIGHT, (), (fixed,)), MIDNIGHT, days(1.5))

    assert told(found) == [
        ("01 05:30", "sang", (), "nothing to repeat"),
        ("01 17:00", "chieu", (), "relay VOV1"),
        ("02 05:30", "sang", (), "nothing to repeat"),
    ]


ONCE = Slot(
    *("o", "mit-tinh", "Mít tinh", time(17, 30), ("h1",)),
    first=date(2026, 9, 2),
    last=date(2026, 9, 2),
    replaces=("e",),
)


def heard(editions: tuple[PlannedEdition, ...]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(f"{e.starts_at:%d %H:%M}", e.slot.code, e.slot.hamlets) for e in editions]


def test_a_one_off_replaces_a_slot_in_its_own_hamlets_alone() -> None:
    timetable = Rules(ZONE, (EVENING, ONCE))

    assert heard(forecast(timetable, State(MIDNIGHT), MIDNIGHT, days(3))) == [
        ("01 17:00", "chieu", ("h1", "h2")),
        ("02 17:00", "chieu", ("h2",)),
        ("02 17:30", "mit-tinh", ("h1",)),
        ("03 17:00", "chieu", ("h1", "h2")),
    ]
    (silence,) = silences(timetable, MIDNIGHT, days(3))
    assert silence.slot.hamlets == ("h1",)
    assert (silence.reason, f"{silence.starts_at:%d %H:%M}") == ("replaced by mit-tinh", "02 17:00")


def test_what_is_replaced_everywhere_keeps_its_queue() -> None:
    everywhere = replace(ONCE, hamlets=("h1", "h2"))
    state = State(MIDNIGHT, queue(("a", 1), ("b", 1), ("c", 1)))

    found = forecast(Rules(ZONE, (replace(EVENING, max_items=1), everywhere)), state, MIDNIGHT, days(3))

    assert [(e.slot.code, e.script_ids) for e in found] == [
        ("chieu", ("a",)),
        ("mit-tinh", ()),
        ("chieu", ("b",)),
    ]


def stamped(profile: Profile) -> Calendar:
    return Calendar(profiles={date(2026, 9, 2): profile})


def test_on_a_day_of_an_unordinary_profile_only_its_slots_sound() -> None:
    tet = replace(EVENING, id="t", code="tet", at=time(8), profiles=("tet",))
    timetable = Rules(ZONE, (EVENING, tet), calendar=stamped(TET))

    found = forecast(timetable, State(MIDNIGHT), MIDNIGHT, days(3))

    assert [(at, code) for at, code, _hamlets in heard(found)] == [
        *(("01 17:00", "chieu"), ("02 08:00", "tet"), ("03 17:00", "chieu"))
    ]
    assert [(s.slot.code, s.reason) for s in silences(timetable, MIDNIGHT, days(3))] == [
        ("chieu", "day profile tet")
    ]


def test_in_mourning_the_words_stay_and_the_music_goes() -> None:
    found = forecast(Rules(ZONE, (EVENING,), calendar=stamped(MOURNING)), State(MIDNIGHT), MIDNIGHT, days(3))

    assert [edition.form for edition in found] == ["daily", "bare", "daily"]


def test_a_skipped_day_is_told_as_such() -> None:
    slot = replace(EVENING, skips=frozenset({date(2026, 9, 2), date(2026, 10, 1)}))

    told_of = silences(Rules(ZONE, (slot, replace(slot, kind=SlotKind.REHEARSAL))), MIDNIGHT, days(3))

    assert [(s.slot.hamlets, s.reason) for s in told_of] == [(("h1", "h2"), "skipped on this day")]


@settings(max_examples=40, deadline=None)
@given(rules(), states(), instants_, st.integers(1, 20))
def test_what_sounds_and_what_is_silent_are_never_the_same(
    timetable: Rules, state: State, begin: datetime, span: int
) -> None:
    end = begin + timedelta(days=span)
    state = replace(state, as_of=begin)

    sounding = [
        (e.slot.id, e.starts_at, hamlet)
        for e in forecast(timetable, state, begin, end)
        for hamlet in e.slot.hamlets
    ]
    silent = [(s.slot.id, s.starts_at, h) for s in silences(timetable, begin, end) for h in s.slot.hamlets]

    assert not set(sounding) & set(silent)
    assert len(set(silent)) == len(silent)


def test_a_year_of_twenty_slots_is_forecast_at_once() -> None:
    """Run at every change: the cost is that of a few thousand editions, not of the moon."""
    rule = "lunar 1,15 + not holidays + last fri"
    many = tuple(
        replace(EVENING, id=f"s{n}", code=f"s{n}", at=time(n), day_rule=rule, replaces=(f"s{n + 1}",))
        for n in range(20)
    )
    begun = process_time()

    found = forecast(Rules(ZONE, many), State(MIDNIGHT), MIDNIGHT, days(400))

    assert len(found) > 100
    assert process_time() - begun < 3, "0.3 s on an idle computer"


@settings(max_examples=60, deadline=None)
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


@settings(max_examples=50, deadline=None)
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
    return State(as_of, tuple(q for q in owed if q.owed), (*state.fixed, *fixed), state.plays)
