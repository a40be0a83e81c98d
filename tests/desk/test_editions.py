from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from broadcaster.desk.editions import Prepared
from broadcaster.documents import parse
from broadcaster.playout.airing import Airing, Outcome
from broadcaster.timetable.hamlet import PLAYER
from broadcaster.timetable.slot import Plays
from tests.desk.conftest import LEADER, NOW, Office

AT_FIVE = NOW.replace(hour=17)


def queue(office: Office, *names: str, slot: str = "chieu", editions: int = 1) -> None:
    for name in names:
        office.script(f"{name}.txt")
        office.desk.queue.add(name, slot, editions=editions, by=LEADER)


def prepare(office: Office) -> tuple[Prepared, ...]:
    return office.desk.editions.prepare(office.now)


def claimed(office: Office) -> list[Airing]:
    """What the player would get at 17:00."""
    office.turn_to(AT_FIVE)
    return list(office.store.claim(AT_FIVE, office.now))


def test_expanding_again_changes_nothing(office: Office) -> None:
    office.slot()
    queue(office, "a")

    again = office.desk.editions.expand(office.now)

    assert (again.added, again.cancelled) == (0, 0)
    office.turn_to(NOW + timedelta(days=1))
    assert office.desk.editions.expand(office.now).added == 2


def test_speech_is_made_a_day_ahead_and_not_twice(office: Office) -> None:
    office.slot()
    queue(office, "a", editions=2)

    (made,) = prepare(office)

    assert (made.slot, made.starts_at, made.fixed, made.problem) == ("chieu", AT_FIVE, False, "")
    assert made.bulletin is not None
    assert (office.folder / "audio_out" / made.bulletin.file_name).is_file()
    assert office.editions(days=1) == [("01 17:00", "chieu", "planned")]
    assert prepare(office) == ()
    assert len(office.studio.made) == 1


def test_what_a_hamlet_pc_plays_is_fixed_and_spoken_three_days_ahead(office: Office) -> None:
    first = office.store.hamlets()[0]
    office.store.save_hamlet(replace(first, output=PLAYER), by="", now=office.now)
    office.slot()
    office.slot("toi", time(19), hamlets=("h2",))
    queue(office, "a", "b", editions=4)
    queue(office, "c", slot="toi", editions=4)

    made = prepare(office)

    assert [(one.slot, one.starts_at.day, one.fixed, one.problem) for one in made] == [
        ("chieu", 1, True, ""),
        ("toi", 1, False, ""),
        ("chieu", 2, True, ""),
        ("chieu", 3, True, ""),
    ]
    sent = office.store.handed_over(office.now)
    assert [bool(shape.bulletin) for shape in sent.editions.values()].count(True) == 3
    queue(office, "d", editions=1)
    assert prepare(office) == (), "what was sent is not changed by what is queued later"


def test_half_an_hour_before_air_the_scripts_are_frozen_with_their_audio(office: Office) -> None:
    office.slot()
    queue(office, "a", editions=2)
    prepare(office)
    office.turn_to(AT_FIVE - timedelta(minutes=31))
    assert prepare(office) == ()
    office.turn_to(AT_FIVE - timedelta(minutes=30))

    (fixed,) = prepare(office)

    assert fixed.fixed
    assert office.editions(days=1) == [("01 17:00", "chieu", "fixed ready")]
    assert [entry.owed for entry in office.store.queue()] == [1]
    assert len(office.studio.made) == 1
    queue(office, "b")
    assert prepare(office) == ()
    airings = claimed(office)
    assert [(a.hamlet.code, a.has_scripts, a.voice) for a in airings] == [
        ("ap-1", True, "whistle"),
        ("ap-2", True, "whistle"),
    ]
    assert airings[0].title == office.store.script("a").title


