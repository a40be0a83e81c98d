from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from broadcaster.audio import samples
from broadcaster.clock import SystemClock
from broadcaster.errors import VoiceError, VoiceTimeout, VoiceUnavailable
from broadcaster.units import Milliseconds
from broadcaster.voices import (
    ClipCache,
    EspeakVoice,
    GttsVoice,
    Pauses,
    Refusal,
    Role,
    Speaker,
    Speech,
    Turn,
    Voice,
)
from broadcaster.voices.voice import Text
from tests.contracts.voice import longest_silence_s
from tests.voices.fake import SYLLABLE_S, FakeVoice, hum
from tests.voices.google import Google
from tests.voices.texts import NOTICE, long_text

PAUSES = Pauses(Milliseconds(450), Milliseconds(180), Milliseconds(800))
BANNED = VoiceUnavailable("banned")


@pytest.fixture
def speaker(cache: ClipCache) -> Speaker:
    return speaker_of(cache, FakeVoice("gtts", online=True), FakeVoice("espeak"))


def speaker_of(cache: ClipCache, *ladder: Voice) -> Speaker:
    return Speaker(ladder, cache, PAUSES, SystemClock())


def seconds(speech: Speech) -> list[float]:
    return [passage.duration_seconds for passage in speech.passages]


def test_one_passage_for_each_text_with_the_pauses_of_the_settings(cache: ClipCache) -> None:
    speaker = speaker_of(cache, FakeVoice())

    speech = speaker.speak(["Một hai, ba. Bốn!\nNăm.", "Sáu bảy."], 10)

    assert speech.voice == "fake"
    assert speech.refusals == ()
    assert seconds(speech) == pytest.approx([5 * SYLLABLE_S + 0.18 + 0.45 + 0.8, 2 * SYLLABLE_S])
    heard = samples(speech.passages[0])
    gap = heard[round(2 * SYLLABLE_S * 24_000) :][: round(0.18 * 24_000)]
    assert not gap.any()
    assert np.array_equal(heard[: round(2 * SYLLABLE_S * 24_000)], samples(hum("một hai")))


def test_the_best_voice_that_works_makes_the_whole_bulletin(cache: ClipCache) -> None:
    best = FakeVoice("gtts", online=True, failing={"Ba.": BANNED})
    speech = speaker_of(cache, best, FakeVoice("espeak")).speak(["Một.\nHai.", "Ba.\nBốn."], 10)

    assert speech.voice == "espeak"
    assert speech.refusals == (Refusal("gtts", "banned"),)
    assert best.asked == ["Một.", "Hai.", "Ba."]
    assert len(speech.passages) == 2


def test_what_the_better_voice_had_said_is_kept(cache: ClipCache) -> None:
    failing = FakeVoice("gtts", online=True, failing={"Ba.": BANNED})
    speaker_of(cache, failing, FakeVoice("espeak")).speak(["Một.\nHai.\nBa."], 10)
    working = FakeVoice("gtts", online=True)

    assert speaker_of(cache, working).speak(["Một.\nHai.\nBa."], 10).voice == "gtts"
    assert working.asked == ["Ba."]


def test_what_was_said_needs_no_voice_that_works(cache: ClipCache) -> None:
    speaker_of(cache, FakeVoice("gtts", online=True)).speak([NOTICE], 10)
    dead = FakeVoice("gtts", online=True, failing={"": BANNED})

    assert speaker_of(cache, dead, FakeVoice("espeak")).speak([NOTICE], 0).voice == "gtts"


def test_the_same_words_are_said_once(cache: ClipCache) -> None:
    voice = FakeVoice()

    speaker_of(cache, voice).speak(["Chú ý! Nước lên. Chú ý!", "Chú ý!"], 10)

    assert voice.asked == ["Chú ý!", "Nước lên."]


