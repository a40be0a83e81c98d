"""`broadcaster meeting pack`."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from docx import Document
from PIL import Image

from broadcaster.audio import decode, measure, samples
from tests.kit import APPROVER, AUTHOR, here, refused, snapshot

ADDRESS = "https://tanhung.example/tin/hop"


@pytest.fixture
def station(small: Path) -> Path:
    """Two short approved scripts, and a draft."""
    assert here(small, "person", "add", APPROVER).code == 0
    for name, text in (
        ("mot", "Họp <ấp> & lấy ý kiến.\n\nMời bà con đi họp ấp."),
        ("hai", "Rác đúng giờ."),
        ("nhap", "Nháp."),
    ):
        path = small.parent / f"{name}.txt"
        path.write_text(text, encoding="utf-8")
        assert here(small, "script", "add", str(path), "--by", AUTHOR).code == 0
    assert here(small, "script", "approve", "mot", "hai", "--by", APPROVER).code == 0
    return small


def test_the_pack_opens_without_a_network(station: Path, tmp_path: Path) -> None:
    run = here(station, "meeting", "pack", "mot", "hai", "--address", ADDRESS, "-o", str(tmp_path / "x.zip"))

    assert run.code == 0, run.err
    with zipfile.ZipFile(tmp_path / "x.zip") as pack:
        assert pack.testzip() is None
        files = {name: pack.read(name) for name in pack.namelist()}
    assert list(files) == ["doc-truoc.html", "tai-lieu.docx", "ma-qr.png", "01-mot.mp3", "02-hai.mp3"]
    page = files["doc-truoc.html"].decode()
    named = set(re.findall(r'(?:src|href)="([^"]+)"', page))
    assert named == {*files, ADDRESS} - {"doc-truoc.html"}, "all that it shows is beside it"
    assert '<html lang="vi">' in page
    assert "<script" not in page
    assert "Họp &lt;ấp&gt; &amp; lấy ý kiến" in page
    said = [paragraph.text for paragraph in Document(BytesIO(files["tai-lieu.docx"])).paragraphs]
    assert "Mời bà con đi họp ấp." in said
    assert any(
        re.fullmatch(rf"\({AUTHOR} viết; {APPROVER} duyệt ngày \d\d/\d\d/\d{{4}}\.\)", one) for one in said
    )
    (tmp_path / "mot.mp3").write_bytes(files["01-mot.mp3"])
    sound = decode(tmp_path / "mot.mp3")
    assert len(sound) > 1_000
    assert measure(samples(sound)).loudness == pytest.approx(-16, abs=1.5)
    with Image.open(BytesIO(files["ma-qr.png"])) as code:
        (read,) = zxingcpp.read_barcodes(code.convert("L"))
    assert read.text == ADDRESS


def test_nothing_is_packed_that_may_not_be_given_out(station: Path, tmp_path: Path) -> None:
    before = snapshot(station)
    into = ("-o", str(tmp_path / "x.zip"))

    refused(here(station, "meeting", "pack", "mot", "nhap", *into), 1, "Only approved scripts", "nhap")
    refused(here(station, "meeting", "pack", "khong-co", *into), 1, "khong-co")
    refused(here(station, "meeting", "pack", "mot", "-o", str(tmp_path / "x.rar")), 2, ".zip")
    refused(here(station, "meeting", "pack", "mot", "--address", "javascript:x", *into), 2, "--address")
    assert snapshot(station) == before
    refused(here(station, "meeting", "pack", "mot", "-o", str(tmp_path / "no" / "x.zip")), 1, "x.zip")
    assert not list(tmp_path.glob("*.zip"))
