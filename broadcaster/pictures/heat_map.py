"""A table of numbers as a picture: the more, the deeper the colour; a want is red."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap

from broadcaster.pictures.shapes import LETTER, Box, Picture, Shape, Words

_EDGE, _GAP = 24, 3
_LABEL, _TILE, _NOTE = 540, 132, 310
_ROW, _HEAD = 64, 72
_FIRST, _SECOND = 27, 52
_INDENT = 26
_TITLES = 92
_PAPER, _INK, _FAINT, _BAND = "#ffffff", "#1b2733", "#6b7a86", "#eef2f6"
_PALE, _DEEP, _RED, _WHITE = (0xE3, 0xF1, 0xEA), (0x14, 0x6B, 0x4A), "#c8202f", "#ffffff"
_DARK = 0.7
"""From this strength on, letters are white."""


@dataclass(frozen=True)
class Tile:
    words: tuple[str, ...]
    """One or two short lines."""
    strength: float
    """0 to 1."""
    wanting: bool = False


@dataclass(frozen=True)
class Line:
    label: str
    tiles: tuple[Tile, ...]
    note: tuple[str, ...] = ()
    """One or two short lines at the right."""
    wanting: bool = False
    """The note tells of a want."""
    depth: int = 0


def heat_map(
    title: str, remark: str, columns: Sequence[str], lines: Sequence[Line], note: str, legend: Sequence[str]
) -> Picture:
    """`note`: the heading of the notes; `legend`: what no colour, a deep colour and red mean."""
    width = 2 * _EDGE + _LABEL + _TILE * len(columns) + _NOTE
    width = max(width, 2 * _EDGE + LETTER * max(len(title), len(remark)))
    shapes: list[Shape] = [
        Words(_EDGE, 40, title, _INK),
        Words(_EDGE, 72, remark, _FAINT),
        *_heading([*columns, note]),
    ]
    top = _TITLES + _HEAD
    for line in lines:
        shapes += _row(line, top)
        top += _ROW
    shapes += _legend(legend, top + 30)
    height = top + 72
    return Picture(width, height, (Box(0, 0, width, height, _PAPER), *shapes))


def _left(column: int) -> int:
    return _EDGE + _LABEL + _TILE * column


def _heading(names: Sequence[str]) -> Iterator[Shape]:
    for number, name in enumerate(names):
        letters = (_NOTE if number == len(names) - 1 else _TILE) // LETTER - 1
        for place, part in enumerate(wrap(name, letters)[:2]):
            yield Words(_left(number) + 8, _TITLES + _FIRST + 26 * place, part, _INK)


def _row(line: Line, top: int) -> Iterator[Shape]:
    if not line.depth:
        yield Box(_EDGE, top, _LABEL - _GAP, _ROW - _GAP, _BAND)
    indent = _INDENT * line.depth + 10
    yield from _lines(_EDGE + indent, top, _wrapped(line.label, (_LABEL - indent) // LETTER - 1), _INK)
    for number, tile in enumerate(line.tiles):
        colour = _RED if tile.wanting else _mixed(tile.strength)
        yield Box(_left(number), top, _TILE - _GAP, _ROW - _GAP, colour)
        ink = _WHITE if tile.wanting or tile.strength >= _DARK else _INK
        for words, baseline in zip(tile.words, _baselines(tile.words, top), strict=False):
            x = _left(number) + (_TILE - _GAP - LETTER * len(words)) / 2
            yield Words(x, baseline, words, ink)
    colour = _RED if line.wanting else _FAINT
    yield from _lines(_left(len(line.tiles)) + 8, top, line.note, colour)


def _lines(x: float, top: int, words: Sequence[str], colour: str) -> Iterator[Shape]:
    for part, baseline in zip(words, _baselines(words, top), strict=False):
        yield Words(x, baseline, part, colour)


def _baselines(words: Sequence[str], top: int) -> tuple[int, ...]:
    return (top + (_FIRST + _SECOND) // 2 - 1,) if len(words) == 1 else (top + _FIRST, top + _SECOND)


def _wrapped(text: str, letters: int) -> list[str]:
    """Two lines at most; what does not fit ends in "…"."""
    parts = wrap(text, letters)
    if len(parts) <= 2:
        return parts
    return [parts[0], f"{parts[1][: letters - 1].rstrip()}…"]


def _mixed(strength: float) -> str:
    part = min(1.0, max(0.0, strength))
    mixed = (round(pale + (deep - pale) * part) for pale, deep in zip(_PALE, _DEEP, strict=True))
    return "#" + "".join(f"{value:02x}" for value in mixed)


def _legend(meanings: Sequence[str], top: int) -> Iterator[Shape]:
    x = float(_EDGE)
    for meaning, colour in zip(meanings, (_mixed(0), _mixed(1), _RED), strict=False):
        yield Box(x, top, 26, 26, colour)
        yield Words(x + 36, top + 20, meaning, _FAINT)
        x += 36 + LETTER * (len(meaning) + 3)
