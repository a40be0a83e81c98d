"""The ladder that stands by for an edition: real files and a real database, with a studio that whistles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from broadcaster.desk import Desk
from broadcaster.desk.editions import Prepared
from broadcaster.desk.ports import Edition, EditionState, StandBy
from broadcaster.desk.script import Script, ScriptKind
from broadcaster.documents import parse
from broadcaster.playout.airing import Airing
from broadcaster.timetable.calendar import Profile
from broadcaster.timetable.rung import Rung
from broadcaster.timetable.slot import Plays
from broadcaster.voices.voice import VoiceStatus
from tests.desk.conftest import LEADER, NOW, ZONE, Office

AT_FIVE = NOW.replace(hour=17)
DAY = timedelta(days=1)
SOON = AT_FIVE - timedelta(minutes=20)


def desk_of(office: Office, **more: Any) -> Desk:
    """With espeak, which needs no network."""
    return Desk(
        office.store,
        read=office.lexicon.read,
        studio=office.studio,
        rules=office.rules,
        clock=office.clock,
        folder=office.folder,
        offline_voices=("espeak",),
        **more,
    )


@pytest.fixture
def office(office: Office) -> Office:
    """Its bulletins are spoken by gTTS."""
    office.studio.voice = "gtts"
    office.desk = desk_of(office)
    return office


def queue(office: Office, *names: str, slot: str = "chieu", editions: int = 1) -> None:
    for name in names:
        office.script(f"{name}.txt")
        office.desk.queue.add(name, slot, editions=editions, by=LEADER)


def expiring(office: Office, name: str, last: date, kind: ScriptKind = ScriptKind.NOTICE) -> Script:
    text = f"Bà con chú ý nghe {name} hôm nay."
    office.desk.scripts.add(parse(text, f"{name}.txt"), name, kind=kind, expires=last)
    return office.desk.scripts.approve(name, by=LEADER)


def spot(office: Office, name: str) -> Script:
    return office.script(f"{name}.txt", kind=ScriptKind.SPOT)


def prepare(office: Office) -> tuple[Prepared, ...]:
    """Until nothing is left to make; the first round's reports."""
    first, version = office.desk.editions.prepare(office.now), -1
    while version != (version := office.store.version()):
        office.desk.editions.prepare(office.now)
    return first


def edition(office: Office, at: datetime = AT_FIVE) -> Edition:
    (found,) = office.store.editions(at, at + timedelta(seconds=1))
    return found


def ladder(office: Office, at: datetime = AT_FIVE) -> list[Rung]:
    return [fallback.rung for fallback in edition(office, at).fallbacks]


def claimed(office: Office, at: datetime = AT_FIVE) -> Airing:
    office.turn_to(at)
    return office.store.claim(at, office.now)[0]


def file_of(office: Office, sha256: str) -> Path:
    return office.folder / "audio_out" / office.store.bulletin(sha256).file_name


def aired(office: Office, *names: str) -> str:
    """An edition of today, prepared and past; the SHA-256 of what it played."""
    office.slot()
    queue(office, *names)
    office.turn_to(SOON)
    prepare(office)
    airing = claimed(office)
    office.turn_to(AT_FIVE + timedelta(hours=1))
    return airing.bulletin


def test_the_whole_ladder_is_prepared_a_day_ahead(office: Office) -> None:
    spot(office, "khau-hieu")
    yesterday = aired(office, "a")
    queue(office, "b")

    prepare(office)

    tomorrow = edition(office, AT_FIVE + DAY)
    assert tomorrow.state is EditionState.PLANNED
    assert [fallback.rung for fallback in tomorrow.fallbacks] == [Rung.VOICE, Rung.LAST, Rung.SLOGAN]
    spare, last, slogan = (office.store.bulletin(fallback.bulletin) for fallback in tomorrow.fallbacks)
    assert (spare.voice, slogan.voice) == ("espeak", "gtts")
    assert last.sha256 == yesterday
    assert spare.why_this_voice == "kept ready in case gtts breaks"
    assert [cue.title for cue in slogan.cues] == [office.store.script("khau-hieu").title]
    office.turn_to(AT_FIVE + DAY - timedelta(minutes=20))
    prepare(office)
    airing = claimed(office, AT_FIVE + DAY)
    assert [fallback.why for fallback in airing.fallbacks] == ["offline voice", "last edition", "slogan"]
    assert office.store.bulletin(airing.bulletin).voice == "gtts"


