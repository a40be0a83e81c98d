"""What every voice must do, whatever engine stands behind it. Subclass it with a fixture `voice`."""

from __future__ import annotations

import math
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from broadcaster.audio import AudioSegment, samples
from broadcaster.errors import VoiceError, VoiceTimeout
from broadcaster.voices import Deadline, Role, Voice

WORDS = "Kính thưa bà con, xã ta bắt đầu tiêm phòng cho trẻ em từ sáng thứ hai."
AHEAD = Deadline(math.inf, time.monotonic)


def assert_speech(clip: AudioSegment, words: str) -> None:
    """`clip` is real, whole, even speech of `words`: as long as its syllables need, sound from end to end."""
    heard = samples(clip).astype(np.float64)
    syllables = len(words.split())
    assert 0.12 * syllables <= clip.frame_count() / clip.frame_rate <= 0.5 * syllables + 0.3
    assert 0.1 < np.abs(heard).max() / 32_768 < 0.98
    assert longest_silence_s(clip) < 0.5
    assert abs(heard[0]) < 50
    assert abs(heard[-1]) < 50


def longest_silence_s(clip: AudioSegment) -> float:
    """The longest run of samples below −50 dBFS, the ends included, in seconds."""
    loud = np.flatnonzero(np.abs(samples(clip).astype(np.int32)) > 104)
    edges = np.concatenate([[-1], loud, [int(clip.frame_count())]])
    longest = float(np.diff(edges).max())
    return longest / float(clip.frame_rate)


class VoiceContract:
    def test_says_what_it_is(self, voice: Voice) -> None:
        assert voice.name
        assert voice.identity == voice.identity
        assert voice.name in voice.identity
        assert voice.longest >= 100 or voice.online

    def test_works_here(self, voice: Voice) -> None:
        voice.check()

    def test_speaks_in_the_working_format(self, voice: Voice) -> None:
        clip = voice.speak(WORDS, AHEAD)

        assert (clip.frame_rate, clip.channels, clip.sample_width) == (24_000, 1, 2)
        assert_speech(clip, WORDS)

    def test_speaks_one_short_word(self, voice: Voice) -> None:
        assert_speech(voice.speak("Vâng.", AHEAD), "Vâng.")

    def test_speaks_as_much_as_it_says(self, voice: Voice) -> None:
        words = ("bà con xã ta " * 100)[: voice.longest].strip()

        assert_speech(voice.speak(words, AHEAD), words)

    def test_passes_over_what_cannot_be_said(self, voice: Voice) -> None:
        clip = voice.speak("Chào\0 bà con 🎉👍🏽 hôm nay\u200b", AHEAD)

        plain = voice.speak("Chào bà con hôm nay", AHEAD)
        assert clip.duration_seconds == pytest.approx(plain.duration_seconds, abs=0.15)

    @pytest.mark.parametrize("nothing", ["", "…", "🎉", "\0"])
    def test_refuses_to_say_nothing(self, voice: Voice, nothing: str) -> None:
        with pytest.raises(VoiceError):
            voice.speak(nothing, AHEAD)

    def test_keeps_the_deadline(self, voice: Voice) -> None:
        with pytest.raises(VoiceTimeout):
            voice.speak(WORDS, Deadline(time.monotonic() - 1, time.monotonic))

    def test_serves_four_threads_at_once(self, voice: Voice) -> None:
        texts = [f"Tổ {number} họp lúc bảy giờ sáng" for number in ("một", "hai", "ba", "bốn")] * 2

        with ThreadPoolExecutor(4) as pool:
            clips = list(pool.map(lambda text: voice.speak(text, AHEAD), texts))

        for clip, text in zip(clips, texts, strict=True):
            assert_speech(clip, text)

    def test_has_two_speakers(self, voice: Voice) -> None:
        cast = {role: voice.cast(role) for role in Role}

        assert cast[Role.WOMAN].identity != cast[Role.MAN].identity
        assert cast[Role.OTHER].identity != cast[Role.MAIN].identity
        assert len({speaker.identity for speaker in cast.values()}) == 2
        assert {speaker.name for speaker in cast.values()} == {voice.name}
        for speaker in cast.values():
            assert_speech(speaker.speak(WORDS[:60], AHEAD), WORDS[:60])

    def test_may_be_closed_twice(self, voice: Voice) -> None:
        voice.close()
        voice.close()
