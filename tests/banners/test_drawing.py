"""Banners as files, measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from broadcaster.banners.drawing import capitals, set_type, write_banner
from broadcaster.banners.sheet import Sheet, parse_sheet
from broadcaster.errors import DeskError, StationError
from tests.banners.slogans import EXAMPLE, PLAN

MM = 72 / 25.4
NOTE = "xã Tân Hưng · khau-hieu-1 · tỉ lệ 1:10"


def sides(box: Any) -> tuple[float, float]:
    """Width and height, in millimetres."""
    return round(float(box.width) / MM, 2), round(float(box.height) / MM, 2)


def fonts(reader: PdfReader) -> dict[str, Any]:
    """The descriptor of each font of the page."""
    found = reader.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    return {font.get_object()["/BaseFont"]: font.get_object()["/FontDescriptor"] for font in found.values()}


@pytest.mark.parametrize(
    ("size", "scale", "trim", "bleed"),
    [("0.7x6m", 10, (600, 70), 2), ("A3", 1, (420, 297), 3), ("1x3m", 1, (3000, 1000), 20)],
)
def test_the_pdf_is_what_a_print_shop_asks_for(
    size: str, scale: int, trim: tuple[float, float], bleed: float, tmp_path: Path
) -> None:
    sheet = parse_sheet(size)
    pdf, _png = write_banner(PLAN[0], sheet, NOTE, tmp_path, "mot")

    reader = PdfReader(pdf)
    (page,) = reader.pages
    assert sheet.scale == scale
    assert sides(page.trimbox) == pytest.approx(trim, abs=0.02)
    assert sides(page.bleedbox) == pytest.approx((trim[0] + 2 * bleed, trim[1] + 2 * bleed), abs=0.02)
    assert sides(page.mediabox) == pytest.approx(sheet.page, abs=0.02)
    (descriptor,) = fonts(reader).values()
    assert len(descriptor["/FontFile2"].get_data()) > 5_000
    words = " ".join(page.extract_text().split())
    assert words == f"{capitals(PLAN[0])} {NOTE}"
    assert reader.metadata is not None
    assert reader.metadata.title == capitals(PLAN[0])


def letters(picture: Image.Image) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of what is not the ground, as shares of the picture."""
    pixels = np.asarray(picture.convert("RGB")).astype(int)
    yellow = pixels[:, :, 1] > 128
    rows, columns = np.flatnonzero(yellow.any(axis=1)), np.flatnonzero(yellow.any(axis=0))
    height, width = yellow.shape
    return columns[0] / width, rows[0] / height, (columns[-1] + 1) / width, (rows[-1] + 1) / height


@pytest.mark.parametrize(("text", "size"), [(PLAN[3], "0.7x6m"), (EXAMPLE[0], "A3"), (EXAMPLE[2], "0.7x6m")])
def test_the_png_shows_the_whole_banner(text: str, size: str, tmp_path: Path) -> None:
    sheet = parse_sheet(size)
    _pdf, png = write_banner(text, sheet, NOTE, tmp_path, "mot")

    with Image.open(png) as picture:
        dots = picture.info["dpi"][0]
        measured = (picture.width / dots * 25.4, picture.height / dots * 25.4)
        assert measured == pytest.approx((sheet.width / sheet.scale, sheet.height / sheet.scale), abs=0.4)
        edge = np.asarray(picture.convert("RGB")).astype(int)
        left, top, right, bottom = letters(picture)
    for corner in (edge[0, 0], edge[0, -1], edge[-1, 0], edge[-1, -1]):
        assert corner[0] > 180
        assert corner[1] < 90, "the ground goes to the edge"
    beside, above = sheet.margins[0] / sheet.width, sheet.margins[1] / sheet.height
    assert left == pytest.approx(1 - right, abs=0.01), "in the middle"
    assert left >= beside - 0.002
    assert top >= above - 0.01
    assert bottom <= 1 - above + 0.01
    filled = max((right - left) / (1 - 2 * beside), (bottom - top) / (1 - 2 * above))
    assert filled > 0.85, "as large as fits"


def test_what_cannot_be_printed_is_refused_whole(tmp_path: Path) -> None:
    sheet = parse_sheet("A4")
    for text, words in ((". ", "nothing to print"), ("nhà " * 61, "too long"), ("Chào 漢字", "字 漢")):
        with pytest.raises(DeskError, match=words):
            write_banner(text, sheet, NOTE, tmp_path / "khong", "mot")
    assert not (tmp_path / "khong").exists()
    (tmp_path / "tep").write_text("a file")
    with pytest.raises(StationError, match="tep"):
        write_banner(EXAMPLE[0], sheet, NOTE, tmp_path / "tep", "mot")


def test_the_same_banner_twice_is_the_same_file(tmp_path: Path) -> None:
    sheet = parse_sheet("A4")

    one, two = (write_banner(EXAMPLE[0], sheet, NOTE, tmp_path / name, "mot")[0] for name in "ab")

    assert one.read_bytes() == two.read_bytes()
    assert sorted(path.name for path in one.parent.iterdir()) == ["mot.pdf", "mot.png"]


@pytest.mark.parametrize(
    ("written", "sheet"),
    [
        ("0.7x6m", Sheet("0.7x6m", 6000, 700, 10)),
        ("0,7 × 6 m", Sheet("0.7x6m", 6000, 700, 10)),
        ("0.7*6M", Sheet("0.7x6m", 6000, 700, 10)),
        ("6x0.7m", Sheet("6x0.7m", 6000, 700, 10)),
        ("a3", Sheet("a3", 420, 297, 1)),
        ("80x120cm", Sheet("80x120cm", 1200, 800, 1)),
        ("420x297mm", Sheet("420x297mm", 420, 297, 1)),
    ],
)
def test_sizes_are_written_as_people_do(written: str, sheet: Sheet) -> None:
    assert parse_sheet(written) == sheet


@pytest.mark.parametrize("wrong", ["", "A9", "0x5m", "6m", "3x", "1x90m", "10x10mm", "9e9x1m", "axbm"])
def test_no_size(wrong: str) -> None:
    with pytest.raises(DeskError, match="no size of a banner"):
        parse_sheet(wrong)


def test_a_scale_that_cannot_be() -> None:
    assert parse_sheet("0.7x6m", 2).scale == 2
    for size, scale in (("0.7x6m", 1), ("A4", 10)):
        with pytest.raises(DeskError, match=f"1:{scale}"):
            parse_sheet(size, scale)


def test_letters_of_a_scaled_banner_are_told_in_its_own_size() -> None:
    whole, scaled = (set_type(capitals(PLAN[0]), parse_sheet("1x4m", scale)) for scale in (1, 10))

    assert whole == scaled
    assert whole.size > 150
