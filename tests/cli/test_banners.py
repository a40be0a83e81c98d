"""`broadcaster banners`."""

from __future__ import annotations

from pathlib import Path

from pypdf import PdfReader

from tests.kit import AUTHOR, here, refused


def test_all_slogans_in_each_size(example: Path, tmp_path: Path) -> None:
    run = here(example, "banners", "--all", "--size", "A4", "--size", "0.7x6m", "-o", str(tmp_path / "in"))

    assert run.code == 0, run.err
    made = {path.name for path in (tmp_path / "in").iterdir()}
    codes = [f"khau-hieu-{n}" for n in range(1, 7)]
    assert made == {f"{c}-{size}.{end}" for c in codes for size in ("a4", "0.7x6m") for end in ("pdf", "png")}
    words = PdfReader(tmp_path / "in" / "khau-hieu-1-0.7x6m.pdf").pages[0].extract_text()
    assert "khổ thành phẩm 6000 × 700 mm · tỉ lệ 1:10 · tràn lề 20 mm · Trần Văn Minh duyệt ngày" in words


def test_only_approved_slogans_of_today(example: Path, tmp_path: Path) -> None:
    draft = tmp_path / "nhap.txt"
    draft.write_text("---\nkind: spot\n---\nMột nháp.", encoding="utf-8")
    into = ("-o", str(tmp_path / "in"))
    assert here(example, "script", "add", str(draft), "--by", AUTHOR).code == 0

    refused(here(example, "banners", "nhap", *into), 1, "Only approved scripts", "nhap")
    refused(here(example, "banners", "tiem-chung", *into), 1, "Only slogans become banners", "tiem-chung")
    refused(here(example, "banners", "khong-co", *into), 1, "khong-co")
    refused(here(example, "banners", "khau-hieu-1", "--size", "big", *into), 1, "no size of a banner")
    refused(here(example, "banners", *into), 2, "--all")
    assert here(example, "script", "withdraw", "khau-hieu-1", "--by", AUTHOR).code == 0
    refused(here(example, "banners", "khau-hieu-1", *into), 1, "withdrawn")
    assert not (tmp_path / "in").exists()
    assert "khau-hieu-1" not in here(example, "banners", "--all", "--size", "A4", *into).out
