"""Days of the timetable as a picture: a column for each, a row for each time of day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from textwrap import shorten, wrap

from broadcaster.pictures.shapes import LETTER, LINE, Box, Picture, Shape, Words

_EDGE, _HOURS, _COLUMN = 20, 90, 230
_TITLE = 50
_BASELINE, _PAD = 26, 8
_PAPER, _INK, _FAINT, _RULE = "#ffffff", "#1b2733", "#8795a1", "#c9d2da"
_HEAD, _SPECIAL = "#e8eef4", "#fff3d6"


@dataclass(frozen=True)
class Line:
    text: str
    faint: bool = False
    """Said of what is silent, and of lesser things."""


@dataclass(frozen=True)
class Column:
    heading: tuple[str, ...]
    """Its lines."""
    special: bool
    """A holiday, or a day with a profile."""


@dataclass(frozen=True)
class Row:
    label: str
    cells: tuple[tuple[Line, ...], ...]
    """One for each column."""


def week(title: str, columns: Sequence[Column], rows: Sequence[Row]) -> Picture:
    width = 2 * _EDGE + _HOURS + _COLUMN * len(columns)
    headings = [_wrapped(map(Line, column.heading)) for column in columns]
    shapes: list[Shape] = [Words(_EDGE, _TITLE - 18, shorten(title, (width - 2 * _EDGE) // LETTER), _INK)]
    head = _height(headings)
    for number, (column, heading) in enumerate(zip(columns, headings, strict=True)):
        shapes.append(Box(_left(number), _TITLE, _COLUMN, head, _SPECIAL if column.special else _HEAD))
        shapes += _written(number, _TITLE, heading)
    top = _TITLE + head
    for row in rows:
        cells = [_wrapped(cell) for cell in row.cells]
        shapes.append(Box(_EDGE, top, width - 2 * _EDGE, 1, _RULE))
        shapes.append(Words(_EDGE, top + _BASELINE, row.label, _INK))
        for number, cell in enumerate(cells):
            shapes += _written(number, top, cell)
        top += _height(cells)
    edges = (Box(_left(number), _TITLE, 1, top - _TITLE, _RULE) for number in range(len(columns)))
    height = top + _EDGE
    return Picture(width, height, (Box(0, 0, width, height, _PAPER), *shapes, *edges))


def _left(column: int) -> int:
    return _EDGE + _HOURS + _COLUMN * column


def _height(cells: Sequence[Sequence[Line]]) -> int:
    return LINE * max((len(cell) for cell in cells), default=1) + _PAD


def _wrapped(lines: Iterable[Line]) -> list[Line]:
    most = (_COLUMN - 2 * _PAD) // LETTER
    return [Line(part, line.faint) for line in lines for part in wrap(line.text, most)]


def _written(column: int, top: int, lines: Sequence[Line]) -> Iterator[Shape]:
    for number, line in enumerate(lines):
        baseline = top + _BASELINE + LINE * number
        yield Words(_left(column) + _PAD, baseline, line.text, _FAINT if line.faint else _INK)
