from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadcaster.timetable.calendar import Calendar, Profile
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.house_rules import house_rules
from broadcaster.timetable.policy import Policy, refusal
from broadcaster.timetable.reasons import shown
from broadcaster.timetable.slot import Priority, SlotKind
from broadcaster.units import Lufs, Milliseconds
from tests.timetable.strategies import ZONES, instants_

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
POLICY = Policy((time(21, 30), time(5, 0)), minutes_per_day=30)
HAMLET = Hamlet("h", "ap-1", "Ấp 1")


def judged(
    at: str,
    minutes: float = 10,
    heard: float = 0,
    *,
    policy: Policy = POLICY,
    hamlet: Hamlet = HAMLET,
    kind: SlotKind = SlotKind.PROGRAMME,
    priority: Priority = Priority.ROUTINE,
) -> str:
    starts_at = datetime.fromisoformat(f"2026-09-02 {at}").replace(tzinfo=ZONE)
    return refusal(policy, hamlet, kind, priority, starts_at, Milliseconds(int(minutes * 60_000)), heard)


@pytest.mark.parametrize("at", ["21:30", "23:00", "00:00", "04:59", "21:25", "04:55"])
def test_nothing_sounds_in_quiet_hours(at: str) -> None:
    assert judged(at) == "quiet hours 21:30-05:00"


@pytest.mark.parametrize("at", ["05:00", "12:00", "21:20"])
def test_other_hours_are_free(at: str) -> None:
    assert judged(at) == ""


def test_an_airing_of_no_length_may_not_begin_in_quiet_hours() -> None:
    assert judged("21:30", minutes=0) == "quiet hours 21:30-05:00"
    assert judged("05:00", minutes=0) == ""


def test_quiet_hours_within_one_day_and_none_at_all() -> None:
    assert judged("12:30", policy=Policy((time(12), time(13)))) == "quiet hours 12:00-13:00"
    assert judged("13:00", policy=Policy((time(12), time(13)))) == ""
    assert judged("23:55", policy=Policy((time(0), time(0)))) == ""


def test_a_hamlet_may_have_quiet_hours_of_its_own() -> None:
    school = Hamlet("h", "ap-1", "Ấp 1", quiet_hours=(time(7), time(11)))

    assert judged("08:00", hamlet=school) == "quiet hours 07:00-11:00"
    assert judged("22:00", hamlet=school) == "quiet hours 21:30-05:00"


def test_minutes_per_day_count_what_was_heard_before() -> None:
    assert judged("06:00", minutes=10, heard=20) == ""
    assert judged("06:00", minutes=10, heard=20.1) == "minutes per day 30"


def test_windows_are_the_only_hours_that_are_allowed() -> None:
    policy = Policy((time(0), time(0)), windows=((time(5), time(7)), (time(22), time(1))))
    outside = "outside the allowed hours 05:00-07:00, 22:00-01:00"

    assert judged("05:00", 120, policy=policy) == ""
    assert judged("05:01", 120, policy=policy) == outside
    assert judged("23:30", 60, policy=policy) == ""
    assert judged("00:30", 30, policy=policy) == ""
    assert judged("12:00", policy=policy) == outside
    assert judged("12:00", policy=policy, priority=Priority.EMERGENCY) == ""


def test_sensitive_hamlets_have_stricter_rules() -> None:
    policy = replace(POLICY, sensitive_quiet_hours=(time(7), time(17)), sensitive_minutes_per_day=15)
    school = replace(HAMLET, sensitive=True)

    assert judged("08:00", hamlet=school, policy=policy) == "quiet hours 07:00-17:00"
    assert judged("08:00", policy=policy) == ""
    assert judged("18:00", 10, heard=6, hamlet=school, policy=policy) == "minutes per day 15"
    assert judged("18:00", 10, heard=6, policy=policy) == ""


def test_the_strictest_limit_of_minutes_holds() -> None:
    assert judged("06:00", 10, 1, hamlet=replace(HAMLET, minutes_per_day=10)) == "minutes per day 10"
    assert judged("06:00", 10, 21, hamlet=replace(HAMLET, minutes_per_day=60)) == "minutes per day 30"


