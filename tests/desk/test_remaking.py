"""The line dies and comes back: what a lesser voice made is made again, until the player has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from broadcaster.clock import SystemClock
from broadcaster.desk import Desk
from broadcaster.desk.editions import Prepared
from broadcaster.errors import VoiceError
from broadcaster.production.bulletin import Bulletin
from broadcaster.production.jingles import write_jingles
from broadcaster.production.studio import Studio, StudioSettings
from broadcaster.units import Decibels, Lufs, Milliseconds
from broadcaster.voices import ClipCache, EspeakVoice, GttsVoice, Patience, Pauses, Speaker
from broadcaster.voices.voice import VoiceStatus
from tests.desk.conftest import LEADER, NOW, Office
from tests.voices.conftest import authority, google  # noqa: F401 (fixtures)
from tests.voices.google import Google

AT_FIVE = NOW.replace(hour=17)
HURRIED = Patience(offline_s=0.01, banned_s=0.01, backoff_s=0.01, attempts=1)


@contextmanager
def real_speech(office: Office, google: Google) -> Iterator[None]:  # noqa: F811
    """The office's desk with gTTS (of the replayed service), espeak, and a studio that makes bulletins."""
    clock = SystemClock()
    gtts = GttsVoice(per_second=1000, ca_file=google.ca_file, clock=clock, patience=HURRIED)
    cache = ClipCache(office.folder / "cache", max_bytes=10_000_000, max_days=1, clock=clock)
    pauses = Pauses(Milliseconds(100), Milliseconds(100), Milliseconds(100))
    speaker = Speaker([gtts, EspeakVoice(clock=clock)], cache, pauses, clock)
    office.desk = desk_with(office, studio_with(speaker, office.folder), speaker.better_than)
    yield
    speaker.close()


def studio_with(speaker: Speaker, folder: Path) -> Studio:
    jingles = {path.stem: path for path in write_jingles(folder / "jingles")}
    settings = StudioSettings(
        format="flac",
        loudness=Lufs(-16),
        true_peak=Decibels(-1),
        voice_settings="",
        chime=jingles["chime"],
        opening=jingles["opening"],
        separator=jingles["separator"],
        closing=jingles["closing"],
    )
    return Studio(speaker, settings, folder / "audio_out")


def desk_with(office: Office, studio: object, better: Callable[[str], tuple[VoiceStatus, ...]]) -> Desk:
    return Desk(
        office.store,
        read=office.lexicon.read,
        studio=studio,  # type: ignore[arg-type]
        rules=office.rules,
        clock=office.clock,
        folder=office.folder,
        better_voices=better,
    )


def prepare(office: Office) -> tuple[Prepared, ...]:
    return office.desk.editions.prepare(office.now)


def at_five(office: Office) -> list[tuple[str, str]]:
    """(voice, bulletin) of what the player gets at 17:00."""
    office.turn_to(AT_FIVE - timedelta(seconds=5))
    return [(a.voice, a.bulletin) for a in office.store.claim(AT_FIVE, office.now)]


def outlook(office: Office) -> set[tuple[str, str, str]]:
    rows = office.desk.outlook.between(office.now, AT_FIVE + timedelta(seconds=1), office.now)
    return {(row.voice, row.why_this_voice, row.bulletin) for row in rows}


@pytest.fixture
def waiting(office: Office) -> Office:
    """A script waits for 17:00, and it is 16:40."""
    office.slot()
    office.script("a.txt")
    office.desk.queue.add("a", "chieu", by=LEADER)
    office.turn_to(AT_FIVE - timedelta(minutes=20))
    return office


class TestWithTheLine:
    @pytest.fixture
    def office(self, waiting: Office, google: Google) -> Iterator[Office]:  # noqa: F811
        with real_speech(waiting, google):
            yield waiting

    def test_gtts_is_swapped_in_when_the_line_is_back(self, office: Office, google: Google) -> None:  # noqa: F811
        google.answers.extend(["fine", "fine", "500"])
        (first,) = prepare(office)
        assert first.bulletin
        assert (first.bulletin.voice, first.fixed) == ("espeak", True)
        assert first.bulletin.why_this_voice.startswith("gtts: ")
        assert outlook(office) == {("espeak", first.bulletin.why_this_voice, first.bulletin.sha256)}
        answered = set(google.asked[:-1])

        office.clock.advance(600)
        asked_before = len(google.asked)
        (swapped,) = prepare(office)

        assert swapped.bulletin
        assert (swapped.bulletin.voice, swapped.bulletin.why_this_voice) == ("gtts", "")
        assert swapped.problem == ""
        assert not answered & set(google.asked[asked_before:])
        assert outlook(office) == {("gtts", "", swapped.bulletin.sha256)}
        assert at_five(office) == [("gtts", swapped.bulletin.sha256)] * 2
        for made in (first.bulletin, swapped.bulletin):
            assert (office.folder / "audio_out" / made.file_name).stat().st_size > 10_000

    def test_a_dead_line_costs_a_try_every_ten_minutes_and_nothing_else(
        self,
        office: Office,
        google: Google,  # noqa: F811
    ) -> None:
        google.tunnel = "refused"
        (first,) = prepare(office)
        tunnels = len(google.tunnels)
        assert first.bulletin

        office.clock.advance(599)
        assert prepare(office) == ()
        assert len(google.tunnels) == tunnels
        office.clock.advance(1)
        assert prepare(office) == ()
        assert len(google.tunnels) == tunnels + 1
        assert prepare(office) == ()
        assert len(google.tunnels) == tunnels + 1

        assert at_five(office) == [("espeak", first.bulletin.sha256)] * 2

    def test_what_the_player_has_is_not_swapped(self, office: Office, google: Google) -> None:  # noqa: F811
        google.tunnel = "refused"
        (first,) = prepare(office)
        assert first.bulletin
        google.tunnel = "open"
        office.clock.advance(600)
        office.store.claim(AT_FIVE, office.now)

        assert prepare(office) == ()

        (edition,) = office.store.editions(AT_FIVE, AT_FIVE + timedelta(seconds=1))
        assert edition.bulletin == first.bulletin.sha256


