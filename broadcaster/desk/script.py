"""People and scripts: what the desk works with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class ScriptKind(StrEnum):
    NEWS = "news"
    NOTICE = "notice"
    SPOT = "spot"
    """A slogan of some seconds."""


class ScriptState(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    """Frozen: text and reading by hash."""
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Person:
    id: str
    name: str
    """Unique in the station, compared without case."""
    role: str = ""


@dataclass(frozen=True)
class Script:
    id: str
    code: str
    """`lich-tiem-chung`: what is typed; unique in the station."""
    title: str
    kind: ScriptKind
    state: ScriptState
    text: str
    """The written words that are read, one passage a line (documents.Document.text)."""
    spoken: str
    """Their reading, line for line; kept so that what was approved is what is aired."""
    text_sha256: str
    reading_sha256: str
    source: str = ""
    """Name of the file that it came from."""
    source_sha256: str = ""
    """Of the file's bytes: the same file dropped twice is one script."""
    author: str = ""
    """Person's name as given; empty: unknown (dropped into the inbox)."""
    created_at: datetime | None = None
    approved_by: str = ""
    approved_at: datetime | None = None
    self_approved: bool = False
    expires: date | None = None
    """Last day on the air, inclusive."""
    topics: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    """One per passage of the document, in order: "" for a plain one, "voice:nữ" for one that another voice
    reads, "cue:NHẠC CẮT" for a stage cue (which has no line in `text`). Empty: all plain."""
    words: str = ""
    """Its own lexicon rows, as its front matter has them: "TBA = trạm biến áp; KP = khu phố"."""
    recording: str = ""
    """SHA-256 of the operator's own audio, which takes the place of speech; empty: none."""
