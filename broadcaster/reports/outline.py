"""A plan's text → the topics that it names, from its numbered headings and its bullets."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from broadcaster.documents import Document, Kind
from broadcaster.documents.line import fold

_MARKERS = (
    ("part", re.compile(r"(?:Phần|Mục|Chương) +(?:[IVX]+|\d+)[.:]? +", re.IGNORECASE)),
    ("capital", re.compile(r"[A-HK-U][.)] +")),
    ("roman", re.compile(r"[IVX]+[.)] +")),
    ("number", re.compile(r"\d{1,2}[.)] +")),
    ("number.number", re.compile(r"\d{1,2}\.\d{1,2}[.)]? +")),
    ("number.number.number", re.compile(r"(?:\d{1,2}\.){2,}\d{1,2}[.)]? +")),
    ("letter", re.compile(r"[a-zđ][.)] +")),
    ("dash", re.compile(r"[-–—] *")),
    ("plus", re.compile(r"\+ *")),
    ("dot", re.compile(r"[*•·▪○●] *")),
)
"""From the highest level to the lowest, where a plan does not order them otherwise."""
_RANKS = {style: rank for rank, (style, _pattern) in enumerate(_MARKERS)}
_BULLETS = ("dash", "plus", "dot")
_LABEL = re.compile(r"nhu sau\W*$|^(?:cac )?(?:noi dung|hinh thuc|cu the|gom|bao gom)(?: \w+){0,4} *:$")
"""A line, folded, that only introduces those below it."""
_NO_TOPIC = re.compile(r"^(?:muc dich|yeu cau|can cu|kinh phi|nguon kinh phi|to chuc thuc hien|thoi gian)\b")
_YEAR = re.compile(r"\bnăm (20\d\d)\b", re.IGNORECASE)
_LINES_OF_TITLE = 6
_LONGEST_TITLE = 100


@dataclass(frozen=True)
class Proposal:
    """One topic as the plan has it."""

    code: str
    """`1.2`: its place in the plan."""
    level: int
    """1 at the top."""
    title: str
    words: str
    """The line in full."""
    origin: str
    """Names the line by its words: the same wherever it stands in a later version of the plan."""
    parent: str
    """Origin of the topic above; empty: none."""


@dataclass(frozen=True)
class Outline:
    year: int | None
    """None: the plan does not say."""
    topics: tuple[Proposal, ...]
    left_out: tuple[str, ...]
    """Sections that are no topics: purpose, money, who does what."""


@dataclass(frozen=True)
class _Line:
    style: str
    text: str
    after_colon: bool
    """The line before it introduces it."""


def outline(document: Document) -> Outline:
    """Topics in the order of the plan. A line that only introduces others ("… như sau:") is none itself: what
    stands below it belongs to the topic above."""
    stack: list[tuple[str, Proposal | None]] = []
    topics: list[Proposal] = []
    left_out: list[str] = []
    counts: Counter[str] = Counter()
    skipping = ""
    for line in _lines(document):
        if skipping and _RANKS[line.style] > _RANKS[skipping]:
            continue
        skipping = ""
        if line.style not in _BULLETS and _NO_TOPIC.match(fold(line.text)):
            skipping = line.style
            left_out.append(line.text)
            continue
        stack = _above(stack, line)
        topic = None
        if not _LABEL.search(fold(line.text)):
            parent = next((one for _style, one in reversed(stack) if one is not None), None)
            topic = _proposal(line.text, parent, counts)
            topics.append(topic)
        stack = [*stack, (line.style, topic)]
    return Outline(_year(document), tuple(topics), tuple(left_out))


def _lines(document: Document) -> Iterator[_Line]:
    """The marked lines."""
    after_colon = False
    for passage in document.passages:
        if passage.kind is Kind.CUE:
            continue
        found = _marked(passage.text)
        if found is not None:
            yield _Line(*found, after_colon)
        after_colon = passage.text.rstrip().endswith(":")


def _marked(text: str) -> tuple[str, str] | None:
    """Its style and the words after the marker; None for a line without one."""
    for style, pattern in reversed(_MARKERS):
        if (match := pattern.match(text)) and text[match.end() :].strip():
            return style, text[match.end() :].strip()
    return None


def _above(stack: Sequence[tuple[str, Proposal | None]], line: _Line) -> list[tuple[str, Proposal | None]]:
    """The part of the stack that the line stands below."""
    if line.after_colon and line.style in _BULLETS:
        return list(stack)
    same = [depth for depth, (style, _topic) in enumerate(stack) if style == line.style]
    if same:
        return list(stack[: same[-1]])
    return [level for level in stack if _RANKS[level[0]] < _RANKS[line.style]]


def _proposal(text: str, parent: Proposal | None, counts: Counter[str]) -> Proposal:
    """`counts`: how many topics each parent has so far, and how often each line stood there."""
    words = " ".join(re.findall(r"\w+", fold(text)))
    above = parent.origin if parent else ""
    counts.update((f"below {above}", f"line {words}"))
    number = counts[f"below {above}"]
    return Proposal(
        code=f"{parent.code}.{number}" if parent else str(number),
        level=parent.level + 1 if parent else 1,
        title=_title(text),
        words=text,
        origin=hashlib.sha256(f"{words}#{counts[f'line {words}']}".encode()).hexdigest()[:16],
        parent=above,
    )


def _title(text: str) -> str:
    """The first sentence, or what stands before its colon; cut at a word where that is long."""
    head = re.split(r"(?<=\w)[.;:](?:\s|$)|…", text, maxsplit=1)[0].strip(" ,–-")
    head = re.sub(r",? (?:bao )?gồm$", "", head)
    head = head.capitalize() if head.isupper() else head
    if len(head) <= _LONGEST_TITLE:
        return head
    return head[: _LONGEST_TITLE - 1].rsplit(" ", 1)[0].rstrip(" ,") + "…"


def _year(document: Document) -> int | None:
    """The year in its title, else the one that it names most."""
    lines = [passage.text for passage in document.passages]
    for text in (" ".join(lines[:_LINES_OF_TITLE]), " ".join(lines)):
        if found := _YEAR.findall(text):
            return int(Counter(found).most_common(1)[0][0])
    return None
