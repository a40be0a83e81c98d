"""Dates: 05/9/2024, 15-3-2026, 10-12/11, tháng 10/2024, quý 3/2025, năm 2024."""

from __future__ import annotations

import re

from broadcaster.reading.numerals import whole
from broadcaster.reading.rule import MOMENT, Said, doubtful, rule
from broadcaster.reading.scene import Scene
from broadcaster.reading.style import Style
from broadcaster.reading.words import DATE_LEADS, HOLIDAYS, NAMED_BY_DATE, phrases

_D = r"(0?[1-9]|[12][0-9]|3[01])"
_M = r"(0?[1-9]|1[0-2])"
_Y = r"([12][0-9]{3})"
_DASH = r"\s?[-–—]\s?"
_BY_DAY = phrases("ngày, các ngày, mùng, mồng, những ngày, trong ngày, hai ngày")
_NEEDS_DAY = phrases(
    """từ, đến, tới, trước, sau, hết, vào, là, kể từ, cho đến, qua, sang, sáng, chiều, tối, đêm, trưa, hôm,
    cn, chủ nhật, thứ hai, thứ ba, thứ tư, thứ năm, thứ sáu, thứ bảy, hạn, hạn chót, hạn cuối, lúc, tính
    đến, đúng, nay"""
)
_OF_YEAR = phrases(
    """quý, quí, tuần, tuần thứ, đợt, kỳ, vụ, học kỳ, khóa, khoá, lần, lần thứ, i, ii, iii, iv, một, hai, ba,
    tư, số, tháng"""
)


_LISTED = r"[0-9]\s?(?:,|và|hoặc)\s?$"
_RANGE_LEADS = phrases(
    "từ, các ngày, những ngày, trong các ngày, thứ, hai, ba, tư, năm, qua, có, còn, tổ chức"
)
_SCALES = phrases("tỷ lệ, tỉ lệ, bản đồ, tỷ lệ bản đồ")


def is_date(day: str, month: str) -> bool:
    """Whether day/month can stand in a calendar (29/2 can)."""
    longest = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return 1 <= int(month) <= 12 and 1 <= int(day) <= longest[int(month) - 1]


def month_words(month: str, style: Style) -> str:
    """The month's number; the fourth is always "tư"."""
    return "tư" if int(month) == 4 else whole(month, style)


def year_words(year: str, style: Style) -> str:
    return f"năm {whole(year, style)}"


def day_words(day: str, style: Style, first_word: bool = True) -> str:
    """The day's number, with "mùng" before 1 to 10 where the style says so and `first_word` allows."""
    few = f"{style.first_days} " if first_word and style.first_days and int(day) <= 10 else ""
    return few + whole(day, style)


def on_day(at: int, day: str, scene: Scene) -> str:
    """The day with what belongs before it: "ngày" only where a speaker would put it and it is not written."""
    if scene.follows(at, {"mùng", "mồng"}):
        return whole(day, scene.style)
    if scene.follows(at, _BY_DAY):
        return day_words(day, scene.style)
    if re.search(_LISTED, scene.line[max(0, at - 8) : at]):
        return whole(day, scene.style)
    if scene.starts_clause(at) or scene.follows(at, _NEEDS_DAY):
        return f"ngày {day_words(day, scene.style)}"
    return whole(day, scene.style)


@rule(
    "dates.listed",
    r"(?<![\w.,/])(?:(?:0?[1-9]|[12][0-9]|3[01])\s?,\s?){1,10}(?=(?:0?[1-9]|[12][0-9]|3[01])\s?/\s?[0-9])",
    needs=",",
)
def listed(match: re.Match[str], scene: Scene) -> str:
    """The first days of 5,6,7/10, the first months of 1,2,3/2025."""
    return "".join(f"{whole(item, scene.style)}, " for item in re.findall("[0-9]+", match[0]))


@rule(
    "dates.days",
    rf"(?<![\w/.,-]){_D}{_DASH}{_D}([/.]){_M}(?:\3{_Y})?(?![\w/]|[.,][0-9])",
    needs="-–—",
    cover=MOMENT,
)
def days(match: re.Match[str], scene: Scene) -> str | None:
    """10-12/11, 26-27/10/2026."""
    first, last, sign, month, year = match.groups()
    if int(first) >= int(last) or not is_date(last, month) or (sign == "." and not year):
        return None
    words = [
        on_day(match.start(), first, scene),
        "đến",
        whole(last, scene.style),
        "tháng",
        month_words(month, scene.style),
    ]
    return " ".join(words + ([year_words(year, scene.style)] if year else []))


