"""What a written file holds: the passages to read aloud, and what was left out and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a passage is on the page."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    BULLET = "bullet"
    CUE = "cue"
    """A stage cue such as [NHẠC CẮT]: `text` is empty, `cue` names it. A jingle mark for production."""


@dataclass(frozen=True)
class Passage:
    """One line to be read: exactly one line of `Document.text`, in order."""

    text: str
    kind: Kind = Kind.PARAGRAPH
    speaker: str = ""
    """Who reads it in a two-voice script ("nam", "nữ", "1"); empty: the only voice."""
    cue: str = ""


@dataclass(frozen=True)
class LeftOut:
    """Words on the page that are not read aloud."""

    text: str
    reason: str
    """The rule's name: header, number, metadata, recipients, signature, cue, speaker, note, page number, page
    header, footnote, front matter, ornament, end mark."""
    line: int
    """1-based line of the decoded source."""


@dataclass(frozen=True)
class Document:
    name: str
    """The file's name, as a label."""
    title: str
    """That of the front matter, else the first heading and what stands under it, else the first words;
    at most 120 characters."""
    passages: tuple[Passage, ...]
    left_out: tuple[LeftOut, ...] = ()
    front_matter: Mapping[str, str] = field(default_factory=dict)
    """Keys in lower case: kind, title, author, expires, topics, lexicon…"""
    notices: tuple[str, ...] = ()
    """What the operator should know of the conversion (encoding named or found, NFD composed…)."""

    @property
    def text(self) -> str:
        """The written words to read: one line per passage that is spoken (cues have none)."""
        return "\n".join(p.text for p in self.passages if p.kind is not Kind.CUE)
