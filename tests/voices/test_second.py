"""Two speakers by one engine: an ear tells them apart, and each is as good as the other."""

from __future__ import annotations

import math

import numpy as np
import pytest

from broadcaster.audio import RATE, AudioSegment, from_samples, samples
from broadcaster.clock import SystemClock
from broadcaster.voices import EspeakVoice, GttsVoice, Role, Voice
from broadcaster.voices.second import LOWER, SecondSpeaker, shifted
from tests.contracts.voice import AHEAD, WORDS, VoiceContract
from tests.voices.fake import FakeVoice
from tests.voices.google import Google
from tests.voices.pitch import pitch_hz


class TestLowered(VoiceContract):
    @pytest.fixture
    def voice(self) -> Voice:
        return SecondSpeaker(FakeVoice(), LOWER)


class TestEspeaksWoman(VoiceContract):
    @pytest.fixture
    def voice(self, espeak: EspeakVoice) -> Voice:
        return espeak.cast(Role.WOMAN)


@pytest.fixture
def spoken(espeak: EspeakVoice) -> AudioSegment:
    return espeak.speak(WORDS, AHEAD)


@pytest.mark.parametrize("semitones", [-5, 5])
def test_real_speech_is_moved_and_takes_as_long_as_before(spoken: AudioSegment, semitones: int) -> None:
    factor = 2 ** (semitones / 12)

    moved = shifted(spoken, factor)

    assert pitch_hz(moved)[1] / pitch_hz(spoken)[1] == pytest.approx(factor, rel=0.03)
    assert abs(len(samples(moved)) - len(samples(spoken))) < RATE // 1000
    envelope, before = loudness_of(moved), loudness_of(spoken)
    assert np.corrcoef(envelope, before[: len(envelope)])[0, 1] > 0.9, "syllables lie where they lay"


def loudness_of(clip: AudioSegment) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Of every 50 ms of its first four seconds."""
    sound = samples(clip)[: 4 * RATE].astype(np.float64)
    sound = sound[: len(sound) - len(sound) % 1200]
    loudness: np.ndarray[tuple[int], np.dtype[np.float64]] = np.sqrt(
        np.mean(sound.reshape(-1, 1200) ** 2, axis=1)
    )
    return loudness


@pytest.mark.parametrize("frames", [0, 1, 100, 961, 5_000])
def test_very_short_clips_are_moved_too(frames: int) -> None:
    clip = from_samples(np.full(frames, 0.1))

    assert abs(len(samples(shifted(clip, 0.75))) - frames) <= 2


def test_full_scale_is_not_torn() -> None:
    loud = from_samples(np.sign(np.sin(2 * math.pi * 150 * np.arange(RATE) / RATE)) * 0.99)

    assert np.abs(samples(shifted(loud, 0.75)).astype(int)).max() < 32_700


def test_espeaks_man_and_woman_share_no_note(espeak: EspeakVoice) -> None:
    man, woman = espeak.cast(Role.MAN), espeak.cast(Role.WOMAN)

    assert man is espeak
    assert espeak.cast(Role.OTHER) is woman is espeak.cast(Role.WOMAN)
    assert (man.name, man.longest, man.online) == (woman.name, woman.longest, woman.online)
    assert pitch_hz(man.speak(WORDS, AHEAD))[2] < 0.9 * pitch_hz(woman.speak(WORDS, AHEAD))[0]


@pytest.mark.parametrize("second", ["f1", "f2", "f3", "f4", "f5"])
def test_every_woman_of_the_settings_is_one(second: str) -> None:
    espeak = EspeakVoice(clock=SystemClock(), second=second)
    try:
        woman = espeak.cast(Role.WOMAN)
        assert f"+{second}" in woman.identity
        assert pitch_hz(woman.speak(WORDS, AHEAD))[1] > 1.25 * pitch_hz(espeak.speak(WORDS, AHEAD))[1]
    finally:
        espeak.close()


def test_googles_man_is_its_woman_lower(gtts: GttsVoice, google: Google) -> None:
    man = gtts.cast(Role.MAN)

    assert gtts.cast(Role.WOMAN) is gtts
    assert man.identity != gtts.identity
    assert man.identity == gtts.cast(Role.OTHER).identity
    low, high = man.speak(WORDS[:60], AHEAD), gtts.speak(WORDS[:60], AHEAD)
    assert len(google.asked) == 2
    assert pitch_hz(low)[1] < 0.85 * pitch_hz(high)[1]
    assert low.duration_seconds == pytest.approx(high.duration_seconds, abs=0.1)
