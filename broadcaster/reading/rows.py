"""Rows of a lexicon file (.tsv): written, spoken, context, note.

Without a context a row always holds; with one, only where one of its cues (separated by ";") stands near by:

    word      within a few words before or after        <word   only before        >word   only after
    >Aa       a capitalised word comes next             >0      a number comes next
    *         wherever no other row of the key fits, and without a flag
    =unit     right after a number                      =number inside a document number
    =web      inside a web address                      =doubt  always flagged (units only)
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from broadcaster.errors import ReadingError
from broadcaster.language import _

UNIT = "=unit"
NUMBER = "=number"
WEB = "=web"
ALWAYS = ("*",)
HEADER = ("written", "spoken", "context", "note")
_SPECIAL = frozenset({UNIT, NUMBER, WEB})
"""Contexts in which a row stands only there, never in running text."""
_LARGEST = 2_000_000
"""Bytes; a larger file is no lexicon."""
_SPEAKABLE = r"[^\W\d_]+(?:[\s,.'’-]+[^\W\d_]+)*[.,]?"


@dataclass(frozen=True)
class Entry:
    written: str
    spoken: str
    context: tuple[str, ...] = ()
    note: str = ""
    layer: int = 0
    """0: built in; higher layers win."""
    file: str = ""
    line: int = 0

    @property
    def built_in(self) -> bool:
        return self.layer == 0

    @property
    def in_text(self) -> bool:
        """Whether the row holds in running text."""
        return _SPECIAL.isdisjoint(self.context)


@dataclass(frozen=True)
class Fault:
    """A row that cannot be used."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


def rows(path: Path, layer: int) -> Iterator[Entry | Fault]:
    """Every row of the file, usable or not. Raises ReadingError for a file that cannot be read at all."""
    for number, line in enumerate(_text(path).split("\n"), 1):
        line = line.removesuffix("\r")
        if line.strip() and not line.startswith("#") and line.split("\t")[0].strip() != HEADER[0]:
            yield row(line, layer, str(path), number)


def row(line: str, layer: int = 1, file: str = "", number: int = 0) -> Entry | Fault:
    """The entry that one line of a file holds, or why there is none."""
    cells = [cell.strip() for cell in line.split("\t")]
    reason = _reason(cells, layer)
    if reason:
        return Fault(file, number, reason)
    written, spoken, context, note = [*cells, "", ""][:4]
    cues = tuple(cue.strip() for cue in context.split(";") if cue.strip())
    return Entry(written, spoken, cues, note, layer, file, number)


def append(path: Path, entry: Entry) -> None:
    """Add a row at the end of the file, made where there is none: all of it, or nothing.

    Raises ReadingError where the row cannot be used or the file not be written.
    """
    line = "\t".join((entry.written, entry.spoken, ";".join(entry.context), entry.note)).rstrip("\t")
    if isinstance(fault := row(line), Fault):
        raise ReadingError(_("The row cannot be used"), fault.reason, _("Correct it and try again"))
    before = _text(path).rstrip("\n") if path.exists() else "\t".join(HEADER)
    try:
        _replace(path, f"{before}\n{line}\n")
    except OSError as error:
        raise ReadingError(_("The lexicon cannot be written"), f"{path}: {error}") from error


def _reason(cells: list[str], layer: int) -> str:
    """What is wrong with the cells of a row; empty: nothing. The built-in rows are judged by the tests."""
    if len(cells) < 2:
        return _("no tab between what is written and what is spoken")
    if len(cells) > len(HEADER):
        return _("more than four columns")
    if not cells[0]:
        return _("nothing is written in the first column")
    if layer and not re.fullmatch(_SPEAKABLE, cells[1]):
        return _("the spoken words must be letters only, without digits or symbols")
    return ""


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise ReadingError(_("The lexicon is too large"), str(path), _("Keep it under 2 MB"))
        return path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ReadingError(
            _("The lexicon cannot be read"), f"{path}: {error}", _("Save it as UTF-8 text")
        ) from error


def _replace(path: Path, text: str) -> None:
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        with suppress(OSError):
            os.unlink(part)
