"""People's names in a script: those that are declared, and what else looks like one.

A name is found by the word before it (ông, bà, anh, chị, em, cô, chú, đồng chí) and its capitals, or by a
common family name with two more words, unless a street or a school is called so. That misses some names and
finds some places; a person declares the ones and sets the others aside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from broadcaster.desk.bench import folded
from broadcaster.desk.script import Script
from broadcaster.errors import DeskError
from broadcaster.language import _

_BEFORE = "ông|bà|anh|chị|em|cô giáo|cô|chú|bác|cháu|cụ|thầy giáo|thầy|đồng chí"
_CAPITALS = "".join(filter(str.isupper, map(chr, range(ord("A"), ord("Ỹ") + 1))))
_WORD = rf"[{_CAPITALS}][^\W\d_]*"
_NAMED = re.compile(rf"\b(?i:{_BEFORE})\s+({_WORD}(?:[ ]{_WORD}){{0,4}})")
_FAMILIES = "Nguyễn|Trần|Lê|Phạm|Huỳnh|Phan|Võ|Vũ|Đặng|Bùi|Đỗ|Ngô|Trương|Trịnh|Đinh"
_FULL = re.compile(rf"(?:(\w+)[ ]+)?\b((?:{_FAMILIES})(?:[ ]{_WORD}){{2,3}})")
_PLACES = ("đường", "phố", "hẻm", "ngõ", "trường", "học", "thpt", "thcs", "cầu", "chợ", "viên", "viện", "xã")
"""What stands before a name that a place has: đường, trường, Tiểu học, công viên, bệnh viện."""
_NO_NAMES = (
    *("chủ", "phó", "bí", "trưởng", "giám", "hiệu", "tổng", "bộ", "đảng", "đoàn", "đội", "hội", "trường"),
    *("ấp", "thôn", "khu", "tổ", "rịa", "nà", "đen"),
)
"""First words that follow without being a name: posts, "các em Trường Tiểu học", Bà Rịa."""
_MOST, _LONGEST = 40, 80


def declared(written: str, name: str = "") -> tuple[str, ...]:
    """The names in a line of front matter or in arguments: "Nguyễn Văn A; Trần Thị B".

    DeskError: too many, or too long to be names.
    """
    names = tuple(
        dict.fromkeys(" ".join(part.split()) for part in re.split(r"[;,\n]", written) if part.strip())
    )
    if len(names) > _MOST or any(len(each) > _LONGEST for each in names):
        raise DeskError(
            _("These are no names of people"),
            f"{name}: {written[:_LONGEST]}".removeprefix(": "),
            _("Write up to {n} names, with ; between them").format(n=_MOST),
        )
    return names


def found(text: str) -> tuple[str, ...]:
    """What looks like a person's name, each once, as it is written."""
    called = ((match.start(1), match[1]) for match in _NAMED.finditer(text))
    whole = ((m.start(2), m[2]) for m in _FULL.finditer(text) if folded(m[1] or "") not in _PLACES)
    names = [name for _at, name in sorted([*called, *whole]) if not _is_none(_words(name))]
    return tuple(dict.fromkeys(names))


def undeclared(script: Script) -> tuple[str, ...]:
    """What looks like a name in it, and is neither declared nor said to be none."""
    known = [_words(each) for each in (*script.names, *script.not_names)]
    return tuple(each for each in found(script.text) if not any(_same(_words(each), one) for one in known))


def _is_none(words: list[str]) -> bool:
    return words[0] in _NO_NAMES or words in (["hồ"], ["hồ", "chí", "minh"])


def _words(name: str) -> list[str]:
    return folded(name).split()


def _same(one: list[str], other: list[str]) -> bool:
    """ "Lan" is "Nguyễn Thị Lan"; so is "Nguyễn Thị Lan Ấp", where capitals run on."""
    return _within(one, other) or _within(other, one)


def _within(part: list[str], whole: list[str]) -> bool:
    return any(whole[at : at + len(part)] == part for at in range(len(whole) - len(part) + 1))


def listed(names: Iterable[str]) -> str:
    """At most ten of them, for a message."""
    every = list(names)
    return ", ".join(every[:10]) + (", …" if len(every) > 10 else "")
