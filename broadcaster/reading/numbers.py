"""Plain numbers: 2.345, 8,25, 1 000, 05; ordinals; dotted versions. Last of the number rules."""

from __future__ import annotations

import re
import unicodedata

from broadcaster.reading.numerals import LONGEST, decimal, one_by_one, whole
from broadcaster.reading.rule import QUANTITY, Said, doubtful, rule
from broadcaster.reading.scene import Scene
from broadcaster.reading.style import Style
from broadcaster.reading.words import phrases

NUMBER = r"[0-9]{1,3}(?:\.[0-9]{3}){1,6}(?:,[0-9]{1,6})?(?![0-9])|[0-9]{1,18}(?:,[0-9]{1,9})?(?![0-9])"
"""A number as written: points between thousands, a comma before decimals."""
_VERSIONS = phrases(
    """phiên bản, bản, version, công nghiệp, cách mạng công nghiệp, mục, khoản, tiểu mục, bảng, hình, phụ lục,
    biểu, nghiệp, web, android, ios, windows, điểm, tiêu chí, chỉ tiêu, tiết, ielts, mẫu, mẫu số, tiêu chí
    số, số, chương, nội dung, điều, phần, đợt, v, bluetooth, usb, chuyển đổi số, nông nghiệp, chính phủ số,
    giáo dục, đô thị"""
)
_SCALE = (
    r"\s?(?:%|°|tỷ|tỉ|triệu|nghìn|ngàn|đồng|lần|độ|mét|kg|km|ha|m[²³23]|tấn|lít|tạ|cm|mm|điểm"
    r"|m(?!\w)|g(?!\w))"
)


def words(written: str, style: Style) -> str:
    """The words of what NUMBER matches."""
    integer, comma, fraction = written.partition(",")
    if "." in integer and not fraction.strip("0"):
        comma = ""  # 5.000.000,00: an amount to the last đồng
    integer = integer.replace(".", "")
    return decimal(integer, fraction, style) if comma else whole(integer, style)


@rule("numbers.ordinal", r"(?i)(?<!\w)thứ (?P<said>([14]))(?![\w/:]|[.,][0-9])")
def ordinal(match: re.Match[str], scene: Scene) -> str:
    return "nhất" if match[2] == "1" else "tư"


@rule(
    "numbers.spaced",
    r"(?<![\w.,/-])[1-9][0-9]{0,2}(?: [0-9]{3}){1,4}(?![\w/]|[.,][0-9]| [0-9])",
    cover=QUANTITY,
)
def spaced(match: re.Match[str], scene: Scene) -> str | Said:
    """1 000, 12 500 000: thousands between spaces."""
    spoken = whole(match[0].replace(" ", ""), scene.style)
    return spoken if match[0].count(" ") > 1 or match[0].endswith("00") else doubtful(spoken)


@rule(
    "numbers.english",
    r"(?<![\w.,/])[1-9][0-9]{0,2}(?:,[0-9]{3}){2,5}(?:\.[0-9]{1,3})?(?![\w]|[.,][0-9])",
    needs=",",
    cover=QUANTITY,
)
def english(match: re.Match[str], scene: Scene) -> str:
    """1,500,000: commas between thousands."""
    return words(match[0].replace(".", ";").replace(",", ".").replace(";", ","), scene.style)


@rule(
    "numbers.dotted",
    r"(?<![\w.,])[0-9]{1,4}(?:\.[0-9]{1,4}){1,5}(?![\w]|[.,][0-9])",
    needs=".",
    cover=QUANTITY,
)
def dotted(match: re.Match[str], scene: Scene) -> str | Said | None:
    """Not thousands: 2.0 is a version, 1.5 triệu an English decimal, 1.2.3 a label."""
    if re.fullmatch(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+", match[0]):
        return None
    parts = match[0].split(".")
    label = " chấm ".join(whole(part, scene.style) for part in parts)
    if scene.follows(match.start(), _VERSIONS) or (scene.starts_clause(match.start()) and len(parts) > 2):
        return label
    if len(parts) == 2 and (re.match(_SCALE, match.string[match.end() : match.end() + 9]) or parts[0] == "0"):
        return doubtful(decimal(parts[0], parts[1], scene.style))
    return doubtful(label)


@rule(
    "numbers.thousand_or_decimal",
    r"(?<![\w.,/])[1-9][0-9]{0,2},000(?!\w|[.,][0-9])",
    needs=",",
    cover=QUANTITY,
)
def comma_thousand(match: re.Match[str], scene: Scene) -> Said:
    """3,000 can only be three thousand, written the English way."""
    return doubtful(whole(match[0].replace(",", ""), scene.style))


@rule("numbers.plain", rf"(?<![0-9])(?:{NUMBER})", cover=QUANTITY)
def plain(match: re.Match[str], scene: Scene) -> str | Said:
    written = match[0]
    if written == "00":
        return words("0", scene.style)
    if written.isdecimal() and (written.startswith("00") or (written[0] == "0" and len(written) > 2)):
        return one_by_one(written)
    if written.isdecimal() and len(written) > 12:
        return doubtful(one_by_one(written))
    return words(written, scene.style)


@rule("numbers.long", r"[0-9]+", cover=QUANTITY)
def long(match: re.Match[str], scene: Scene) -> Said | str:
    """What is left: runs too long to be an amount."""
    spoken = one_by_one(match[0])
    return doubtful(spoken) if len(match[0]) > LONGEST else spoken


@rule("numbers.foreign_digits", r"\d+", digits=False)
def foreign_digits(match: re.Match[str], scene: Scene) -> Said:
    """Digits of other scripts."""
    return doubtful(one_by_one("".join(str(unicodedata.digit(digit)) for digit in match[0])))
