"""Words that the lexicon does not hold: in capitals, single letters, and what nobody knows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from broadcaster.reading.numerals import LETTERS, spelled
from broadcaster.reading.reading import Certainty
from broadcaster.reading.rule import Claim, Said
from broadcaster.reading.scene import Scene
from broadcaster.reading.syllables import WORD, beside_capitals, is_syllable

_CAPITALS = "words.capitals"
_LONGEST_HEADING = 300
"""Characters of a heading in capitals that count as one change."""
_VOWELS = frozenset("AEIOUYÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĨŨƠƯaeiouyăâêôơư")
_CAMEL = r"(?:[A-ZĐ][a-zà-ỹđ]{2,}){2,4}"
_LONGEST_COMPOUND = 16
_LONGEST_CODE = 3
"""Unknown capitals of at most so many letters before a number are a code: OM 5451."""
_SHORTEST_WORD = 6
"""An unknown name of so many capitals, with vowels, is said as a word; shorter ones are spelled."""


def words(work: str, scene: Scene) -> Iterator[Claim]:
    """Every word that is not said as written."""
    return _merged(_claims(work, scene), work)


def _claims(work: str, scene: Scene) -> Iterator[Claim]:
    tokens = list(WORD.finditer(work))
    for index, match in enumerate(tokens):
        word, start, end = match[0], match.start(), match.end()
        if len(word) == 1:
            found = _letter(word, work[end : end + 1], beside_capitals(tokens, index))
        else:
            found = _word(word, end, scene)
        if found is not None:
            yield Claim(start, end, *found)


def _merged(claims: Iterable[Claim], work: str) -> Iterator[Claim]:
    """A heading in capitals is one change, not one for each word."""
    last: Claim | None = None
    for claim in claims:
        alike = last and {last.rule, claim.rule} == {_CAPITALS} and claim.end - last.start < _LONGEST_HEADING
        if last and alike and work[last.end : claim.start] == " ":
            last = last._replace(end=claim.end, said=Said(f"{last.said.spoken} {claim.said.spoken}"))
            continue
        if last:
            yield last
        last = claim
    if last:
        yield last


def _letter(letter: str, following: str, in_heading: bool) -> tuple[Said, str] | None:
    """A consonant by its name; a vowel is its own name; Y in TRẠM Y TẾ is a word."""
    if letter in _VOWELS:
        return (Said(letter.lower()), _CAPITALS) if in_heading and letter.isupper() else None
    if letter.lower() in LETTERS:
        return None if following in ("'", "’") else (Said(LETTERS[letter.lower()]), "words.letter")
    return None if _is_latin(letter) and is_syllable(letter) else _foreign(letter)


def _word(word: str, end: int, scene: Scene) -> tuple[Said, str] | None:
    if word.islower() or (word[0].isupper() and word[1:].islower()):
        return None if _is_latin(word) else _foreign(word)
    if is_syllable(word):
        return Said(word.lower()), _CAPITALS
    if not _is_latin(word):
        return _foreign(word)
    return _unknown(word, end, scene) if sum(map(str.isupper, word)) > 1 else None


def _foreign(word: str) -> tuple[Said, str]:
    return Said(word, Certainty.UNREAD), "words.foreign_script"


def _unknown(word: str, end: int, scene: Scene) -> tuple[Said, str]:
    """Capitals that nobody has explained: guessed from their parts, or spelled and reported."""
    if (parts := _compound(word, scene)) is not None:
        return Said(parts, Certainty.DOUBTFUL), "words.compound"
    if re.fullmatch(_CAMEL, word):
        return Said(word.lower(), Certainty.DOUBTFUL), "words.name"
    if len(word) <= _LONGEST_CODE and re.match(r"\s?[0-9]", scene.line[end : end + 2]):
        return Said(spelled(word), Certainty.DOUBTFUL), "words.code"
    vowels = sum(letter in _VOWELS for letter in word)
    sayable = len(word) >= _SHORTEST_WORD and vowels * 3 >= len(word)
    return Said(word.lower() if sayable else spelled(word), Certainty.UNREAD), "words.unknown"


def _compound(word: str, scene: Scene) -> str | None:
    """Two abbreviations that are written as one: BCĐPCTT; the longest first part that leaves a known rest."""
    if not _LONGEST_CODE + 1 < len(word) <= _LONGEST_COMPOUND:
        return None
    for cut in range(len(word) - 2, 1, -1):
        first, last = (_usual(part, scene) for part in (word[:cut], word[cut:]))
        if first and last:
            return f"{first} {last}"
    return None


def _usual(part: str, scene: Scene) -> str | None:
    """The reading of a key where no context speaks."""
    rows = [row for row in scene.lexicon.entries.get(part, ()) if row.in_text]
    return rows[-1].spoken if rows else None


def _is_latin(word: str) -> bool:
    return all(c.isascii() or unicodedata.name(c, "").startswith("LATIN") for c in word)