def test_an_edition_with_nothing_to_play_waits_for_a_late_queueing(office: Office) -> None:
    office.slot()
    office.turn_to(AT_FIVE - timedelta(minutes=1))
    assert prepare(office) == ()
    assert office.editions(days=0.5) == [("01 17:00", "chieu", "planned")]

    queue(office, "a")
    (late,) = prepare(office)

    assert late.fixed
    assert late.bulletin
    assert office.studio.made == [(late.title, 30.0)]
    assert all(airing.bulletin for airing in claimed(office))


def test_an_edition_never_filled_airs_nothing_and_says_so(office: Office) -> None:
    office.slot()
    office.turn_to(AT_FIVE - timedelta(minutes=5))
    prepare(office)

    assert [(airing.has_scripts, airing.bulletin) for airing in claimed(office)] == [(False, ""), (False, "")]


def test_one_failing_bulletin_does_not_stop_the_others(office: Office) -> None:
    office.slot()
    office.slot("sang", time(5, 30))
    queue(office, "a")
    queue(office, "b", slot="sang")
    office.studio.broken = {office.store.script("a").title}

    failed, made = prepare(office)

    assert (failed.slot, failed.bulletin) == ("chieu", None)
    assert failed.problem.startswith("The voice made no sound")
    assert (made.slot, made.problem) == ("sang", "")
    assert made.bulletin


def test_an_edition_is_fixed_without_audio_and_gets_it_when_it_is_ready(office: Office) -> None:
    office.slot()
    queue(office, "a")
    office.studio.broken = {office.store.script("a").title}
    office.turn_to(AT_FIVE - timedelta(minutes=20))
    (failed,) = prepare(office)
    assert (failed.fixed, failed.bulletin) == (True, None)
    assert office.editions(days=0.5) == [("01 17:00", "chieu", "fixed")]

    office.studio.broken = set()
    (attached,) = prepare(office)

    assert attached.problem == ""
    assert office.editions(days=0.5) == [("01 17:00", "chieu", "fixed ready")]
    assert prepare(office) == ()


def test_audio_that_comes_after_the_claim_is_too_late(office: Office) -> None:
    office.slot()
    queue(office, "a")
    office.turn_to(AT_FIVE - timedelta(seconds=20))

    def claim_meanwhile() -> None:
        office.store.claim(AT_FIVE, office.now)

    office.studio.meanwhile = claim_meanwhile

    (late,) = prepare(office)

    assert late.problem == "The audio came too late for this airing"


def test_a_better_voice_made_meanwhile_replaces_the_audio_until_it_is_claimed(office: Office) -> None:
    office.slot()
    queue(office, "a")
    office.studio.why_this_voice = "gtts: no connection"
    office.turn_to(AT_FIVE - timedelta(minutes=20))
    (first,) = prepare(office)
    office.studio.why_this_voice = ""
    (coming,) = office.desk.editions.coming(office.now, AT_FIVE + timedelta(seconds=1), office.now)
    better = office.studio.make(coming.programme, seconds=1)
    office.store.add_bulletin(better, "", now=office.now)

    assert prepare(office) == ()

    assert first.bulletin
    assert {airing.bulletin for airing in claimed(office)} == {better.sha256} != {first.bulletin.sha256}


def test_lost_audio_is_made_again(office: Office) -> None:
    office.slot()
    queue(office, "a")
    (first,) = prepare(office)
    assert first.bulletin
    (office.folder / "audio_out" / first.bulletin.file_name).unlink()

    (again,) = prepare(office)

    assert again.bulletin
    assert len(office.studio.made) == 2


def test_a_jingle_that_is_gone_is_reported_and_takes_no_audio_away(office: Office) -> None:
    office.slot()
    queue(office, "a")
    office.turn_to(AT_FIVE - timedelta(minutes=20))
    prepare(office)
    office.studio.no_recipe = True

    (report,) = prepare(office)

    assert report.problem.startswith("The jingle cannot be read: chime.flac")
    assert office.editions(days=0.5) == [("01 17:00", "chieu", "fixed ready")]


