"""a/b: a date, a fraction, a ratio, or the number of a house. Context decides; where it cannot, a flag."""

from __future__ import annotations

import re

from broadcaster.reading.dates import is_date, month_words, on_day
from broadcaster.reading.numbers import NUMBER, words
from broadcaster.reading.numerals import spelled, whole
from broadcaster.reading.rule import MOMENT, QUANTITY, Said, doubtful, rule
from broadcaster.reading.scene import Scene
from broadcaster.reading.words import (
    ADDRESS_LEADS,
    AMOUNT_LEADS,
    COUNTED,
    DATE_LEADS,
    HOLIDAYS,
    NAMED_BY_DATE,
    PART_OF,
    phrases,
)

_PRESSURE = phrases(
    """huyết áp, huyết áp là, thị lực, thị lực mắt, mắt trái, mắt phải, trình độ, học vấn, văn hóa, trình độ
    học vấn, trình độ văn hóa, hệ"""
)
_SCALE = phrases("tỷ lệ, tỉ lệ, bản đồ, tỷ lệ bản đồ, quy hoạch, chi tiết, xác suất")
_RANKS = phrases(
    """thứ, hạng, xếp thứ, xếp hạng, đạt, được, vị trí, tỷ lệ, tỉ lệ, với, có, số phiếu, tán thành,
    biểu quyết"""
)
_GLYPHS = {
    "½": "một phần hai",
    "¼": "một phần tư",
    "¾": "ba phần tư",
    "⅓": "một phần ba",
    "⅔": "hai phần ba",
    "⅕": "một phần năm",
    "⅛": "một phần tám",
}


@rule("fractions.glyph", "[½¼¾⅓⅔⅕⅛]", needs="½¼¾⅓⅔⅕⅛", cover=QUANTITY, digits=False)
def glyph(match: re.Match[str], scene: Scene) -> str:
    mixed = re.search(r"[0-9]\s?$", scene.line[max(0, match.start() - 2) : match.start()])
    return f"và {_GLYPHS[match[0]]}" if mixed else _GLYPHS[match[0]]


@rule(
    "fractions.house",
    r"(?<![\w.,])([0-9]{1,4}[A-Z]?(?:/[0-9]{1,4}[A-Z]?){1,4})(?![\w/]|[.,][0-9])",
    needs="/",
)
def house(match: re.Match[str], scene: Scene) -> str | None:
    """số 45/2, hẻm 12/3/5, trụ 473/12A."""
    parts = match[1].split("/")
    plain = len(parts) == 2 and match[1].replace("/", "").isdecimal()
    if plain and not scene.follows(match.start(), ADDRESS_LEADS):
        return None
    return " xuyệt ".join(_house_part(part, scene) for part in parts)


def _house_part(part: str, scene: Scene) -> str:
    digits = part.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return f"{whole(digits, scene.style)} {spelled(part[len(digits) :])}".strip()


@rule("fractions.ratio", rf"(?<![\w.,/])({NUMBER})\s?/\s?({NUMBER})(?![\w/]|[.,][0-9])", needs="/")
def ratio(match: re.Match[str], scene: Scene) -> Said | str | None:
    """Two numbers of which one has a point or a comma, or more than four digits: 1.279/1.284."""
    if match[1].isdecimal() and match[2].isdecimal() and len(match[1] + match[2]) <= 8:
        return None
    return f"{words(match[1], scene.style)} trên {words(match[2], scene.style)}"


@rule(
    "fractions.pair",
    r"(?<![\w.,/])([0-9]{1,4})\s?/\s?([0-9]{1,4})(?![\w/]|[.,][0-9])",
    needs="/",
    cover=MOMENT,
)
def pair(match: re.Match[str], scene: Scene) -> Said | str:
    first, last = match[1], match[2]
    at, end = match.span()
    over = f"{whole(first, scene.style)} trên {whole(last, scene.style)}"
    if scene.follows(at, _PRESSURE) or (int(first) == 1 and int(last) >= 100 and scene.near(at, _SCALE)):
        return over
    if len(first) > 2 or len(last) > 2 or not is_date(first, last):
        return _no_date(match, over, scene)
    date = _date(match, scene)
    if scene.follows(at, DATE_LEADS):
        return date
    if scene.follows(at, NAMED_BY_DATE):
        return f"{whole(first, scene.style)} tháng {month_words(last, scene.style)}"
    if _is_part(match, scene):
        return _fraction(first, last, scene)
    if scene.precedes(end, COUNTED):
        return over
    if (
        "0" in (first[0], last[0])
        or f"{first}/{last}" in HOLIDAYS
        or scene.near(at, {"ngày"})
        or _beside_a_date(match)
    ):
        return date
    return doubtful(over) if scene.follows(at, _RANKS) and int(first) <= int(last) else doubtful(date)


def _no_date(match: re.Match[str], over: str, scene: Scene) -> Said | str:
    """18/34, 473/12: out of so many, else a label."""
    first, last = match[1], match[2]
    if int(first) < int(last) <= 10 and _is_part(match, scene):
        return _fraction(first, last, scene)
    if int(first) <= int(last):
        return over
    label = f"{whole(first, scene.style)} xuyệt {whole(last, scene.style)}"
    return doubtful(over) if scene.precedes(match.end(), COUNTED) else doubtful(label)


def _date(match: re.Match[str], scene: Scene) -> str:
    return f"{on_day(match.start(), match[1], scene)} tháng {month_words(match[2], scene.style)}"


def _fraction(first: str, last: str, scene: Scene) -> str:
    return f"{whole(first, scene.style)} phần {'tư' if int(last) == 4 else whole(last, scene.style)}"


def _is_part(match: re.Match[str], scene: Scene) -> bool:
    """Whether a/b is a part of a whole: a small a below b, before or after words for an amount."""
    first, last = int(match[1]), int(match[2])
    if not 0 < first < last <= 10 or "0" in (match[1][0], match[2][0]):
        return False
    if scene.precedes(match.end(), PART_OF):
        return True
    few = last <= 5 and first <= 4
    return few and (scene.follows(match.start(), AMOUNT_LEADS) or scene.precedes(match.end(), COUNTED))


def _beside_a_date(match: re.Match[str]) -> bool:
    """Whether another date stands across a dash, a comma or "và"."""
    before = match.string[max(0, match.start() - 6) : match.start()]
    after = match.string[match.end() : match.end() + 6]
    return bool(
        re.search(rf"{MOMENT}(?:\s?[-–,]\s?| và | đến )$", before)
        or re.match(rf"(?:\s?[-–,]\s?| và | đến (?:ngày )?){MOMENT}", after)
    )
