"""People and scripts: what the desk works with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from broadcaster.desk.marks import Marks, is_key


class ScriptKind(StrEnum):
    NEWS = "news"
    ARTICLE = "article"
    NOTICE = "notice"
    PRAISE = "praise"
    """Somebody who does well."""
    CRITICISM = "criticism"
    """What is not as it should be; two people approve it."""
    SPOT = "spot"
    """A slogan of some seconds."""
    QUESTION = "question"
    """Of a contest; aired like a slogan."""


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
    first_approved_by: str = ""
    """Of two approvals the first; empty: not given, or one is enough."""
    expires: date | None = None
    """Last day on the air, inclusive."""
    not_before: date | None = None
    """First day on the air, inclusive."""
    names: tuple[str, ...] = ()
    """Of the people whom it names, as declared."""
    not_names: tuple[str, ...] = ()
    """Words in it that look like a person's name and are none."""
    topics: tuple[str, ...] = ()
    marks: Marks = ()
    """Who reads which passage, what sounds between them, whether it is a key notice: see desk/marks.py."""
    words: str = ""
    """Its own lexicon rows, as its front matter has them: "TBA = trạm biến áp; KP = khu phố"."""
    recording: str = ""
    """SHA-256 of the operator's own audio, which takes the place of speech; empty: none."""

    @property
    def spot(self) -> bool:
        """It sounds between other items."""
        return self.kind in (ScriptKind.SPOT, ScriptKind.QUESTION)

    @property
    def key(self) -> bool:
        """A key notice: a form may repeat it towards the end."""
        return is_key(self.marks)
