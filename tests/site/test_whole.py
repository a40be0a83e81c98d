"""The page is whole at any instant, whoever is killed; and one item more is little work."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from broadcaster.cli.publish import published
from broadcaster.desk.script import Script, ScriptState
from broadcaster.lock import FolderLock
from broadcaster.site.post import posts
from broadcaster.site.record import LOCK
from broadcaster.station import Station
from tests.bench.publish import add, station_of
from tests.kit import ROOT, here, refused
from tests.reports.world import ZONE, script
from tests.site.child import ADDRESSES
from tests.site.conftest import Web, ok
from tests.site.reader import everything, read

DAY = date(2026, 3, 2)
ITEMS = 100


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return station_of(tmp_path_factory.mktemp("large") / "dai", ITEMS)


def one_address(text: str, name: str) -> None:
    """All of a page was written in one go."""
    hosts = set(re.findall(r"https://(?:mot|hai)\.example", text))
    assert len(hosts) == 1, (name, hosts)


def test_a_reader_never_sees_half_not_even_when_it_is_killed(large: Path, tmp_path: Path) -> None:
    site = tmp_path / "web"
    ok(large, "publish", str(site), "--base-url", ADDRESSES[0])
    child = [sys.executable, "-m", "tests.site.child", str(large), str(site)]

    with subprocess.Popen(child, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"published\n"
        end = time.monotonic() + 0.6
        while time.monotonic() < end or not list(site.rglob("*.part")):
            assert process.poll() is None
            for name in ("index.html", "bai/lich-tiem-chung-7.html", "podcast.xml"):
                text = (site / name).read_text(encoding="utf-8")
                assert text.rstrip().endswith(("</html>", "</rss>")), name
                one_address(text, name)
        process.kill()
    pages = everything(site)
    assert sum(name.startswith("bai/") for name in pages) >= 30
    for name, text in pages.items():
        one_address(text, name)

    ok(large, "publish", str(site), "--base-url", ADDRESSES[0])
    assert not list(site.rglob("*.part"))
    for path in site.rglob("*.html"):
        name = str(path.relative_to(site))
        assert ADDRESSES[0] in read(site, name), name


def test_one_item_more_is_little_work(large: Path, tmp_path: Path) -> None:
    site = tmp_path / "web"
    with Station(large) as station:
        began = time.process_time()
        first = published(station, site, ADDRESSES[0])
        all_s = time.process_time() - began
    assert first.written > 2 * ITEMS
    add(large, ITEMS, 1)
    with Station(large) as station:
        began = time.process_time()
        second = published(station, site, ADDRESSES[0])
        one_s = time.process_time() - began

    assert second.posts == ITEMS + 1
    assert second.written <= 7, (
        "its page and sound, its month, its topic, the topics, the podcast, the front page"
    )
    assert one_s < 0.7 * all_s


def test_two_do_not_publish_to_one_folder_at_once(web: Web) -> None:
    with FolderLock(web.site / LOCK, "", ""):
        refused(here(web.station, "publish", str(web.site)), 1, "being published to already")
    ok(web.station, "publish", str(web.site))


def shown(*scripts: Script, on: date = DAY) -> list[str]:
    return [post.script.code for post in posts(scripts, (), on, ZONE)]


def test_only_what_may_be_heard_that_day_is_shown() -> None:
    yesterday, tomorrow = DAY - timedelta(days=1), DAY + timedelta(days=1)
    good = script("tot")

    assert shown(good, replace(good, code="nhap", state=ScriptState.DRAFT)) == ["tot"]
    assert shown(replace(good, state=ScriptState.WITHDRAWN)) == []
    assert shown(replace(good, expires=yesterday)) == []
    assert shown(replace(good, expires=DAY)) == ["tot"]
    assert shown(replace(good, not_before=tomorrow)) == []
    assert shown(replace(good, not_before=DAY)) == ["tot"]
