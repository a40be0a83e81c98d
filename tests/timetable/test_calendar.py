"""Week views and relays: what a day of the station's calendar holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from broadcaster.timetable.calendar import PLAIN, Calendar, Profile
from broadcaster.timetable.edition import Rules
from broadcaster.timetable.relays import relay_on
from broadcaster.timetable.slot import Plays, Slot
from broadcaster.timetable.week import days

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
EVENING = Slot("e", "chieu", "Chiều", time(17), ("h1", "h2"))
TET = Profile("t", "tet", "Tết", ordinary=False)


def test_the_days_of_a_week_say_what_sounds_and_what_does_not() -> None:
    once = replace(
        EVENING, id="o", code="o", first=date(2027, 2, 5), last=date(2027, 2, 5), replaces=("e",), at=time(9)
    )
    calendar = Calendar(profiles={date(2027, 2, 6): TET})
    rules = Rules(ZONE, (EVENING, once), calendar=calendar)

    thursday, friday, saturday = days(rules, date(2027, 2, 4), 3)

    assert [(e.slot.code, e.reason) for e in thursday.entries] == [("chieu", "")]
    assert [(e.slot.code, e.reason) for e in friday.entries] == [("o", ""), ("chieu", "replaced by o")]
    assert [(e.slot.code, e.reason) for e in saturday.entries] == [("chieu", "day profile tet")]
    assert (saturday.lunar.day, saturday.lunar.month, saturday.profile) == (1, 1, TET)
    assert [day.holiday for day in (thursday, friday, saturday)] == [False, True, True]


def test_one_profile_for_every_day() -> None:
    calendar = Calendar(profiles={date(2026, 9, 1): TET})

    assert calendar.profile(date(2026, 9, 2)) is None
    assert calendar.always(TET).profile(date(2030, 1, 1)) == TET


def test_a_relay_has_the_air_for_its_length_and_past_midnight() -> None:
    relay = replace(EVENING, at=time(23, 50), plays=Plays.RELAY, ref="VOV1", length_s=1800, hamlets=("h1",))

    def on(day: int, at: time, hamlet: str = "h1", *more: Slot) -> str:
        instant = datetime.combine(date(2026, 9, day), at, ZONE)
        return relay_on(instant, hamlet, (relay, EVENING, *more), ZONE, PLAIN)

    assert on(1, time(23, 50)) == on(2, time(0, 19)) == "VOV1"
    assert on(1, time(23, 49)) == on(2, time(0, 20)) == on(1, time(23, 55), "h2") == on(1, time(17)) == ""
    once = replace(relay, id="o", plays=Plays.QUEUE, ref="", replaces=("e",), first=date(2026, 9, 1))
    assert on(1, time(23, 55), "h1", once) == ""
    assert timedelta(seconds=relay.length_s) == timedelta(minutes=30)
