"""The operator's own audio: kept whole or not at all, and heard in place of speech."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from broadcaster.audio import RATE, samples
from broadcaster.clock import SystemClock
from broadcaster.errors import AudioError, VoiceUnavailable
from broadcaster.units import Milliseconds
from broadcaster.voices import ClipCache, Pauses, Recorded, Recordings, Speaker
from tests.voices.fake import SYLLABLE_S, FakeVoice

PAUSES = Pauses(Milliseconds(450), Milliseconds(180), Milliseconds(800))


def tone(seconds: float, level: float = 0.3, rate: int = RATE) -> np.ndarray:
    return level * np.sin(2 * np.pi * 300 * np.arange(round(seconds * rate)) / rate)


@pytest.fixture
def recordings(tmp_path: Path) -> Recordings:
    return Recordings(tmp_path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A stereo WAV of another rate, with silence around its tone of one second."""
    quiet = np.zeros(22_050)
    path = tmp_path / "Khmer.wav"
    sound = np.concatenate([quiet, tone(1, rate=44_100), quiet])
    soundfile.write(path, np.stack([sound, sound], axis=1), 44_100)
    return path


def left(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "recordings").iterdir())


def test_a_file_is_kept_as_flac_under_the_hash_of_its_bytes(
    recordings: Recordings, file: Path, tmp_path: Path
) -> None:
    sha256 = recordings.keep_file(file)

    assert left(tmp_path) == [f"{sha256}.flac"]
    kept, rate = soundfile.read(recordings.path(sha256))
    assert (rate, len(kept)) == (RATE, 2 * RATE)
    clip = recordings.clip(sha256)
    assert clip.duration_seconds == pytest.approx(1.04, abs=0.02)
    assert np.abs(samples(clip)).max() == pytest.approx(0.3 * 32_768, rel=0.02)
    assert recordings.keep_file(file) == sha256


@pytest.mark.parametrize(
    ("sound", "why"),
    [
        ([np.zeros(RATE)], "silent"),
        ([tone(1, level=0.0005)], "silent"),
        ([np.zeros(0)], "no sound"),
    ],
)
def test_what_holds_no_speech_is_refused_and_leaves_nothing(
    recordings: Recordings, tmp_path: Path, sound: list[np.ndarray], why: str
) -> None:
    with pytest.raises(AudioError, match=why):
        recordings.keep(sound)

    assert left(tmp_path) == []


def test_half_an_hour_is_the_most(recordings: Recordings, tmp_path: Path) -> None:
    minute = tone(60).astype(np.float32)

    with pytest.raises(AudioError, match="longer than 30 minutes"):
        recordings.keep(minute for _ in range(31))

    assert left(tmp_path) == []


@pytest.mark.parametrize("text", [b"Kinh thua ba con " * 99, b""])
def test_what_is_no_sound_is_refused(recordings: Recordings, tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "notice.mp3"
    path.write_bytes(text)

    with pytest.raises(AudioError, match=r"notice\.mp3"):
        recordings.keep_file(path)

    assert left(tmp_path) == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "recordings").write_text("in the way")

    with pytest.raises(AudioError, match="could not be kept"):
        Recordings(tmp_path).keep([tone(1)])


def test_a_recording_that_is_gone_or_other_than_it_was_is_never_heard(
    recordings: Recordings, file: Path
) -> None:
    sha256 = recordings.keep_file(file)
    soundfile.write(recordings.path(sha256), tone(2), RATE)
    with pytest.raises(VoiceUnavailable, match="missing or damaged"):
        recordings.clip(sha256)

    recordings.forget(sha256)
    recordings.forget(sha256)
    with pytest.raises(VoiceUnavailable, match="missing or damaged"):
        recordings.clip(sha256)
    with pytest.raises(VoiceUnavailable, match="--remove"):
        recordings.check(sha256)


class TestAmongSpeech:
    @pytest.fixture
    def sha256(self, recordings: Recordings, file: Path) -> str:
        return recordings.keep_file(file)

    @pytest.fixture
    def voice(self) -> FakeVoice:
        return FakeVoice("espeak")

    @pytest.fixture
    def speaker(self, cache: ClipCache, voice: FakeVoice, recordings: Recordings) -> Speaker:
        return Speaker([voice], cache, PAUSES, SystemClock(), recordings=recordings)

    def test_it_is_heard_in_its_place_and_the_voice_is_not_asked(
        self, speaker: Speaker, voice: FakeVoice, sha256: str
    ) -> None:
        speech = speaker.speak(["Một.", Recorded("ជំរាបសួរ", sha256), "Hai ba."], 10)

        assert speech.voice == "espeak+recorded"
        lengths = [passage.duration_seconds for passage in speech.passages]
        assert lengths == pytest.approx([SYLLABLE_S, 1.04, 2 * SYLLABLE_S], abs=0.02)
        assert voice.asked == ["Một.", "Hai ba."]

    def test_alone_it_needs_no_voice(self, cache: ClipCache, recordings: Recordings, sha256: str) -> None:
        dumb = FakeVoice(failing={"Một.": VoiceUnavailable("broken")})
        speaker = Speaker([dumb], cache, PAUSES, SystemClock(), recordings=recordings)

        speech = speaker.speak([Recorded("…", sha256), Recorded("…", sha256)], 10)

        assert (speech.voice, len(speech.passages)) == ("recorded", 2)
        assert speech.passages[1:][0].duration_seconds == pytest.approx(1.04, abs=0.02)

    def test_a_lost_one_is_not_spoken_instead(
        self, speaker: Speaker, voice: FakeVoice, recordings: Recordings, sha256: str
    ) -> None:
        os.unlink(recordings.path(sha256))

        with pytest.raises(VoiceUnavailable, match="missing or damaged"):
            speaker.speak(["Một.", Recorded("Hai.", sha256)], 10)

        assert voice.asked == []


def test_long_speech_is_read_from_the_cache_again_instead_of_being_kept(
    cache: ClipCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broadcaster.voices.passages.KEPT_BYTES", 20_000)
    texts, voice = [f"Tổ {n} họp.\nTổ {n} nghỉ." for n in range(9)], FakeVoice()
    speaker = Speaker([voice], cache, PAUSES, SystemClock())

    speech = speaker.speak(texts, 10)

    expected = pytest.approx(6 * SYLLABLE_S + 0.8)
    assert [passage.duration_seconds for passage in speech.passages] == [expected] * 9
    assert len(voice.asked) == 18


def test_better_voices_are_those_above_the_one_that_spoke(cache: ClipCache) -> None:
    banned = FakeVoice("gtts", online=True, failing={"": VoiceUnavailable("banned")})
    speaker = Speaker([banned, FakeVoice("piper"), FakeVoice("espeak")], cache, PAUSES, SystemClock())

    def better_than(spoke: str) -> list[tuple[str, bool]]:
        return [(status.name, status.works) for status in speaker.better_than(spoke)]

    assert better_than("espeak+recorded") == [("gtts", False), ("piper", True)]
    assert better_than("piper") == [("gtts", False)]
    assert better_than("gtts") == better_than("recorded") == better_than("tone") == []
