"""A message of the Common Alerting Protocol 1.2 (OASIS), as far as a commune's radio needs it.

Nothing in it sounds by itself: it becomes a draft that a person confirms.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

from broadcaster.desk.emergency import CapKey
from broadcaster.errors import DocumentError
from broadcaster.language import _

LARGEST = 1_000_000
"""Bytes."""
_NAMESPACE = "{urn:oasis:names:tc:emergency:cap:1.2}"
_STATUSES = ("Actual", "Exercise", "System", "Test", "Draft")
_TYPES = ("Alert", "Update", "Cancel", "Ack", "Error")
_SCOPES = ("Public", "Restricted", "Private")


@dataclass(frozen=True)
class Alert:
    key: CapKey
    status: str
    """Only an Actual one may ever air, and an Exercise as a drill."""
    type: str
    """Alert, Update, Cancel, Ack or Error."""
    scope: str
    references: tuple[CapKey, ...]
    """Earlier messages that an Update or a Cancel is about."""
    title: str
    """The Vietnamese headline, else the event; empty in a message without Vietnamese."""
    text: str
    """Headline, description and instruction in Vietnamese; empty: it has none."""
    languages: tuple[str, ...]
    areas: tuple[str, ...]
    expires: datetime | None
    """The last of its Vietnamese parts' instants; None: it names none."""


class _Builder(ElementTree.TreeBuilder):
    def doctype(self, name: str, pubid: str, system: str) -> None:
        """Called at the opening of a DOCTYPE, before any entity in it is known."""
        raise _Declared


class _Declared(Exception):
    """It declares a document type: the door through which a small file becomes gigabytes."""


def load_alert(path: Path) -> Alert:
    """The message in that file. DocumentError: too large, no CAP 1.2, or what the standard asks for is
    missing or wrong."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise DocumentError(
            _("The file cannot be read"), f"{path}: {error.strerror}", _("Check its name and its rights")
        ) from error
    if len(data) > LARGEST:
        raise _wrong(path.name, _("over {most} bytes").format(most=LARGEST))
    return _Message(_parsed(data, path.name), path.name).alert()


def _parsed(data: bytes, name: str) -> ElementTree.Element:
    parser = ElementTree.XMLParser(target=_Builder())  # noqa: S314  (refuses every DOCTYPE)
    try:
        parser.feed(data)
        root: ElementTree.Element = parser.close()
    except _Declared as error:
        raise _wrong(
            name, _("it declares entities, which no alert needs and which can fill the memory")
        ) from error
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise _wrong(name, f"XML: {error}") from error
    if root.tag != f"{_NAMESPACE}alert":
        raise _wrong(name, _("it is no alert of CAP 1.2"))
    return root


class _Message:
    """The elements of one alert; every mistake names the file."""

    def __init__(self, root: ElementTree.Element, name: str) -> None:
        self._root = root
        self._name = name

    def alert(self) -> Alert:
        infos = self._root.findall(f"{_NAMESPACE}info")
        spoken = [info for info in infos if _language(info).lower().startswith("vi")]
        expires = [self._instant(text, "expires") for info in spoken if (text := _text(info, "expires"))]
        titles = (_text(info, "headline") or _text(info, "event") for info in spoken)
        areas = (_text(area, "areaDesc") for info in spoken for area in info.findall(f"{_NAMESPACE}area"))
        return Alert(
            key=CapKey(self._required("sender"), self._required("identifier"), self._sent()),
            status=self._one_of("status", _STATUSES),
            type=self._one_of("msgType", _TYPES),
            scope=self._one_of("scope", _SCOPES),
            references=tuple(self._references()),
            title=next(filter(None, titles), ""),
            text="\n".join(dict.fromkeys(line for info in spoken for line in _lines(info))),
            languages=tuple(dict.fromkeys(map(_language, infos))),
            areas=tuple(dict.fromkeys(filter(None, areas))),
            expires=max(expires, default=None),
        )

    def _sent(self) -> str:
        return self._instant(self._required("sent"), "sent").isoformat()

    def _required(self, tag: str) -> str:
        text = _text(self._root, tag)
        if not text:
            raise _wrong(self._name, _("{element} is missing").format(element=tag))
        return text

    def _one_of(self, tag: str, known: tuple[str, ...]) -> str:
        text = self._required(tag)
        if text not in known:
            raise _wrong(self._name, f"{tag} {text!r}: {', '.join(known)}")
        return text

    def _references(self) -> Iterator[CapKey]:
        """ "sender,identifier,sent" with spaces between them."""
        for reference in _text(self._root, "references").split():
            parts = reference.split(",")
            if len(parts) != 3:
                raise _wrong(self._name, f"references {reference!r}")
            sender, identifier, sent = parts
            yield CapKey(sender, identifier, self._instant(sent, "references").isoformat())

    def _instant(self, text: str, tag: str) -> datetime:
        try:
            instant = datetime.fromisoformat(text)
        except ValueError as error:
            raise _wrong(self._name, f"{tag} {text!r}") from error
        if instant.tzinfo is None:
            raise _wrong(self._name, _("{element} {text} names no time zone").format(element=tag, text=text))
        return instant.astimezone(UTC)


def _language(info: ElementTree.Element) -> str:
    """Without one, the standard says en-US."""
    return _text(info, "language") or "en-US"


def _lines(info: ElementTree.Element) -> Iterator[str]:
    said = [_text(info, tag) for tag in ("headline", "description", "instruction")]
    for text in said if any(said) else [_text(info, "event")]:
        yield from (" ".join(line.split()) for line in text.splitlines() if line.strip())


def _text(element: ElementTree.Element, tag: str) -> str:
    return (element.findtext(f"{_NAMESPACE}{tag}") or "").strip()


def _wrong(name: str, why: str) -> DocumentError:
    return DocumentError(
        _("This is no alert that can be taken in"), f"{name}: {why}", _("Nothing was changed")
    )
