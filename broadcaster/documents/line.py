"""A line on its way from the page to the passages: whoever strikes it out says why."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Line:
    """One written line. `reason` is empty while it is to be read, else the rule that struck it out."""

    number: int
    """1-based line of the decoded source."""
    text: str
    reason: str = ""
    heading: bool = False
    """The source marks it as a heading (a style, a #)."""

    def struck(self, reason: str) -> Line:
        return replace(self, reason=reason)

    def saying(self, text: str) -> Line:
        return replace(self, text=text)

    @property
    def open(self) -> bool:
        """Has words, and nobody struck it out yet."""
        return not self.reason and bool(self.text.strip())


@dataclass(frozen=True)
class Page:
    """What a reader of one file type found: its lines, and what the operator should know."""

    lines: tuple[Line, ...]
    notices: tuple[str, ...] = ()
    wrapped: bool = False
    """Its lines are what fitted on the paper, not paragraphs (text files, PDF)."""


def numbered(texts: Iterable[str]) -> tuple[Line, ...]:
    return tuple(Line(number, text) for number, text in enumerate(texts, 1))


class _Folding(dict[int, str]):
    """Fills itself with what each character folds to."""

    def __missing__(self, code: int) -> str:
        folded = unicodedata.normalize("NFD", chr(code))[0].lower()[0]
        self[code] = "d" if folded == "đ" else folded
        return self[code]


_FOLDING = _Folding()


def fold(text: str) -> str:
    """`text` in small letters without any accent, character for character, so that offsets still fit."""
    return text.translate(_FOLDING)


def in_capitals(text: str) -> bool:
    """Every letter is a capital, and there are at least two."""
    return text.isupper() and sum(map(str.isalpha, text)) >= 2


BULLET = re.compile(r"^(?:[-+*–—•]|[a-zđ]\))\s+")


def is_bullet(text: str) -> bool:
    return bool(BULLET.match(text))


def word_count(text: str) -> int:
    return len(text.split())
