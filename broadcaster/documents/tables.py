"""Tables: one line a row where they hold data, one line a paragraph where they only lay out the page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from broadcaster.documents.line import Line, fold

_LAYOUT = re.compile(
    r"cong hoa xa hoi|doc lap\W+tu do|noi nhan\s*:|^(?:tm|kt|tl|tuq)\s*\.|^so\s*:|\(da ky", re.MULTILINE
)


def row(cells: Sequence[str]) -> str:
    """One row as a line to read: "a: b" for a label and its value, else "a; b; c"."""
    words = [cell.strip().rstrip(";") for cell in cells if cell.strip()]
    return (" " if len(words) == 2 and words[0].endswith(":") else "; ").join(words)


def table_lines(rows: Sequence[Sequence[Sequence[Line]]]) -> Iterator[Line]:
    """The lines of a table, given as rows of cells of lines."""
    words = fold("\n".join(line.text.strip() for line in chain.from_iterable(chain.from_iterable(rows))))
    columns = max(map(len, rows), default=0)
    if columns == 1 or (columns == 2 and _LAYOUT.search(words)):
        for cell in _column_by_column(rows):
            yield from cell
        return
    for cells in rows:
        yield Line(
            0, row([" ".join(line.text.strip() for line in cell if line.text.strip()) for cell in cells])
        )


def _column_by_column(rows: Sequence[Sequence[Sequence[Line]]]) -> Iterator[Sequence[Line]]:
    for column in range(max(map(len, rows), default=0)):
        for cells in rows:
            if column < len(cells):
                yield cells[column]
