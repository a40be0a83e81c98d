"""The index page of audio_out/."""

from __future__ import annotations

from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from broadcaster.errors import ProductionError
from broadcaster.production.index import IndexRow, write_index
from broadcaster.units import Milliseconds

ROW = IndexRow(
    title='Lịch tiêm chủng <tháng 5> & "uống nước"',
    made=datetime(2026, 5, 1, 5, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")),
    length=Milliseconds(125_400),
    voice="espeak",
    file_name="abc.mp3",
)


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str | None] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "meta":
            self.open.append(tag)
        if tag == "a":
            self.links.append(dict(attrs)["href"])

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data.strip())


def test_a_person_finds_a_bulletin_by_its_name(tmp_path: Path) -> None:
    path = write_index(tmp_path / "audio_out", [ROW, ROW])

    page = Page(path.read_text(encoding="utf-8"))
    assert path.name == "index.html"
    assert page.links == ["abc.mp3", "abc.mp3"]
    assert not page.open
    for words in (ROW.title, "01/05/2026 05:30", "2:05", "espeak"):
        assert words in page.words


def test_the_page_is_replaced_whole(tmp_path: Path) -> None:
    write_index(tmp_path, [ROW])
    write_index(tmp_path, [])

    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]
    assert "abc.mp3" not in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ProductionError, match="index of bulletins"):
        write_index(tmp_path / "file", [])