def test_the_time_allowed_bounds_online_voices_in_all_and_no_other(cache: ClipCache) -> None:
    ladder = FakeVoice("gtts", online=True), FakeVoice("other", online=True), FakeVoice("espeak")

    speech = speaker_of(cache, *ladder).speak([NOTICE], 0)

    assert speech.voice == "espeak"
    assert [refusal.voice for refusal in speech.refusals] == ["gtts", "other"]


def test_only_one_voice_may_be_wanted(speaker: Speaker) -> None:
    assert speaker.speak(["Một."], 10, only="espeak").voice == "espeak"


def test_a_voice_that_is_not_there_cannot_be_wanted(speaker: Speaker) -> None:
    with pytest.raises(VoiceUnavailable, match="piper"):
        speaker.speak(["Một."], 10, only="piper")


def test_it_fails_only_when_no_voice_works(cache: ClipCache) -> None:
    late = VoiceTimeout("too late")
    dumb = FakeVoice("gtts", failing={"Một.": BANNED}), FakeVoice("espeak", failing={"Một.": late})

    with pytest.raises(VoiceUnavailable, match="gtts: banned; espeak: too late"):
        speaker_of(cache, *dumb).speak(["Một."], 10)


@pytest.mark.parametrize("nothing", ["", " … ", "🎉"])
def test_a_text_without_a_word_is_never_silence(speaker: Speaker, nothing: str) -> None:
    with pytest.raises(VoiceError, match="nothing to say"):
        speaker.speak(["Một.", nothing], 10)


def test_each_turn_is_said_by_its_speaker_and_kept_apart(cache: ClipCache) -> None:
    voice = FakeVoice()
    turns: list[Text] = [
        Turn("Một hai.", Role.WOMAN),
        Turn("Một hai.", Role.MAN),
        "Ba.",
        Turn("Ba.", Role.MAN),
    ]

    speech = speaker_of(cache, voice).speak(turns, 10)
    again = speaker_of(cache, FakeVoice(failing={"Một hai.": BANNED, "Ba.": BANNED})).speak(turns, 10)

    assert voice.second is not None
    assert (voice.asked, voice.second.asked) == (["Một hai.", "Ba."], ["Một hai.", "Ba."])
    assert speech.voice == "fake"
    for heard in (speech, again):
        woman, man, main, other = map(samples, heard.passages)
        assert np.array_equal(woman, samples(hum("một hai")))
        assert np.array_equal(man, samples(hum("một hai", 110)))
        assert np.array_equal(main, samples(hum("ba")))
        assert np.array_equal(other, samples(hum("ba", 110)))


def test_both_speakers_are_of_the_voice_that_makes_the_whole(cache: ClipCache) -> None:
    best, espeak = FakeVoice("gtts", online=True, failing={"Hai.": BANNED}), FakeVoice("espeak")

    speech = speaker_of(cache, best, espeak).speak([Turn("Một.", Role.WOMAN), Turn("Hai.", Role.MAN)], 10)

    assert espeak.second is not None
    assert (speech.voice, espeak.asked, espeak.second.asked) == ("espeak", ["Một."], ["Hai."])


def test_two_speakers_stay_within_the_questions_that_a_text_may_cost(cache: ClipCache) -> None:
    voice = FakeVoice("gtts", online=True)
    lines = long_text(5000).split("\n")

    speaker_of(cache, voice).speak(
        [Turn(line, (Role.WOMAN, Role.MAN)[n % 2]) for n, line in enumerate(lines)], 60
    )

    assert voice.second is not None
    assert 50 < len(voice.asked) + len(voice.second.asked) <= 90


def test_progress_is_told_and_begins_again_with_the_next_voice(cache: ClipCache) -> None:
    told: list[tuple[int, int]] = []
    failing = FakeVoice("gtts", online=True, failing={"Hai.": BANNED})

    speaker_of(cache, failing, FakeVoice("espeak")).speak(
        ["Một.\nHai."], 10, progress=lambda done, total: told.append((done, total))
    )

    assert told == [(1, 2), (1, 2), (2, 2)]