def test_a_bulletin_longer_than_its_slot_is_reported(office: Office) -> None:
    office.slot(length_s=1)
    office.studio.seconds = 1.5
    queue(office, "a")

    (report,) = prepare(office)

    assert report.problem == "longer than its slot: 2 s > 1 s"
    assert report.bulletin


def test_online_voices_get_half_of_what_is_left(office: Office) -> None:
    office.slot()
    queue(office, "a", "b")
    prepare(office)
    assert office.studio.made[0][1] == 120.0


@pytest.mark.parametrize(("minutes_late", "begins"), [(1, True), (3, False)])
def test_a_daemon_started_late_still_has_what_was_made_ahead(
    office: Office, minutes_late: int, begins: bool
) -> None:
    office.slot()
    queue(office, "a")
    prepare(office)
    office.turn_to(AT_FIVE + timedelta(minutes=minutes_late))

    office.desk.editions.catch_up(office.now)

    airings = office.store.claim(office.now, office.now)
    assert [bool(airing.bulletin) for airing in airings] == [begins, begins]
    assert bool(office.store.queue()) is not begins


def test_an_expired_script_leaves_its_edition_to_the_others(office: Office) -> None:
    office.slot()
    office.desk.scripts.add(parse("Hạn chót hôm nay.", "han.txt"), "han", expires=date(2026, 9, 1))
    office.desk.scripts.approve("han", by=LEADER)
    office.desk.queue.add("han", "chieu", editions=5, by=LEADER)
    queue(office, "b", editions=2)

    titles = [
        [cue.title for cue in made.bulletin.cues] if made.bulletin else []
        for day in (0, 1)
        for made in office.desk.editions.prepare(office.turn_to(NOW + timedelta(days=day)))
    ]

    assert [len(items) for items in titles] == [2, 1]


def test_the_evenings_bulletin_is_repeated_next_morning_as_it_is(office: Office) -> None:
    office.slot()
    office.slot("sang", time(5, 30), plays=Plays.REPEAT, ref="chieu")
    queue(office, "a")
    office.turn_to(AT_FIVE - timedelta(minutes=10))
    prepare(office)
    evening = {airing.bulletin for airing in claimed(office)}
    office.turn_to(AT_FIVE + timedelta(hours=12, minutes=15))

    prepare(office)

    morning = office.store.claim(office.now + timedelta(hours=1), office.now)
    assert {airing.bulletin for airing in morning} == evening
    assert len(office.studio.made) == 1


def test_what_is_played_in_a_week_is_what_was_foretold(office: Office) -> None:
    office.slot(max_items=2)
    office.slot("sang", time(5, 30), plays=Plays.REPEAT, ref="chieu")
    queue(office, "a", "b", "c", editions=3)
    week = office.desk.editions.forecast(office.now, NOW + timedelta(days=7), office.now)

    played: dict[tuple[str, datetime], bool] = {}
    for plan in week:
        prepare(office)
        office.turn_to(plan.starts_at - timedelta(minutes=15))
        prepare(office)
        now = office.turn_to(plan.starts_at)
        airings = office.store.claim(now, now)
        office.store.end([a.id for a in airings], Outcome.AIRED, "", 1, now)
        played |= {(a.slot_code, a.starts_at): bool(a.bulletin) for a in airings}

    foretold = {(plan.slot.code, plan.starts_at.astimezone(UTC)): bool(plan.script_ids) for plan in week}
    assert played == foretold
    assert [sound for (code, _), sound in played.items() if code == "chieu"] == [True] * 6 + [False]


def test_a_changed_hamlet_list_is_followed(office: Office) -> None:
    slot = office.slot()

    office.desk.slots.change(replace(slot, hamlets=("h2",)), by=LEADER)

    assert [airing.hamlet.code for airing in claimed(office)] == ["ap-2"]
