"""An office program opens the papers and prints them: LibreOffice, and its pages as pictures."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import unescape
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray

from broadcaster import language
from broadcaster.reports.diary import diary
from broadcaster.reports.handout import handout
from broadcaster.reports.official import write_docx
from broadcaster.reports.paper import Office
from broadcaster.reports.period import days, parse_period
from broadcaster.reports.report import report
from broadcaster.reports.workbook import write_xlsx
from tests.reports.world import LEADER, SCRIPTS, ZONE, year


def _wanting() -> str:
    """What this computer lacks; empty: nothing."""
    if not (shutil.which("soffice") and shutil.which("pdftotext")):
        return "no LibreOffice, or no poppler, here"
    fonts = subprocess.run(["fc-list", ":lang=vi", "family"], check=False, capture_output=True, text=True)
    serif = ("Liberation Serif", "Times New Roman", "Tinos")
    return "" if any(name in fonts.stdout for name in serif) else "no Times here that has Vietnamese letters"


pytestmark = pytest.mark.skipif(bool(_wanting()), reason=_wanting())

COMMUNE = Office(
    "", "ỦY BAN NHÂN DÂN\nXÃ TÂN HƯNG", "Tân Hưng", "UBND", ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), LEADER
)
STATION = Office("UBND XÃ TÂN HƯNG", "ĐÀI TRUYỀN THANH", "Tân Hưng")
MARCH = parse_period("2026-03")
DOTS = 4
"""Pixels of a millimetre."""
_DARK = 140
_WORD = re.compile(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>')


@dataclass(frozen=True)
class Word:
    """Millimetres from the page's upper left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


class Page:
    """One printed page."""

    def __init__(self, page: pypdfium2.PdfPage, words: Sequence[Word]) -> None:
        width, height = page.get_size()
        self.size = round(width * 25.4 / 72), round(height * 25.4 / 72)
        self.words = " ".join(word.text for word in words)
        self._words = words
        picture = page.render(scale=DOTS * 25.4 / 72, grayscale=True).to_numpy()
        self.ink: NDArray[np.bool_] = picture.reshape(picture.shape[:2]) < _DARK
        """True where the page is dark."""

    def place(self, words: str, *, last: bool = False) -> Word:
        """Where these words stand, first or last."""
        wanted = words.split()
        starts = range(len(self._words) - len(wanted) + 1)
        for n in reversed(starts) if last else starts:
            found = self._words[n : n + len(wanted)]
            if [word.text for word in found] == wanted:
                lefts, tops, rights, bottoms = zip(
                    *((one.left, one.top, one.right, one.bottom) for one in found), strict=True
                )
                return Word(words, min(lefts), min(tops), max(rights), max(bottoms))
        raise AssertionError((words, self.words))

    def inked(self, left: float, top: float, right: float, bottom: float) -> float:
        """The dark share of a part of it."""
        return float(self.ink[_px(top) : _px(bottom), _px(left) : _px(right)].mean())

    def rules(self, across: bool) -> int:
        """How many straight lines of 100 mm lie across, or of 25 mm stand upright."""
        dark = self.ink if across else self.ink.T
        wanted = _px(100 if across else 25)
        runs = [_longest_run(row) >= wanted for row in dark]
        return sum(now and not before for before, now in zip([False, *runs], runs, strict=False))


def _px(mm: float) -> int:
    return round(mm * DOTS)


