"""A zip of XML parts (.docx, .odt), looked at before it is unpacked, and parsed without entities."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from xml.etree import ElementTree

from broadcaster.errors import DocumentError
from broadcaster.language import _

_MOST_ENTRIES = 2000
_LARGEST_PART = 32_000_000
_LARGEST_TOTAL = 120_000_000
_STEEPEST = 200
"""Bytes out of one byte in; office files stay under 30."""
_DEEPEST = 150
"""Elements inside elements; office files stay under 60."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    ValueError,
    IndexError,
    OverflowError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
)
"""What zipfile raises over a damaged archive."""

Element = ElementTree.Element


class Archive:
    """The parts of one office file. Every method raises DocumentError naming the file."""

    def __init__(self, data: bytes, name: str) -> None:
        self._name = name
        if data.startswith(_OLE):
            raise _no_zip_at_all(data, name)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _DAMAGE as error:
            raise self._damaged() from error
        self._check()

    def names(self, *beginnings: str) -> list[str]:
        """The paths that begin with one of `beginnings`, in order."""
        return sorted(path for path in self._zip.namelist() if path.startswith(beginnings))

    def part(self, path: str) -> Element | None:
        """The XML at `path`; None where the archive has none."""
        try:
            data = self._zip.read(path)
        except KeyError:
            return None
        except _DAMAGE as error:
            raise self._damaged() from error
        try:
            return _shallow(_parsed(data))
        except _Declaration as error:
            what = _("The file holds declarations that no office program writes")
            raise DocumentError(what, self._name, _save_again()) from error
        except (ElementTree.ParseError, ValueError, LookupError) as error:
            raise self._damaged() from error

    def _check(self) -> None:
        entries = self._zip.infolist()
        if any(entry.flag_bits & 1 for entry in entries):
            raise protected(self._name)
        total = sum(entry.file_size for entry in entries)
        packed = sum(entry.compress_size for entry in entries)
        largest = max((entry.file_size for entry in entries), default=0)
        if (
            len(entries) > _MOST_ENTRIES
            or largest > _LARGEST_PART
            or total > _LARGEST_TOTAL
            or total > _STEEPEST * max(packed, 5000)
        ):
            raise DocumentError(
                _("The file would unpack to far more than a notice holds"), self._name, _save_again()
            )

    def _damaged(self) -> DocumentError:
        return DocumentError(_("The file is damaged, or no document of its kind"), self._name, _save_again())


class _Declaration(Exception):
    """A DOCTYPE, and with it perhaps entities that unfold without end."""


class _Builder(ElementTree.TreeBuilder):
    def doctype(self, name: str, pubid: str, system: str) -> None:
        """Called at the opening of a DOCTYPE, before any entity in it is known."""
        raise _Declaration(name)


def _parsed(data: bytes) -> Element:
    parser = ElementTree.XMLParser(target=_Builder())  # noqa: S314  (refuses every DOCTYPE)
    parser.feed(data)
    root: Element = parser.close()
    return root


def _shallow(root: Element) -> Element:
    """`root`, if its readers can go down into it; raises ValueError."""
    level, depth = [root], 0
    while level:
        level, depth = [inner for element in level for inner in element], depth + 1
        if depth > _DEEPEST:
            raise ValueError("nested too deep")
    return root


def protected(name: str) -> DocumentError:
    return DocumentError(
        _("The file is protected by a password"), name, _("Save it again without a password")
    )


def local(element: Element) -> str:
    """The tag without its namespace (Word writes two of them for the same thing)."""
    return element.tag.rpartition("}")[2]


def attribute(element: Element | None, key: str) -> str:
    """The attribute of that local name; "" where there is none."""
    if element is None:
        return ""
    return next((value for full, value in element.attrib.items() if full.rpartition("}")[2] == key), "")


def child(element: Element | None, *path: str) -> Element | None:
    """The first element along `path`, a local name at each step."""
    for step in path:
        if element is None:
            return None
        element = next((inner for inner in element if local(inner) == step), None)
    return element


def _no_zip_at_all(data: bytes, name: str) -> DocumentError:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return protected(name)
    return DocumentError(
        _("This is an old Word file under another name"), name, _("Open it in Word and save it as .docx")
    )


def _save_again() -> str:
    return _("Open it in Word or LibreOffice and save it again")