def test_speech_read_by_other_rules_is_made_again(cache: ClipCache) -> None:
    voice = FakeVoice()
    for version in ("1", "2", "2"):
        Speaker([voice], cache, PAUSES, SystemClock(), reading_version=version).speak(["Một."], 10)

    assert voice.asked == ["Một."] * 2


def test_statuses_tell_what_works_and_why_not(cache: ClipCache) -> None:
    speaker = speaker_of(cache, FakeVoice("gtts", failing={"": BANNED}), FakeVoice("espeak"))

    statuses = speaker.statuses()

    assert [(status.name, status.works, status.why) for status in statuses] == [
        ("gtts", False, "banned"),
        ("espeak", True, ""),
    ]


def test_closing_closes_every_voice(cache: ClipCache) -> None:
    ladder = FakeVoice("gtts"), FakeVoice("espeak")

    speaker_of(cache, *ladder).close()

    assert all(voice.closed for voice in ladder)


class TestRealVoices:
    """gTTS before espeak, against the replayed service."""

    @pytest.fixture
    def ladder(self, cache: ClipCache, gtts: GttsVoice, espeak: EspeakVoice) -> Speaker:
        return speaker_of(cache, gtts, espeak)

    def test_gtts_speaks_when_it_can(self, ladder: Speaker, google: Google) -> None:
        speech = ladder.speak([NOTICE], 20)

        assert speech.voice == "gtts"
        assert len(google.asked) == 5

    @pytest.mark.parametrize(
        "trouble",
        ["portal", "null", "broken base64", "truncated mp3", "429", "403", "500", "reset", "drip", "mute"],
    )
    def test_espeak_makes_the_whole_when_a_part_fails(
        self, ladder: Speaker, google: Google, trouble: str
    ) -> None:
        google.answers.extend(["fine", "fine"])
        google.always = trouble
        began = time.monotonic()

        speech = ladder.speak([NOTICE, NOTICE], 1.0)

        assert time.monotonic() - began < 3
        assert speech.voice == "espeak"
        assert [refusal.voice for refusal in speech.refusals] == ["gtts"]
        assert_whole(speech)

    def test_espeak_speaks_without_a_line(self, ladder: Speaker, google: Google) -> None:
        google.tunnel = "refused"

        speech = ladder.speak([NOTICE], 20)

        assert speech.voice == "espeak"
        assert_whole(speech)

    def test_espeak_speaks_when_the_certificate_is_untrusted(
        self, cache: ClipCache, google: Google, espeak: EspeakVoice
    ) -> None:
        gtts = GttsVoice(clock=SystemClock())

        assert speaker_of(cache, gtts, espeak).speak([NOTICE], 20).voice == "espeak"

        assert google.asked == []
        gtts.close()

    def test_five_thousand_characters_and_then_one_sentence(self, ladder: Speaker, google: Google) -> None:
        text = long_text(5000)

        assert ladder.speak([text], 60).voice == "gtts"
        first = len(google.asked)
        edited = text.replace("điện có thể bị cắt để giữ an toàn.", "điện đã có lại.", 1)
        assert ladder.speak([edited], 60).voice == "gtts"

        assert edited != text
        assert 50 < first <= 90
        assert len(google.asked) - first == 1

    def test_espeak_is_quick(self, tmp_path: Path, cache: ClipCache) -> None:
        text = long_text(4000)

        spent = []
        for _run in ("from an empty cache", "from a warm one"):
            espeak = EspeakVoice(clock=SystemClock())
            began = time.monotonic()
            speech = speaker_of(cache, espeak).speak([text], 1)
            spent.append(time.monotonic() - began)
            espeak.close()

        assert speech.passages[0].duration_seconds > 200
        assert spent[0] < 5
        assert spent[1] < 1.5


def assert_whole(speech: Speech) -> None:
    """Every text is said by one voice from beginning to end."""
    syllables = len(NOTICE.split())
    for passage in speech.passages:
        assert 0.2 * syllables < passage.duration_seconds < 0.5 * syllables
        assert longest_silence_s(passage) < 1
