"""What sounds in one hamlet at one instant, and why nothing else does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from broadcaster.desk.script import ScriptKind
from broadcaster.desk.why import Answer, Ended, shown
from broadcaster.documents import parse
from broadcaster.errors import NotFound
from broadcaster.timetable.calendar import Profile
from broadcaster.timetable.slot import Plays, Weekday
from tests.desk.conftest import LEADER, NOW, Office

AT_FIVE = NOW.replace(hour=17)
SOON = AT_FIVE - timedelta(minutes=20)
DAY = timedelta(days=1)
NOTHING: Mapping[tuple[str, datetime], Ended] = {}


def asked(
    office: Office,
    instant: datetime = AT_FIVE,
    hamlet: str = "ap-1",
    ended: Mapping[tuple[str, datetime], Ended] = NOTHING,
) -> list[Answer]:
    return list(office.desk.why.at(instant, office.now, hamlet, ended))


def told(answers: list[Answer]) -> list[tuple[str, str, str]]:
    """(slot, what sounds, why not)."""
    return [(answer.slot, answer.what, answer.reason) for answer in answers]


def queued(office: Office, *names: str, slot: str = "chieu", editions: int = 1) -> None:
    for name in names:
        office.script(f"{name}.txt")
        office.desk.queue.add(name, slot, editions=editions, by=LEADER)


def prepared(office: Office, at: datetime = SOON) -> None:
    office.turn_to(at)
    office.desk.editions.prepare(office.now)


def test_what_sounds_comes_first_and_then_the_others_of_the_day(office: Office) -> None:
    office.slot("sang", time(5, 30))
    office.slot()
    office.slot("toi", time(19))
    office.slot("chu-nhat", time(17, 30), weekdays=frozenset({Weekday.SUN}))
    queued(office, "a")
    queued(office, "b", slot="toi")
    prepared(office)

    answers = asked(office)

    assert told(answers) == [
        ("chieu", "bulletin", ""),
        ("toi", "", "begins at 19:00"),
        ("sang", "", "passed without being planned"),
        ("chu-nhat", "", "not on this day"),
    ]
    first = answers[0]
    assert (first.hamlet, first.title, first.sounds) == ("ap-1", office.store.script("a").title, True)
    assert first.starts_at == AT_FIVE
    assert first.when.startswith("17:00")


def test_a_second_later_than_its_end_it_is_over(office: Office) -> None:
    office.studio.seconds = 600
    office.slot()
    queued(office, "a")
    prepared(office)

    assert told(asked(office, AT_FIVE + timedelta(minutes=9)))[0] == ("chieu", "bulletin", "")
    assert told(asked(office, AT_FIVE + timedelta(minutes=10))) == [("chieu", "", "over at 17:10")]


def test_what_began_before_midnight_still_sounds(office: Office) -> None:
    office.studio.seconds = 1200
    office.slot("khuya", time(20, 50), length_s=1800)
    queued(office, "a", slot="khuya")
    prepared(office, NOW.replace(hour=20, minute=30))

    assert told(asked(office, NOW.replace(hour=21)))[0] == ("khuya", "bulletin", "")


def test_without_its_bulletin_the_rung_that_stands_by_is_named(office: Office) -> None:
    office.slot()
    office.script("khau-hieu.txt", kind=ScriptKind.SPOT)
    queued(office, "a")
    office.studio.broken = {office.store.script("a").title}
    prepared(office)

    assert told(asked(office)) == [("chieu", "slogan", "")]


def test_without_any_audio_it_says_so(office: Office) -> None:
    office.slot()
    queued(office, "a")

    assert told(asked(office)) == [("chieu", "", "no audio made yet")]


def test_rules_and_plans_that_silence_a_slot_are_named(office: Office) -> None:
    office.slot("trong", time(17))
    office.slot("relay", time(17, 20), plays=Plays.RELAY, ref="VOV1")
    office.slot("bo", time(17, 40))
    office.slot("yen-lang", time(18))
    office.desk.slots.skip("bo", NOW.date(), by=LEADER)
    queued(office, "a", slot="yen-lang")
    prepared(office)
    hamlet = next(h for h in office.store.hamlets() if h.code == "ap-1")
    office.store.save_hamlet(replace(hamlet, quiet_hours=(time(18), time(19))), by="", now=office.now)

    assert told(asked(office)) == [
        ("trong", "", "nothing queued"),
        ("relay", "", "relay VOV1"),
        ("bo", "", "skipped on this day"),
        ("yen-lang", "", "quiet hours 18:00-19:00"),
    ]


def test_a_slot_that_another_replaces_or_a_profile_silences(office: Office) -> None:
    daily = office.slot()
    first = NOW.date()
    office.slot("mit-tinh", time(17), first=first, last=first, replaces=(daily.id,), hamlets=("h1",))

    assert ("chieu", "", "replaced by mit-tinh") in told(asked(office))
    assert ("chieu", "", "replaced by mit-tinh") not in told(asked(office, hamlet="ap-2"))

    office.desk.profiles.add(Profile("", "thi", "Thi", ordinary=False), by=LEADER)
    office.desk.profiles.stamp("thi", [(NOW + DAY).date()], by=LEADER)
    assert told(asked(office, AT_FIVE + DAY))[0] == ("chieu", "", "day profile thi")


def test_scripts_that_the_edition_leaves_out(office: Office) -> None:
    office.slot(max_items=1)
    office.desk.scripts.add(parse("Hạn chót hôm nay.", "han.txt"), "han", expires=NOW.date())
    office.desk.scripts.approve("han", by=LEADER)
    queued(office, "a", "b")
    office.desk.queue.add("han", "chieu", by=LEADER)
    office.desk.editions.prepare(office.now)

    today, tomorrow = asked(office), asked(office, AT_FIVE + DAY)

    titles = {name: office.store.script(name).title for name in ("a", "b", "han")}
    assert [(answer.title, answer.reason) for answer in today[1:]] == [
        (titles["b"], "waits, at most at a time 1"),
        (titles["han"], "waits, at most at a time 1"),
    ]
    assert [(answer.title, answer.reason) for answer in tomorrow[1:]] == [
        (titles["a"], "played by then as often as ordered"),
        (titles["han"], "expired"),
    ]


def test_a_script_of_a_rotation_that_is_no_longer_approved(office: Office) -> None:
    kept, gone = (office.script(f"{name}.txt", kind=ScriptKind.SPOT) for name in ("s1", "s2"))
    office.slot(plays=Plays.ROTATION, rotation=(kept.code, gone.code), form="spots")
    prepared(office)
    office.desk.scripts.withdraw("s2", by=LEADER)

    assert (gone.title, "not approved") in [(a.title, a.reason) for a in asked(office)]


def test_what_has_ended_tells_how(office: Office) -> None:
    office.studio.seconds = 600
    office.slot("sang", time(5, 30))
    office.slot()
    office.slot("toi", time(17, 20))
    queued(office, "a")
    queued(office, "b", slot="toi")
    prepared(office)
    ended = {
        ("chieu", AT_FIVE): Ended("partial", "stopped by Lan", 120.0),
        ("toi", AT_FIVE.replace(minute=20)): Ended("aired", "", 600.0),
        ("sang", NOW.replace(hour=5, minute=30)): Ended("skipped", "nothing queued", 0.0),
    }

    stopped = asked(office, AT_FIVE + timedelta(minutes=1), ended=ended)
    assert told(stopped) == [
        ("chieu", "", "partial: stopped by Lan"),
        ("toi", "", "aired"),
        ("sang", "", "skipped: nothing queued"),
    ]
    assert [answer.sounds for answer in stopped] == [True, False, False]
    assert not any(answer.sounds for answer in asked(office, AT_FIVE + timedelta(minutes=3), ended=ended))


def test_an_unknown_hamlet(office: Office) -> None:
    with pytest.raises(NotFound, match="ap-9"):
        asked(office, hamlet="ap-9")


@pytest.mark.parametrize(
    ("reason", "words"), [("begins at 19:00", "begins at 19:00"), ("expired", "expired"), ("odd", "odd")]
)
def test_a_reason_in_words(reason: str, words: str) -> None:
    assert shown(reason) == words
