""".pdf with text → lines. A scanned page has no text: its words must be typed."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter

from broadcaster.documents.archive import protected
from broadcaster.documents.line import Line, Page
from broadcaster.errors import DocumentError
from broadcaster.language import _

_MOST_PAGES = 200
_REPEATED = 3
"""A first or last line that comes back on so many pages is a running head."""


def read(data: bytes, name: str) -> Page:
    """The page in the bytes of a .pdf; raises DocumentError where it is damaged, protected or scanned."""
    pages = [text.split("\n") for text in _texts(data, name)]
    if not any(character.isalpha() for lines in pages for text in lines for character in text):
        raise DocumentError(
            _("The PDF holds pictures of pages, no text"),
            name,
            _("Type the notice, or ask for the .docx it was made from"),
        )
    running = _running(pages)
    lines = [
        Line(0, text, _reason(text, index in (0, len(page) - 1), running))
        for page in pages
        for index, text in enumerate(page)
    ]
    return Page(tuple(Line(n, x.text, x.reason) for n, x in enumerate(lines, 1)), wrapped=True)


def _texts(data: bytes, name: str) -> list[str]:
    """The text of each page."""
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise protected(name)
        if len(reader.pages) > _MOST_PAGES:
            raise DocumentError(
                _("The PDF has more pages than a notice"), name, _("Cut out the pages to read")
            )
        return [page.extract_text().strip() for page in reader.pages]
    except DocumentError:
        raise
    except Exception as error:  # a damaged PDF makes its reader fail in any way
        raise DocumentError(
            _("The PDF cannot be read"),
            f"{name}: {error}",
            _("Ask for the .docx it was made from, or type the notice"),
        ) from error


def _running(pages: list[list[str]]) -> set[str]:
    """First and last lines that most pages share."""
    edges = Counter(text.strip() for lines in pages for text in {lines[0], lines[-1]})
    return {text for text, count in edges.items() if text and count >= _REPEATED and 2 * count >= len(pages)}


def _reason(text: str, at_an_edge: bool, running: set[str]) -> str:
    if at_an_edge and re.fullmatch(r"\s*\d{1,3}\s*", text):
        return "page number"
    return "page header" if at_an_edge and text.strip() in running else ""
