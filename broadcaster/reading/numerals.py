"""Numbers as words: whole numbers, decimals, digits one by one, letters by name."""

from __future__ import annotations

from broadcaster.reading.style import Style

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
LONGEST = 18
"""Whole numbers with more digits than this are said digit by digit."""

LETTERS = {
    "a": "a", "ă": "á", "â": "ớ", "b": "bê", "c": "xê", "d": "dê", "đ": "đê", "e": "e", "ê": "ê",
    "f": "ép", "g": "giê", "h": "hát", "i": "i", "j": "gi", "k": "ca", "l": "lờ", "m": "mờ", "n": "nờ",
    "o": "o", "ô": "ô", "ơ": "ơ", "p": "pê", "q": "quy", "r": "rờ", "s": "ét", "t": "tê", "u": "u",
    "ư": "ư", "v": "vê", "w": "vê kép", "x": "ích", "y": "i dài", "z": "dét",
}  # fmt: skip


def whole(digits: str, style: Style) -> str:
    """The whole number written by `digits` (ASCII digits only), leading zeros ignored.

    More than 18 digits are said one by one.
    """
    digits = digits.lstrip("0") or "0"
    if len(digits) > LONGEST:
        return one_by_one(digits)
    billions, rest = digits[:-9], digits[-9:]
    words = []
    if billions:
        words.append(f"{_below_billion(billions, style, first=True)} tỷ")
    words.append(_below_billion(rest, style, first=not billions))
    return " ".join(filter(None, words)) or DIGITS[0]


def decimal(integer: str, fraction: str, style: Style, point: str = "phẩy") -> str:
    """ "8", "25" → "tám phẩy hai mươi lăm"; a fraction with a leading zero is said digit by digit."""
    digits = len(fraction) > 3 or fraction.startswith("0")
    after = one_by_one(fraction) if digits else whole(fraction, style)
    return f"{whole(integer, style)} {point} {after}"


def one_by_one(digits: str) -> str:
    return " ".join(DIGITS[int(d)] for d in digits)


def in_groups(groups: list[str]) -> str:
    """Digits one by one, a short pause between the groups of a telephone number."""
    return ", ".join(one_by_one(group) for group in groups)


def spelled(letters: str) -> str:
    """Letters by their Vietnamese names; what has no name stays."""
    return " ".join(LETTERS.get(letter, letter) for letter in letters.lower())


def _below_billion(digits: str, style: Style, first: bool) -> str:
    """The words of at most nine digits; `first`: nothing greater stands before them."""
    padded = digits.rjust(-(-len(digits) // 3) * 3, "0")
    groups = [padded[i : i + 3] for i in range(0, len(padded), 3)]
    words = []
    for place, group in zip(range(len(groups) - 1, -1, -1), groups, strict=True):
        if group != "000":
            words.append(_hundreds(group, style, first))
            words.append(("", style.thousand, "triệu")[place])
            first = False
    return " ".join(filter(None, words))


def _hundreds(group: str, style: Style, first: bool) -> str:
    hundreds, tens, ones = map(int, group)
    words = [] if first and not hundreds else [DIGITS[hundreds], "trăm"]
    if tens > 1:
        words += [DIGITS[tens], "mươi"]
    elif tens == 1:
        words.append("mười")
    elif ones and words:
        words.append(style.zero_tens)
    if ones:
        words.append(_last(ones, tens, style))
    return " ".join(words)


def _last(ones: int, tens: int, style: Style) -> str:
    if ones == 1 and tens > 1:
        return "mốt"
    if ones == 4 and tens > 1:
        return style.four
    if ones == 5 and tens:
        return "lăm"
    return DIGITS[ones]
