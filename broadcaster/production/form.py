"""Programme forms: which jingles, lines and pauses a programme is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from broadcaster.errors import ProductionError
from broadcaster.language import _
from broadcaster.production.bulletin import FormName, Item, Programme
from broadcaster.production.jingles import JingleName
from broadcaster.units import Milliseconds


@dataclass(frozen=True)
class Jingle:
    name: JingleName


@dataclass(frozen=True)
class Words:
    """What is said in one go: an item, or one of the station's own lines."""

    text: str
    """A line per paragraph."""
    title: str = ""
    """The item's; empty: the station's own line."""


@dataclass(frozen=True)
class Pause:
    length: Milliseconds


Part = Jingle | Words | Pause

_BREATH = Pause(Milliseconds(400))
_BETWEEN_SPOTS = Pause(Milliseconds(600))
_END = Pause(Milliseconds(150))


def parts(programme: Programme) -> tuple[Part, ...]:
    """The programme as a sequence of parts. ProductionError: it has no item, or an item without words."""
    if not programme.items:
        raise ProductionError(_("This bulletin has no item"), programme.station)
    for item in programme.items:
        if not any(line.strip() for line in item.spoken):
            raise ProductionError(_("This item has no words to say"), item.title)
    return (*_FORMS[programme.form](programme), _END)


def _daily(programme: Programme) -> Iterator[Part]:
    yield from (Jingle("chime"), _BREATH, Jingle("opening"), _BREATH, _ident(programme), _BREATH)
    for number, item in enumerate(programme.items):
        if number:
            yield from (_BREATH, Jingle("separator"), _BREATH)
        yield _said(item)
    yield from (_BREATH, _farewell(programme), _BREATH, Jingle("closing"))


def _notice(programme: Programme) -> Iterator[Part]:
    yield from (Jingle("chime"), _BREATH, _ident(programme), _BREATH)
    for item in programme.items:
        yield from (_said(item), _BREATH)
    yield _farewell(programme)


def _spots(programme: Programme) -> Iterator[Part]:
    yield Jingle("chime")
    for item in programme.items:
        yield from (_BETWEEN_SPOTS, _said(item))


_FORMS: Mapping[FormName, Callable[[Programme], Iterator[Part]]] = {
    FormName.DAILY: _daily,
    FormName.NOTICE: _notice,
    FormName.SPOTS: _spots,
}


def _said(item: Item) -> Words:
    return Words("\n".join(item.spoken), item.title)


def _ident(programme: Programme) -> Words:
    return Words(f"Đây là Đài truyền thanh {programme.station}.")


def _farewell(programme: Programme) -> Words:
    return Words(f"Đài truyền thanh {programme.station} xin dừng tại đây. Cảm ơn bà con đã lắng nghe.")