def test_when_all_is_ready_nothing_is_made_or_written_again(office: Office) -> None:
    spot(office, "khau-hieu")
    office.slot()
    queue(office, "a")
    prepare(office)
    made, before = len(office.studio.made), office.store.version()

    assert prepare(office) == ()

    assert len(office.studio.made) == made
    assert office.store.version() == before


def test_no_spare_is_made_of_what_an_offline_voice_spoke(office: Office) -> None:
    office.studio.voice = "espeak"
    office.slot()
    queue(office, "a")

    prepare(office)

    assert ladder(office) == []
    assert len(office.studio.made) == 1


def test_a_recording_needs_no_spare(office: Office) -> None:
    office.studio.voice = "recorded"
    office.slot()
    queue(office, "a")

    prepare(office)

    assert ladder(office) == []


def test_the_spare_steps_in_when_the_bulletin_is_lost_and_stays_below_it(office: Office) -> None:
    office.slot()
    queue(office, "a")
    office.turn_to(SOON)
    prepare(office)
    own, spare = edition(office).bulletin, edition(office).fallbacks[0].bulletin
    file_of(office, own).unlink()

    prepare(office)

    assert edition(office).bulletin == spare
    assert edition(office).fallbacks == ()


def test_the_better_voice_speaks_it_again_while_the_spare_stands_in(office: Office) -> None:
    gtts = VoiceStatus("gtts", works=True, online=True)
    office.desk = desk_of(office, better_voices=lambda spoke: (gtts,) if spoke == "espeak" else ())
    office.slot()
    queue(office, "a")
    office.turn_to(SOON)
    prepare(office)
    own, spare = edition(office).bulletin, edition(office).fallbacks[0].bulletin
    file_of(office, own).unlink()
    office.clock.advance(601)

    prepare(office)

    assert edition(office).bulletin not in (own, spare)
    assert office.store.bulletin(edition(office).bulletin).voice == "gtts"
    assert edition(office).fallbacks == (StandBy(Rung.VOICE, spare),)


@pytest.mark.parametrize("damage", [lambda whole: whole[:-9], lambda whole: whole[:-9] + bytes(9)])
def test_damaged_audio_counts_as_lost_and_is_made_again(
    office: Office, damage: Callable[[bytes], bytes]
) -> None:
    office.studio.voice = "espeak"
    office.slot()
    queue(office, "a")
    office.turn_to(SOON)
    prepare(office)
    own = edition(office).bulletin
    path = file_of(office, own)
    path.write_bytes(damage(path.read_bytes()))

    (again,) = prepare(office)

    assert again.problem == ""
    assert edition(office).bulletin not in ("", own)
    assert not path.exists()


