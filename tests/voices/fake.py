"""A voice that obeys the contract without an engine: a hum for every syllable; it can be told to fail."""

from __future__ import annotations

import numpy as np

from broadcaster.audio import RATE, AudioSegment, from_samples
from broadcaster.errors import VoiceError, VoiceTimeout
from broadcaster.voices import Deadline
from broadcaster.voices.chunks import has_words, speakable

SYLLABLE_S = 0.25


def hum(words: str) -> AudioSegment:
    """`SYLLABLE_S` of a swelling tone for each word of `words`."""
    time = np.arange(round(SYLLABLE_S * RATE)) / RATE
    syllable = 0.4 * np.sin(np.pi * time / SYLLABLE_S) * np.sin(2 * np.pi * 220 * time)
    return from_samples(np.tile(syllable, len(words.split())))


class FakeVoice:
    """`failing` on the words it holds, with the error it gives for them; remembers what it was `asked`."""

    def __init__(
        self,
        name: str = "fake",
        *,
        online: bool = False,
        longest: int = 100,
        failing: dict[str, VoiceError] | None = None,
    ) -> None:
        self.name = name
        self.online = online
        self.longest = longest
        self.identity = f"{name} 1"
        self.failing = failing or {}
        self.asked: list[str] = []
        self.closed = False

    def check(self) -> None:
        for error in self.failing.values():
            raise error

    def speak(self, chunk: str, deadline: Deadline) -> AudioSegment:
        assert len(chunk) <= self.longest
        words = speakable(chunk)
        if not has_words(words):
            raise VoiceError("There is nothing to say")
        if deadline.passed:
            raise VoiceTimeout("too late")
        self.asked.append(chunk)
        if words in self.failing:
            raise self.failing[words]
        return hum(words)

    def close(self) -> None:
        self.closed = True