def test_a_script_may_be_heard_so_often_a_day() -> None:
    def heard(times: int, policy: Policy) -> str:
        at = datetime(2026, 9, 2, 6, tzinfo=ZONE)
        kinds = (SlotKind.PROGRAMME, Priority.ROUTINE)
        return refusal(policy, HAMLET, *kinds, at, Milliseconds(1), 0, times_heard_today=times)

    assert heard(1, replace(POLICY, repeats_per_day=2)) == ""
    assert heard(2, replace(POLICY, repeats_per_day=2)) == "repeats per day 2"
    assert heard(99, POLICY) == ""


def test_a_day_profile_brings_quiet_hours_of_its_own() -> None:
    night = Profile("p", "thi", "Thi", quiet_hours=(time(20), time(6)))
    calendar = Calendar(profiles={date(2026, 9, 2): night})

    def on(day: int, hour: int) -> str:
        at = datetime(2026, 9, day, hour, 30, tzinfo=ZONE)
        kinds = (SlotKind.PROGRAMME, Priority.ROUTINE)
        return refusal(POLICY, HAMLET, *kinds, at, Milliseconds(1), 0, calendar=calendar)

    assert on(2, 20) == "quiet hours 20:00-06:00"
    assert on(3, 5) == "quiet hours 20:00-06:00", "they last into the next morning"
    assert on(2, 5) == on(3, 20) == ""


def test_priority_obeys_emergency_and_rehearsal_do_not() -> None:
    assert judged("23:00", priority=Priority.PRIORITY)
    assert judged("23:00", heard=999, priority=Priority.EMERGENCY) == ""
    assert judged("23:00", heard=999, kind=SlotKind.REHEARSAL) == ""
    assert judged("23:00", heard=999, kind=SlotKind.EMERGENCY) == ""


def test_the_instant_must_carry_the_stations_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        refusal(
            POLICY,
            HAMLET,
            SlotKind.PROGRAMME,
            Priority.ROUTINE,
            datetime(2026, 9, 2, tzinfo=UTC),
            Milliseconds(1),
            0,
        )


@settings(max_examples=80, deadline=None)
@given(
    instants_,
    st.integers(1, 600),
    st.sampled_from(ZONES),
    st.tuples(*(st.builds(time, st.integers(0, 23), st.sampled_from((0, 20, 45))),) * 2),
)
def test_what_is_allowed_has_no_quiet_minute(
    start: datetime, minutes: int, zone_name: str, hours: tuple[time, time]
) -> None:
    zone = ZoneInfo(zone_name)
    starts_at = start.astimezone(zone)
    length = Milliseconds(minutes * 60_000)
    begin, end = hours

    def quiet(instant: datetime) -> bool:
        at = instant.astimezone(zone).time()
        return begin <= at < end if begin <= end else at >= begin or at < end

    answer = refusal(Policy(hours, 9999), HAMLET, SlotKind.PROGRAMME, Priority.ROUTINE, starts_at, length, 0)

    sounding = any(quiet(start + timedelta(minutes=n)) for n in range(minutes))
    if not sounding:
        assert answer == ""
    elif starts_at.utcoffset() == (start + timedelta(days=1)).astimezone(zone).utcoffset():
        assert answer != ""


def test_reasons_are_shown_with_their_figures() -> None:
    assert shown("quiet hours 21:30-05:00") == "quiet hours 21:30-05:00"
    assert shown("something else") == "something else"


_HOURS = st.tuples(*[st.times().map(lambda at: at.replace(second=0, microsecond=0))] * 2)


@given(st.lists(_HOURS, max_size=3), st.none() | _HOURS, st.none() | _HOURS, st.integers(0, 1439))
@settings(max_examples=60)
def test_a_hamlet_pc_is_told_the_same_hours(
    windows: list[tuple[time, time]],
    own: tuple[time, time] | None,
    sensitive: tuple[time, time] | None,
    minute: int,
) -> None:
    windows = [window for window in windows if window[0] != window[1]]
    policy = replace(POLICY, windows=tuple(windows), sensitive_quiet_hours=sensitive)
    hamlet = replace(HAMLET, quiet_hours=own, sensitive=True, minutes_per_day=20)
    rules = house_rules(policy, hamlet, Lufs(-15))
    quiet = any(
        begin <= minute < end if begin < end else not end <= minute < begin
        for begin, end in ((a.hour * 60 + a.minute, b.hour * 60 + b.minute) for a, b in rules.quiet)
    )
    why = judged(f"{minute // 60:02}:{minute % 60:02}", minutes=0, policy=policy, hamlet=hamlet)
    assert quiet == bool(why)
    assert rules.minutes_per_day == 20
