"""The podcast: the newest posts that can be heard, as RSS 2.0 with what podcast directories ask for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from feedgen.feed import FeedGenerator

from broadcaster.desk.outside import words
from broadcaster.site.pages import Site
from broadcaster.site.post import Post
from broadcaster.site.record import Sound

FILE, COVER = "podcast.xml", "bia.png"
LONGEST = 100
"""Posts; programs that follow a podcast keep older ones themselves."""
_LONGEST_SUMMARY = 4_000
_NOT_XML = re.compile("[^\\t\\n\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


def feed(site: Site, posts: Sequence[Post], sounds: Mapping[str, Sound]) -> bytes:
    """`posts`: newest first, each with its sound. The same ones give the same bytes."""
    made = FeedGenerator()
    made.load_extension("podcast")
    made.id(f"{site.base_url}/")
    made.title(_plain(site.name))
    made.description(f"Thông báo, tin bài của {_plain(site.station)}, để nghe lại và đọc lại.")
    made.link([{"href": _at(site, FILE), "rel": "self"}, {"href": f"{site.base_url}/", "rel": "alternate"}])
    made.language("vi")
    made.generator("broadcaster")
    made.lastBuildDate(posts[0].on if posts else datetime(1970, 1, 1, tzinfo=UTC))
    made.image(url=_at(site, COVER), title=_plain(site.name), link=f"{site.base_url}/")
    made.podcast.itunes_author(_plain(site.name))
    made.podcast.itunes_category("Government")
    made.podcast.itunes_explicit("no")
    made.podcast.itunes_image(_at(site, COVER))
    for post in posts:
        _add(made, site, post, sounds[post.script.id])
    text: bytes = made.rss_str(pretty=True)
    return text


def _add(made: FeedGenerator, site: Site, post: Post, sound: Sound) -> None:
    entry = made.add_entry(order="append")
    address = _at(site, post.page)
    seconds = max(1, round(sound.ms / 1000))
    entry.guid(address, permalink=True)
    entry.title(_plain(post.script.title))
    entry.link(href=address)
    entry.description(_plain("\n".join(words(post.script)) or post.script.title)[:_LONGEST_SUMMARY])
    entry.published(post.on)
    entry.enclosure(_at(site, sound.file), str(sound.size), "audio/mpeg")
    entry.podcast.itunes_duration(f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}")
    entry.podcast.itunes_author(_plain(site.name))


def _at(site: Site, name: str) -> str:
    return f"{site.base_url}/{name}"


def _plain(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return _NOT_XML.sub("", text).strip()
