"""A table of invented lines and how they are said: tests/reading/cases.tsv."""

import csv
import re
from pathlib import Path

import pytest

from broadcaster.reading import Lexicon, read

LEXICON = Lexicon.load()
with Path(__file__).with_name("cases.tsv").open(encoding="utf-8", newline="") as table:
    CASES = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("case", CASES, ids=[f"{c['category']}-{n}" for n, c in enumerate(CASES)])
def test_a_line_is_said_as_in_the_table(case: dict[str, str]) -> None:
    assert read(case["written"], LEXICON).spoken == case["spoken"]


def test_the_table_covers_every_category_with_two_hundred_lines_and_more() -> None:
    assert len(CASES) >= 200
    assert len({case["category"] for case in CASES}) >= 20


@pytest.mark.parametrize("case", CASES, ids=[f"{c['category']}-{n}" for n, c in enumerate(CASES)])
def test_what_is_said_is_said_the_same_when_read_again(case: dict[str, str]) -> None:
    assert read(case["spoken"], LEXICON).spoken == case["spoken"]


DOUBTFUL = [
    ("Lớp 6/2 nghỉ", "6/2"),
    ("Quà 50k", "50k"),
    ("Bài thi 8.0 nhé", "8.0"),
    ("Tiệc 3/5 vui", "3/5"),
    ("Ngày 1-12 họp", "1-12"),
    ("Ghi 3,000 thẻ", "3,000"),
    ("Gửi TT nhé", "TT"),
    ("Nhóm T4 xong", "T4"),
    ("Khung 8g xong", "8g"),
]


@pytest.mark.parametrize(("written", "token"), DOUBTFUL)
def test_what_context_cannot_decide_is_flagged(written: str, token: str) -> None:
    flagged = [span.written for span in read(written, LEXICON).doubtful]

    assert any(token.endswith(piece) or piece.endswith(token) for piece in flagged), flagged


DECIDED = [
    ("chiếm 3/4 số vụ", "ba phần tư số vụ"),
    ("từ ngày 3/4 đến ngày 5/4", "ngày mùng ba tháng tư"),
    ("đường 3/2", "đường ba tháng hai"),
    ("số 45/2 đường Lê Lợi", "bốn mươi lăm xuyệt hai"),
    ("dịp lễ 30/4", "ba mươi tháng tư"),
    ("hạn nộp trước 15/3", "ngày mười lăm tháng ba"),
    ("từ T2 đến T6", "từ thứ hai đến thứ sáu"),
    ("các trạm TBA T1, T2", "tê một, tê hai"),
    ("phiên bản 8.0", "tám chấm không"),
    ("1.284/1.102 hồ sơ", "một nghìn hai trăm tám mươi tư trên một nghìn một trăm lẻ hai"),
    ("trực 24/24h", "hai mươi tư trên hai mươi tư giờ"),
    ("còn 05 hồ sơ", "còn năm hồ sơ"),
    ("từ 7g00 sáng", "từ bảy giờ sáng"),
    ("gió cấp 12-13", "cấp mười hai đến mười ba"),
    ("dịch vụ công mức độ 3,4", "mức độ ba, bốn"),
    ("tăng 3,4 lần", "ba phẩy bốn lần"),
]


@pytest.mark.parametrize(("written", "spoken"), DECIDED)
def test_context_decides_without_a_flag(written: str, spoken: str) -> None:
    reading = read(written, LEXICON)

    assert spoken in reading.spoken
    assert not reading.doubtful
    assert not reading.unread


def test_spans_cover_exactly_what_was_written() -> None:
    reading = read("UBND xã họp lúc 7h30 ngày 05/9/2026 tại ấp 1,2,3.", LEXICON)

    assert [span.written for span in reading.spans] == ["UBND", "7h30", "05/9/2026", "1,2,3"]
    assert all(reading.written[span.start : span.end] == span.written for span in reading.spans)
    assert {span.rule for span in reading.spans} == {
        "words.lexicon",
        "times.hour",
        "dates.full",
        "lists.commas",
    }


def test_every_line_stays_a_line() -> None:
    written = "- một\n\nII. HAI\r\n   \n-----\n3)\n"

    spoken = read(written, LEXICON).spoken

    assert spoken.count("\n") == written.count("\n")
    assert re.split("\n", spoken)[2] == "hai. hai"
