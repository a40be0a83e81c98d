"""Which syllables of a Vietnamese line belong together: words are written in several, with spaces between."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from functools import cache
from importlib.resources import files

from broadcaster.reading.words import phrases

_LEANS = phrases(
    """các, những, mọi, mỗi, không, chưa, đã, đang, sẽ, rất, của, và, với, cho, ở, tại, vì, do, để, từ, trong,
    về, là, bị, được, nhằm, bằng, sự, việc, nền, một"""
)
_WITH_COMMA = phrases("phòng chống")
_EDGES = re.compile(r"^\W+|\W+$")


class Joint(Enum):
    """What lies between two syllables."""

    PAUSE = auto()
    """A comma, a colon: the best place for a line to end."""
    FREE = auto()
    LEANS = auto()
    """After a small word that leans on the next one."""
    STRAY = auto()
    """It would leave one syllable between itself and a pause."""
    INSIDE = auto()
    """The inside of a word."""


@cache
def known_words() -> tuple[frozenset[str], int]:
    """Words and set phrases of several syllables, and how many syllables the longest has."""
    text = files("broadcaster.banners").joinpath("words.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    words = phrases(",".join(lines))
    return words, max(len(word.split()) for word in words)


def joints(syllables: Sequence[str]) -> tuple[Joint, ...]:
    """Of each gap between two syllables."""
    plain = [_EDGES.sub("", unicodedata.normalize("NFC", one)).casefold() for one in syllables]
    closed = [one[-1:].isalnum() for one in syllables]
    inside = {gap for first, last in _found(plain, closed) for gap in range(first, last)}

    pauses = {-1, len(syllables) - 1, *(gap for gap, shut in enumerate(closed) if not shut)} - inside

    def joint(gap: int) -> Joint:
        if gap in inside:
            return Joint.INSIDE
        if gap in pauses:
            return Joint.PAUSE
        if {gap - 1, gap + 1} & pauses:
            return Joint.STRAY
        return Joint.LEANS if plain[gap] in _LEANS else Joint.FREE

    return tuple(joint(gap) for gap in range(len(syllables) - 1))


def _found(plain: Sequence[str], closed: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """(first, last) syllable of each known word from left to right, the longest first; hardly any has a comma
    in it."""
    words, longest = known_words()
    first = 0
    while first < len(plain):
        for last in range(min(len(plain), first + longest) - 1, first, -1):
            word = " ".join(plain[first : last + 1])
            if word in words and (all(closed[first:last]) or word in _WITH_COMMA):
                yield first, last
                first = last
                break
        first += 1
