"""Hours: 8h30, 7g00, 14:05, 8g, 4'30"; and the dash between two moments."""

from __future__ import annotations

import re

from broadcaster.reading.numerals import DIGITS, whole
from broadcaster.reading.rule import MOMENT, Said, doubtful, rule
from broadcaster.reading.scene import Scene
from broadcaster.reading.words import phrases

_HOUR = r"([01]?[0-9]|2[0-4])"
_MINUTE = r"([0-5][0-9])"
_SHORT_MINUTE = r"([0-5]?[0-9])"
_AT = phrases(
    """từ, đến, tới, lúc, vào, trước, sau, khoảng, hồi, sáng, chiều, tối, trưa, đêm, đúng, mỗi sáng, buổi
    sáng, buổi chiều, buổi tối, từ lúc, kể từ, và, hoặc, vào lúc, giờ, hết, cho đến, là, bắt đầu, bắt đầu
    từ, mở cửa, đóng cửa"""
)
_RATIOS = phrases("tỷ lệ, tỉ lệ, tỷ số, tỉ số, tỷ lệ pha, pha, pha loãng, nồng độ, tỉ lệ pha, thắng, thua")


def _clock(hour: str, minute: str | None, scene: Scene) -> str:
    spoken = f"{whole(hour, scene.style)} giờ"
    if not minute or minute == "00":
        return spoken
    return f"{spoken} {_minute(minute, scene)}"


def _minute(minute: str, scene: Scene) -> str:
    return f"{DIGITS[0]} {DIGITS[int(minute)]}" if minute[0] == "0" else whole(minute, scene.style)


@rule(
    "times.around_the_clock",
    r"(?<![\w/.,])(24/24|24/7|7/7|12/24|12/12|8/24)(?![\w/](?<!h)|[.,][0-9])(?:\s?(h)(?!\w))?",
    needs="/",
)
def around_the_clock(match: re.Match[str], scene: Scene) -> str | None:
    first, last = match[1].split("/")
    if match[1] in ("7/7", "12/12") and scene.follows(match.start(), {"ngày", "dịp", "lễ", "từ", "đến"}):
        return None
    spoken = f"{whole(first, scene.style)} trên {whole(last, scene.style)}"
    return f"{spoken} giờ" if match[2] else spoken


@rule(
    "times.hour",
    rf"(?<![\w.,/]){_HOUR}\s?(?:[hHgG]|giờ)\s?{_SHORT_MINUTE}(?:\s?(phút|ph|p|['’′])(?!\w))?(?!\w|[.,][0-9])",
    needs="hHgG",
    cover=MOMENT,
)
def hour_and_minute(match: re.Match[str], scene: Scene) -> str | None:
    if len(match[2]) == 1 and match[0][-1] == match[2] and " " in match[0]:
        return None
    spoken = _clock(match[1], match[2], scene)
    if match[3] and match[2][0] == "0" and match[2] != "00":
        spoken = f"{whole(match[1], scene.style)} giờ {whole(match[2], scene.style)}"
    return f"{spoken} phút" if match[3] and match[2] != "00" else spoken


@rule(
    "times.hour",
    rf"(?<![\w.,/:]){_HOUR}:{_MINUTE}(?::{_MINUTE})?(?:\s?(?:h|giờ)(?!\w))?(?![\w:/]|[.,][0-9])",
    needs=":",
    cover=MOMENT,
)
def colon(match: re.Match[str], scene: Scene) -> str | None:
    if scene.follows(match.start(), _RATIOS):
        return None
    spoken = _clock(match[1], match[2], scene)
    if match[3] and match[3] != "00":
        minutes, seconds = (whole(part, scene.style) for part in match.group(2, 3))
        return f"{whole(match[1], scene.style)} giờ {minutes} phút {seconds} giây"
    return spoken


@rule("times.hour", r"(?<![\w.,/])([0-9]{1,3})\s?(?:[hH]|giờ)(?!\w)", needs="hHg", cover=MOMENT)
def hour(match: re.Match[str], scene: Scene) -> str:
    return f"{whole(match[1], scene.style)} giờ"


@rule(
    "times.hour_or_gram",
    r"(?<![\w.,/])([0-9]|1[0-9]|2[0-4])\s?g(?![\w/]|\s?muối|\s?đường)",
    needs="g",
    cover=MOMENT,
)
def southern_hour(match: re.Match[str], scene: Scene) -> Said | str | None:
    """8g is eight o'clock in the South; a gram where nothing speaks of time."""
    if scene.follows(
        match.start(),
        {"nặng", "gói", "lấy", "thêm", "cho", "pha", "hộp", "bịch", "chứa", "uống", "ăn", "đạm"},
    ):
        return None
    spoken = f"{whole(match[1], scene.style)} giờ"
    return spoken if scene.follows(match.start(), _AT) or _dashed(match) else doubtful(spoken)


def _dashed(match: re.Match[str]) -> bool:
    """Whether another hour stands across a dash: 8g - 11g."""
    around = match.string[max(0, match.start() - 6) : match.end() + 6]
    return bool(re.search(rf"(?:g|{MOMENT})\s?[-–—]\s?[0-9{MOMENT}]", around))


@rule("times.first_hour", rf"(?<![\w.,/])([0-9]|1[0-9]|2[0-4])(?=\s?[-–—]\s?{MOMENT})", cover=MOMENT)
def first_hour(match: re.Match[str], scene: Scene) -> str | None:
    """The 7 of 7-11h, where the unit is written once."""
    after = scene.line[match.end() : match.end() + 9]
    return whole(match[1], scene.style) if re.match(r"\s?[-–—]\s?[0-9]{1,2}\s?(?:[hHg]|giờ)", after) else None


@rule(
    "times.primes",
    r"""(?<![\w.,/'])([0-9]{1,3})\s?['’′]\s?(?:([0-9]{1,2})\s?(?:["”″]|''|’’))?(?![\w'’])""",
    needs="'’′",
)
def primes(match: re.Match[str], scene: Scene) -> str | None:
    """4'30" is minutes and seconds, unless a degree stands before or a quotation mark is closed."""
    before = scene.line[max(0, match.start() - 40) : match.start()]
    if (
        before.rstrip().endswith("°")
        or before.count("‘") > before.count("’")
        or len(re.findall(r"(?:^|\s)'", before)) % 2
    ):
        return None
    spoken = f"{whole(match[1], scene.style)} phút"
    return f"{spoken} {whole(match[2], scene.style)} giây" if match[2] else spoken


@rule("times.between", rf"(?<={MOMENT})\s{{0,2}}[-–—]\s{{0,2}}(?={MOMENT})", needs="-–—")
def between(match: re.Match[str], scene: Scene) -> str:
    return "đến"
