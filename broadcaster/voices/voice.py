"""What a voice is, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from broadcaster.audio import AudioSegment


class Role(StrEnum):
    """Who of an engine's speakers says a text."""

    MAIN = ""
    """The one whom the settings choose."""
    WOMAN = "nữ"
    MAN = "nam"
    OTHER = "other"
    """Anybody but MAIN."""


@dataclass(frozen=True)
class Deadline:
    """An instant of the monotonic clock by which speech must be made."""

    at: float
    monotonic: Callable[[], float]

    @property
    def seconds_left(self) -> float:
        return self.at - self.monotonic()

    @property
    def passed(self) -> bool:
        return self.seconds_left <= 0


class Voice(Protocol):
    """An engine that speaks one chunk of a reading. The contract suite is tests/contracts/voice.py."""

    @property
    def name(self) -> str:
        """Its name in results and settings: "gtts", "espeak", "piper"."""
        ...

    @property
    def identity(self) -> str:
        """Everything that shapes its sound (engine, version, language, speed…): part of the cache key."""
        ...

    @property
    def longest(self) -> int:
        """The most characters it may be given at once."""
        ...

    @property
    def online(self) -> bool:
        """True when the text leaves the commune; such a voice is bounded by the deadline."""
        ...

    def check(self) -> None:
        """Raise VoiceUnavailable, saying why, when it cannot work on this PC now. Asks no network."""
        ...

    def speak(self, chunk: str, deadline: Deadline) -> AudioSegment:
        """`chunk` (words only, 1…`longest` characters) as speech: mono, 16 bit, audio.RATE, trimmed.

        Raises VoiceUnavailable (offline, banned, broken) or VoiceTimeout; never returns partial speech.
        A chunk without a word is a VoiceError of neither kind.
        """
        ...

    def cast(self, role: Role) -> Voice:
        """The same engine as that speaker: itself, or its second speaker, whom an ear tells from it.

        The second one has the same name and another identity, and is closed with the first.
        """
        ...

    def close(self) -> None:
        """Give back what it holds (processes, connections)."""
        ...


@dataclass(frozen=True)
class Turn:
    """A text that not only MAIN may say."""

    text: str
    role: Role


def as_turn(words: str | Turn) -> Turn:
    """Words alone are MAIN's turn."""
    return Turn(words, Role.MAIN) if isinstance(words, str) else words


@dataclass(frozen=True)
class Recorded:
    """A text whose place the operator's own audio takes."""

    text: str
    sha256: str
    """Of the recording."""


Text = str | Turn | Recorded
"""What is to be heard in one go: words as read (by MAIN, or whose turn it is), or a recording."""


@dataclass(frozen=True)
class Refusal:
    """Why a better voice did not speak."""

    voice: str
    why: str


@dataclass(frozen=True)
class Speech:
    """One voice's speech for a whole bulletin."""

    voice: str
    """The voice's name; "recorded" for recordings alone; "NAME+recorded" when both are heard."""
    passages: Sequence[AudioSegment]
    """One per text asked for, pauses between its sentences and clauses included. Each is put together when it
    is asked for, and not kept."""
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True)
class VoiceStatus:
    """Whether a voice works on this PC now."""

    name: str
    works: bool
    why: str = ""
    """Why it does not."""
    identity: str = ""
    online: bool = False
