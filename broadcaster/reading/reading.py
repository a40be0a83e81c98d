"""A reading: the words as spoken, with the origin of every change."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class Certainty(StrEnum):
    """How far a change can be trusted."""

    SURE = "sure"
    DOUBTFUL = "doubtful"
    """Read the likelier way; a person should look."""
    UNREAD = "unread"
    """Nothing is known of it; `read --check` fails."""


@dataclass(frozen=True)
class Span:
    """One piece of the written text that is spoken otherwise than written."""

    start: int
    end: int
    """Offsets of characters into `Reading.written`."""
    written: str
    spoken: str
    rule: str
    """The name of the rule that did it."""
    certainty: Certainty = Certainty.SURE


@dataclass(frozen=True)
class Reading:
    written: str
    """The text that was read: NFC, without invisible characters."""
    spoken: str
    """The words to say; as many lines as `written` has, punctuation kept for pauses."""
    spans: tuple[Span, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(self.spoken.split("\n"))

    @property
    def unread(self) -> tuple[Span, ...]:
        return tuple(s for s in self.spans if s.certainty is Certainty.UNREAD)

    @property
    def doubtful(self) -> tuple[Span, ...]:
        return tuple(s for s in self.spans if s.certainty is Certainty.DOUBTFUL)

    @property
    def sha256(self) -> str:
        """Freezes the words as spoken; approval holds it."""
        return hashlib.sha256(self.spoken.encode()).hexdigest()
