"""Ranges: 2021-2030, 34-36 độ, 70-80%, 1,2-1,5 lần; scores 2-1; factors 3x4."""

from __future__ import annotations

import re

from broadcaster.reading.numbers import NUMBER, words
from broadcaster.reading.rule import COVERS, QUANTITY, Said, doubtful, rule
from broadcaster.reading.scene import Scene
from broadcaster.reading.words import phrases

_SCORES = phrases("tỷ số, tỉ số, thắng, thua, hòa, hoà, kết quả, dẫn trước, tỷ số là, tỉ số là, với tỷ số")
_HOUSES = phrases("số nhà, nhà số")


@rule(
    "ranges.numbers",
    rf"(?<![\w.,/-])({NUMBER})(?:\s?%)?\s?[-–—÷~]\s?({NUMBER})(?![\w]*[/-][0-9])",
    needs="-–—÷~",
    cover=QUANTITY,
)
def numbers(match: re.Match[str], scene: Scene) -> str | Said:
    first, last = words(match[1], scene.style), words(match[2], scene.style)
    percent = " phần trăm" if "%" in match[0] else ""
    if scene.follows(match.start(), _SCORES):
        return f"{first} {last}"
    spoken = f"{first}{percent} đến {last}"
    return spoken if _rising(match[1], match[2]) else doubtful(spoken)


def _rising(first: str, last: str) -> bool:
    low, high = (float(n.replace(".", "").replace(",", ".")) for n in (first, last))
    return low < high


@rule(
    "ranges.series",
    r"(?<![\w.,/-])[0-9]{1,3}(?:-[0-9]{1,3}){2,4}(?![\w/-]|[.,][0-9])",
    needs="-",
    cover=QUANTITY,
)
def series(match: re.Match[str], scene: Scene) -> str:
    """NPK 20-20-15."""
    return ", ".join(words(number, scene.style) for number in match[0].split("-"))


@rule(
    "ranges.words",
    r"[0-9] ?(?:triệu|tỷ|nghìn|ngàn|đồng|độ|mét|tấn|lít|ngày|tuổi|tháng|giờ|phút|lần|người|hộ)"
    r"(?P<said>\s?[-–—]\s?)(?=[0-9])",
    needs="-–—",
)
def between_amounts(match: re.Match[str], scene: Scene) -> str:
    """5 triệu - 7 triệu đồng."""
    return "đến"


_COUNTED_BY = r"ngày|tháng|năm|quý|thứ|khoản|điều|lớp|tuần|ấp|tổ|thôn|chương|mục|trang|khóa"


@rule(
    "ranges.named",
    rf"(?i)(?<!\w)({_COUNTED_BY}) [0-9{COVERS}]{{1,24}}(?P<said>\s?[-–—]\s?)(?=\1 [0-9{COVERS}])",
    needs="-–—",
)
def between_named(match: re.Match[str], scene: Scene) -> str:
    """ngày 5 - ngày 7, Điều 3 - Điều 6."""
    return "đến"


@rule("ranges.units", rf"(?<={QUANTITY})\s?[-–—]\s?(?=[0-9])", needs="-–—")
def between_units(match: re.Match[str], scene: Scene) -> str:
    """15% - 20%, 800.000đ - 1.000.000đ: the unit is written twice."""
    return "đến"


@rule("ranges.factors", r"(?<=[0-9])\s?[xX×*]\s?(?=[0-9])", needs="xX×*")
def factors(match: re.Match[str], scene: Scene) -> str:
    return "nhân"


@rule("ranges.factors", r"(?<=[\w²]) [xX×] (?=[0-9])|(?<=[0-9]m)[xX×](?=[0-9])", needs="xX×")
def factors_with_units(match: re.Match[str], scene: Scene) -> str:
    return "nhân"


@rule("ranges.ratio", r"(?<=[0-9]):(?=[0-9])", needs=":")
def proportion(match: re.Match[str], scene: Scene) -> str:
    return "trên" if scene.near(match.start(), {"tỷ lệ", "tỉ lệ", "bản đồ", "pha"}) else ","
