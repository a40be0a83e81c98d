"""A file → Document. Type and size are looked at before a byte is read."""

from __future__ import annotations

import stat
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from broadcaster.documents.characters import clean, composed_notice
from broadcaster.documents.document import Document
from broadcaster.documents.encoding import decode, encoding_named, repair
from broadcaster.documents.line import Page
from broadcaster.documents.parse import from_page, from_text
from broadcaster.errors import DocumentError
from broadcaster.language import _

SUFFIXES = (".txt", ".md", ".docx", ".odt", ".pdf")
LARGEST_TEXT = 2_000_000
LARGEST_FILE = 20_000_000
"""Bytes: of a text, and of a .docx, .odt or .pdf."""

_READERS = {".docx": "word", ".odt": "opendocument", ".pdf": "portable"}
"""Which module reads a type; it is loaded when it is needed, for a text needs none of them."""
_OFFICE = (".doc", ".rtf", ".dot", ".docm", ".wps", ".pages", ".xls", ".xlsx", ".ppt", ".pptx", ".ods")
_SOUND = (".mp3", ".wav", ".flac", ".m4a", ".ogg", ".opus", ".aac", ".wma")
_PICTURE = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp", ".heic", ".gif")
_SIGNATURES = (
    (b"%PDF", ".pdf"),
    (b"PK\x03\x04", ".docx"),
    (b"\xd0\xcf\x11\xe0", ".doc"),
    (b"{\\rtf", ".rtf"),
    (b"ID3", ".mp3"),
    (b"RIFF", ".wav"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"\x89PNG", ".png"),
)


def load(path: Path, *, encoding: str | None = None) -> Document:
    """The document in the file at `path`, one of SUFFIXES.

    `encoding` names how it was written (one of `ENCODINGS`) where that cannot be told from the text itself.
    Raises DocumentError: what is wrong, with which file, what to do.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise _wrong_type(path.name, suffix)
    named = encoding_named(encoding, path.name)
    data = _bytes(path, LARGEST_FILE if suffix in _READERS else LARGEST_TEXT)
    if suffix in _READERS:
        return from_page(_settled(_reader(suffix)(data, path.name), named, path.name), path.name)
    _refuse_disguise(data, path.name)
    text, notices = decode(data, named, path.name)
    return from_text(text, path.name, named or "utf-8", notices)


def _reader(suffix: str) -> Callable[[bytes, str], Page]:
    module = import_module(f"broadcaster.documents.{_READERS[suffix]}")
    read: Callable[[bytes, str], Page] = module.read
    return read


def _settled(page: Page, encoding: str | None, name: str) -> Page:
    """`page` with its characters in one form: an old font is found on the whole of it."""
    whole = "\n".join(line.text.replace("\n", " ") for line in page.lines)
    if len(whole) > LARGEST_TEXT:
        raise _too_large(name, LARGEST_TEXT)
    text, notices = repair(whole, encoding, name)
    texts = [clean(line).replace("\n", " ") for line in text.split("\n")]
    lines = tuple(line.saying(written) for line, written in zip(page.lines, texts, strict=True))
    return replace(page, lines=lines, notices=(*page.notices, *notices, *composed_notice(text)))


def _bytes(path: Path, largest: int) -> bytes:
    try:
        with path.open("rb") as file:
            if stat.S_ISDIR(path.stat().st_mode):
                raise IsADirectoryError(str(path))
            if path.stat().st_size > largest:
                raise _too_large(path.name, largest)
            data = file.read(largest + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DocumentError(
            _("The file cannot be read ({reason})").format(reason=reason),
            str(path),
            _("Check its name and who may read it"),
        ) from error
    if len(data) > largest:
        raise _too_large(path.name, largest)
    if not data:
        raise DocumentError(_("The file is empty"), path.name, _("Write the notice into it"))
    return data


def _too_large(name: str, largest: int) -> DocumentError:
    return DocumentError(
        _("The file is larger than {n} MB").format(n=largest // 1_000_000),
        name,
        _("Keep only the words to read, without pictures"),
    )


def _refuse_disguise(data: bytes, name: str) -> None:
    for signature, suffix in _SIGNATURES:
        if data.startswith(signature):
            raise _wrong_type(name, suffix)


def _wrong_type(name: str, suffix: str) -> DocumentError:
    if suffix in _OFFICE:
        todo = _("Open it in Word or LibreOffice and save it as .docx")
    elif suffix in _SOUND:
        todo = _("A sound file is no written notice; give the words as .txt or .docx")
    elif suffix in _PICTURE:
        todo = _("A picture has no text; type the words into a .txt or .docx")
    elif suffix in SUFFIXES:
        todo = _("It is really a {suffix} file; give it that ending").format(suffix=suffix)
    else:
        todo = _("Save it as one of: {suffixes}").format(suffixes=", ".join(SUFFIXES))
    return DocumentError(_("Files of this type cannot be read aloud"), name, todo)