@rule(
    "dates.full",
    rf"(?<![\w/.,]){_D}\s?([/.-])\s?{_M}\s?\2\s?([12][0-9]{{3}}|[0-9]{{2}})(?![\w/]|[.,][0-9])",
    needs="/.-",
    cover=MOMENT,
)
def full(match: re.Match[str], scene: Scene) -> str | Said | None:
    day, sign, month, year = match.groups()
    if not is_date(day, month) or (
        len(year) == 2 and (sign == "." or not scene.follows(match.start(), _BY_DAY))
    ):
        return None
    century = "20" if len(year) == 2 else ""
    words = [on_day(match.start(), day, scene), "tháng", month_words(month, scene.style)]
    spoken = " ".join([*words, year_words(century + year, scene.style)])
    return doubtful(spoken) if century else spoken


@rule("dates.months", rf"(?<![\w/.,-]){_M}{_DASH}{_M}/{_Y}(?![\w/]|[.,][0-9])", needs="-–—", cover=MOMENT)
def months(match: re.Match[str], scene: Scene) -> str | None:
    """tháng 3-5/2025."""
    first, last, year = match.groups()
    if int(first) >= int(last) or not scene.follows(match.start(), {"tháng", "các tháng"}):
        return None
    until = f"tháng {month_words(last, scene.style)} {year_words(year, scene.style)}"
    return f"{month_words(first, scene.style)} đến {until}"


@rule(
    "dates.dashed",
    rf"(?<![\w/.,-]){_D}-{_M}(?![\w/-]|[.,][0-9]|\s(?:tháng|tuổi|ngày|giờ|%|độ))",
    needs="-",
    cover=MOMENT,
)
def dashed(match: re.Match[str], scene: Scene) -> str | Said | None:
    """Quốc khánh 2-9, đường 30-4, ngày 20-11: a day and a month, not a range of days."""
    day, month = match[1], match[2]
    named = scene.follows(match.start(), NAMED_BY_DATE)
    dated = scene.follows(match.start(), DATE_LEADS) and not scene.follows(match.start(), _RANGE_LEADS)
    holiday = f"{int(day)}/{int(month)}" in HOLIDAYS
    single = scene.follows(match.start(), {"ngày"})
    if not is_date(day, month) or not (named or dated) or not (int(day) >= int(month) or holiday or single):
        return None
    said = whole(day, scene.style) if named else on_day(match.start(), day, scene)
    spoken = f"{said} tháng {month_words(month, scene.style)}"
    return spoken if holiday or int(day) > int(month) else doubtful(spoken)


@rule("dates.month", rf"(?<![\w/.,]){_M}\s?([/.-])\s?{_Y}(?![\w/]|[.,][0-9])", needs="/.-", cover=MOMENT)
def month_of_year(match: re.Match[str], scene: Scene) -> str | None:
    month, sign, year = match.groups()
    written = scene.follows(match.start(), {"tháng", "các tháng", "đến tháng"})
    if not written and scene.follows(match.start(), _SCALES):
        return None
    if not written and (sign != "/" or scene.follows(match.start(), _OF_YEAR)):
        return None
    listed = re.search(_LISTED, scene.line[max(0, match.start() - 6) : match.start()])
    lead = "" if written or listed else "tháng "
    return f"{lead}{month_words(month, scene.style)} {year_words(year, scene.style)}"


@rule(
    "dates.part_of_year",
    rf"(?<![\w/.,])([0-9]{{1,3}}|[IVX]{{1,5}})?(?P<said>\s?[/-]\s?{_Y})(?![\w/]|[.,-][0-9]|\s?[-–]\s?[0-9])",
    needs="/-",
)
def part_of_year(match: re.Match[str], scene: Scene) -> str | None:
    """quý 3/2025, tuần 49/2026, học kỳ I/2024: only the slash and the year."""
    if not match[1] or not (
        scene.follows(match.start(), _OF_YEAR) or scene.near(match.start(), {"quý", "học kỳ"})
    ):
        return None
    return year_words(match[3], scene.style)


@rule("dates.day", r"(?i)(?<!\w)ngày (?P<said>(0?[1-9]|10))(?= tháng (?:[0-9]|[^\W\d_]))", needs="123456789")
def written_day(match: re.Match[str], scene: Scene) -> str:
    return day_words(match["said"], scene.style)


@rule(
    "dates.written_month", r"(?i)(?<!\w)(?<![0-9] )tháng (?P<said>0?4)(?!\w|[/-][0-9]|[.,][0-9])", needs="4"
)
def written_month(match: re.Match[str], scene: Scene) -> str:
    return "tư"


@rule("dates.quarter", r"(?i)(?<!\w)qu[ýí] (?P<said>0?4)(?!\w|[.,][0-9])", needs="4")
def quarter(match: re.Match[str], scene: Scene) -> str:
    return "tư"


@rule("dates.years", rf"(?<![\w/.,]){_Y}/{_Y}(?![\w/]|[.,][0-9])", needs="/")
def years(match: re.Match[str], scene: Scene) -> str | None:
    if not 0 < int(match[2]) - int(match[1]) < 12:
        return None
    return f"{whole(match[1], scene.style)} đến {whole(match[2], scene.style)}"
