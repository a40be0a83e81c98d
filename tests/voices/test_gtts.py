"""gTTS against a replay of its service. The real service was never reached from here."""

from __future__ import annotations

import math
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from broadcaster.clock import SystemClock
from broadcaster.errors import VoiceError, VoiceTimeout, VoiceUnavailable
from broadcaster.voices import Deadline, GttsVoice, Patience
from broadcaster.voices.google import Google as Line
from tests.contracts.voice import AHEAD, assert_speech
from tests.voices.conftest import speaking
from tests.voices.google import HOST, Authority, Google, asked_words

WORDS = "Kính thưa bà con, chiều nay ấp ta họp."


def in_seconds(seconds: float) -> Deadline:
    return Deadline(time.monotonic() + seconds, time.monotonic)


def test_one_chunk_is_one_question_through_the_proxy_on_one_connection(
    google: Google, gtts: GttsVoice
) -> None:
    for words in (WORDS, "Xin mời bà con đến dự!", "Bà con nghe rõ không?"):
        assert_speech(gtts.speak(words, AHEAD), words)

    assert google.asked == [WORDS, "Xin mời bà con đến dự!", "Bà con nghe rõ không?"]
    assert google.tunnels == [f"{HOST}:443"]


@pytest.mark.parametrize("mark", ["!", "?", ".", "…", "dr.", "a?!"])
def test_the_prepared_request_of_gtts_is_one_up_to_a_hundred_characters(mark: str) -> None:
    words = ("bà? con! " * 20)[: 100 - len(mark)] + mark
    line = Line(tld="com.vn", slow=True, ca_file=None, connect_s=1, read_s=1)

    request = line._question(words)

    line.close()
    assert len(words) == 100
    assert request.url == f"https://{HOST}/_/TranslateWebserverUi/data/batchexecute"
    assert asked_words(str(request.body)) == words
    assert "true" in str(request.body)


def test_audio_written_with_json_escapes_is_understood(google: Google, gtts: GttsVoice) -> None:
    google.answers.append("escaped")

    assert_speech(gtts.speak(WORDS, AHEAD), WORDS)


@pytest.mark.parametrize("trouble", ["500", "reset", "broken off", "null", "truncated mp3", "mute", "stall"])
def test_what_passes_is_tried_again(google: Google, quick_gtts: GttsVoice, trouble: str) -> None:
    google.answers.extend([trouble])

    assert_speech(quick_gtts.speak(WORDS, AHEAD), WORDS)

    assert google.asked == [WORDS] * 2


@pytest.mark.parametrize(
    ("trouble", "questions", "why"),
    [
        ("portal", 3, "no speech"),
        ("null", 3, "no speech"),
        ("broken base64", 3, "damaged"),
        ("truncated mp3", 3, "cut short"),
        ("no mp3", 3, "cut short"),
        ("unkept promise", 3, "decoded"),
        ("silent mp3", 3, "plausible"),
        ("short mp3", 3, "plausible"),
        ("endless", 3, "too long"),
        ("500", 3, "500"),
        ("reset", 3, "broke"),
        ("broken off", 3, "broke"),
        ("429", 1, "429"),
        ("403", 1, "403"),
        ("404", 1, "404"),
        ("redirect", 1, "302"),
        ("mute", 3, "in time"),
        ("drip", 3, "in time"),
    ],
)
def test_what_stays_is_given_up_and_then_left_alone(
    google: Google, quick_gtts: GttsVoice, trouble: str, questions: int, why: str
) -> None:
    google.always = trouble

    with pytest.raises(VoiceUnavailable, match=why):
        quick_gtts.speak(WORDS, AHEAD)
    with pytest.raises(VoiceUnavailable, match=why):
        quick_gtts.speak(WORDS, AHEAD)
    with pytest.raises(VoiceUnavailable, match=why):
        quick_gtts.check()

    assert len(google.asked) == questions


@pytest.mark.parametrize("trouble", ["drip", "mute", "stall"])
def test_the_deadline_is_kept(google: Google, trouble: str) -> None:
    google.always = trouble
    with speaking(google, patience=Patience(connect_s=0.1)) as voice:
        began = time.monotonic()

        with pytest.raises(VoiceTimeout):
            voice.speak(WORDS, in_seconds(0.3))

        assert time.monotonic() - began < 1
        with pytest.raises(VoiceUnavailable):
            voice.check()


def test_a_silent_proxy_keeps_the_deadline_too(google: Google) -> None:
    google.tunnel = "silent"
    with speaking(google, patience=Patience(connect_s=5)) as voice:
        began = time.monotonic()

        with pytest.raises(VoiceTimeout):
            voice.speak(WORDS, in_seconds(0.3))

        assert time.monotonic() - began < 1


