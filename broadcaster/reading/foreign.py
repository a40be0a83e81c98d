"""Codes of letters and digits: C06, A4, AC-50, H5N1, PB05; a number with a small letter: 2a."""

from __future__ import annotations

import re

from broadcaster.reading.numerals import DIGITS, one_by_one, spelled, whole
from broadcaster.reading.reading import Certainty
from broadcaster.reading.roman import value
from broadcaster.reading.rule import Said, rule
from broadcaster.reading.scene import Scene

_CHUNK = r"[^\W\d_]+|[0-9]+(?:[.,][0-9]+)?|\W"
_SURE_LETTERS = 2


@rule("foreign.initials", r"(?<!\w)(?:[A-ZĐ]\.\s?){1,4}[A-ZĐ](?![\w'’])", needs=".", digits=False)
def initials(match: re.Match[str], scene: Scene) -> str:
    """N.V.A: a name that is not told."""
    return spelled("".join(filter(str.isalpha, match[0])))


@rule(
    "foreign.code",
    r"(?<![\w])(?=[^\W_]{0,11}[-.]?[0-9])[^\W\d_]{1,12}[-.]?[0-9]{1,12}(?:[-./]?[^\W_]{1,8}){0,4}(?!\w)",
)
def code(match: re.Match[str], scene: Scene) -> Said:
    return _said(match[0], scene)


@rule("foreign.code", r"(?<![\w.,])[0-9]{1,6}-?[^\W\d_]{1,6}(?:[0-9]{1,4}[^\W\d_]{0,4}){0,3}(?!\w)")
def numbered(match: re.Match[str], scene: Scene) -> Said:
    return _said(match[0], scene)


def _said(written: str, scene: Scene) -> Said:
    """Letters by name or by the lexicon, digits as a number; in doubt where many letters are unknown."""
    words, certainty = [], Certainty.SURE
    for chunk in re.findall(_CHUNK, written):
        if chunk[0].isdecimal():
            words.append(_number(chunk, scene))
        elif chunk.isalpha():
            entry = scene.lexicon.in_number(chunk) if len(chunk) > _SURE_LETTERS else None
            words.append(entry.spoken if entry else _letters(chunk, scene))
            unknown = (
                entry is None
                and not value(chunk)
                and (len(chunk) > _SURE_LETTERS or (not chunk.isascii() and chunk.upper() != chunk))
            )
            certainty = Certainty.DOUBTFUL if unknown else certainty
    return Said(" ".join(words), certainty)


def _letters(chunk: str, scene: Scene) -> str:
    """Small letters in a word are a word: "lần2"; capitals are spelled, Roman numerals counted: 95-III."""
    if len(chunk) > 1 and set(chunk) <= set("IVX") and value(chunk):
        return DIGITS[value(chunk)] if value(chunk) < 10 else spelled(chunk)
    if len(chunk) == 1 or not chunk[1:].islower():
        return spelled(chunk)
    entry = scene.lexicon.in_number(chunk)
    return entry.spoken if entry else chunk


def _number(chunk: str, scene: Scene) -> str:
    integer, _, fraction = chunk.replace(",", ".").partition(".")
    spoken = one_by_one(integer) if integer[0] == "0" or len(integer) > 4 else whole(integer, scene.style)
    return f"{spoken} chấm {whole(fraction, scene.style)}" if fraction else spoken
