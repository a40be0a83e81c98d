"""Every file of the site: its name, a key that changes with what it shows, and how it is made."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from broadcaster.desk.topic import Topic
from broadcaster.site import feed
from broadcaster.site.cover import cover, icon
from broadcaster.site.pages import ICON, STYLE, Month, Pages, Site, design, month_page, style, subject_page
from broadcaster.site.post import Post, Subject, by_subject
from broadcaster.site.record import Sound

NEWEST = 30
"""Posts on the front page."""


@dataclass(frozen=True)
class File:
    name: str
    key: str
    make: Callable[[], bytes]


def files(
    site: Site, posts: Sequence[Post], topics: Sequence[Topic], sounds: Mapping[str, Sound]
) -> Iterator[File]:
    """All but the sounds, each after those that it points to; `sounds` by script id."""
    pages, look = Pages(site, sounds), _key(design(), site.station, site.base_url)
    found = by_subject(posts, topics)
    subjects = {subject.name: subject for subject, _posts in found}
    shown = {post.page: _key(*_shown(post, sounds)) for post in posts}
    yield File(STYLE, look, style)
    yield File(ICON, _key(design()), icon)
    for post in posts:
        about = [subjects[name] for name in post.subjects if name in subjects]
        titles = [subject.title for subject in about]
        key = _key(look, shown[post.page], post.script.text_sha256, titles, post.subjects)
        yield File(post.page, key, partial(pages.item, post, about))
    yield from _lists(pages, look, posts, found, shown)
    if site.base_url:
        yield from _podcast(site, look, posts, sounds, shown)
    months, newest = list(_by_month(posts)), posts[:NEWEST]
    key = _key(look, months, len(found), [shown[post.page] for post in newest])
    yield File("index.html", key, partial(pages.front, newest, months, len(found)))


def _shown(post: Post, sounds: Mapping[str, Sound]) -> Iterator[object]:
    """All that any page shows of it, its words aside."""
    script, sound = post.script, sounds.get(post.script.id)
    yield from (post.page, script.title, script.kind, str(post.on), str(script.expires))
    yield from (sound.file, sound.size, sound.ms) if sound else ()


def _lists(
    pages: Pages,
    look: str,
    posts: Sequence[Post],
    found: Sequence[tuple[Subject, Sequence[Post]]],
    shown: Mapping[str, str],
) -> Iterator[File]:
    for month, of_month in _by_month(posts).items():
        key = _key(look, [shown[post.page] for post in of_month])
        yield File(month_page(month), key, partial(pages.month, month, of_month))
    for subject, about in found:
        key = _key(look, subject.title, subject.year, [shown[post.page] for post in about])
        yield File(subject_page(subject.name), key, partial(pages.subject, subject, about))
    counted = [(subject, len(about)) for subject, about in found]
    key = _key(look, [(vars(subject), count) for subject, count in counted])
    yield File("chu-de/index.html", key, partial(pages.subjects, counted))


def _podcast(
    site: Site, look: str, posts: Sequence[Post], sounds: Mapping[str, Sound], shown: Mapping[str, str]
) -> Iterator[File]:
    heard = [post for post in posts if post.script.id in sounds][: feed.LONGEST]
    yield File(feed.COVER, _key(site.station), partial(cover, site.station))
    key = _key(look, [(shown[post.page], post.script.text_sha256) for post in heard])
    yield File(feed.FILE, key, partial(feed.feed, site, heard, sounds))


def _by_month(posts: Sequence[Post]) -> dict[Month, list[Post]]:
    """The newest first."""
    months: dict[Month, list[Post]] = defaultdict(list)
    for post in posts:
        months[post.on.year, post.on.month].append(post)
    return months


def _key(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
