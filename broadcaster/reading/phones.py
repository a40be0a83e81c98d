"""Telephone numbers, hotlines, emergency numbers, identity and account numbers: digit by digit."""

from __future__ import annotations

import re

from broadcaster.reading.numerals import in_groups, one_by_one, spelled, whole
from broadcaster.reading.rule import rule
from broadcaster.reading.scene import Scene
from broadcaster.reading.words import CALLS, COUNTED, IDENTIFIERS, phrases

_SHORTEST, _LONGEST = 9, 12
_PERIODS = phrases("giai đoạn, thời kỳ, từ, năm, những năm")
_MEASURED = r"\s?(?:%|đ(?!\w)|đồng|triệu|tỷ|nghìn|ngàn|kg|ha|m2|m(?!\w)|km|tấn|tuổi|năm|ngày|tháng|phút|giờ)"


@rule(
    "phones.number",
    r"(?<![\w,.])(?:\(?\+84\)?[ .\-]?[0-9]{1,3}|\(0[0-9]{1,3}\)|0[0-9]{1,4})"
    r"(?: ?[.\-] ?| )[0-9]{1,7}(?:[ .\-][0-9]{1,4}){0,3}(?!\w|[,./-][1-9]|[.-][0-9])",
    needs="0+",
)
def telephone(match: re.Match[str], scene: Scene) -> str | None:
    groups = re.findall("[0-9]+", match[0])
    if not _SHORTEST <= len("".join(groups)) <= _LONGEST:
        return None
    plus = "cộng " if "+" in match[0] else ""
    return plus + in_groups(groups)


@rule("phones.number", r"(?<![\w.,+])(?:\+84|0)[0-9]{8,10}(?!\w|[.,][0-9])", needs="0+")
def unbroken(match: re.Match[str], scene: Scene) -> str:
    digits = match[0].lstrip("+")
    plus = "cộng " if match[0].startswith("+") else ""
    return plus + in_groups([digits[:4], digits[4:7], digits[7:]])


@rule("phones.hotline", r"(?<![\w/.,-])1[89]00(?:([ .\-]?)[0-9]{2,4}){1,3}(?![\w/]|[.,-][0-9])", needs="1")
def hotline(match: re.Match[str], scene: Scene) -> str | None:
    digits = re.sub("[^0-9]", "", match[0])
    spoken_of = scene.near(match.start(), CALLS) and not scene.follows(match.start(), _PERIODS)
    years = "-" in match[0] and len(digits) == 8 and not spoken_of
    if (
        years
        or not 8 <= len(digits) <= 10
        or re.match(_MEASURED, match.string[match.end() : match.end() + 9])
    ):
        return None
    return in_groups([digits[:4], digits[4:]])


@rule("phones.short", r"(?<![\w/.,-])(?:11[1-9]|[1-9][0-9]{3,7})(?![\w/:-]|[.,][0-9]| [0-9]{3})")
def short(match: re.Match[str], scene: Scene) -> str | None:
    """113, 1022 …: only where the sentence speaks of calling."""
    at, end = match.span()
    if re.match(_MEASURED, match.string[end : end + 9]) or scene.precedes(end, COUNTED):
        return None
    emergency = match[0].startswith("11") and len(match[0]) == 3
    if emergency and (
        scene.near(at, CALLS) or scene.precedes(end, {"khi cấp cứu"}) or scene.follows(at, {"cảnh sát"})
    ):
        return one_by_one(match[0])
    if scene.follows(at, CALLS) or (scene.follows(at, {"số", "hoặc"}) and scene.near(at, CALLS)):
        return one_by_one(match[0])
    return None


@rule("phones.short", r"(?<![\w/.,-])([0-9]{3,5})/([0-9]{3,5})(?![\w/]|[.,][0-9])", needs="/")
def either(match: re.Match[str], scene: Scene) -> str | None:
    """đầu số 156/5656."""
    called = scene.follows(match.start(), CALLS) or scene.near(match.start(), {"tổng đài", "đầu số"})
    return in_groups([match[1], match[2]]) if called else None


@rule(
    "phones.plate",
    r"(?<![\w/.,-])([0-9]{2})\s?-?\s?([A-Z][A-Z0-9]?)\s?[-. ]\s?([0-9]{3})\.?([0-9]{1,2})(?![\w/]|[.,][0-9])",
)
def plate(match: re.Match[str], scene: Scene) -> str:
    """70A-123.45: the number of a vehicle."""
    series = " ".join(one_by_one(c) if c.isdecimal() else spelled(c) for c in match[2])
    return f"{whole(match[1], scene.style)} {series}, {in_groups([match[3], match[4]])}"


@rule(
    "phones.identifier",
    r"(?<![\w/.,])([A-ZĐ]{1,4})?([0-9]{2,20})((?:[ .\-][0-9]{2,6}){0,5})(?!\w|[.,/][0-9]|\s?%)",
)
def identifier(match: re.Match[str], scene: Scene) -> str | None:
    """Numbers of cards, accounts, customers: after the word for them."""
    groups = [match[2], *re.findall("[0-9]+", match[3])]
    named = scene.follows(match.start(), IDENTIFIERS) or (
        scene.follows(match.start(), {"số", "là"}) and scene.near(match.start(), IDENTIFIERS)
    )
    length = sum(map(len, groups))
    if not (named and length >= 4):
        return None
    letters = f"{spelled(match[1])} " if match[1] else ""
    return letters + in_groups(groups if len(groups) > 1 else _threes(match[2]))


def _threes(digits: str) -> list[str]:
    """Long runs of digits in groups that can be written down."""
    return [digits[i : i + 3] for i in range(0, len(digits), 3)] if len(digits) > 4 else [digits]
