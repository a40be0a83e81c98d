"""The numbers that Word writes by itself before a paragraph ("1.", "a)", "I."): they are not in its text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from broadcaster.documents.archive import Element, attribute, child, local

_LEVELS = 9


@dataclass(frozen=True)
class _Level:
    format: str = "decimal"
    pattern: str = ""
    """Such as "%1.%2."."""
    start: int = 1


@dataclass
class _List:
    levels: Mapping[int, _Level]
    counts: list[int] = field(default_factory=lambda: [0] * _LEVELS)


class Numbering:
    """Counts through the lists of one document, paragraph after paragraph."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self._lists = _lists(numbering)
        self._styles = {attribute(s, "styleId"): s for s in (styles if styles is not None else ())}

    def label(self, properties: Element | None) -> str:
        """What Word shows before the next paragraph with these properties: "" nothing, "-" a bullet."""
        found = self._place(properties)
        known = self._lists.get(found[0]) if found else None
        if found is None or known is None:
            return ""
        depth = found[1]
        level = known.levels.get(depth, _Level())
        if level.format in ("bullet", "none"):
            return "-" if level.format == "bullet" else ""
        known.counts[depth] = max(known.counts[depth] + 1, level.start)
        known.counts[depth + 1 :] = [0] * (_LEVELS - depth - 1)
        return re.sub(r"%([1-9])", lambda m: _shown(known, int(m[1]) - 1), level.pattern)

    def is_heading(self, properties: Element | None) -> bool:
        name = attribute(child(self._style(properties), "name"), "val").lower()
        return name.startswith(("heading", "title", "tiêu đề"))

    def _style(self, properties: Element | None) -> Element | None:
        return self._styles.get(attribute(child(properties, "pStyle"), "val"))

    def _place(self, properties: Element | None) -> tuple[str, int] | None:
        """The list and the depth (0–8) of a paragraph, from itself or else from its style."""
        for where in (properties, child(self._style(properties), "pPr")):
            numbers = child(where, "numPr")
            if numbers is not None:
                depth = attribute(child(numbers, "ilvl"), "val")
                return attribute(child(numbers, "numId"), "val"), min(
                    int(depth), 8
                ) if depth.isdecimal() else 0
        return None


def _lists(numbering: Element | None) -> dict[str, _List]:
    if numbering is None:
        return {}
    kinds = {attribute(e, "abstractNumId"): _levels(e) for e in numbering if local(e) == "abstractNum"}
    lists: dict[str, _List] = {}
    shared: dict[str, _List] = {}
    for number in (e for e in numbering if local(e) == "num"):
        kind = attribute(child(number, "abstractNumId"), "val")
        fresh = _List(kinds.get(kind, {}))
        restarts = child(number, "lvlOverride") is not None
        lists[attribute(number, "numId")] = fresh if restarts else shared.setdefault(kind, fresh)
    return lists


def _levels(kind: Element) -> dict[int, _Level]:
    levels: dict[int, _Level] = {}
    for level in (e for e in kind if local(e) == "lvl"):
        depth, start = attribute(level, "ilvl"), attribute(child(level, "start"), "val")
        if depth.isdecimal():
            levels[int(depth)] = _Level(
                attribute(child(level, "numFmt"), "val") or "decimal",
                attribute(child(level, "lvlText"), "val"),
                int(start) if start.isdecimal() else 1,
            )
    return levels


def _shown(known: _List, depth: int) -> str:
    count = max(known.counts[depth], 1)
    match known.levels.get(depth, _Level()).format:
        case "lowerLetter" | "upperLetter" as style:
            letter = "abcdefghijklmnopqrstuvwxyz"[(count - 1) % 26]
            return letter.upper() if style == "upperLetter" else letter
        case "lowerRoman" | "upperRoman" as style:
            return _roman(count) if style == "upperRoman" else _roman(count).lower()
        case _:
            return str(count)


def _roman(number: int) -> str:
    out = ""
    for value, sign in (
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ):
        out += sign * (number // value)
        number %= value
    return out
