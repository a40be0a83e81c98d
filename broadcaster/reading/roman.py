"""Roman numerals: khóa XV, lần thứ XIII, quý IV, Chương II."""

from __future__ import annotations

import re

from broadcaster.reading.numerals import whole
from broadcaster.reading.rule import Said, doubtful, rule
from broadcaster.reading.scene import Scene
from broadcaster.reading.syllables import is_syllable
from broadcaster.reading.words import phrases

_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_SHAPE = r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})"
_LEADS = phrases(
    """khóa, khoá, thứ, lần thứ, kỳ họp thứ, chương, phần, mục, phụ lục, quý, quí, học kỳ, học kì, kỳ, thế kỷ,
    thế kỉ, đại hội, loại, hạng, vùng, cấp, nhóm, giai đoạn, đợt, tập, điểm, nhiệm kỳ, bậc, khu vực, kv,
    hội nghị, đội, phần thứ, chuyên đề, bài, độ, quyển, đô thị loại, trung ương, nhà máy, hồi, khối, lớp,
    mức, type, tuýp, bảng, biểu, trụ sở, đại hội đảng, báo động, báo động cấp, cấp báo động, chiến tranh
    thế giới, thế chiến, khu, quân khu, tiểu mục, tổ, hội thi lần, lần, chỉ huy"""
)
_FOURTHS = phrases("quý, quí, thứ, lần thứ")
_LISTED = r"[IVX]\s?(?:,|và|đến|hoặc)\s?$|[0-9]-$"


def value(numeral: str) -> int:
    """The value of a Roman numeral in capitals, 0 where it is none."""
    if not re.fullmatch(_SHAPE, numeral):
        return 0
    values = [_VALUES[letter] for letter in numeral]
    return sum(-v if v < following else v for v, following in zip(values, [*values[1:], 0], strict=True))


@rule("roman", r"(?<![\w.])([IVXLCDM]{1,9})(?!\w)(?!\.[^\W\d_])", needs="IVXLCDM", digits=False)
def roman(match: re.Match[str], scene: Scene) -> str | Said | None:
    number, start = value(match[1]), match.start()
    if not number:
        return None
    if scene.follows(start, _FOURTHS) and number == 4:
        return "tư"
    if scene.follows(start, {"thứ", "lần thứ"}) and number == 1:
        return "nhất"
    spoken = whole(str(number), scene.style)
    if scene.follows(start, _LEADS) or re.search(_LISTED, scene.line[max(0, start - 10) : start]):
        return spoken
    plain = (
        len(match[1]) > 1
        and set(match[1]) <= set("IVX")
        and not (is_syllable(match[1]) and _between_capitals(match))
    )
    return doubtful(spoken) if plain else None


def _between_capitals(match: re.Match[str]) -> bool:
    """Whether the neighbours are words in capitals: HÀNH VI, XI MĂNG."""
    before = match.string[max(0, match.start() - 12) : match.start()].split()
    after = match.string[match.end() : match.end() + 12].split()
    return any(len(word) > 1 and word.isupper() for word in (*before[-1:], *after[:1]))


@rule("roman.range", r"(?<![\w.&-])([IVX]{1,7})\s?[-–]\s?([IVX]{1,7})(?!\w)", needs="-–", digits=False)
def roman_range(match: re.Match[str], scene: Scene) -> str | None:
    first, last = value(match[1]), value(match[2])
    if not first or not last or not scene.follows(match.start(), _LEADS):
        return None
    return f"{whole(str(first), scene.style)} đến {whole(str(last), scene.style)}"
