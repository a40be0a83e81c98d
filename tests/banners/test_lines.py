"""Where the lines of a banner end."""

from __future__ import annotations

import unicodedata

import pytest

from broadcaster.banners.drawing import capitals, set_type
from broadcaster.banners.lines import fitted
from broadcaster.banners.sheet import parse_sheet
from broadcaster.banners.words import Joint, joints, known_words
from tests.banners.slogans import EXAMPLE, PLAN

SIZES = ("0.7x6m", "1x3m", "A3", "A4", "0.9x8m")


@pytest.mark.parametrize(
    ("text", "size", "lines"),
    [
        (
            PLAN[0],
            "0.7x6m",
            (
                "ĐẨY MẠNH CẢI CÁCH HÀNH CHÍNH, NÂNG CAO HIỆU LỰC,",
                "HIỆU QUẢ QUẢN LÝ CỦA BỘ MÁY NHÀ NƯỚC",
            ),
        ),
        (
            PLAN[2],
            "A3",
            (
                "CẢI CÁCH",
                "THỦ TỤC HÀNH CHÍNH",
                "GÓP PHẦN TÍCH CỰC",
                "PHÒNG, CHỐNG QUAN LIÊU,",
                "THAM NHŨNG, LÃNG PHÍ",
            ),
        ),
        (EXAMPLE[0], "1x3m", ("ĐẾN MỘT CỬA,", "GẶP MỘT NGƯỜI,", "XONG VIỆC TRONG MỘT LẦN")),
        (EXAMPLE[1], "A3", ("HẸN DÂN NGÀY NÀO,", "TRẢ ĐÚNG NGÀY ẤY,", "TRỄ THÌ XIN LỖI")),
        (EXAMPLE[2], "0.7x6m", ("ĐI GẦN HAY ĐI XA, NHỚ CÀI QUAI MŨ RỒI HÃY NỔ MÁY",)),
    ],
)
def test_lines_end_where_a_reader_pauses(text: str, size: str, lines: tuple[str, ...]) -> None:
    assert set_type(capitals(text), parse_sheet(size)).lines == lines


@pytest.mark.parametrize("text", [*PLAN, *EXAMPLE])
def test_no_word_is_split_and_no_syllable_stands_alone_at_the_end(text: str) -> None:
    syllables = capitals(text).split()
    inside = {n for n, joint in enumerate(joints(syllables)) if joint is Joint.INSIDE}
    assert inside or text in EXAMPLE

    for size in SIZES:
        lines = set_type(capitals(text), parse_sheet(size)).lines
        assert " ".join(lines).split() == syllables
        ends = [len(" ".join(lines[: n + 1]).split()) - 1 for n in range(len(lines) - 1)]
        assert not inside & set(ends), lines
        assert len(lines) == 1 or len(lines[-1].split()) > 1, lines


def test_lines_are_of_much_the_same_length() -> None:
    for text in PLAN:
        lines = set_type(capitals(text), parse_sheet("0.7x6m")).lines
        assert min(map(len, lines)) > 0.55 * max(map(len, lines)), lines


def test_letters_are_as_large_as_fit() -> None:
    """Against every other way to cut a short slogan into lines."""
    syllables = "một hai ba bốn năm sáu".split(" ")  # noqa: SIM905
    found = fitted(" ".join(syllables), 30.0, 10.0, len)

    rows = [
        [" ".join(syllables[:a]), " ".join(syllables[a:b]), " ".join(syllables[b:])]
        for a in range(1, 7)
        for b in range(a, 7)
    ]
    cut = [[line for line in three if line] for three in rows]
    sizes = [min(30 / max(map(len, lines)), 10 / (1.22 + 1.28 * (len(lines) - 1))) for lines in cut]
    assert found.size == pytest.approx(max(sizes), rel=0.07)


def test_a_word_stays_whole_even_where_its_letters_would_grow() -> None:
    assert fitted("phòng cháy chữa cháy", 12.0, 3.0, len).lines == ("phòng cháy chữa cháy",)


def test_marks_that_come_apart_are_one_letter() -> None:
    apart = unicodedata.normalize("NFD", EXAMPLE[0])

    assert joints(apart.split()) == joints(EXAMPLE[0].split())
    assert capitals(apart) == "ĐẾN MỘT CỬA, GẶP MỘT NGƯỜI, XONG VIỆC TRONG MỘT LẦN"
    assert capitals("Làm đi…") == "LÀM ĐI…"


def test_the_list_of_words_is_clean() -> None:
    words, longest = known_words()

    assert longest <= 5
    for word in words:
        assert word == " ".join(word.split()) == unicodedata.normalize("NFC", word).casefold(), word
    assert {"cải cách hành chính", "phẩm chất", "môi trường kinh doanh"} <= words
