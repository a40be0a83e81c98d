"""A voice that obeys the contract without an engine: a hum for every syllable; it can be told to fail."""

from __future__ import annotations

import numpy as np

from broadcaster.audio import RATE, AudioSegment, from_samples
from broadcaster.errors import VoiceError, VoiceTimeout
from broadcaster.voices import Deadline, Role
from broadcaster.voices.chunks import has_words, speakable

SYLLABLE_S = 0.25


def hum(words: str, pitch_hz: int = 220) -> AudioSegment:
    """`SYLLABLE_S` of a swelling tone for each word of `words`."""
    time = np.arange(round(SYLLABLE_S * RATE)) / RATE
    syllable = 0.4 * np.sin(np.pi * time / SYLLABLE_S) * np.sin(2 * np.pi * pitch_hz * time)
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
        self.second: FakeVoice | None = None
        """Somebody else, an octave lower, once asked for."""
        self.pitch_hz = 220
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
        return hum(words, self.pitch_hz)

    def cast(self, role: Role) -> FakeVoice:
        if role in (Role.MAIN, Role.WOMAN):
            return self
        if self.second is None:
            self.second = FakeVoice(self.name, online=self.online, longest=self.longest, failing=self.failing)
            self.second.identity, self.second.pitch_hz = f"{self.name} 1 lower", 110
        return self.second

    def close(self) -> None:
        self.closed = True
