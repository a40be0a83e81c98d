"""A script's marks: what is known of its passages beside their words, and how a bulletin is to take them.

One mark for each passage of the document, in order: "" for a plain one, "voice:nữ" for one that has a reader
of its own, "cue:nhạc cắt" for a direction, which has no line among the words. Before them "key", if the whole
script is a key notice. No mark at all: every passage is plain. Together with the words they are what is
approved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from broadcaster.documents.document import Document
from broadcaster.documents.line import fold
from broadcaster.errors import DeskError
from broadcaster.language import _
from broadcaster.production.bulletin import Direction, Passage
from broadcaster.voices.voice import Role, Turn

KEY = "key"
_VOICE, _CUE = "voice:", "cue:"
_WOMAN, _MAN = f"{_VOICE}{Role.WOMAN}", f"{_VOICE}{Role.MAN}"
_KEY_NAMES = ("key", "quan trong")
_ANSWERS = {
    **dict.fromkeys(("co", "yes", "true", "1", "x", "dung"), True),
    **dict.fromkeys(("khong", "no", "false", "0", ""), False),
}

Marks = tuple[str, ...]


def marks_of(document: Document, *, key: bool = False) -> Marks:
    """Those of a written file. DeskError: its front matter says neither yes nor no to its being key."""
    marks = tuple(
        f"{_CUE}{passage.cue}" if passage.cue else f"{_VOICE}{passage.speaker}" if passage.speaker else ""
        for passage in document.passages
    )
    said = _is_key(document.front_matter, document.name)
    return with_key(marks if any(marks) else (), key=key or said)


def is_key(marks: Marks) -> bool:
    return marks[:1] == (KEY,)


def with_key(marks: Marks, *, key: bool) -> Marks:
    """The marks of the same passages, in a script that is a key notice or is none."""
    rest = marks[1:] if is_key(marks) else marks
    return (KEY, *rest) if key else rest


def passages_of(spoken: str, marks: Marks) -> tuple[Passage, ...]:
    """The lines of a reading, each by whom its mark says, with the directions between them."""
    lines, rest = spoken.split("\n"), with_key(marks, key=False)
    return tuple(_passages(iter(lines), rest or [""] * len(lines)))


def _passages(lines: Iterator[str], marks: Sequence[str]) -> Iterator[Passage]:
    cast = _cast(marks)
    for mark in marks:
        if mark.startswith(_CUE):
            yield Direction(mark.removeprefix(_CUE))
        elif (line := next(lines, "")).strip():
            role = cast.get(mark, Role.MAIN)
            yield Turn(line, role) if role else line
    yield from (line for line in lines if line.strip())


def _cast(marks: Sequence[str]) -> Mapping[str, Role]:
    """Who says what is marked so. Readers of whom the script does not say what they are take turns."""
    readers = [mark for mark in dict.fromkeys(marks) if mark.startswith(_VOICE)]
    named = {_WOMAN: Role.WOMAN, _MAN: Role.MAN}
    pair = (Role.MAIN, Role.OTHER)
    if (_WOMAN in readers) != (_MAN in readers):
        pair = (Role.MAN, Role.WOMAN) if _WOMAN in readers else (Role.WOMAN, Role.MAN)
    others = [reader for reader in readers if reader not in named]
    return named | {reader: pair[number % 2] for number, reader in enumerate(others)}


def _is_key(front: Mapping[str, str], name: str) -> bool:
    for written, answer in front.items():
        if fold(written).replace("-", " ") in _KEY_NAMES:
            known = _ANSWERS.get(fold(answer.strip()))
            if known is None:
                raise DeskError(
                    _("A script is a key notice or is none"),
                    f"{name}: {written}: {answer}",
                    _("Write yes or no (có, không)"),
                )
            return known
    return False
