"""What holds of any text: nothing unreadable slips out unflagged, nothing plain is lost, time is linear."""

import re
import time
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadcaster.reading import Certainty, Lexicon, Reading, read
from broadcaster.reading.clean import clean

LEXICON = Lexicon.load()
PAUSES = set(".,;:!?…()[]{}\"'“”‘’«»‹›„‚-–—― \n")
usual = settings(
    max_examples=150, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)

WORDS = """xã ấp ngày tháng năm từ đến lúc và hộ dân số tổ lớp mức độ đường hồ sơ đồng phạt họp tại
    trường thứ quý khoản Điều Chương khóa gọi điện thoại lần tỷ lệ tăng giảm Tân Hưng thông báo HỌP DÂN ĐẶC
    BIỆT KHÔNG A B c BAN HÀNH VI XI MĂNG Y Ở TRẠM TẾ CA ĐÊM"""
words = st.sampled_from(WORDS.split())
abbreviations = st.sampled_from(sorted(key for key in LEXICON.entries if len(key) > 1))
unknown = st.text("ABCDĐEGHIKLMNOPQRSTUVXY", min_size=2, max_size=7)


def written_as(pattern: str) -> st.SearchStrategy[str]:
    return st.from_regex(pattern, fullmatch=True)


amounts = st.one_of(
    *map(
        written_as,
        (
            r"[0-9]{1,6}",
            r"[0-9]{1,3}(\.[0-9]{3}){1,3}(,[0-9]{1,2})?",
            r"[0-9]{1,2}/[0-9]{1,2}(/20[0-9]{2})?",
            r"[0-9]{1,2}[hg:][0-5][0-9]",
            r"[0-9]{1,3}[-–][0-9]{1,3}",
            r"[0-9]{1,3}/(KH|QĐ|TB|XYZ)-(UBND|ABC|TTg)",
            r"0[0-9]{3}[ .][0-9]{3}[ .][0-9]{3}",
            r"T[0-9]{1,2}",
            r"(II|IV|VI|XIII|XXI)",
            r"[1-9](,[0-9]){1,3}",
            r"[A-Z]{1,2}[0-9]{1,4}",
            r"[0-9]{1,3}(,[0-9])?( ?)(%|kg|m2|km/h|đ/kg|đồng/tháng|ha|kV|°C|mg/l|con/m2)",
            r"[≥≤<>] ?[0-9]{1,3} ?(tuổi|kg|m)",
        ),
    )
)
marks = st.sampled_from([" ", " ", " ", ", ", "; ", ". ", " - ", " / ", " (", ") ", ": ", " & ", " + ", "\n"])
administrative = st.lists(
    st.tuples(st.one_of(words, words, abbreviations, amounts, amounts, unknown), marks), max_size=14
).map(lambda pieces: "".join(piece + mark for piece, mark in pieces))
anything = st.text(max_size=60)


def unflagged(reading: Reading) -> list[str]:
    """Signs, digits and capitals in the spoken words for which no flag stands."""
    flagged = " ".join(span.spoken for span in reading.spans if span.certainty is not Certainty.SURE)
    signs = [
        c
        for c in reading.spoken
        if not (c.isalpha() or c in PAUSES or unicodedata.category(c) in ("Mn", "Mc", "Me"))
    ]
    capitals = [t for t in re.findall(r"[^\W\d_]+", reading.spoken) if sum(map(str.isupper, t)) > 1]
    return [odd for odd in signs + capitals if odd not in flagged]


def plain_words(reading: Reading) -> list[str]:
    """The words that no span touches."""
    done, kept = 0, []
    for span in reading.spans:
        kept.append(reading.written[done : span.start])
        done = span.end
    return re.findall(r"[^\W\d_]+", " ".join([*kept, reading.written[done:]]))


def in_order(few: list[str], many: list[str]) -> bool:
    rest = iter(many)
    return all(word in rest for word in few)


@usual
@given(st.one_of(administrative, anything))
def test_nothing_unreadable_slips_out(text: str) -> None:
    assert unflagged(read(text, LEXICON)) == []


@usual
@given(administrative)
def test_reading_twice_changes_nothing(text: str) -> None:
    once = read(text, LEXICON).spoken

    assert read(once, LEXICON).spoken == once


@usual
@given(st.one_of(administrative, anything))
def test_no_plain_word_is_lost_or_moved_and_every_line_stays(text: str) -> None:
    reading = read(text, LEXICON)

    assert in_order(plain_words(reading), re.findall(r"[^\W\d_]+", reading.spoken))
    assert reading.spoken.count("\n") == reading.written.count("\n") == clean(text).count("\n")


@usual
@given(st.one_of(administrative, anything))
def test_spans_stand_in_order_and_tell_the_truth(text: str) -> None:
    reading = read(text, LEXICON)

    done = 0
    for span in reading.spans:
        assert done <= span.start < span.end
        assert reading.written[span.start : span.end] == span.written
        done = span.end


def seconds(text: str) -> float:
    """Of this thread's processor: a busy machine makes them no more."""
    start = time.thread_time()
    read(text, LEXICON)
    return time.thread_time() - start


SENTENCE = "UBND xã họp 7h30 ngày 05/9/2026, thu 50.000đ/hộ/tháng (98,5%) theo 12/KH-UBND; ĐT 0912 345 678. "
HOSTILE = [
    "1",
    "1.",
    "1,",
    "1/",
    "1-",
    "A",
    "A-",
    "a.",
    "T2,",
    "I ",
    "(",
    "/",
    "-",
    "./",
    "0 ",
    "ngày ",
    "á\u0301",
]


def test_time_grows_linearly() -> None:
    read(SENTENCE, LEXICON)
    short, long = seconds(SENTENCE * 100), seconds(SENTENCE * 1600)

    assert long < short * 16 * 3


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_line_takes_no_more_than_linear_time(piece: str) -> None:
    bound = max(seconds(piece * 2_000), 0.01) * 8 * 4

    assert seconds(piece * 16_000) < bound


def test_a_third_of_a_megabyte_of_everything_neither_crashes_nor_stalls() -> None:
    every = "".join(chr(code) for code in range(0x3000)) + SENTENCE * 250
    text = (every * (333_000 // len(every) + 1))[:333_000]

    assert seconds(text) < 20


@pytest.mark.parametrize("text", ["\ud800", "\ue000\ue001", "\x00\x85\u2028", "😀" * 50, "ﬁ①Ⅳ𝐀𝟗", "٣٤", ""])
def test_strange_characters(text: str) -> None:
    reading = read(text, LEXICON)

    assert unflagged(reading) == []
    assert reading.sha256
