"""The calendar at the moment of air: repeats, the quiet hours of a day profile, relays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from broadcaster.clock import TurnedClock
from broadcaster.config import parse
from broadcaster.playout.airing import Airing, Outcome
from broadcaster.station import Station
from broadcaster.timetable.calendar import Profile
from broadcaster.timetable.slot import Plays, Priority, Slot, SlotKind
from broadcaster.units import Milliseconds
from tests.contracts.desk_store import script as approved
from tests.kit import AUTHOR

TEN = datetime(2027, 1, 4, 3, tzinfo=UTC)
"""10:00 in the station's zone."""
MINUTE = timedelta(minutes=1)


@pytest.fixture
def station(small: Path) -> Iterator[Station]:
    settings = parse({"policy": {"repeats_per_day": 1, "quiet_hours": "21:30-05:00"}})
    with Station(small, TurnedClock(TEN - timedelta(hours=2)), settings) as opened:
        yield opened


def aired(station: Station, at: time, script: str = "") -> Airing:
    """An airing of that time today, in the first hamlet, claimed; its edition holds the script."""
    hamlet = station.store.hamlets()[0]
    code = f"luc-{at:%H-%M}"
    slot = station.desk.slots.add(Slot("", code, code, at, (hamlet.id,), length_s=60), by=AUTHOR).slot
    now = station.clock.now()
    edition = next(e for e in station.store.editions(now, now + timedelta(days=1)) if e.slot.id == slot.id)
    station.store.fix(edition.id, (script,) if script else (), "", "", now=now)
    (airing,) = station.store.claim(edition.starts_at, now)
    return replace(airing, length=Milliseconds(60_000))


def turn_to(station: Station, instant: datetime) -> None:
    assert isinstance(station.clock, TurnedClock)
    station.clock.advance((instant - station.clock.now()).total_seconds())


def test_a_script_is_not_heard_beyond_its_repeats(station: Station) -> None:
    station.store.add_script(approved("tiem-chung"), by=AUTHOR, now=station.clock.now())
    (script,) = (one.id for one in station.store.scripts())
    first, second = aired(station, time(9), script), aired(station, time(10), script)
    assert station.may_air(second) == ""

    station.store.end([first.id], Outcome.AIRED, "", 60.0, TEN)

    assert station.may_air(second) == "repeats per day 1"
    assert station.may_air(aired(station, time(11))) == ""
    assert station.may_air(replace(second, kind=SlotKind.REHEARSAL)) == ""


def test_a_script_is_not_heard_before_its_first_day(station: Station) -> None:
    answer = replace(approved("dap-an"), not_before=date(2027, 1, 4))
    station.store.add_script(answer, by=AUTHOR, now=station.clock.now())
    airing = aired(station, time(10), answer.id)
    assert station.may_air(airing) == ""

    put_off = replace(answer, not_before=date(2027, 1, 5))
    was, now = put_off.state, station.clock.now()
    station.store.change_script(put_off, was=was, by="", now=now, act="put off")

    assert station.may_air(airing) == "before its first day"
    turn_to(station, TEN + timedelta(hours=14))
    assert station.may_air(airing) == ""


def test_the_quiet_hours_of_a_stamped_day_hold(station: Station) -> None:
    airing = aired(station, time(10))
    exam = Profile("", "thi", "Ngày thi", quiet_hours=(time(7), time(17)))
    station.desk.profiles.add(exam, by=AUTHOR)

    station.desk.profiles.stamp("thi", [date(2027, 1, 4)], by=AUTHOR)

    assert station.may_air(airing) == "quiet hours 07:00-17:00"
    assert station.may_air(replace(airing, priority=Priority.EMERGENCY)) == ""


def test_what_is_late_does_not_sound_into_a_relay(station: Station) -> None:
    airing = aired(station, time(9, 59))
    relay = Slot("", "vov", "VOV", time(10), (airing.hamlet.id,), plays=Plays.RELAY, ref="VOV1", length_s=600)
    station.desk.slots.add(relay, by=AUTHOR)

    turn_to(station, TEN - MINUTE / 2)
    assert station.may_air(airing) == ""
    turn_to(station, TEN + MINUTE / 2)
    assert station.may_air(airing) == "relay VOV1"
    assert station.may_air(replace(airing, hamlet=station.store.hamlets()[1])) == ""
    assert station.may_air(replace(airing, kind=SlotKind.REHEARSAL)) == ""
    turn_to(station, TEN + 10 * MINUTE)
    assert station.may_air(airing) == ""
