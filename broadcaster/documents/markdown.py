"""Markdown → lines: the marks go, the words stay; a table becomes one line a row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from broadcaster.documents.line import Line
from broadcaster.documents.tables import row

_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(.*?)\s*#*\s*$")
_TABLE_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_COMMENT = re.compile(r"^\s*<!--.*-->\s*$")
_IMAGE = re.compile(r"!\[([^\[\]]{0,300})\]\([^()]{0,2000}\)")
_LINK = re.compile(
    r"(?<!!)\[([^\[\]]{1,300})\]\((?:<[^<>]{0,2000}>|[^()\s]{0,2000})(?:\s+\"[^\"]{0,300}\")?\)"
)
_EMPHASIS = (
    re.compile(r"(\*\*|__)(?=\S)(.{1,600}?)(?<=\S)\1"),
    re.compile(r"(?<![\w*])(\*|_)(?=[^\s*_])(.{1,600}?)(?<=[^\s*_])\1(?![\w*])"),
    re.compile(r"(~~|`)(?=\S)(.{1,600}?)(?<=\S)\1"),
)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])")
_QUOTE = re.compile(r"^\s*(?:>\s?)+")


def without_markup(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines of a Markdown text without its marks."""
    start = _after_front_matter(lines)
    return (*lines[:start], *map(_plain, lines[start:]))


def _after_front_matter(lines: Sequence[Line]) -> int:
    if not lines or lines[0].text.strip() != "---":
        return 0
    return next((i + 1 for i in range(1, len(lines)) if lines[i].text.strip() == "---"), 0)


def _plain(line: Line) -> Line:
    text = line.text
    if _COMMENT.match(text):
        return line.struck("note")
    if _TABLE_RULE.match(text) and "|" in text:
        return line.struck("ornament")
    if text.strip().startswith(("```", "~~~")):
        return line.struck("ornament")
    if heading := _HEADING.match(text):
        return replace(line, text=_inline(heading[1]), heading=True)
    if text.strip().startswith("|") and text.strip().endswith("|"):
        cells = [_inline(cell) for cell in re.split(r"(?<!\\)\|", text.strip().strip("|"))]
        return line.saying(row(cells))
    return line.saying(_inline(_QUOTE.sub("", text)))


def _inline(text: str) -> str:
    text = _LINK.sub(r"\1", _IMAGE.sub(r"\1", text.strip()))
    for pattern in _EMPHASIS:
        text = pattern.sub(r"\2", text)
    text = re.sub(r"<br\s*/?>", " ", text, flags=re.IGNORECASE)
    return _ESCAPE.sub(r"\1", text)
