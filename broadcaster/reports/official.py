"""A paper → .docx, in the layout of the annex of Decree 30/2020/NĐ-CP.

A4, Times New Roman, 12-14 points, margins 20/20/30/15 mm; the two heads, number, place and date; the
signature block with its recipients; page numbers at the top from the second page on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from broadcaster.audio import replacing
from broadcaster.errors import StationError
from broadcaster.language import _
from broadcaster.reports.paper import Align, Cell, Length, Paper, Section, Table, printable, shown

_FONT = "Times New Roman"
_ALIGN = {
    Align.LEFT: WD_ALIGN_PARAGRAPH.LEFT,
    Align.CENTER: WD_ALIGN_PARAGRAPH.CENTER,
    Align.RIGHT: WD_ALIGN_PARAGRAPH.RIGHT,
}
_A4 = Mm(210), Mm(297)
_TOP, _BOTTOM, _LEFT, _RIGHT = Mm(20), Mm(20), Mm(30), Mm(15)
_RED = RGBColor(0xC0, 0x00, 0x00)
_NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
_MOTTO = "Độc lập - Tự do - Hạnh phúc"


def write_docx(paper: Paper, path: Path) -> None:
    """The whole file, or none. Raises StationError when it cannot be written."""
    document = Document()
    _page(document, paper.landscape)
    _heads(document, paper)
    _title(document, paper)
    for section in paper.sections:
        _section(document, section)
    _signature(document, paper)
    document.core_properties.title = printable(f"{paper.kind} {paper.subject}")
    document.core_properties.author = printable(paper.office.name)
    try:
        with replacing(path) as part:
            document.save(str(part))
    except OSError as error:
        raise StationError(
            _("The file cannot be written"), f"{path}: {error.strerror}", _("Choose another file with -o")
        ) from error


def _page(document: Any, landscape: bool) -> None:
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, Pt(14)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    normal.element.rPr.rFonts.set(qn("w:cs"), _FONT)
    normal.paragraph_format.space_after = Pt(0)
    page = document.sections[0]
    page.page_width, page.page_height = _A4[::-1] if landscape else _A4
    page.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    page.top_margin, page.bottom_margin = _TOP, _BOTTOM
    page.left_margin, page.right_margin = (_TOP, _TOP) if landscape else (_LEFT, _RIGHT)
    page.header_distance = Mm(10)
    page.different_first_page_header_footer = True
    _page_number(page.header.paragraphs[0])


def _page_number(paragraph: Any) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        element.text = text or None
        run._r.append(element)


def _heads(document: Any, paper: Paper) -> None:
    """The issuing office on the left, the nation on the right, the number and the date below them."""
    office, day = paper.office, paper.made_on
    left, right = _blind_table(document, (40, 60)).rows[0].cells
    if office.above:
        _say(left, office.above, 12)
    for words in office.name.split("\n"):
        _say(left, words, 12, bold=True)
    _line(left, 0.32)
    _say(right, _NATION, 12, bold=True)
    _say(right, _MOTTO, 13, bold=True)
    _line(right, 0.25)
    left, right = _blind_table(document, (40, 60)).rows[0].cells
    if paper.code:
        number = paper.number or "       "
        _say(left, f"Số: {number}/{paper.code}-{office.symbol}", 13)
    when = f"ngày {day.day:02d} tháng {_month(day.month)} năm {day.year}"
    _say(right, f"{office.place}, {when}", 13, italic=True)


def _month(number: int) -> str:
    """The decree writes a nought before January and February alone."""
    return f"{number:02d}" if number < 3 else str(number)


def _title(document: Any, paper: Paper) -> None:
    _say(document, paper.kind, 14, bold=True, before=12)
    _say(document, paper.subject, 14, bold=True)
    _line(document, 0.38)
    if paper.remark:
        _say(document, paper.remark, 13, italic=True, colour=_RED, before=6)


def _section(document: Any, section: Section) -> None:
    if section.heading:
        heading = _say(document, section.heading, 14, bold=True, align=WD_ALIGN_PARAGRAPH.LEFT, before=10)
        heading.paragraph_format.keep_with_next = True
    for words in section.words:
        paragraph = _say(document, words, 14, align=WD_ALIGN_PARAGRAPH.JUSTIFY, before=6)
        paragraph.paragraph_format.first_line_indent = Mm(10)
    for table in section.tables:
        _table(document, table)


def _table(document: Any, table: Table) -> None:
    title = _say(document, table.title, 13 if table.title else 2, bold=True, before=10)
    title.paragraph_format.space_after = Pt(4)
    title.paragraph_format.keep_with_next = True
    rows = [*table.rows, table.total] if table.total else list(table.rows)
    grid = document.add_table(len(rows) + 1, len(table.columns), style="Table Grid")
    _widths(document, grid, [column.width for column in table.columns])
    _narrow(grid)
    size = 12 if len(table.columns) <= 7 else 11
    cells = [row.cells for row in _rows(grid)]
    for cell, column in zip(cells[0], table.columns, strict=True):
        _say(cell, column.heading, size, bold=True)
        _shade(cell)
    for number, row in enumerate(rows):
        last = bool(table.total) and number == len(table.rows)
        for place, (value, column) in enumerate(zip(row, table.columns, strict=True)):
            red = (number, place) in table.red
            align = _ALIGN[_aligned(value, column.align)]
            _say(
                *(cells[number + 1][place], shown(value), size),
                bold=last or red,
                align=align,
                colour=_RED if red else None,
            )
    _repeat_head(grid)


def _rows(grid: Any) -> Iterable[Any]:
    for number, row in enumerate(grid.rows):
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if number == 0:
            properties.append(OxmlElement("w:tblHeader"))
        yield row


def _aligned(value: Cell, align: Align) -> Align:
    return Align.RIGHT if isinstance(value, int | Length) and align is Align.LEFT else align


def _repeat_head(grid: Any) -> None:
    for cell in grid.rows[0].cells:
        cell.paragraphs[0].paragraph_format.keep_with_next = True


def _narrow(grid: Any) -> None:
    """A millimetre beside the words in each cell."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "57")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    grid._tbl.tblPr.append(margins)


