"""Spoken words → the chunks a voice is given, each with the pause that follows it. Pure functions.

text ─► paragraphs (lines) ─► sentences ─► clauses ─► chunks of at most `longest` characters
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|(?<=[.!?…][\"'”’»)\]])\s+")
_CLAUSE_END = re.compile(r"(?<=[,;:)])\s+|\s+(?=[(–—])|\s+-+\s+")
_OPENING_DASHES = re.compile(r"^[–—\-\s]+")
_SHORT = 40
"""Characters of a sentence below which a question of its own would be wasted on it."""
_MUTE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "So", "Sk", "Me"})
"""Unicode categories that no voice should see: control and format characters, emoji, their modifiers."""


class Pause(IntEnum):
    """What follows a chunk, from the shortest to the longest."""

    NONE = 0
    CLAUSE = 1
    SENTENCE = 2
    PARAGRAPH = 3


@dataclass(frozen=True)
class Chunk:
    text: str
    pause: Pause


def speakable(text: str) -> str:
    """`text` in NFC without emoji, NUL and invisible characters; one space between words, lines kept."""
    shown = (_shown(letter) for letter in unicodedata.normalize("NFC", text))
    lines = "".join(shown).split("\n")
    return "\n".join(" ".join(line.split()) for line in lines)


def has_words(text: str) -> bool:
    """True when there is something in `text` to say."""
    return any(letter.isalnum() for letter in text)


def chunks(text: str, longest: int, *, packed: bool) -> tuple[Chunk, ...]:
    """The chunks of `text` in order, none longer than `longest`, none without a word, none lost.

    `packed`: few, for a voice that is asked as seldom as can be: clauses of one sentence share a chunk, and a
    short sentence that of the next one. Otherwise each clause has its own, so that all pauses are ours.
    The last one is followed by no pause.
    """
    spoken = list(_parts(speakable(text), longest, packed))
    return (*spoken[:-1], *(replace(last, pause=Pause.NONE) for last in spoken[-1:]))


def _shown(letter: str) -> str:
    if letter.isspace():
        return "\n" if letter in "\n\r\u2028\u2029" else " "
    if unicodedata.category(letter) in _MUTE or "\ufe00" <= letter <= "\ufe0f":
        return " " if unicodedata.category(letter) == "So" else ""
    return letter


def _parts(text: str, longest: int, packed: bool) -> Iterator[Chunk]:
    for paragraph in text.split("\n"):
        sentences = [_undashed(s) for s in _SENTENCE_END.split(paragraph) if has_words(s)]
        if packed:
            sentences = _short_ones_joined(sentences, longest)
        for number, sentence in enumerate(sentences, start=1):
            pause = Pause.PARAGRAPH if number == len(sentences) else Pause.SENTENCE
            yield from _ending_in(pause, _sentence(sentence, longest, packed))


def _short_ones_joined(sentences: Iterable[str], longest: int) -> list[str]:
    """A short sentence shares the chunk of the next; longer ones do not: an edit would move all after it."""
    joined: list[str] = []
    for sentence in sentences:
        if joined and len(joined[-1]) < _SHORT and len(joined[-1]) + 1 + len(sentence) <= longest:
            joined[-1] = f"{joined[-1]} {sentence}"
        else:
            joined.append(sentence)
    return joined


def _undashed(words: str) -> str:
    return _OPENING_DASHES.sub("", words)


def _ending_in(pause: Pause, parts: list[Chunk]) -> list[Chunk]:
    return [*parts[:-1], replace(parts[-1], pause=pause)]


def _sentence(sentence: str, longest: int, packed: bool) -> list[Chunk]:
    if packed and len(sentence) <= longest:
        return [Chunk(sentence, Pause.SENTENCE)]
    clauses = map(_undashed, _CLAUSE_END.split(sentence))
    parts = [part for clause in clauses if has_words(clause) for part in _clause(clause, longest)]
    return _pack(parts, longest) if packed else parts


def _clause(clause: str, longest: int) -> list[Chunk]:
    *inner, last = _lines(clause, longest)
    return [*(Chunk(line, Pause.NONE) for line in inner), Chunk(last, Pause.CLAUSE)]


def _lines(clause: str, longest: int) -> list[str]:
    """`clause` cut between words into pieces of about equal length."""
    even = math.ceil(len(clause) / math.ceil(len(clause) / longest))
    lines: list[str] = []
    for word in _short_words(clause, longest):
        if lines and len(lines[-1]) < even and len(lines[-1]) + 1 + len(word) <= longest:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return [line for line in lines if has_words(line)]


def _short_words(clause: str, longest: int) -> Iterator[str]:
    for word in clause.split():
        yield from (word[i : i + longest] for i in range(0, len(word), longest))


def _pack(parts: Iterable[Chunk], longest: int) -> list[Chunk]:
    packed: list[Chunk] = []
    for part in parts:
        if packed and len(packed[-1].text) + 1 + len(part.text) <= longest:
            packed[-1] = Chunk(f"{packed[-1].text} {part.text}", part.pause)
        else:
            packed.append(part)
    return packed
