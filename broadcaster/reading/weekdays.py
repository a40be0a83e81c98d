"""Weekdays and months in short: T2 đến T6, T7, T12; thứ 2,4,6."""

from __future__ import annotations

import re
from collections.abc import Callable

from broadcaster.reading.numerals import LETTERS, spelled, whole
from broadcaster.reading.rule import MOMENT, Said, doubtful, rule
from broadcaster.reading.scene import Scene
from broadcaster.reading.words import phrases

_DAYS = {2: "hai", 3: "ba", 4: "tư", 5: "năm", 6: "sáu", 7: "bảy"}
_TECHNICAL = phrases(
    """tba, trạm, trạm biến áp, trạm t, máy biến áp, mba, tuyến, lộ, xuất tuyến, block, tòa, nhà ga, ga, cột,
    trụ, kênh, đường, tầng, kho, cổng, xe tăng, đốt sống, cống, biến áp, trạm bơm, cọc, mốc, máy, tổ máy"""
)
_DAYTIME = phrases(
    """từ, đến, sáng, chiều, tối, trưa, đêm, ngày, các ngày, hằng tuần, hàng tuần, các sáng, các chiều, các
    tối, vào, sáng các, chiều các, tối các, các, riêng sáng, hôm, mỗi, trừ, cả, nghỉ, riêng, và, sáng thứ,
    vào các"""
)
_MONTHS = phrases("hết, cuối, đầu, trong, trước, giữa, lương, kỳ, báo cáo, kế hoạch, lịch, tháng")
_LATER = r"\s?(?:,\s?|và |hoặc |-|–|đến )(?:CN|T[2-7])(?!\w)|\s?(?:hằng|hàng) tuần|\s?,?\s?ngày"


@rule(
    "weekdays.month", r"(?<!\w)T(0?[1-9]|1[0-2])\s?[/.-]\s?([12][0-9]{3})(?![\w/])", needs="T", cover=MOMENT
)
def month(match: re.Match[str], scene: Scene) -> str:
    number = "tư" if int(match[1]) == 4 else whole(match[1], scene.style)
    return f"tháng {number} năm {whole(match[2], scene.style)}"


@rule(
    "weekdays.short",
    r"(?<![\w.])T[0-9]{1,2}[A-Z]?(?:\s?(?:,|và|-|–|đến|hoặc|/)\s?T[0-9]{1,2}[A-Z]?){0,12}(?![\w+])(?!/[0-9])",
    needs="T",
    cover=MOMENT,
)
def short(match: re.Match[str], scene: Scene) -> str | Said:
    """T2 … T7, T12, T12A: what the first of the list is, all are."""
    names = re.findall(r"T([0-9]{1,2})([A-Z]?)", match[0])
    numbers = [int(number) for number, _ in names]
    plain = not any(suffix for _, suffix in names)
    if not plain or scene.near(match.start(), _TECHNICAL) or not all(1 <= n <= 12 for n in numbers):
        spoken = _say(match[0], lambda n, s: f"{LETTERS['t']} {whole(n, scene.style)} {spelled(s)}".strip())
        return spoken if scene.near(match.start(), _TECHNICAL) else doubtful(spoken)
    if all(n in _DAYS for n in numbers) and not scene.follows(match.start(), _MONTHS):
        spoken = _say(match[0], lambda n, s: f"thứ {_DAYS[int(n)]}")
        return spoken if _is_day(match, scene, len(numbers)) else doubtful(spoken)
    spoken = _say(match[0], lambda n, s: f"tháng {'tư' if int(n) == 4 else whole(n, scene.style)}")
    return spoken if scene.follows(match.start(), _MONTHS) else doubtful(spoken)


def _is_day(match: re.Match[str], scene: Scene, listed: int) -> bool:
    return (
        listed > 1
        or scene.follows(match.start(), _DAYTIME)
        or bool(re.match(_LATER, scene.line[match.end() : match.end() + 16]))
        or scene.starts_clause(match.start())
        or bool(re.match(r"\s?[,(]\s?(?:ngày )?[0-9]|\s?\(", scene.line[match.end() : match.end() + 8]))
    )


def _say(written: str, name: Callable[[str, str], str]) -> str:
    said = re.sub(r"T([0-9]{1,2})([A-Z]?)", lambda m: name(m[1], m[2]), written)
    return re.sub(r"\s?[-–]\s?", " đến ", said).replace("/", ", ")


@rule(
    "weekdays.numbered",
    r"(?i)(?<!\w)thứ (?P<said>[2-7](?:\s?(?:,|và|-|–|đến)\s?(?:thứ )?[2-7]){1,5})"
    r"(?![\w/:]|[.,][0-9]|\s?(?:%|giờ|h\b))",
    cover=MOMENT,
)
def numbered(match: re.Match[str], scene: Scene) -> str:
    """thứ 2,4,6; thứ 3-5-7; thứ 2 - thứ 6; thứ 2-6."""
    several = len(re.findall("[-–]", match["said"])) > 1
    said = re.sub(r"\s?[-–]\s?", ", ", match["said"]) if several else match["said"]
    said = re.sub("[2-7]", lambda m: _DAYS[int(m[0])], said)
    said = re.sub(r"\s?[-–]\s?(thứ )?", " đến thứ ", said, flags=re.IGNORECASE)
    return re.sub(r"\s?,\s?", ", ", said)


@rule(
    "weekdays.between",
    r"(?i)(?<=thứ )((?:hai|ba|tư|năm|sáu|bảy))(?P<said>\s?[-–]\s?)(?=thứ (?:hai|ba|tư|năm|sáu|bảy)|chủ nhật)",
    needs="-–",
    digits=False,
)
def between(match: re.Match[str], scene: Scene) -> str:
    return "đến"
