"""What a rule may look at around the piece it reads: the line, the style, the lexicon."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from broadcaster.reading.lexicons import Lexicon
from broadcaster.reading.style import Style

_REACH = 60
"""How many characters to either side a rule may look: keeps the time linear."""
_OPENING = " :(\"“'‘[\u00a0"
_JOINTS = str.maketrans(dict.fromkeys("+-–—/~&=*•|([{\"“'‘<>_…", " "))
_WORD = re.compile(r"[^\W_]+")
_SENTENCE_ENDS = re.compile(r"[.!?](?=\s)")


@dataclass(frozen=True)
class Scene:
    line: str
    style: Style
    lexicon: Lexicon
    inner: Callable[[str], str]
    """Reads a short piece of the line by itself."""

    def follows(self, at: int, phrases: Collection[str]) -> bool:
        """Whether one of `phrases` (lower case, up to three words) stands directly before `at`."""
        words = self.line[max(0, at - _REACH) : at].rstrip(_OPENING).lower().translate(_JOINTS).split()
        return any(" ".join(words[-n:]) in phrases for n in range(1, min(3, len(words)) + 1))

    def precedes(self, at: int, phrases: Collection[str]) -> bool:
        """Whether one of `phrases` (lower case, up to three words) stands directly after `at`."""
        words = self.line[at : at + _REACH].lower().split()[:3]
        return any(" ".join(words[:n]).rstrip(".,;:!?)”\"'") in phrases for n in range(1, len(words) + 1))

    def near(self, at: int, phrases: Collection[str]) -> bool:
        """Whether one of `phrases` stands before `at`, near by and in the same sentence."""
        before = _SENTENCE_ENDS.split(self.line[max(0, at - _REACH) : at].lower())[-1]
        return contains(before, phrases)

    def starts_clause(self, at: int) -> bool:
        """Whether `at` opens the line or comes right after a pause."""
        before = self.line[max(0, at - _REACH) : at].rstrip()
        return not before or before[-1] in ",.;:()!?–—-+*•"


def contains(text: str, phrases: Collection[str]) -> bool:
    """Whether one of `phrases` occurs in `text` (lower case) as whole words."""
    padded = f" {' '.join(_WORD.findall(text))} "
    return any(f" {phrase} " in padded for phrase in phrases)
