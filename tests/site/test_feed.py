"""The podcast: what its readers and the directories ask of it."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import feedparser
import pytest
from PIL import Image

from broadcaster.audio import decode
from broadcaster.site import feed
from broadcaster.site.pages import Site
from broadcaster.site.post import Post
from broadcaster.site.record import Sound
from tests.reports.world import ZONE, script
from tests.site.conftest import ADDRESS, SHOWN, Web

ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
ATOM = "{http://www.w3.org/2005/Atom}"
AT = datetime(2026, 3, 2, 5, 30, tzinfo=ZONE)
SITE = Site("xã Phú Hòa", ADDRESS)


@pytest.fixture(scope="module")
def channel(shared: Web) -> ElementTree.Element:
    root = ElementTree.fromstring((shared.site / "podcast.xml").read_bytes())
    assert root.tag == "rss"
    assert root.get("version") == "2.0"
    (found,) = root
    return found


def test_a_parser_of_feeds_has_nothing_to_complain_of(shared: Web) -> None:
    read = feedparser.parse((shared.site / "podcast.xml").read_bytes())

    assert not read.bozo
    assert read.version == "rss20"
    assert read.feed.title == "Đài truyền thanh xã Phú Hòa"
    assert read.feed.language == "vi"
    assert sorted(one.link for one in read.entries) == [f"{ADDRESS}/bai/{code}.html" for code in SHOWN]
    assert all(one.published_parsed and one.enclosures for one in read.entries)


def test_the_channel_has_all_that_is_required(channel: ElementTree.Element, shared: Web) -> None:
    assert channel.findtext("link") == f"{ADDRESS}/"
    assert channel.findtext("description")
    assert channel.findtext(f"{ITUNES}author") == "Đài truyền thanh xã Phú Hòa"
    assert channel.findtext(f"{ITUNES}explicit") == "no"
    (own,) = channel.findall(f"{ATOM}link")
    assert own.attrib == {"href": f"{ADDRESS}/podcast.xml", "rel": "self"}
    (category,) = channel.findall(f"{ITUNES}category")
    assert category.get("text") == "Government"
    (picture,) = channel.findall(f"{ITUNES}image")
    assert picture.get("href") == f"{ADDRESS}/bia.png"
    with Image.open(shared.site / "bia.png") as cover:
        assert (cover.format, cover.size) == ("PNG", (1400, 1400))
        assert len(cover.convert("RGB").getcolors(1_400 * 1_400) or ()) > 3, "a name and rings on a ground"


def test_each_item_leads_to_its_page_and_its_sound(channel: ElementTree.Element, shared: Web) -> None:
    items = channel.findall("item")
    assert len(items) == len(SHOWN)
    for item in items:
        (enclosure,) = item.findall("enclosure")
        path = shared.site / enclosure.attrib["url"].removeprefix(f"{ADDRESS}/")
        assert enclosure.attrib["type"] == "audio/mpeg"
        assert int(enclosure.attrib["length"]) == path.stat().st_size
        hours, minutes, seconds = map(int, (item.findtext(f"{ITUNES}duration") or "").split(":"))
        assert hours * 3600 + minutes * 60 + seconds == pytest.approx(len(decode(path)) / 1000, abs=0.6)
        guid = item.find("guid")
        assert guid is not None
        assert (guid.get("isPermaLink"), guid.text) == ("true", item.findtext("link"))
        assert (shared.site / (guid.text or "").removeprefix(f"{ADDRESS}/")).exists()
        assert parsedate_to_datetime(item.findtext("pubDate") or "") <= datetime.now(UTC)
        assert item.findtext("description")
    titles = {item.findtext("title") for item in items}
    assert "Họp <ấp> & lấy ý kiến" in titles


def made(count: int) -> tuple[list[Post], Mapping[str, Sound]]:
    posts = [
        Post(replace(script(f"bai-{n}"), text="Có chữ\x00\x01 và\xa0dấu."), AT - timedelta(days=n))
        for n in range(count)
    ]
    sound = Sound(key="", file="am-thanh/x.mp3", size=1, ms=3_725_400, recipe="", lesser=False)
    return posts, {post.script.id: sound for post in posts}


def test_the_same_posts_give_the_same_bytes_newest_first() -> None:
    posts, sounds = made(5)

    first = feed.feed(SITE, posts, sounds)

    assert feed.feed(SITE, posts, sounds) == first
    read = feedparser.parse(io.BytesIO(first))
    assert [one.title for one in read.entries] == [f"Bài bai-{n}" for n in range(5)]
    assert b"<itunes:duration>01:02:05<" in first
    assert "Có chữ và\xa0dấu." in first.decode()
    assert re.search(rb"<lastBuildDate>Mon, 02 Mar 2026 05:30:00 \+0700<", first)


def test_a_station_without_posts_has_an_empty_feed() -> None:
    read = feedparser.parse(feed.feed(SITE, [], {}))

    assert not read.bozo
    assert read.entries == []
