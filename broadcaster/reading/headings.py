"""What stands at the head of a line: bullets, numbers and letters of headings; and the end mark ./."""

from __future__ import annotations

import re

from broadcaster.reading.numerals import whole
from broadcaster.reading.roman import value
from broadcaster.reading.rule import rule
from broadcaster.reading.scene import Scene


@rule(
    "headings.bullet",
    r"^\s{0,40}(?:(?:[*•●○◦▪▫■□◆◇❖➢➤✓✔☑►▶»·→⇒★☆✦♦※‣⁃o](?=[\s\w])|[-–—+#>*]{1,6}(?![0-9]{1,3}\s?(?:°|độ)|84\s?[0-9]))\s{0,20}){1,6}(?=[^\s])",
    needs="*•●○◦▪▫■□◆◇❖➢➤✓✔☑►▶»·→⇒★☆✦♦※‣⁃-–—+#>",
    digits=False,
)
def bullet(match: re.Match[str], scene: Scene) -> str | None:
    return None if match[0].strip() == "o" else ""


@rule(
    "headings.roman",
    r"^[^\w(]{0,40}(?:(?i:phần|mục|chương)\s)?(?P<said>([IVX]{1,6})(?:[.)/:]|\s?[-–]))(?=\s)",
    needs="IVX",
    digits=False,
)
def roman_heading(match: re.Match[str], scene: Scene) -> str | None:
    number = value(match[2])
    return f"{whole(str(number), scene.style)}." if number else None


@rule(
    "headings.roman",
    r"^\W{0,8}(?P<said>([IVX]{1,5})\.([0-9]{1,2}(?:\.[0-9]{1,2}){0,3})[.)/]?)(?=\s)",
    needs="IVX",
    digits=False,
)
def roman_and_number(match: re.Match[str], scene: Scene) -> str | None:
    """II.1. Nội dung."""
    number = value(match[2])
    parts = [str(number), *match[3].split(".")]
    return " chấm ".join(whole(part, scene.style) for part in parts) + "." if number else None


@rule("headings.number", r"^\W{0,8}(?P<said>([0-9]{1,2})\s?[-–])(?=\s?[A-ZĐÂĂÊÔƠƯ][a-zà-ỹ])", needs="-–")
def dashed(match: re.Match[str], scene: Scene) -> str:
    """1- Nội dung."""
    return f"{whole(match[2], scene.style)}."


@rule("headings.filler", r"[.·…]{4,}|[_]{2,}|[-–—=*~#]{3,}", needs=".·…_-–—=*~#", digits=False)
def filler(match: re.Match[str], scene: Scene) -> str:
    """Lines to write on, rules across the page."""
    return "…" if match[0][0] in ".·…" else ""


@rule(
    "headings.number",
    r"^\W{0,8}(?P<said>[0-9]{1,2}(?:\.[0-9]{1,2}){1,4}(?:[.)/]|(?=\s[^\W\d_])))(?![0-9])(?=\s?\D)",
)
def numbered(match: re.Match[str], scene: Scene) -> str | None:
    if re.match(r"\s?(?:[%°]|tỷ|triệu|nghìn|[a-z]{1,3}[23²³]?(?!\w))", match.string[match.end() :][:12]):
        return None
    parts = re.findall("[0-9]+", match["said"])
    return " chấm ".join(whole(part, scene.style) for part in parts) + "."


@rule("headings.number", r"^[^\w(]{0,8}(?P<said>([0-9]{1,2})\s?[)/])(?=\s?[^\W\d_])(?!/[a-zđ])")
def single(match: re.Match[str], scene: Scene) -> str:
    return f"{whole(match[2], scene.style)},"


@rule("headings.end", r"\s?\.{0,3}/{1,2}\.{0,3}-?(?=\s{0,40}$)|\./\.", needs="/", digits=False)
def end_mark(match: re.Match[str], scene: Scene) -> str:
    return "."
