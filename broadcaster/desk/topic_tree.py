"""Topics as the tree that they are, and the scripts that speak of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from broadcaster.desk.script import Script
from broadcaster.desk.topic import Topic
from broadcaster.documents.line import fold


@dataclass(frozen=True)
class Branch:
    topic: Topic
    depth: int
    """0 at the top."""
    within: frozenset[str]
    """Ids of the topic and of all below it."""


def branches(topics: Sequence[Topic]) -> tuple[Branch, ...]:
    """Those that were not removed, each before its parts; one whose parent is gone stands at the top."""
    kept = {topic.id: topic for topic in topics if not topic.removed}
    below: dict[str, list[Topic]] = defaultdict(list)
    for topic in sorted(kept.values(), key=lambda topic: (topic.year, topic.position, _parts(topic.code))):
        below[topic.parent if topic.parent in kept else ""].append(topic)
    return tuple(_grown("", 0, below))


def _grown(parent: str, depth: int, below: Mapping[str, Sequence[Topic]]) -> Iterator[Branch]:
    for topic in below.get(parent, ()):
        inner = list(_grown(topic.id, depth + 1, below))
        yield Branch(topic, depth, frozenset({topic.id, *(branch.topic.id for branch in inner)}))
        yield from inner


def _parts(code: str) -> list[tuple[int, str]]:
    """`1.10` comes after `1.9`."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in code.split(".")]


def by_name(topics: Sequence[Topic]) -> dict[str, frozenset[str]]:
    """Ids of those that were not removed, by what they are called: `2026/1.2`, `1.2`, or the title, each as
    `fold` has it."""
    named: dict[str, set[str]] = defaultdict(set)
    for topic in topics:
        if not topic.removed:
            for name in (topic.code, f"{topic.year}/{topic.code}", topic.title):
                named[fold(name)].add(topic.id)
    return {name: frozenset(ids) for name, ids in named.items()}


def on_topics(scripts: Collection[Script], topics: Sequence[Topic]) -> dict[str, frozenset[str]]:
    """Ids of the topics that each script is about, by script id."""
    named = by_name(topics)
    nothing = frozenset[str]()
    return {
        script.id: nothing.union(*(named.get(fold(tag.strip()), nothing) for tag in script.topics))
        for script in scripts
    }
