"""Text → Document: what is read, in which order and by whom, and what is left out and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from broadcaster.documents import directions, front_matter
from broadcaster.documents.characters import clean, composed_notice
from broadcaster.documents.document import Document, Kind, LeftOut, Passage
from broadcaster.documents.encoding import repair
from broadcaster.documents.head import is_agency, without_head
from broadcaster.documents.line import Line, Page, in_capitals, is_bullet, numbered, word_count
from broadcaster.documents.markdown import without_markup
from broadcaster.documents.paragraphs import joined
from broadcaster.documents.tail import without_tail
from broadcaster.errors import DocumentError
from broadcaster.language import _

_TITLE_LENGTH = 120
_HEADING = re.compile(r"(?:[IVXLC]{1,6}|\d{1,2}(?:\.\d{1,2})*)[.)]\s+\S")
_LONGEST_HEADING = 14
_COLUMN_GAP = re.compile(r"(?<=[\w%)])(?:[ ]*\t\s*|[ ]{3,})(?=[\w(])")
"""A table typed with tabs or spaces: the reader pauses between its columns."""


def parse(text: str, name: str) -> Document:
    """The document in `text`, which is decoded already; `name` is its label, and its suffix tells Markdown.

    Raises DocumentError where there is nothing to read, or where the text looks like an old Vietnamese font
    but is too short to be sure.
    """
    return from_text(text, name, None)


def from_text(text: str, name: str, encoding: str | None, notices: tuple[str, ...] = ()) -> Document:
    """As `parse`; `encoding` names the old font (or a Unicode encoding: then nothing is converted)."""
    text, found = repair(text, encoding, name)
    notices = (*notices, *found, *composed_notice(text))
    lines = numbered(clean(text).split("\n"))
    if name.lower().endswith(".md"):
        lines = without_markup(lines)
    return from_page(Page(lines, notices, wrapped=True), name)


def from_page(page: Page, name: str) -> Document:
    """The document on a page whose characters are clean."""
    keys, lines = front_matter.take(page.lines)
    if page.wrapped:
        lines = joined(lines)
    lines = without_tail(without_head(directions.without_notes(lines)))
    reader = _Reader(directions.is_dialogue(lines))
    for line in lines:
        reader.read(line)
    if not any(p.kind is not Kind.CUE for p in reader.passages):
        raise DocumentError(_("There is nothing to read in this file"), name, _("Write the notice into it"))
    left_out = tuple(sorted(reader.left_out, key=lambda out: out.line))
    title = _shortened(keys.get("title", "")) or _title(reader.passages, name)
    return Document(name, title, tuple(reader.passages), left_out, keys, page.notices)


@dataclass
class _Reader:
    """Goes through the lines once and remembers whose turn it is."""

    dialogue: bool
    speaker: str = ""
    passages: list[Passage] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    def read(self, line: Line) -> None:
        if line.reason:
            self._leave_out(line.text, line.reason, line)
            return
        for piece in directions.pieces(line.text, self.dialogue):
            self._take(piece, line)

    def _take(self, piece: directions.Piece, line: Line) -> None:
        match piece:
            case directions.Cue():
                self.passages.append(Passage("", Kind.CUE, cue=piece.name))
                self._leave_out(piece.written, directions.CUE, line)
            case directions.Label():
                self.speaker = piece.speaker
                self._leave_out(piece.written, directions.SPEAKER, line)
            case directions.Aside():
                self._leave_out(piece.written, directions.CUE, line)
            case str():
                self._say(piece, line)

    def _say(self, words: str, line: Line) -> None:
        text, marked = directions.without_end_mark(" ".join(_COLUMN_GAP.sub("; ", words).split()))
        if marked:
            self._leave_out("./.", directions.END_MARK, line)
        if any(map(str.isalnum, text)):
            self.passages.append(Passage(text, _kind(text, line), self.speaker))
        elif text:
            self._leave_out(text, directions.ORNAMENT, line)

    def _leave_out(self, text: str, reason: str, line: Line) -> None:
        if text.strip():
            self.left_out.append(LeftOut(text.strip(), reason, line.number))


def _kind(text: str, line: Line) -> Kind:
    if line.heading or (in_capitals(text) and word_count(text) <= 2 * _LONGEST_HEADING):
        return Kind.HEADING
    if is_bullet(text):
        return Kind.BULLET
    numbered_heading = _HEADING.match(text) and word_count(text) <= _LONGEST_HEADING
    return Kind.HEADING if numbered_heading and text[-1] not in ".!?;," else Kind.PARAGRAPH


def _title(passages: Sequence[Passage], name: str) -> str:
    """The first heading with the line under it ("THÔNG BÁO" alone says little), else the first words."""
    spoken = [p for p in passages if p.kind is not Kind.CUE]
    spoken = [p for p in spoken if not (in_capitals(p.text) and is_agency(p.text))] or spoken
    first = next((i for i, p in enumerate(spoken[:5]) if p.kind is Kind.HEADING), None)
    if first is None:
        return _shortened(spoken[0].text) or PurePath(name).stem
    words = [spoken[first].text, *_subtitle(spoken[first + 1 : first + 2])]
    return _shortened(" – ".join(word.strip(" .:") for word in words))


def _subtitle(following: Iterable[Passage]) -> Iterator[str]:
    for passage in following:
        if passage.kind is not Kind.BULLET and not re.search(r"[.,:!?]$|^[^:(]{1,20}:", passage.text):
            yield passage.text


def _shortened(text: str) -> str:
    if len(text) <= _TITLE_LENGTH:
        return text
    return text[: _TITLE_LENGTH - 1].rsplit(" ", 1)[0] + "…"
