"""Signs that are left after all other rules: read, silent, or reported."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from broadcaster.reading.reading import Certainty
from broadcaster.reading.rule import COVERS, Claim, Said
from broadcaster.reading.scene import Scene

_SPOKEN = {
    "&": "và",
    "%": "phần trăm",
    "‰": "phần nghìn",
    "=": "bằng",
    "≈": "xấp xỉ",
    "±": "cộng trừ",
    "×": "nhân",
    "÷": "chia",
    "≥": "lớn hơn hoặc bằng",
    "≤": "nhỏ hơn hoặc bằng",
    ">": "lớn hơn",
    "<": "nhỏ hơn",
    "°": "độ",
    "º": "độ",
    "@": "a còng",
    "$": "đô la",
    "€": "ơ rô",
    "£": "bảng Anh",
    "¥": "yên",
    "₫": "đồng",
    "№": "số",
    "§": "mục",
    "+": "cộng",
    "≠": "khác",
    "→": "đến",
    "⇒": "suy ra",
    "²": "bình phương",
    "³": "lập phương",
    "∞": "vô cùng",
    "√": "căn",
    "~": "khoảng",
    "℃": "độ xê",
    "−": "trừ",
    "#": "thăng",
}
_DOUBTFUL = frozenset("@#+→⇒²³√~−$<>")
_PAUSES = frozenset("|/\\¦•·●○■□▪◆◦‣")
_SILENT = frozenset("*_`^®©™¬´¨¸†‡✓✔✅☑★☆♦♥♠♣►▶◄▼▲△▽☎✉✆❖➢➤➔")
_KEPT = frozenset(".,;:!?…()[]{}\"'“”‘’«»‹›„‚-–—―")
_SIGN = re.compile(rf"[^\w\s{COVERS}]|_")


def signs(work: str, scene: Scene) -> Iterator[Claim]:
    """Every sign that is no pause of written Vietnamese, and numerals of no known value."""
    for match in _SIGN.finditer(work):
        said = _said(match[0], match.start(), work)
        if said is not None:
            yield Claim(match.start(), match.end(), said, "symbols")


def _said(sign: str, at: int, work: str) -> Said | None:
    if sign in _KEPT:
        return _dash(sign, at, work)
    if sign in _SPOKEN:
        return Said(_SPOKEN[sign], Certainty.DOUBTFUL if sign in _DOUBTFUL else Certainty.SURE)
    if sign in _PAUSES:
        return Said(",")
    if sign in _SILENT or unicodedata.category(sign) in ("So", "Sk", "Mn", "Me", "Lm"):
        known = sign in _SILENT
        return Said("", Certainty.SURE if known else Certainty.DOUBTFUL)
    return Said("", Certainty.UNREAD)


def _dash(sign: str, at: int, work: str) -> Said | None:
    """A dash stays between two spaces or two plain words; between two things read it is a pause."""
    if sign not in "-–—―":
        return None
    before, after = work[at - 1 : at], work[at + 1 : at + 2]
    if before and after and before in COVERS and after in COVERS:
        return Said(",")
    pause = before == after == " "
    return None if pause or (before.isalpha() and after.isalpha()) else Said("")


def numerals(work: str, scene: Scene) -> Iterator[Claim]:
    """Characters that count but are no digits (⁵, 〇), which no other rule could say."""
    counting = [c for c in frozenset(work) if not c.isascii() and unicodedata.category(c) in ("No", "Nl")]
    for match in re.finditer(f"[{''.join(counting)}]", work) if counting else ():
        spoken = _SPOKEN.get(match[0])
        said = Said(spoken, Certainty.DOUBTFUL) if spoken else Said("", Certainty.UNREAD)
        yield Claim(match.start(), match.end(), said, "symbols")
