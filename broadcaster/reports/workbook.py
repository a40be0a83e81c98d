"""A paper → .xlsx, a tab for each table; and → .csv, one table below the other."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from broadcaster.audio import replacing
from broadcaster.errors import StationError
from broadcaster.language import _
from broadcaster.reports.paper import Cell, Length, Paper, Table, printable, shown

_FONT = "Times New Roman"
_THIN = Side(style="thin", color="9AA5B1")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD = PatternFill("solid", fgColor="E8EEF4")
_WIDTH = 110
"""Letters across all columns of a tab."""
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_LONGEST_NAME = 31
_A4 = 9


def write_xlsx(paper: Paper, path: Path) -> None:
    """Lengths are numbers of minutes. Raises StationError when it cannot be written."""
    book = Workbook(write_only=True)
    for table in paper.tables:
        _tab(book, table, paper)
    try:
        with replacing(path, ".part.xlsx") as part:
            book.save(str(part))
    except OSError as error:
        raise _unwritten(path, error) from error


def write_csv(paper: Paper, path: Path) -> None:
    """Each table with its title above it; lengths in seconds. Raises StationError."""
    try:
        # The mark at the beginning tells Excel that it is UTF-8.
        with replacing(path) as part, part.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            for table in paper.tables:
                writer.writerow([printable(table.title or paper.subject)])
                writer.writerow([_seconds_named(column.heading) for column in table.columns])
                writer.writerows([_plain(cell) for cell in row] for row in (*table.rows, table.total))
    except OSError as error:
        raise _unwritten(path, error) from error


def _tab(book: Any, table: Table, paper: Paper) -> None:
    sheet = book.create_sheet(table.name.translate(_FORBIDDEN)[:_LONGEST_NAME])
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.orientation = "landscape" if len(table.columns) > 6 else "portrait"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    shares = sum(column.width for column in table.columns)
    for number, column in enumerate(table.columns, 1):
        width = max(8, _WIDTH * column.width / shares)
        sheet.column_dimensions[get_column_letter(number)].width = width
    heading = f"{paper.kind} – {table.title or paper.subject}"
    sheet.append([_cell(sheet, heading, bold=True, border=False)])
    sheet.append([_cell(sheet, paper.remark, bold=True, border=False)])
    sheet.freeze_panes = "A4"
    heads = [_cell(sheet, _minutes_named(column.heading), bold=True) for column in table.columns]
    for head in heads:
        head.fill = _HEAD
        head.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet.append(heads)
    for number, row in enumerate(table.rows):
        sheet.append([_cell(sheet, cell, red=(number, n) in table.red) for n, cell in enumerate(row)])
    if table.total:
        sheet.append([_cell(sheet, cell, bold=True) for cell in table.total])


def _cell(sheet: Any, value: Cell, *, bold: bool = False, red: bool = False, border: bool = True) -> Any:
    cell = WriteOnlyCell(sheet)
    if isinstance(value, Length):
        cell.value, cell.number_format = value.ms / 60_000, "#,##0.00"
    elif isinstance(value, int):
        cell.value, cell.number_format = value, "#,##0"
    else:
        # As text whatever it begins with: "=" would make a formula of it.
        cell.value, cell.data_type = printable(value), "s"
    cell.font = Font(name=_FONT, size=11, bold=bold or red, color="C00000" if red else None)
    if border:
        cell.border = _BORDER
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    return cell


def _minutes_named(heading: str) -> str:
    return heading.replace("(phút:giây)", "(phút)")


def _seconds_named(heading: str) -> str:
    return heading.replace("(phút:giây)", "(giây)")


def _plain(cell: Cell) -> str:
    """As a program reads it; what a spreadsheet would take for a formula begins with an apostrophe."""
    if isinstance(cell, Length):
        return f"{cell.ms / 1000:.3f}"
    text = str(cell) if isinstance(cell, int) else shown(cell)
    return f"'{text}" if isinstance(cell, str) and text[:1] in tuple("=+-@") and len(text) > 1 else text


def _unwritten(path: Path, error: OSError) -> StationError:
    return StationError(
        _("The file cannot be written"), f"{path}: {error.strerror}", _("Choose another file with -o")
    )
