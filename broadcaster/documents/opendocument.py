""".odt → lines: paragraphs, lists, tables row by row; notes, page headers and footers are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from broadcaster.documents.archive import Archive, Element, attribute, child, local
from broadcaster.documents.line import Line, Page
from broadcaster.documents.tables import table_lines
from broadcaster.errors import DocumentError
from broadcaster.language import _

_SKIPPED = {"annotation", "note", "tracked-changes", "frame", "bookmark"}


def read(data: bytes, name: str) -> Page:
    """The page in the bytes of an .odt; raises DocumentError for what is none."""
    archive = Archive(data, name)
    if _is_encrypted(archive):
        raise DocumentError(
            _("The file is protected by a password"), name, _("Save it again without a password")
        )
    content = archive.part("content.xml")
    body = child(content, "body", "text")
    if body is None:
        raise DocumentError(_("The file is no OpenDocument text"), name, _("Save it as .odt or .docx"))
    written = [*_blocks(body)]
    written += [Line(0, text, "footnote") for text in _notes(body)]
    written += [Line(0, text, "page header") for text in _around(archive)]
    return Page(tuple(Line(n, x.text, x.reason, x.heading) for n, x in enumerate(written, 1)))


def _blocks(parent: Element, bullet: str = "") -> Iterator[Line]:
    for element in parent:
        match local(element):
            case "p" | "h":
                yield from _paragraph(element, bullet)
                bullet = ""
            case "table":
                yield from table_lines(_rows(element))
            case "list":
                yield from _list(element)
            case tag if tag not in _SKIPPED:
                yield from _blocks(element)


def _list(element: Element) -> Iterator[Line]:
    """An item begins with "-": which number it shows stands in styles that writers rarely agree on."""
    for item in element:
        yield from _blocks(item, "- ")


def _paragraph(element: Element, bullet: str) -> Iterator[Line]:
    for index, text in enumerate("".join(_words(element)).split("\n")):
        marked = bullet if index == 0 and text.strip() else ""
        yield Line(0, marked + text, heading=local(element) == "h")
    for box in (inner for inner in element.iter() if local(inner) == "text-box"):
        yield from _blocks(box)


def _words(element: Element) -> Iterator[str]:
    yield _collapsed(element.text)
    for inner in element:
        match local(inner):
            case "s":
                count = attribute(inner, "c")
                yield " " * (min(int(count), 200) if count.isdecimal() else 1)
            case "tab":
                yield "\t"
            case "line-break":
                yield "\n"
            case tag if tag not in _SKIPPED:
                yield from _words(inner)
        yield _collapsed(inner.tail)


def _collapsed(text: str | None) -> str:
    """Line ends inside the XML are spaces; real ones have an element."""
    return re.sub(r"[ \t\r\n]+", " ", text or "")


def _rows(table: Element) -> list[list[list[Line]]]:
    return [
        [[*_blocks(cell)] for cell in row if local(cell) == "table-cell"]
        for row in table.iter()
        if local(row) == "table-row"
    ]


def _notes(body: Element) -> Iterator[str]:
    for note in body.iter():
        if local(note) in ("note-body", "annotation"):
            yield from ("".join(_words(p)).strip() for p in note.iter() if local(p) == "p")


def _around(archive: Archive) -> Iterator[str]:
    styles = archive.part("styles.xml")
    for part in styles.iter() if styles is not None else ():
        if local(part) in ("header", "footer"):
            yield from ("".join(_words(p)).strip() for p in part.iter() if local(p) == "p")


def _is_encrypted(archive: Archive) -> bool:
    manifest = archive.part("META-INF/manifest.xml")
    return manifest is not None and any(local(element) == "encryption-data" for element in manifest.iter())
