"""What is shown: scripts that may be given out today, newest first, and what they are about."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from broadcaster.desk.fallbacks import may_air
from broadcaster.desk.script import Script
from broadcaster.desk.topic import Topic
from broadcaster.desk.topic_tree import Branch, branches, by_name
from broadcaster.documents.line import fold

_TAG = "tu-khoa-"


@dataclass(frozen=True)
class Subject:
    """What posts are about: a topic of a year's plan, or a word of a script's own."""

    name: str
    """Of its page: "2026-1.2"."""
    title: str
    year: int | None = None
    """None: it stands in no plan."""
    depth: int = 0


@dataclass(frozen=True)
class Post:
    """A script on the web."""

    script: Script
    on: datetime
    """When it could be shown first: approved, and its first day come; in the station's zone."""
    subjects: tuple[str, ...] = ()
    """Names of what it is about: the plan's topics in their order, then words of its own."""

    @property
    def page(self) -> str:
        return f"bai/{self.script.code}.html"


def posts(
    scripts: Iterable[Script], topics: Sequence[Topic], today: date, zone: ZoneInfo
) -> tuple[Post, ...]:
    """Those that may be given out today."""
    shown = [script for script in scripts if may_air(script, today)]
    named, order = by_name(topics), {branch.topic.id: branch.topic for branch in branches(topics)}
    made = (_post(script, named, order, zone) for script in shown)
    return tuple(sorted(made, key=lambda post: (post.on, post.script.code), reverse=True))


def _post(
    script: Script, named: Mapping[str, frozenset[str]], order: Mapping[str, Topic], zone: ZoneInfo
) -> Post:
    on = (script.approved_at or datetime.min.replace(tzinfo=zone)).astimezone(zone)
    if script.not_before is not None:
        on = max(on, datetime.combine(script.not_before, time(), zone))
    ids = {tag: named.get(fold(tag.strip()), frozenset()) for tag in script.topics}
    about = [topic for id_, topic in order.items() if any(id_ in found for found in ids.values())]
    # A code says no year: it is of the plan of the year in which the script came out, if that has it.
    planned = [topic for topic in about if topic.year == on.year] or about
    free = (_tag(tag) for tag, found in ids.items() if not found)
    return Post(script, on, (*map(_name, planned), *free))


def by_subject(
    shown: Sequence[Post], topics: Sequence[Topic]
) -> tuple[tuple[Subject, tuple[Post, ...]], ...]:
    """What there are posts about, the newest plan first; a topic has the posts of its parts, too."""
    about: dict[str, list[Post]] = defaultdict(list)
    for post in shown:
        for name in post.subjects:
            about[name].append(post)
    tree = sorted(branches(topics), key=lambda branch: -branch.topic.year)
    planned = [(_subject(branch), _within(branch, tree, about)) for branch in tree]
    return tuple((subject, found) for subject, found in (*planned, *_tags(shown, about)) if found)


def _within(branch: Branch, tree: Iterable[Branch], about: Mapping[str, Sequence[Post]]) -> tuple[Post, ...]:
    names = [_name(part.topic) for part in tree if part.topic.id in branch.within]
    found = {post.page: post for name in names for post in about.get(name, ())}
    return tuple(sorted(found.values(), key=lambda post: (post.on, post.script.code), reverse=True))


def _tags(
    shown: Iterable[Post], about: Mapping[str, Sequence[Post]]
) -> Iterator[tuple[Subject, tuple[Post, ...]]]:
    """Words that no plan has."""
    words = {_tag(word): word for post in shown for word in post.script.topics}
    for name, word in sorted(words.items()):
        if name in about:
            yield Subject(name, word[:1].upper() + word[1:]), tuple(about[name])


def _subject(branch: Branch) -> Subject:
    return Subject(_name(branch.topic), branch.topic.title, branch.topic.year, branch.depth)


def _name(topic: Topic) -> str:
    return f"{topic.year}-{_plain(topic.code)}"


def _tag(word: str) -> str:
    return _TAG + (_plain(word) or "khac")


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", fold(text))[:80].strip("-.")
