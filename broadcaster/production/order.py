"""A form and a programme → the parts of a bulletin, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, zip_longest
from pathlib import Path

from broadcaster.errors import ProductionError
from broadcaster.language import _
from broadcaster.production.bulletin import Direction, Item, Programme
from broadcaster.production.directions import PAUSE, pause_of, sound_of
from broadcaster.production.form import Form, Section
from broadcaster.units import Decibels, Milliseconds
from broadcaster.voices.voice import Role, Turn, as_turn

_LONGEST = 2_000
"""Characters said in one go: over two minutes, some of which are in memory at the same time."""
_NONE, _AS_WORDS = Milliseconds(0), Decibels(0)


@dataclass(frozen=True)
class Jingle:
    name: str
    """One that the settings name, or a sound file of the station's folder."""
    level: Decibels = _AS_WORDS
    """Beside the words."""
    fade_in: Milliseconds = _NONE
    fade_out: Milliseconds = _NONE
    overlap: Milliseconds = _NONE
    """How long before the end of the part before it, it begins."""
    bed: bool = False


@dataclass(frozen=True)
class Words:
    """What is said in one go: an item, or one of the station's own lines."""

    text: str
    """A line per paragraph."""
    title: str = ""
    """The item's; empty: the station's own line."""
    level: Decibels = _AS_WORDS
    overlap: Milliseconds = _NONE
    bed: bool = False
    goes_on: bool = False
    """With the item of the words before it."""
    recording: str = ""
    """SHA-256 of the audio that takes the place of speech."""
    role: Role = Role.MAIN


@dataclass(frozen=True)
class Pause:
    length: Milliseconds
    bed: bool = False


Sound = Jingle | Words
Part = Sound | Pause


def parts(
    form: Form, programme: Programme, breath: Milliseconds, station: Path | None = None
) -> tuple[Part, ...]:
    """The programme as a sequence of parts.

    `breath` parts two speakers, and an item that is too long to be said in one go. `station`: the folder
    where sounds lie that scripts ask for; a direction that nobody knows is passed over.
    ProductionError: it has no item, or an item without words.
    """
    if not programme.items:
        raise ProductionError(_("This bulletin has no item"), programme.station)
    for item in programme.items:
        if not item.turns:
            raise ProductionError(_("This item has no words to say"), item.title)
    order = list[Part]()
    for section in form.section:
        sounding = list(_sounding(_Place(form, section, breath, station), programme))
        if sounding:
            order = [*_joined(order, section, form, sounding[0]), *sounding[1:]]
    whole = [*order, Pause(Milliseconds(form.end_ms))]
    return tuple(_with_bed_around([short for part in whole for short in _shortened(part, breath)]))


def _joined(before: list[Part], section: Section, form: Form, first: Part) -> list[Part]:
    """What came before, joined to the section's first sound as the section asks for."""
    if not before:
        return [first]
    overlap = Milliseconds(section.crossfade_ms)
    if not overlap or not isinstance(first, Sound) or not isinstance(before[-1], Sound):
        gap = form.gap_ms if section.gap_ms is None else section.gap_ms
        return [*before, Pause(Milliseconds(gap)), first]
    last = before[-1]
    if isinstance(last, Jingle):
        last = replace(last, fade_out=overlap)
    if isinstance(first, Jingle):
        first = replace(first, fade_in=overlap)
    return [*before[:-1], last, replace(first, overlap=overlap)]


@dataclass(frozen=True)
class _Place:
    """Where in a programme something is heard."""

    form: Form
    section: Section
    breath: Milliseconds
    station: Path | None


def _sounding(place: _Place, programme: Programme) -> Iterator[Part]:
    section, gap = place.section, Pause(Milliseconds(place.form.gap_ms))
    if section.jingle:
        yield _jingle(section, section.jingle)
    if section.line:
        yield _line(section, section.line, programme)
    if section.items:
        between = (gap, _jingle(section, section.separator), gap) if section.separator else (gap,)
        yield from _said(place, _dealt(section, programme.items), between)
    chosen = [item for item in programme.items if item.key or section.repeat == "all"]
    for time in range(section.times if section.repeat and chosen else 0):
        if time:
            yield gap
        if section.intro:
            yield from (_line(section, section.intro, programme), gap)
        yield from _said(place, [_words_alone(item) for item in chosen], (gap,))


def _dealt(section: Section, items: Sequence[Item]) -> Sequence[Item]:
    """The items as they are said: with spots dealt out among the others, if so wished; all are there."""
    if section.spots == "in order":
        return items
    others, spots = [i for i in items if not i.spot], [i for i in items if i.spot]
    inside, left = spots[: max(0, len(others) - 1)], spots[max(0, len(others) - 1) :]
    pairs = zip_longest(others, inside)
    return [*(item for pair in pairs for item in pair if item is not None), *left]


