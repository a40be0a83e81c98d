"""Web addresses and e-mail, said so that a listener can type them."""

from __future__ import annotations

import re

from broadcaster.reading.lexicons import Lexicon
from broadcaster.reading.numerals import one_by_one, spelled
from broadcaster.reading.rule import Said, doubtful, rule
from broadcaster.reading.scene import Scene
from broadcaster.reading.syllables import is_toneless

_SIGNS = {
    ".": "chấm", "-": "gạch ngang", "_": "gạch dưới", "/": "gạch chéo", "@": "a còng", ":": "hai chấm",
    "?": "hỏi chấm", "=": "bằng", "&": "và", "+": "cộng", "%": "phần trăm", "#": "thăng", "~": "ngã",
}  # fmt: skip
_PIECES = r"[a-z]+|[0-9]+|[^a-z0-9]"
_HOST = r"(?:[a-z0-9][a-z0-9-]{0,60}\.){1,6}[a-z]{2,10}"
_LONGEST_LABEL = 40
_LONGEST_WORD = 14


_TLD = r"(?:vn|com|net|org|edu|gov|info|asia|io|me|biz|app)"


@rule("web.email", rf"(?i)(?<![\w.])[a-z0-9][a-z0-9._+-]{{0,60}}@{_HOST}(?!\w)", needs="@", digits=False)
def email(match: re.Match[str], scene: Scene) -> str:
    return address(match[0], scene.lexicon)


@rule(
    "web.address",
    r"(?i)(?<![\w@])https?://([a-z0-9._~:/?#@!$&*+=%-]{1,300}[a-z0-9/])",
    needs=":",
    digits=False,
)
def address_with_scheme(match: re.Match[str], scene: Scene) -> str | Said:
    return _judged(match[1], scene.lexicon)


@rule(
    "web.address",
    rf"(?i)(?<![\w@./-])(?:[a-z0-9][a-z0-9-]{{0,60}}\.){{1,6}}{_TLD}(?![\w@-]|\.\w)"
    r"(?:/[a-z0-9._~/?#&+=%-]{0,300}[a-z0-9])?/?",
    needs=".",
    digits=False,
)
def bare_address(match: re.Match[str], scene: Scene) -> str | Said:
    return _judged(match[0], scene.lexicon)


def _judged(written: str, lexicon: Lexicon) -> str | Said:
    """A long address with a query cannot be typed by ear: a person should look."""
    spoken = address(written.rstrip("/"), lexicon)
    return doubtful(spoken) if any(sign in written for sign in "?=%#") or len(written) > 60 else spoken


def address(written: str, lexicon: Lexicon) -> str:
    return " ".join(filter(None, (_piece(piece, lexicon) for piece in re.findall(_PIECES, written.lower()))))


def _piece(piece: str, lexicon: Lexicon) -> str:
    if piece.isdecimal():
        return one_by_one(piece)
    return label(piece, lexicon) if piece.isascii() and piece.isalpha() else _SIGNS.get(piece, "")


def label(letters: str, lexicon: Lexicon) -> str:
    """ "tanhung" → "tân hưng": known words first, then syllables without tones, else letters."""
    if (known := lexicon.in_address(letters)) is not None:
        return known
    parts = _cut(letters, lexicon) if len(letters) <= _LONGEST_LABEL else None
    if parts is None or (len(letters) <= 4 and len(parts) > 1):
        return spelled(letters)
    return " ".join(lexicon.in_address(part) or part for part in parts)


def _cut(letters: str, lexicon: Lexicon) -> list[str] | None:
    """The fewest known words and syllables that make up `letters`; None where there are none."""
    best: list[list[str] | None] = [[]] + [None] * len(letters)
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - _LONGEST_WORD), end):
            before, piece = best[start], letters[start:end]
            if before is None or not _sayable(piece, lexicon):
                continue
            shorter = best[end]
            if shorter is None or len(before) + 1 < len(shorter):
                best[end] = [*before, piece]
    return best[-1]


def _sayable(piece: str, lexicon: Lexicon) -> bool:
    return (len(piece) > 1 and is_toneless(piece)) or (
        len(piece) > 2 and lexicon.in_address(piece) is not None
    )
