"""Lines that ended where the paper ended become paragraphs again (PDF, mail, old text files)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from broadcaster.documents.head import is_metadata
from broadcaster.documents.line import Line, in_capitals, is_bullet

_WIDEST = 130
"""A longer line shows that each paragraph stands on one line already."""
_NARROWEST = 45
_FULL = 0.72
_NEW_PARAGRAPH = re.compile(
    r"(?:[IVXLC]{1,6}|\d{1,2}(?:\.\d{1,2})*)[.)]\s|[\[(]?(?:MC|PTV|BTV|Nam|Nữ)\b[^:]{0,12}[:)\]]|\["
)
_ENDS = (".", "!", "?", ":", ";", "…", "]")


def joined(lines: Sequence[Line]) -> tuple[Line, ...]:
    """`lines` with the pieces of each paragraph joined, if these lines look wrapped at all."""
    width = max((len(line.text) for line in lines if line.open), default=0)
    if not _NARROWEST <= width <= _WIDEST or not _looks_wrapped(lines, width):
        return tuple(lines)
    out: list[Line] = []
    last = ""
    for line in lines:
        if out and out[-1].open and _continues(last, line, width):
            out[-1] = out[-1].saying(f"{out[-1].text.rstrip()} {line.text.lstrip()}")
        else:
            out.append(line)
        last = line.text
    return tuple(out)


def _looks_wrapped(lines: Sequence[Line], width: int) -> bool:
    """Most full lines that end in mid-sentence go on in a small letter."""
    following = [
        after.text.lstrip() for line, after in pairwise(lines) if _continues(line.text, after, width)
    ]
    small = sum(text[:1].islower() or text[:1].isdigit() for text in following)
    return small > 0 and 2 * small >= len(following)


def _continues(before: str, line: Line, width: int) -> bool:
    text = line.text.lstrip()
    return (
        line.open
        and len(before) >= _FULL * width
        and not before.rstrip().endswith(_ENDS)
        and not in_capitals(before)
        and not (is_bullet(text) or _NEW_PARAGRAPH.match(text) or in_capitals(text) or line.heading)
        and not is_metadata(text)
    )