def _words_alone(item: Item) -> Item:
    """Said once more, an item is without the sounds that it asks for."""
    return replace(item, spoken=item.turns)


def _said(place: _Place, items: Iterable[Item], between: Sequence[Part]) -> Iterator[Part]:
    for number, item in enumerate(items):
        if number:
            yield from between
        told = _recorded(place, item) if item.recording else _told(place, item)
        yield from _breathing(place, told)


def _recorded(place: _Place, item: Item) -> list[Part]:
    section = place.section
    level = Decibels(section.level_db)
    return [Words(item.words, item.title, level, bed=section.bed, recording=item.recording)]


def _told(place: _Place, item: Item) -> list[Part]:
    """The item's turns, a go for each speaker, and the sounds between them."""
    level, told, goes_on = Decibels(place.section.level_db), list[Part](), False
    for role, passages in groupby(_heard(place, item), lambda p: p.role if isinstance(p, Turn) else None):
        if role is None:
            told += [part for part in passages if not isinstance(part, Turn)]
        else:
            text = "\n".join(turn.text for turn in passages if isinstance(turn, Turn))
            words = Words(text, item.title, level, bed=place.section.bed, goes_on=goes_on, role=role)
            told, goes_on = [*told, words], True
    return told


def _heard(place: _Place, item: Item) -> Iterator[Turn | Jingle | Pause]:
    """The item's lines, and each direction that is known as what it asks for."""
    for passage in item.spoken:
        if isinstance(passage, Direction):
            yield from _asked_for(place, passage)
        elif (turn := as_turn(passage)).text.strip():
            yield turn


def _asked_for(place: _Place, direction: Direction) -> Iterator[Jingle | Pause]:
    rules, sound = place.form.cues, sound_of(direction.name, place.station)
    if sound == PAUSE:
        asked = pause_of(direction.name)
        yield Pause(Milliseconds(rules.pause_ms) if asked is None else asked)
    elif sound and rules.played:
        fades = Milliseconds(rules.fade_in_ms), Milliseconds(rules.fade_out_ms)
        yield Jingle(sound, Decibels(rules.level_db), *fades, bed=place.section.bed)


def _breathing(place: _Place, told: Iterable[Part]) -> Iterator[Part]:
    """With silence between two sounds that have none between them, and never two silences in a row."""
    rules, form = place.form.cues, place.form
    gap = form.gap_ms if rules.gap_ms is None else rules.gap_ms
    before: Part | None = None
    for part in told:
        if isinstance(before, Pause) and isinstance(part, Pause):
            continue
        if isinstance(before, Sound) and isinstance(part, Sound):
            both_words = isinstance(before, Words) and isinstance(part, Words)
            yield Pause(place.breath if both_words else Milliseconds(gap))
        yield part
        before = part


def _shortened(part: Part, breath: Milliseconds) -> Iterator[Part]:
    """Long words in several goes, cut between lines, so that no more than minutes lie in memory at once."""
    if not isinstance(part, Words) or part.recording or len(part.text) <= _LONGEST:
        yield part
        return
    for number, text in enumerate(_goes(part.text)):
        if number:
            yield Pause(breath)
        yield replace(
            part, text=text, overlap=_NONE if number else part.overlap, goes_on=part.goes_on or number > 0
        )


def _goes(text: str) -> Iterator[str]:
    """The lines of `text`, as many together as _LONGEST allows."""
    together = ""
    for line in text.split("\n"):
        if together and len(together) + len(line) >= _LONGEST:
            yield together
            together = line
        else:
            together = f"{together}\n{line}" if together else line
    yield together


def _line(section: Section, line: str, programme: Programme) -> Words:
    words = line.replace("{station}", programme.station)
    return Words(words, level=Decibels(section.level_db), bed=section.bed)


def _jingle(section: Section, name: str) -> Jingle:
    return Jingle(
        name,
        Decibels(section.level_db),
        Milliseconds(section.fade_in_ms),
        Milliseconds(section.fade_out_ms),
        bed=section.bed,
    )


def _with_bed_around(order: Sequence[Part]) -> Iterator[Part]:
    """The bed goes on through the pauses beside what it lies under."""
    for number, part in enumerate(order):
        beside = order[max(0, number - 1) : number + 2]
        if isinstance(part, Pause) and any(other.bed for other in beside):
            yield replace(part, bed=True)
        else:
            yield part