def test_damaged_audio_that_cannot_be_deleted_leaves_it_to_the_fallbacks(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.slot()
    queue(office, "a")
    office.turn_to(SOON)
    prepare(office)
    path = file_of(office, edition(office).bulletin)
    path.write_bytes(path.read_bytes()[:-9])

    def refuse(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "unlink", refuse)

    prepare(office)

    assert ladder(office) == [Rung.VOICE]


def test_what_cannot_be_made_says_what_would_sound_instead(office: Office) -> None:
    aired(office, "a")
    queue(office, "b")
    office.studio.broken = {office.store.script("b").title}
    prepare(office)

    (report,) = office.desk.editions.prepare(office.now)

    assert report.bulletin is None
    assert report.problem.startswith("The voice made no sound")
    assert report.instead is Rung.LAST
    office.turn_to(AT_FIVE + DAY - timedelta(minutes=20))
    prepare(office)
    airing = claimed(office, AT_FIVE + DAY)
    assert (airing.bulletin, [f.why for f in airing.fallbacks]) == ("", ["last edition"])


def test_an_edition_for_which_nothing_is_queued_has_no_fallbacks(office: Office) -> None:
    spot(office, "khau-hieu")
    aired(office, "a")

    assert prepare(office) == ()

    assert ladder(office, AT_FIVE + DAY) == []
    airing = claimed(office, AT_FIVE + DAY)
    assert (airing.has_scripts, airing.fallbacks) == (False, ())


class TestLastEdition:
    def test_it_is_not_used_when_one_of_its_scripts_expires_before_that_day(self, office: Office) -> None:
        expiring(office, "het-han", NOW.date())
        office.slot()
        office.desk.queue.add("het-han", "chieu", by=LEADER)
        queue(office, "b", "a")
        office.turn_to(SOON)
        prepare(office)
        claimed(office)
        office.turn_to(AT_FIVE + timedelta(hours=1))
        queue(office, "c")

        prepare(office)

        assert ladder(office, AT_FIVE + DAY) == [Rung.VOICE]

    def test_an_older_one_may_still_be_valid(self, office: Office) -> None:
        old = aired(office, "a")
        expiring(office, "mot-ngay", NOW.date() + DAY)
        office.desk.queue.add("mot-ngay", "chieu", by=LEADER)
        office.turn_to(SOON + DAY)
        prepare(office)
        claimed(office, AT_FIVE + DAY)
        queue(office, "c")
        office.turn_to(SOON + 2 * DAY)

        prepare(office)

        assert edition(office, AT_FIVE + 2 * DAY).fallbacks[1] == StandBy(Rung.LAST, old)

    def test_it_may_begin_until_the_midnight_after_its_last_day(self, office: Office) -> None:
        expiring(office, "den-mai", NOW.date() + DAY)
        office.slot()
        office.desk.queue.add("den-mai", "chieu", by=LEADER)
        office.turn_to(SOON)
        prepare(office)
        assert claimed(office).until == datetime(2026, 9, 3, tzinfo=ZONE)
        office.turn_to(AT_FIVE + timedelta(hours=1))
        queue(office, "b")

        prepare(office)

        last = edition(office, AT_FIVE + DAY).fallbacks[1]
        assert (last.rung, last.until) == (Rung.LAST, datetime(2026, 9, 3, tzinfo=ZONE))
        office.turn_to(SOON + DAY)
        prepare(office)
        airing = claimed(office, AT_FIVE + DAY)
        assert (airing.until, airing.fallbacks[1].until) == (None, datetime(2026, 9, 2, 17, tzinfo=UTC))

    def test_it_goes_at_once_when_a_script_of_it_is_withdrawn(self, office: Office) -> None:
        aired(office, "a")
        queue(office, "b")
        prepare(office)
        assert ladder(office, AT_FIVE + DAY) == [Rung.VOICE, Rung.LAST]

        office.desk.scripts.withdraw("a", by=LEADER)

        assert ladder(office, AT_FIVE + DAY) == [Rung.VOICE]

    def test_a_day_without_music_wants_none_that_may_have_some(self, office: Office) -> None:
        aired(office, "a")
        queue(office, "b")
        office.desk.profiles.add(Profile("", "quoc-tang", "Quốc tang", music=False), by=LEADER)
        office.desk.profiles.stamp("quoc-tang", [(AT_FIVE + DAY).date()], by=LEADER)

        prepare(office)

        assert ladder(office, AT_FIVE + DAY) == [Rung.VOICE]

    def test_a_slot_that_repeats_itself_has_no_other(self, office: Office) -> None:
        office.slot()
        script = office.script("luon.txt")
        office.slot("trua", time(11, 30), plays=Plays.SCRIPT, ref=script.code)
        for days in (1, 2):
            noon = NOW.replace(hour=11, minute=30) + days * DAY
            office.turn_to(noon - timedelta(minutes=20))
            prepare(office)
            claimed(office, noon)

        assert ladder(office, noon) == [Rung.VOICE]


class TestSlogans:
    def test_another_one_each_day(self, office: Office) -> None:
        names = ("s1", "s2", "s3")
        for name in names:
            spot(office, name)
        office.slot()
        queue(office, "a", editions=3)

        said = set()
        for days in range(3):
            office.turn_to(SOON + days * DAY)
            prepare(office)
            slogan = edition(office, AT_FIVE + days * DAY).fallbacks[-1]
            assert slogan.rung is Rung.SLOGAN
            said.add(office.store.bulletin(slogan.bulletin).cues[0].title)

        assert said == {office.store.script(name).title for name in names}

    def test_only_approved_ones_that_have_not_expired(self, office: Office) -> None:
        expiring(office, "cu", NOW.date(), ScriptKind.SPOT)
        office.script("nhap.txt", kind=ScriptKind.SPOT, approved=False)
        spot(office, "rut")
        office.slot()
        queue(office, "a", editions=2)
        office.turn_to(SOON)
        prepare(office)
        assert ladder(office)[-1] is Rung.SLOGAN

        office.desk.scripts.withdraw("rut", by=LEADER)
        office.turn_to(SOON + DAY)
        prepare(office)

        assert Rung.SLOGAN not in ladder(office, AT_FIVE + DAY)

    def test_when_one_cannot_be_made_the_next_is_and_it_is_not_tried_all_the_time(
        self, office: Office
    ) -> None:
        for name in ("s1", "s2"):
            spot(office, name)
        office.slot()
        queue(office, "a")
        first = ("s1", "s2")[NOW.date().toordinal() % 2]
        office.studio.broken = {office.store.script(first).title}

        prepare(office)

        made = [titles for titles, _seconds in office.studio.made]
        assert made.count(office.store.script(first).title) == 1
        assert ladder(office) == [Rung.VOICE, Rung.SLOGAN]
        office.studio.broken = set()
        office.clock.advance(601)
        prepare(office)
        assert [titles for titles, _s in office.studio.made].count(office.store.script(first).title) == 2


class TestScriptsThatMayNoLongerAir:
    def test_a_fixed_edition_without_any_is_skipped_and_has_no_fallbacks(self, office: Office) -> None:
        spot(office, "khau-hieu")
        office.slot()
        queue(office, "a")
        office.turn_to(SOON)
        prepare(office)
        assert ladder(office) == [Rung.VOICE, Rung.SLOGAN]

        office.desk.scripts.withdraw("a", by=LEADER)

        airing = claimed(office)
        assert (airing.has_scripts, airing.bulletin, airing.fallbacks) == (False, "", ())

    def test_it_has_them_again_once_the_script_is_approved_again(self, office: Office) -> None:
        office.slot()
        office.script("a.txt", text="Chị UBND nhắc bà con.")
        office.desk.queue.add("a", "chieu", by=LEADER)
        office.turn_to(SOON)
        prepare(office)
        own = edition(office)
        office.lexicon.words["UBND"] = "Ủy ban"
        office.desk.scripts.recheck()
        assert (edition(office).has_scripts, edition(office).bulletin) == (False, "")
        version = office.store.version()
        office.desk.editions.expand(office.now)
        assert office.store.version() == version

        office.desk.scripts.approve("a", by=LEADER)
        prepare(office)

        again = edition(office)
        assert again.has_scripts
        assert again.bulletin not in ("", own.bulletin)

    def test_the_others_go_on_without_it(self, office: Office) -> None:
        office.slot()
        queue(office, "a", "b")
        office.turn_to(SOON)
        prepare(office)
        both = edition(office).bulletin

        office.desk.scripts.withdraw("a", by=LEADER)
        prepare(office)

        assert edition(office).bulletin not in ("", both)
        assert [cue.title for cue in office.store.bulletin(edition(office).bulletin).cues] == [
            office.store.script("b").title
        ]
        assert ladder(office) == [Rung.VOICE]


def test_housekeeping_keeps_what_stands_by(office: Office) -> None:
    spot(office, "khau-hieu")
    aired(office, "a")
    queue(office, "b", editions=4)
    office.turn_to(SOON + 3 * DAY)
    prepare(office)
    coming = edition(office, AT_FIVE + 3 * DAY)
    assert [fallback.rung for fallback in coming.fallbacks] == [Rung.VOICE, Rung.LAST, Rung.SLOGAN]

    tidied = office.desk.housekeeping.tidy(office.now, max_bytes=0, max_age=timedelta(0))

    needed = {coming.bulletin, *(fallback.bulletin for fallback in coming.fallbacks)}
    assert all(file_of(office, sha256).is_file() for sha256 in needed)
    assert tidied.deleted
