""".docx → lines: paragraphs, tables row by row; page headers, footers and footnotes are left out."""

from __future__ import annotations

from collections.abc import Iterator

from broadcaster.documents.archive import Archive, Element, attribute, child, local
from broadcaster.documents.line import Line, Page
from broadcaster.documents.numbering import Numbering
from broadcaster.documents.tables import table_lines
from broadcaster.errors import DocumentError
from broadcaster.language import _

_SKIPPED = {
    "del",
    "moveFrom",
    "instrText",
    "delText",
    "pPr",
    "rPr",
    "Fallback",
    "footnoteReference",
    "object",
}


def read(data: bytes, name: str) -> Page:
    """The page in the bytes of a .docx; raises DocumentError for what is none."""
    archive = Archive(data, name)
    document = archive.part(_main_part(archive))
    body = child(document, "body")
    if body is None:
        raise DocumentError(_("The file is no Word document"), name, _("Save it as .docx in Word"))
    reader = _Reader(Numbering(archive.part("word/numbering.xml"), archive.part("word/styles.xml")))
    written = [*reader.blocks(body)]
    written += [Line(0, text, "page header") for text in _around(archive)]
    written += [Line(0, text, "footnote") for text in _footnotes(archive)]
    return Page(tuple(Line(n, x.text, x.reason, x.heading) for n, x in enumerate(written, 1)))


class _Reader:
    def __init__(self, numbering: Numbering) -> None:
        self._numbering = numbering

    def blocks(self, parent: Element) -> Iterator[Line]:
        """Lines of the paragraphs and tables in `parent`; numbers come later."""
        for element in parent:
            match local(element):
                case "p":
                    yield from self._paragraph(element)
                case "tbl":
                    yield from table_lines(self._rows(element))
                case "sdt" | "sdtContent" | "ins" | "moveTo" | "customXml" | "smartTag":
                    yield from self.blocks(element)

    def _rows(self, table: Element) -> list[list[list[Line]]]:
        """Rows of cells of lines; a cell that spans rows is said once."""
        return [
            [[*self.blocks(cell)] for cell in _below(row, "tc") if not _continues_above(cell)]
            for row in _below(table, "tr")
        ]

    def _paragraph(self, paragraph: Element) -> Iterator[Line]:
        properties = child(paragraph, "pPr")
        texts = "".join(_words(paragraph)).split("\n")
        label = self._numbering.label(properties) if texts[0].strip() else ""
        heading = self._numbering.is_heading(properties)
        for index, text in enumerate(texts):
            yield Line(0, f"{label} {text.strip()}" if label and index == 0 else text, heading=heading)
        for box in (b for b in paragraph.iter() if local(b) == "txbxContent"):
            if not any(local(p) == "Fallback" and box in p.iter() for p in paragraph.iter()):
                yield from self.blocks(box)


def _below(parent: Element, tag: str) -> Iterator[Element]:
    """The children called `tag`, also those inside content controls."""
    for element in parent:
        if local(element) == tag:
            yield element
        elif local(element) in ("sdt", "sdtContent", "customXml", "ins"):
            yield from _below(element, tag)


def _continues_above(cell: Element) -> bool:
    merge = child(cell, "tcPr", "vMerge")
    return merge is not None and attribute(merge, "val") != "restart"


def _words(element: Element) -> Iterator[str]:
    for inner in element:
        match local(inner):
            case "t":
                yield (inner.text or "").replace("\n", " ")
            case "tab" | "ptab":
                yield "\t"
            case "br" | "cr":
                yield "\n"
            case "noBreakHyphen":
                yield "-"
            case "softHyphen":
                yield "\u00ad"
            case "sym":
                yield _symbol(attribute(inner, "char"))
            case tag if tag not in _SKIPPED and tag != "txbxContent":
                yield from _words(inner)


def _symbol(code: str) -> str:
    try:
        return chr(int(code, 16))
    except ValueError:
        return ""


def _main_part(archive: Archive) -> str:
    relations = archive.part("_rels/.rels")
    for relation in relations if relations is not None else ():
        if attribute(relation, "Type").endswith("/officeDocument"):
            return attribute(relation, "Target").lstrip("/")
    return "word/document.xml"


def _around(archive: Archive) -> Iterator[str]:
    """The words of page headers and footers."""
    for path in archive.names("word/header", "word/footer"):
        yield from _texts(archive.part(path))


def _footnotes(archive: Archive) -> Iterator[str]:
    for path in ("word/footnotes.xml", "word/endnotes.xml"):
        yield from _texts(archive.part(path))


def _texts(part: Element | None) -> Iterator[str]:
    for paragraph in part.iter() if part is not None else ():
        if local(paragraph) == "p" and (text := "".join(_words(paragraph)).strip()):
            yield text