def _shade(cell: Any) -> None:
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), "E8EEF4")
    cell._tc.get_or_add_tcPr().append(shade)


def _signature(document: Any, paper: Paper) -> None:
    _say(document, "", 6)
    for paragraph in document.paragraphs[-2:]:
        paragraph.paragraph_format.keep_with_next = True  # no signature on a page of its own
    left, right = _blind_table(document, (50, 50)).rows[0].cells
    if paper.recipients:
        _say(left, "Nơi nhận:", 12, bold=True, italic=True, align=WD_ALIGN_PARAGRAPH.LEFT)
        for number, name in enumerate(paper.recipients, 1):
            end = "." if number == len(paper.recipients) else ";"
            _say(left, f"- {name}{end}", 11, align=WD_ALIGN_PARAGRAPH.LEFT)
    for words in paper.office.signed_as:
        _say(right, words, 14, bold=True)
    for _number in range(4):
        _say(right, "", 14)
    _say(right, paper.office.signer or "…………………………", 14, bold=True)


def _blind_table(document: Any, widths: Sequence[float]) -> Any:
    """One row without borders, whole on one page."""
    table = document.add_table(1, len(widths))
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    _widths(document, table, widths)
    return table


def _widths(document: Any, table: Any, shares: Sequence[float]) -> None:
    page = document.sections[0]
    whole = page.page_width - page.left_margin - page.right_margin
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, share in zip(table.columns, shares, strict=True):
        width = int(whole * share / sum(shares))
        column.width = width
        for cell in column.cells:
            cell.width = width


def _say(
    place: Any,
    text: str,
    size: float,
    *,
    bold: bool = False,
    italic: bool = False,
    align: Any = WD_ALIGN_PARAGRAPH.CENTER,
    before: float = 0,
    colour: RGBColor | None = None,
) -> Any:
    """A paragraph in a document or a cell; a cell's first one fills the paragraph that it begins with."""
    first = place.paragraphs[0] if hasattr(place, "_tc") else None
    paragraph = first if first is not None and not first.runs else place.add_paragraph()
    run = paragraph.add_run(printable(text))
    run.font.size, run.bold, run.italic = Pt(size), bold, italic
    if colour is not None:
        run.font.color.rgb = colour
    paragraph.alignment = align
    paragraph.paragraph_format.space_before = Pt(before)
    return paragraph


def _line(place: Any, indent: float) -> None:
    """A thin line below what was said last; `indent`: the share of the width that is free on each side."""
    width = place.width if hasattr(place, "_tc") else place._block_width
    paragraph = _say(place, " ", 2)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = int(width * indent)
    borders, top = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, "w:shd", "w:spacing", "w:ind", "w:jc", "w:rPr")