def _longest_run(row: NDArray[np.bool_]) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], row, [False]]).astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max(initial=0))


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Page]]:
    """Pages by the file that they are of; the program is started once for all files."""
    folder = tmp_path_factory.mktemp("office")
    facts = year(4, days=100).facts
    language.use("vi")
    march = report(facts.within(MARCH), MARCH, COMMUNE, date(2026, 4, 3), "12")
    write_docx(march, folder / "bao-cao.docx")
    write_xlsx(march, folder / "so-lieu.xlsx")
    week = days(date(2026, 3, 2), date(2026, 3, 8))
    write_docx(diary(facts.within(week), week, STATION, date(2026, 3, 9)), folder / "nhat-ky.docx")
    write_docx(handout(SCRIPTS, STATION, datetime(2026, 3, 9, tzinfo=ZONE)), folder / "tai-lieu.docx")
    language.use("en")
    files = sorted(folder.glob("*.*"))
    subprocess.run(
        [
            *("soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless"),
            *("--convert-to", "pdf", "--outdir", str(folder), *map(str, files)),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return {file.stem: list(_pages(folder / f"{file.stem}.pdf")) for file in files}


def _pages(pdf: Path) -> Iterator[Page]:
    told = subprocess.run(["pdftotext", "-bbox", pdf, "-"], check=True, capture_output=True, text=True).stdout
    document = pypdfium2.PdfDocument(pdf)
    for page, words in zip(document, told.split("<page ")[1:], strict=True):
        yield Page(page, [_word(*found) for found in _WORD.findall(words)])
    document.close()


def _word(left: str, top: str, right: str, bottom: str, text: str) -> Word:
    return Word(unescape(text), *(float(edge) * 25.4 / 72 for edge in (left, top, right, bottom)))


def test_the_head_of_a_report(printed: dict[str, list[Page]]) -> None:
    first = printed["bao-cao"][0]

    assert first.size == (210, 297)
    nation, motto = (
        first.place("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        first.place("Độc lập - Tự do - Hạnh phúc"),
    )
    office, number = first.place("ỦY BAN NHÂN DÂN"), first.place("Số: 12/BC-UBND")
    assert nation.bottom - nation.top < 6, "on one line"
    assert office.top == pytest.approx(nation.top, abs=1), "side by side"
    assert office.right < nation.left
    assert nation.bottom < motto.top < number.top
    assert first.inked(30, 20, 90, 32) > 0.02
    assert first.inked(95, 20, 195, 32) > 0.02
    below = first.ink[_px(motto.bottom) : _px(motto.bottom + 4), _px(motto.left - 5) : _px(motto.right + 5)]
    assert max(map(_longest_run, below)) > 0.8 * _px(motto.right - motto.left), "the line below the motto"
    assert number.top < first.place("BÁO CÁO").top < first.place("Kết quả hoạt động").top


def test_its_table_has_lines_and_stays_inside_the_margins(printed: dict[str, list[Page]]) -> None:
    pages = printed["bao-cao"]

    page = next(page for page in pages if "Kết quả theo ấp" in page.words)
    head, total = page.place("Kế hoạch"), page.place("Cộng")
    assert head.top < page.place("Ấp 3").top < total.top
    assert page.rules(across=True) >= 7, "a line above and below each of six rows"
    assert page.rules(across=False) >= 8
    for page in pages:
        assert page.inked(0, 0, 27, 297) == 0
        assert page.inked(198, 0, 210, 297) == 0
        assert page.inked(0, 280, 210, 297) == 0
    assert pages[1].place("2").top < 20, "the page number"


def test_the_signature_block_has_room_for_the_pen(printed: dict[str, list[Page]]) -> None:
    last = printed["bao-cao"][-1]

    to, post, name = last.place("Nơi nhận:"), last.place("CHỦ TỊCH"), last.place(LEADER, last=True)
    assert to.left < 60
    assert post.left > 110
    assert name.top - post.bottom > 20, "room for the signature and the seal"
    assert last.inked(110, post.bottom + 2, 195, name.top - 2) == 0
    assert (post.left + post.right) / 2 == pytest.approx((name.left + name.right) / 2, abs=2)
    assert last.inked(30, 20, 195, to.top - 1) > 0.001, "it does not stand on a page of its own"


def test_the_other_papers(printed: dict[str, list[Page]]) -> None:
    day, numbers, leaflet = printed["nhat-ky"], printed["so-lieu"], printed["tai-lieu"]

    assert day[0].size == (297, 210)
    assert day[0].rules(across=True) >= 6
    assert "SỔ NHẬT KÝ PHÁT THANH" in day[0].words
    assert "TRƯỞNG ĐÀI" in day[-1].words
    assert len(numbers) >= 4, "a page for each tab"
    assert "Kết quả theo ấp" in numbers[0].words
    assert re.search(r"\b2[.,]480[.,]00\b", numbers[0].words), "minutes as a number"
    assert "TÀI LIỆU TUYÊN TRUYỀN" in leaflet[0].words
    assert "4. Bài mat-dien" in leaflet[-1].words
