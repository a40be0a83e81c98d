"""`broadcaster plan record`: what was done by other channels, into the report."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from pathlib import Path

import pytest

from tests.kit import AUTHOR, here, refused, today

BY = ("--by", AUTHOR)


@pytest.fixture
def station(small: Path) -> Path:
    text = small.parent / "khau-hieu.txt"
    text.write_text("---\nkind: spot\ntitle: Rác đúng giờ\n---\nRác bỏ đúng giờ.", encoding="utf-8")
    assert here(small, "script", "add", str(text), *BY).code == 0
    return small


def test_banners_and_leaflets_stand_in_the_report(station: Path, tmp_path: Path) -> None:
    for args in (
        ("banner", "--count", "12", "--hamlet", "ap-1", "--script", "khau-hieu"),
        ("banner", "--count", "3", "--date", str(today()), "--script", "khau-hieu"),
        ("leaflet", "--count", "300"),
    ):
        run = here(station, "plan", "record", *args, *BY)
        assert run.code == 0, run.err
    assert here(station, "report", "results", str(today().year), "-o", str(tmp_path / "x.csv")).code == 0

    listed = json.loads(here(station, "plan", "records", "--json").out)
    assert [(one["channel"], one["count"], one["hamlet"], one["scripts"]) for one in listed] == [
        ("banner", 12, "Ấp 1", ["khau-hieu"]),
        ("banner", 3, "", ["khau-hieu"]),
        ("leaflet", 300, "", []),
    ]
    rows = list(csv.reader((tmp_path / "x.csv").read_text("utf-8-sig").splitlines()))
    at = rows.index(["Kênh", "Số lần", "Số người dự", "Nội dung"])
    assert rows[at + 1 : at + 4] == [
        ["Băng rôn, khẩu hiệu", "15", "0", "Rác đúng giờ"],
        ["Tờ rơi, tờ gấp", "300", "0", "Tờ rơi, tờ gấp"],
        ["Cộng", "315", "0", ""],
    ]


def test_what_was_not_done_is_not_put_on_record(station: Path) -> None:
    record = ("plan", "record", "banner", "--count")
    tomorrow = str(today() + timedelta(days=1))

    refused(here(station, *record, "0", *BY), 1, "number from 1 to", "0")
    refused(here(station, *record, "1", "--date", tomorrow, *BY), 1, "not been done yet", tomorrow)
    refused(here(station, *record, "1", "--script", "khong-co", *BY), 1, "khong-co")
    refused(here(station, *record, "1", "--hamlet", "ap-9", *BY), 1, "ap-9")
    refused(here(station, *record, "1", "--topic", "9", *BY), 1, "9")
    refused(here(station, *record, "1", "--by", "Ai Đó"), 1, "Ai Đó")
    refused(here(station, "plan", "record", "loa", "--count", "1", *BY), 2, "loa")
    assert json.loads(here(station, "plan", "records", "--json").out) == []
