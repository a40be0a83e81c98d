"""Whatever the text, nothing but a DocumentError comes out, and no word is lost."""

import time
import unicodedata
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadcaster.documents import Document, load, parse
from broadcaster.errors import DocumentError

PIECES = st.sampled_from(
    [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Số: 12/TB-UBND", 
        "UBND XÃ TÂN HƯNG",
        "Tân Hưng, ngày 3 tháng 4 năm 2027", "Thời lượng: 5 phút", "THÔNG BÁO", "Nơi nhận:", "- Lưu: VT.",
        "TM. UBND",
        "KT. CHỦ TỊCH", "(Đã ký)", "Võ Thành Nhân", "[NHẠC CẮT]", "(MC nữ)", "PTV 1:", "Nam: Chào bà con.",
        "Nữ: Chào.",
        "Ghi chú: đọc chậm", "- ấp 1", "a) tổ 2", "1. Thời gian", "Mời bà con đến họp", "đúng giờ.", "./.",
        "Trang 2", "2",
        "---", "***", "kind: spot", "| a | b |", "|---|---|", "**đậm**",
        "(nhắc lại 2 lần)", "\t", "   ", "   cột hai", "🎵",
    ]
)  # fmt: skip
PAGES = st.lists(st.lists(PIECES, max_size=4).map(" ".join), max_size=25).map("\n".join)


def words(text: str) -> Counter[str]:
    return Counter("".join(c if c.isalnum() else " " for c in unicodedata.normalize("NFC", text)).split())


def all_words(document: Document) -> Counter[str]:
    return words("\n".join([document.text, *(out.text for out in document.left_out)]))


@given(PAGES)
@settings(max_examples=300, deadline=None)
def test_every_word_is_either_read_or_listed(text: str) -> None:
    try:
        document = parse(text, "x.txt")
    except DocumentError:
        return
    assert all_words(document) == words(text)


@given(PAGES)
@settings(max_examples=150, deadline=None)
def test_reading_the_spoken_words_again_changes_no_line_of_the_body(text: str) -> None:
    body = "Thưa bà con, nước đã rút.\n"
    document = parse(body + text, "x.txt")
    assert document.passages[0].text == "Thưa bà con, nước đã rút."
    assert all("\n" not in p.text and p.text == p.text.strip() for p in document.passages)
    assert len(document.text.split("\n")) == sum(p.cue == "" for p in document.passages)


@given(st.text(max_size=300), st.sampled_from(["x.txt", "x.md"]))
@settings(max_examples=400, deadline=None)
def test_any_unicode_is_taken_or_refused(text: str, name: str) -> None:
    try:
        document = parse(text, name)
    except DocumentError:
        return
    document.text.encode()
    assert document.title
    assert len(document.title) <= 120


@given(st.binary(max_size=400), st.sampled_from([".txt", ".md", ".docx", ".odt", ".pdf"]))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_taken_or_refused(tmp_path: Path, data: bytes, suffix: str) -> None:
    path = tmp_path / f"x{suffix}"
    path.write_bytes(data)
    try:
        load(path).text.encode()
    except DocumentError as error:
        assert error.todo  # noqa: PT017


@pytest.mark.parametrize(
    "text",
    [
        "a " * 99_000,
        "[" * 99_000,
        "(nhạc " * 30_000,
        "Số: " * 40_000,
        "| **" * 40_000,
        "./" * 99_000,
        "-\n" * 20_000,
        "UBND XÃ\n" * 20_000,
    ],
    ids=["words", "brackets", "cues", "numbers", "bars", "marks", "lines", "offices"],
)
@pytest.mark.parametrize("name", ["x.txt", "x.md"])
def test_a_long_strange_text_takes_time_in_proportion(text: str, name: str) -> None:
    quarter, whole = (_seconds(part, name) for part in (text[: len(text) // 4], text))

    assert whole < 8 * quarter + 0.5


def _seconds(text: str, name: str) -> float:
    began = time.thread_time()
    with suppress(DocumentError):
        parse(text, name)
    return time.thread_time() - began
