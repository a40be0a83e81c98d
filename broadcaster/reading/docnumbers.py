"""Document numbers of Decree 30: 61/2018/NĐ-CP, 12/KH-UBND, 31/2024/QH15; standards: TCVN 6909:2001."""

from __future__ import annotations

import re

from broadcaster.reading.numerals import DIGITS, spelled, whole
from broadcaster.reading.reading import Certainty
from broadcaster.reading.rule import Said, rule
from broadcaster.reading.scene import Scene

_PART = r"[A-ZĐÂ](?:[A-ZĐÂƯÔƠÊ]|[a-zđưâôơê](?![a-zà-ỹ]{2})){0,11}[0-9]{0,2}"
_SYMBOL = rf"{_PART}(?:(?:\s?[-–]\s?|[/&.]){_PART}){{0,4}}"
_OFFICES = {"S": "Sở", "P": "Phòng", "B": "Bộ"}
_WITH_TERM = frozenset({"QH", "UBTVQH", "HĐND"})
"""Assemblies: the number after them is their term."""


@rule(
    "docnumbers.symbol",
    rf"(?<![\w/.,])([0-9]{{1,6}}[a-z]?)(?:\s?/\s?([12][0-9]{{3}}))?\s?/\s?({_SYMBOL})(?!\w)",
    needs="/",
)
def document_number(match: re.Match[str], scene: Scene) -> Said | None:
    number, year, symbol = match[1], match[2], match[3]
    if not year and not _is_symbol(symbol, scene):
        return None
    said = [_number(number, scene)]
    if year:
        said.append(whole(year, scene.style))
    words, certainty = _symbol(symbol, scene)
    slash = f" {scene.style.slash} " if scene.style.slash else ", "
    return Said(slash.join([*said, words]), certainty)


@rule(
    "docnumbers.party", rf"(?<![\w/.,])([0-9]{{1,5}})\s?[-–]\s?({_PART}(?:/{_PART}){{1,2}})(?!\w)", needs="/"
)
def party_number(match: re.Match[str], scene: Scene) -> Said:
    """57-NQ/TW, 12-KH/ĐU: the Party's way of numbering."""
    words, certainty = _symbol(match[2], scene)
    return Said(f"{_number(match[1], scene)}, {words}", certainty)


@rule("docnumbers.year", r"(?<![\w/.,])([0-9]{1,5})\s?/\s?([12][0-9]{3})(?![\w/]|[.,-][0-9])", needs="/")
def number_and_year(match: re.Match[str], scene: Scene) -> str | None:
    if not scene.follows(match.start(), {"số"}):
        return None
    slash = f" {scene.style.slash} " if scene.style.slash else ", "
    return _number(match[1], scene) + slash + whole(match[2], scene.style)


@rule(
    "docnumbers.standard",
    r"(?<!\w)(QCVN|TCVN|TCXDVN|TCCS|QCĐP|ISO|TCN)(?:/[A-ZĐ]{2,6})?\s?([0-9]{1,6})(?:-([0-9]{1,3}))?:([12][0-9]{3})"
    r"(?:/([A-ZĐ]{2,9}))?(?!\w)",
    needs=":",
)
def standard(match: re.Match[str], scene: Scene) -> Said:
    name, certainty = _symbol(match[1], scene)
    words = [name, whole(match[2], scene.style)]
    words += ["gạch ngang", whole(match[3], scene.style)] if match[3] else []
    words += ["năm", whole(match[4], scene.style)]
    if match[5]:
        issuer, certainty = _symbol(match[5], scene)
        words.append(issuer)
    return Said(" ".join(words), certainty)


def _part(letters: str, scene: Scene) -> str | None:
    """One part of a symbol: a row of the lexicon, or a department (S…) or office (P…) of a known field."""
    if (entry := scene.lexicon.in_number(letters)) is not None:
        return entry.spoken
    head = _OFFICES.get(letters[:1])
    field = scene.lexicon.in_number(letters[1:]) if head and len(letters) > 2 else None
    return f"{head} {field.spoken}" if field else None


def _number(written: str, scene: Scene) -> str:
    digits = written.rstrip("abcdefghijklmnopqrstuvwxyz")
    letter = f" {spelled(written[len(digits) :])}" if len(digits) < len(written) else ""
    if len(digits) == 2 and digits[0] == "0":
        return f"{DIGITS[0]} {DIGITS[int(digits[1])]}{letter}"
    return whole(digits, scene.style) + letter


def _is_symbol(symbol: str, scene: Scene) -> bool:
    """Whether capitals after a number and a slash can be a document's symbol: 12/KH-UBND, not 2/Phòng."""
    first = re.split(r"[-–/&.\s]", symbol)[0]
    return sum(map(str.isupper, first)) > 1 or scene.lexicon.in_number(first) is not None


def _symbol(symbol: str, scene: Scene) -> tuple[str, Certainty]:
    """The words of a symbol; letters by name, and doubt, where a part is unknown."""
    if (entry := scene.lexicon.in_number(symbol)) is not None:
        return entry.spoken, Certainty.SURE
    words, certainty = [], Certainty.SURE
    for part in filter(None, re.split(r"\s?[-–]\s?|[/&.]", symbol)):
        letters = part.rstrip("0123456789")
        known = _part(letters, scene)
        words.append(known or spelled(letters))
        certainty = certainty if known else Certainty.DOUBTFUL
        if digits := part[len(letters) :]:
            words.append(("khóa " if letters in _WITH_TERM else "") + whole(digits, scene.style))
    return " ".join(words), certainty