class TestWithoutIt:
    """The rules of when, with a studio that whistles."""

    @pytest.fixture
    def office(self, waiting: Office) -> Office:
        waiting.studio.why_this_voice = "gtts: no line"
        self.above = [VoiceStatus("gtts", True)]
        waiting.desk = desk_with(waiting, waiting.studio, lambda spoke: tuple(self.above))
        return waiting

    def test_nothing_is_changed_in_the_last_minute(self, office: Office) -> None:
        (first,) = prepare(office)
        assert first.bulletin
        office.turn_to(AT_FIVE - timedelta(seconds=79))
        assert prepare(office) == ()
        assert len(office.studio.made) == 1

        better = self._made_elsewhere(office)
        office.turn_to(AT_FIVE - timedelta(seconds=60))
        assert prepare(office) == ()

        assert {sha256 for _voice, sha256 in at_five(office)} == {first.bulletin.sha256} != {better.sha256}

    def test_lost_audio_is_replaced_even_then(self, office: Office) -> None:
        (first,) = prepare(office)
        assert first.bulletin
        (office.folder / "audio_out" / first.bulletin.file_name).unlink()
        office.turn_to(AT_FIVE - timedelta(seconds=30))

        (again,) = prepare(office)

        assert again.bulletin
        assert {sha256 for _voice, sha256 in at_five(office)} == {again.bulletin.sha256}

    def test_a_try_that_ends_in_the_last_minute_changes_nothing(self, office: Office) -> None:
        (first,) = prepare(office)
        assert first.bulletin
        office.turn_to(AT_FIVE - timedelta(minutes=5))
        office.studio.meanwhile = lambda: office.clock.advance(250)

        assert prepare(office) == ()

        assert len(office.studio.made) == 2
        assert {sha256 for _voice, sha256 in at_five(office)} == {first.bulletin.sha256}

    def test_a_claim_while_it_is_made_is_too_early_for_it(self, office: Office) -> None:
        (first,) = prepare(office)
        assert first.bulletin
        office.clock.advance(600)

        def claim() -> None:
            office.store.claim(AT_FIVE, office.now)

        office.studio.meanwhile = claim

        assert prepare(office) == ()

        (edition,) = office.store.editions(AT_FIVE, AT_FIVE + timedelta(seconds=1))
        assert edition.bulletin == first.bulletin.sha256

    def test_half_of_the_time_before_the_last_minute_is_the_most(self, office: Office) -> None:
        prepare(office)
        office.turn_to(AT_FIVE - timedelta(minutes=3))

        prepare(office)

        assert [seconds for _titles, seconds in office.studio.made] == [120.0, 60.0]

    def test_the_next_best_is_taken_and_says_what_is_still_missing(self, office: Office) -> None:
        prepare(office)
        self.above = [VoiceStatus("gtts", False, "banned"), VoiceStatus("piper", True)]
        office.clock.advance(600)

        (better,) = prepare(office)

        assert better.bulletin
        assert better.bulletin.why_this_voice == "gtts: banned"
        assert {sha256 for _voice, sha256 in at_five(office)} == {better.bulletin.sha256}

    def test_one_at_a_time_and_what_is_missing_first(self, office: Office) -> None:
        office.slot("dem", AT_FIVE.time().replace(hour=19))
        for name in ("b", "c"):
            office.script(f"{name}.txt")
            office.desk.queue.add(name, "dem", by=LEADER)
        prepare(office)
        assert len(office.studio.made) == 2
        office.clock.advance(600)

        prepare(office)
        assert len(office.studio.made) == 3
        prepare(office)
        assert len(office.studio.made) == 4
        prepare(office)

        assert len(office.studio.made) == 4

    def _made_elsewhere(self, office: Office) -> Bulletin:
        """By the command line, say."""
        office.studio.why_this_voice = ""
        (coming,) = office.desk.editions.coming(office.now, AT_FIVE + timedelta(seconds=1), office.now)
        better = office.studio.make(coming.programme, seconds=1)
        office.store.add_bulletin(better, "", now=office.now)
        return better


def test_a_voice_that_fails_again_leaves_all_as_it_is(
    waiting: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting.studio.why_this_voice = "gtts: no line"
    prepare(waiting)
    waiting.desk = desk_with(waiting, waiting.studio, lambda spoke: (VoiceStatus("gtts", True),))

    def still_dead() -> None:
        raise VoiceError("gTTS does not speak now")

    waiting.studio.meanwhile = still_dead

    assert prepare(waiting) == ()
    assert len(waiting.studio.made) == 2