def test_without_time_for_another_attempt_the_reason_is_told(google: Google) -> None:
    google.always = "500"
    with speaking(google, patience=Patience(backoff_s=60)) as voice:
        began = time.monotonic()

        with pytest.raises(VoiceUnavailable, match="500"):
            voice.speak(WORDS, in_seconds(5))

        assert time.monotonic() - began < 2


def test_no_route_is_given_up_at_once(google: Google, gtts: GttsVoice) -> None:
    google.tunnel = "refused"

    with pytest.raises(VoiceUnavailable, match="reached"):
        gtts.speak(WORDS, AHEAD)

    assert len(google.tunnels) == 1


def test_no_proxy_there_is_given_up_at_once(
    google: Google, gtts: GttsVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    with pytest.raises(VoiceUnavailable, match="reached"):
        gtts.speak(WORDS, AHEAD)


@pytest.mark.parametrize("trusting", ["the usual ones", "another"])
def test_an_untrusted_certificate_gets_no_word(google: Google, tmp_path: Path, trusting: str) -> None:
    ca_file = Authority(tmp_path / "other").ca_file if trusting == "another" else None
    with speaking(google, ca_file=ca_file) as voice, pytest.raises(VoiceUnavailable, match="certificate"):
        voice.speak(WORDS, AHEAD)

    assert google.asked == []


def test_a_missing_ca_file_is_told(google: Google, tmp_path: Path) -> None:
    missing = tmp_path / "missing-authority"
    with (
        speaking(google, ca_file=missing) as voice,
        pytest.raises(VoiceUnavailable, match="missing-authority"),
    ):
        voice.check()


def test_a_ca_file_that_is_none_is_no_crash(google: Google, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    with speaking(google, ca_file=tmp_path / "ca.pem") as voice, pytest.raises(VoiceUnavailable):
        voice.speak(WORDS, AHEAD)


def test_a_short_stop_ends_and_a_ban_lasts(google: Google) -> None:
    short = Patience(attempts=1, offline_s=0.1, banned_s=60)
    with speaking(google, patience=short) as voice:
        google.answers.extend(["500", "fine", "429"])
        with pytest.raises(VoiceUnavailable):
            voice.speak(WORDS, AHEAD)
        time.sleep(0.11)
        assert_speech(voice.speak(WORDS, AHEAD), WORDS)
        with pytest.raises(VoiceUnavailable):
            voice.speak(WORDS, AHEAD)
        time.sleep(0.11)
        with pytest.raises(VoiceUnavailable, match="429"):
            voice.check()


def test_questions_keep_their_pace(google: Google) -> None:
    with speaking(google, per_second=10) as voice:
        began = time.monotonic()
        for _question in range(4):
            voice.speak(WORDS, AHEAD)

        assert 0.3 <= time.monotonic() - began < 2


def test_a_pace_that_cannot_meet_the_deadline_is_not_waited_for(google: Google) -> None:
    with speaking(google, per_second=0.1) as voice:
        voice.speak(WORDS, AHEAD)
        began = time.monotonic()

        with pytest.raises(VoiceTimeout):
            voice.speak(WORDS, in_seconds(2))

        assert time.monotonic() - began < 1
        voice.check()


def test_waiting_for_another_thread_counts_for_the_deadline(google: Google) -> None:
    google.answers.append("mute")
    with (
        speaking(google, patience=Patience(read_s=0.4, backoff_s=0.01)) as voice,
        ThreadPoolExecutor(1) as pool,
    ):
        first = pool.submit(voice.speak, WORDS, AHEAD)
        while not google.asked:
            time.sleep(0.005)

        with pytest.raises(VoiceTimeout):
            voice.speak(WORDS, in_seconds(0.1))

        assert_speech(first.result(), WORDS)


def test_closing_ends_the_waiting(google: Google) -> None:
    with speaking(google, per_second=0.1) as voice:
        voice.speak(WORDS, AHEAD)
        threading.Timer(0.05, voice.close).start()
        began = time.monotonic()

        with pytest.raises(VoiceUnavailable):
            voice.speak(WORDS, in_seconds(60))

        assert time.monotonic() - began < 1


def test_a_slow_voice_may_take_its_time(google: Google) -> None:
    with speaking(google, slow=True) as voice:
        assert_speech(voice.speak(WORDS, AHEAD), WORDS)
        assert voice.identity != GttsVoice(clock=SystemClock()).identity


def test_nothing_to_say_asks_nothing(google: Google, gtts: GttsVoice) -> None:
    with pytest.raises(VoiceError):
        gtts.speak("🎉 …", Deadline(math.inf, time.monotonic))

    assert google.asked == []
