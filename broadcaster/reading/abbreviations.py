"""Abbreviations and other keys of the lexicon; context chooses where a key has several readings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from broadcaster.reading.reading import Certainty
from broadcaster.reading.rows import ALWAYS, Entry
from broadcaster.reading.rule import COVERS, Claim, Said
from broadcaster.reading.scene import Scene, contains
from broadcaster.reading.syllables import WORD, beside_capitals, is_shouted

_CHUNK = re.compile(rf"[^\W_]+|[^\w\s{COVERS}]")
_NEAR = 40
"""How many characters to either side a cue may stand."""
_SHAPES = {">Aa": r"\s?[A-ZĐÂĂÊÔƠƯÁÀẢÃẠÝÚÓÍÉ][a-zà-ỹđăâêôơư]", ">0": r"\s?[0-9]"}


def with_signs(work: str, scene: Scene) -> Iterator[Claim]:
    """Keys that hold digits or signs (COVID-19, 4G, Đ/c): before the rules for numbers."""
    done = 0
    for match in _CHUNK.finditer(work):
        if match.start() < done:
            continue
        claim = _claim(match[0], match.start(), work, scene, plain=False)
        if claim is not None:
            done = claim.end
            yield claim


def words(work: str, scene: Scene) -> Iterator[Claim]:
    """Keys made of letters; a word in capitals beside others is none: CA in TRỰC CA ĐÊM."""
    tokens = list(WORD.finditer(work))
    done = 0
    for index, match in enumerate(tokens):
        if match.start() < done or match[0] not in scene.lexicon.starts:
            continue
        if is_shouted(match[0]) and beside_capitals(tokens, index):
            continue
        claim = _claim(match[0], match.start(), work, scene, plain=True)
        if claim is not None:
            done = claim.end
            yield claim


def _claim(chunk: str, at: int, work: str, scene: Scene, plain: bool) -> Claim | None:
    """The longest key that begins with `chunk`, stands at `at` and has a row that fits there."""
    for key in scene.lexicon.starts.get(chunk, ()):
        if (plain or not key.isalpha()) and _stands(key, at, work):
            entry = _chosen(key, at, scene)
            if entry is not None:
                return Claim(at, at + len(key), _said(entry, scene), "words.lexicon")
    return None


def _stands(key: str, at: int, work: str) -> bool:
    """Whether `key` stands at `at` as whole words."""
    end = at + len(key)
    if not work.startswith(key, at) or (at and _joins(work[at - 1], key[0])):
        return False
    return end == len(work) or not _joins(key[-1], work[end])


def _joins(left: str, right: str) -> bool:
    """Whether two characters side by side belong to one word or one number."""
    return left.isalnum() and right.isalnum() and left.isalpha() == right.isalpha()


def _chosen(key: str, at: int, scene: Scene) -> Entry | None:
    """The row that fits where `key` stands: one whose cue is near, else the one without a context."""
    for entry in scene.lexicon.entries[key]:
        if entry.in_text and (entry.context in ((), ALWAYS) or _fits(entry, at, scene)):
            return entry
    return None


def _fits(entry: Entry, at: int, scene: Scene) -> bool:
    end = at + len(entry.written)
    before = scene.line[max(0, at - _NEAR) : at].lower()
    after = scene.line[end : end + _NEAR]
    return any(_holds(cue, before, after) for cue in entry.context)


def _holds(cue: str, before: str, after: str) -> bool:
    if cue in _SHAPES:
        return re.match(_SHAPES[cue], after) is not None
    if cue.startswith(">"):
        return contains(" ".join(after.lower().split()[:3]), [cue[1:].lower()])
    if cue.startswith("<"):
        return contains(before, [cue[1:].lower()])
    return contains(before, [cue.lower()]) or contains(after.lower(), [cue.lower()])


def _said(entry: Entry, scene: Scene) -> Said:
    """In doubt where a key has several readings and no context spoke for this one."""
    rivals = [e for e in scene.lexicon.entries[entry.written] if e.in_text]
    undecided = entry.built_in and not entry.context and len(rivals) > 1
    return Said(entry.spoken, Certainty.DOUBTFUL if undecided else Certainty.SURE)
