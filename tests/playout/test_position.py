"""Where an airing stands, for every state and moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from broadcaster.playout import reasons
from broadcaster.playout.airing import Airing, Outcome
from broadcaster.playout.position import Ending, Join, elapsed, heard, join, judged, seconds_until
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.slot import Priority, SlotKind
from broadcaster.units import Milliseconds

START = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)


def airing(length: int = 60_000, sounded_to: int = 0, lost: int = 0, lateness_s: int = 120) -> Airing:
    return Airing(
        id="a",
        edition_id="e",
        slot_code="sang",
        kind=SlotKind.PROGRAMME,
        priority=Priority.ROUTINE,
        title="Bản tin",
        hamlet=Hamlet("h", "ap-1", "Ấp 1"),
        starts_at=START,
        lateness_s=lateness_s,
        has_scripts=True,
        bulletin="b",
        file_name="b.mp3",
        length=Milliseconds(length),
        voice="espeak:vi",
        sounded_to=Milliseconds(sounded_to),
        lost=Milliseconds(lost),
    )


@some.composite
def airings(draw: some.DrawFn) -> Airing:
    length = draw(some.integers(1, 3_600_000))
    sounded_to = draw(some.one_of(some.just(0), some.integers(0, length)))
    return airing(length, sounded_to, draw(some.integers(0, sounded_to)), draw(some.integers(0, 3600)))


moments = some.integers(-86_400_000, 86_400_000).map(Milliseconds)


@given(airings(), moments)
def test_no_second_sounds_twice_and_none_before_its_time(some_airing: Airing, since: Milliseconds) -> None:
    plan = join(some_airing, since)
    if isinstance(plan, Join):
        assert plan.position >= some_airing.sounded_to
        assert plan.position >= since
        assert plan.position == max(0, since, some_airing.sounded_to)
        assert plan.wait in (0, plan.position - since)
        assert 0 <= plan.wait <= 2400
        assert plan.position < some_airing.length
        if plan.position:
            assert some_airing.length - plan.position >= min(
                10_000, 1 if some_airing.length < 10_000 else 10_000
            )


@given(airings(), moments)
def test_it_ends_without_sound_only_when_it_is_too_late_or_too_little_is_left(
    some_airing: Airing, since: Milliseconds
) -> None:
    plan = join(some_airing, since)
    if isinstance(plan, Ending):
        late = since > some_airing.lateness_s * 1000
        over = max(since, some_airing.sounded_to) > some_airing.length - 10_000
        assert late or over
        assert plan.outcome is (Outcome.PARTIAL if heard(some_airing) else Outcome.MISSED)
        assert plan.reason


@given(airings(), moments, moments)
def test_time_only_ever_moves_it_forward(some_airing: Airing, one: Milliseconds, other: Milliseconds) -> None:
    first, second = join(some_airing, min(one, other)), join(some_airing, max(one, other))
    if isinstance(first, Join) and isinstance(second, Join):
        assert first.position <= second.position
    if isinstance(first, Ending):
        assert isinstance(second, Ending)


@given(airings(), moments)
def test_what_was_heard_is_not_held_up_by_a_clock_moved_back(
    some_airing: Airing, since: Milliseconds
) -> None:
    now = START + timedelta(milliseconds=since)
    until = seconds_until(some_airing, now)
    assert until == (0 if heard(some_airing) else -since / 1000)
    assert elapsed(some_airing, now) == since


@given(airings(), some.sampled_from(Outcome), some.booleans(), some.text(max_size=5), some.integers(0, 5000))
def test_the_verdict_never_claims_more_than_was_heard(
    some_airing: Airing, outcome: Outcome, killed: bool, trouble: str, late: int
) -> None:
    verdict = judged(
        Ending(outcome, "why"), some_airing, late=Milliseconds(late), killed=killed, trouble=trouble
    )
    if verdict.outcome is Outcome.AIRED and heard(some_airing):
        assert some_airing.lost <= 2_000
        assert not killed
    if heard(some_airing):
        assert verdict.outcome in (Outcome.AIRED, Outcome.PARTIAL)
    elif outcome is not Outcome.AIRED:
        assert verdict.outcome in (outcome, Outcome.FAILED)


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        (-5_000, Join(Milliseconds(0), Milliseconds(0))),
        (0, Join(Milliseconds(0), Milliseconds(0))),
        (30_000, Join(Milliseconds(30_000), Milliseconds(0))),
        (50_000, Join(Milliseconds(50_000), Milliseconds(0))),
        (50_001, Ending(Outcome.MISSED, reasons.TOO_LITTLE_LEFT)),
        (120_001, Ending(Outcome.MISSED, "too late by 120.0 s")),
    ],
)
def test_a_start(since: int, expected: Join | Ending) -> None:
    assert join(airing(), Milliseconds(since)) == expected


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        (5_000, Join(Milliseconds(8_000), Milliseconds(0))),
        (6_500, Join(Milliseconds(8_000), Milliseconds(1_500))),
        (-30_000, Join(Milliseconds(8_000), Milliseconds(0))),
        (20_400, Join(Milliseconds(20_400), Milliseconds(0))),
        (50_001, Ending(Outcome.PARTIAL, reasons.TOO_LITTLE_LEFT)),
        (999_000, Ending(Outcome.PARTIAL, reasons.TOO_LITTLE_LEFT)),
    ],
)
def test_a_start_after_a_kill_at_8_s(since: int, expected: Join | Ending) -> None:
    assert join(airing(sounded_to=8_000), Milliseconds(since)) == expected


def test_a_short_spot_is_joined_to_its_last_second() -> None:
    assert join(airing(length=6_000), Milliseconds(5_000)) == Join(Milliseconds(5_000), Milliseconds(0))
    assert join(airing(length=6_000), Milliseconds(6_000)) == Ending(Outcome.MISSED, reasons.TOO_LITTLE_LEFT)


ENDED = Ending(Outcome.AIRED, "")


@pytest.mark.parametrize(
    ("lost", "late", "killed", "expected"),
    [
        (0, 0, False, Ending(Outcome.AIRED, "")),
        (80, 80, False, Ending(Outcome.AIRED, "")),
        (700, 700, False, Ending(Outcome.AIRED, "began late by 0.7 s")),
        (3_000, 3_000, False, Ending(Outcome.PARTIAL, "joined late by 3.0 s")),
        (400, 0, False, Ending(Outcome.AIRED, "interrupted 0.4 s; trouble")),
        (2_400, 0, False, Ending(Outcome.PARTIAL, "interrupted 2.4 s; trouble")),
        (12_400, 0, True, Ending(Outcome.PARTIAL, "interrupted 12.4 s ±1.2 s; trouble")),
        (1_200, 0, True, Ending(Outcome.PARTIAL, "interrupted 1.2 s ±1.2 s; trouble")),
    ],
)
def test_a_verdict(lost: int, late: int, killed: bool, expected: Ending) -> None:
    played = airing(sounded_to=60_000, lost=lost)
    assert judged(ENDED, played, late=Milliseconds(late), killed=killed, trouble="trouble") == expected


def test_a_start_that_failed_for_a_reason_is_failed_not_missed() -> None:
    missed = Ending(Outcome.MISSED, "too late by 9.0 s")
    verdict = judged(missed, airing(), late=Milliseconds(0), killed=False, trouble="output: gone")
    assert verdict == Ending(Outcome.FAILED, "too late by 9.0 s; output: gone")
    assert judged(missed, airing(), late=Milliseconds(0), killed=False, trouble="") == missed


def test_reasons_are_shown_in_words() -> None:
    reason = reasons.joined("stopped by Lan", "", "interrupted 2.4 s", "stopped by Lan")
    assert reason == "stopped by Lan; interrupted 2.4 s"
    assert reasons.shown(reason) == reason
    assert reasons.shown("quiet hours 21:30-05:00") == "quiet hours 21:30-05:00"
