"""What an airing really told."""

from __future__ import annotations

from datetime import timedelta

from broadcaster.playout.airing import AsRun, Outcome
from broadcaster.production.bulletin import Cue
from broadcaster.reports.heard import Heard, heard, ours
from broadcaster.store.played import Played
from broadcaster.timetable.slot import SlotKind
from broadcaster.units import Milliseconds
from tests.reports.world import AT, cues, hamlets, line, script

(HERE, THERE) = hamlets(2)
FIRST, SECOND, THIRD = script("a"), script("b"), script("c", words=30)
BOOK = {one.id: one for one in (FIRST, SECOND, THIRD)}


def of(one: AsRun, *scripts: str, marks: tuple[Cue, ...] = (), continues: str = "") -> Heard:
    (found,) = heard([one], [Played(one.airing_id, HERE.id, continues, scripts, marks)], BOOK)
    return found


def told(one: Heard) -> list[tuple[str, int, bool]]:
    return [(t.script, t.length, t.enough) for t in one.told]


def test_the_whole_time_is_dealt_out_by_where_each_script_stands() -> None:
    marks = (
        Cue(FIRST.title, Milliseconds(20_000), Milliseconds(100_000)),
        Cue(SECOND.title, Milliseconds(130_000), Milliseconds(300_000)),
        Cue(FIRST.title, Milliseconds(440_000), Milliseconds(100_000)),
    )

    one = of(line(1, HERE, AT, played=600.0), FIRST.id, SECOND.id, marks=marks)

    assert told(one) == [(FIRST.id, 240_000, True), (SECOND.id, 360_000, True)]
    assert sum(t.length for t in one.told) == one.played == 600_000


def test_what_was_cut_off_was_not_told() -> None:
    one = of(
        line(1, HERE, AT, Outcome.PARTIAL, played=90.0, reason="emergency"),
        *(FIRST.id, SECOND.id, THIRD.id),
        marks=cues(FIRST, SECOND, THIRD, length=180_000),
    )

    assert told(one) == [(FIRST.id, 60_000, True), (SECOND.id, 30_000, True)]


def test_less_than_half_of_a_script_is_not_told_but_its_seconds_count() -> None:
    one = of(
        line(1, HERE, AT, Outcome.PARTIAL, played=70.0, reason="stopped by Lan"),
        *(FIRST.id, SECOND.id),
        marks=cues(FIRST, SECOND, length=120_000),
    )

    assert told(one) == [(FIRST.id, 60_000, True), (SECOND.id, 10_000, False)]


def test_who_joined_late_heard_the_end() -> None:
    late = line(1, HERE, AT, Outcome.PARTIAL, played=60.0, reason="joined late by 60.0 s")
    late = line(
        *(1, HERE, AT, Outcome.PARTIAL),
        played=60.0,
        reason=late.reason,
        started_at=AT + timedelta(seconds=60),
    )

    one = of(late, FIRST.id, SECOND.id, marks=cues(FIRST, SECOND, length=120_000))

    assert told(one) == [(SECOND.id, 60_000, True)]


def test_without_marks_scripts_stand_by_their_words() -> None:
    one = of(line(1, HERE, AT, played=42.0, planned=42.0), FIRST.id, THIRD.id)

    assert told(one) == [(FIRST.id, 11_000, True), (THIRD.id, 31_000, True)]


def test_a_script_that_nobody_knows_any_more_still_has_its_share() -> None:
    one = of(line(1, HERE, AT, played=24.0, planned=24.0), FIRST.id, "gone")

    assert sum(t.length for t in one.told) == 24_000
    assert {t.script for t in one.told} == {FIRST.id, "gone"}


def test_what_made_no_sound_told_nothing() -> None:
    silent = line(1, HERE, AT, Outcome.FAILED, played=0.0, reason="no sound")

    assert told(of(silent, FIRST.id, marks=cues(FIRST))) == []
    assert told(of(line(1, HERE, AT))) == []


def test_an_airing_begun_again_is_the_same_airing() -> None:
    lines = [
        line(1, HERE, AT, Outcome.PARTIAL, played=30.0, reason="emergency; begun again"),
        line(2, HERE, AT + timedelta(minutes=5), Outcome.PARTIAL, played=20.0, reason="emergency"),
        line(3, HERE, AT + timedelta(minutes=9)),
        line(4, THERE, AT),
    ]
    facts = [
        Played("a1", HERE.id, ""),
        Played("a2", HERE.id, "a1"),
        Played("a3", HERE.id, "a2"),
        Played("a4", THERE.id, ""),
    ]

    found = heard(lines, facts, BOOK)

    assert [one.airing for one in found] == ["a1", "a1", "a1", "a4"]
    assert [one.again for one in found] == [False, True, True, False]
    assert [one.planned for one in found] == [600_000, 0, 0, 600_000]


def test_one_that_continues_what_lies_before_the_period_is_no_new_airing() -> None:
    one = of(line(2, HERE, AT), continues="a1")

    assert (one.airing, one.again, one.planned) == ("a1", True, 0)


def test_what_was_called_off_was_not_planned_any_more() -> None:
    gone = line(1, HERE, AT, Outcome.CANCELLED, played=0.0, reason="timetable changed")

    assert of(gone).planned == 0


def test_ours_are_programmes_and_no_relay() -> None:
    lines = [
        line(1, HERE, AT),
        line(2, HERE, AT, Outcome.SKIPPED, played=0.0, planned=0.0, reason="relay VOV1", bulletin=""),
        line(3, HERE, AT, Outcome.SKIPPED, played=0.0, reason="relay VOV1"),
        line(4, HERE, AT, kind=SlotKind.EMERGENCY),
        line(5, HERE, AT, kind=SlotKind.REHEARSAL),
    ]

    found = ours(heard(lines, [], BOOK))

    assert [one.line.airing_id for one in found] == ["a1", "a3"]
    assert found[0].hamlet == HERE.code
