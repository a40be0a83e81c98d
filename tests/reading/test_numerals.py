"""The number reader against an independent one, and its style settings.

Where the two differ, ours is kept, because:
- that one says "linh" and "tỉ"; we say "lẻ" and "tỷ" unless the station asks for "linh";
- decimals with a leading zero ("0,05"): it says "không trăm năm", we say each digit, as newsreaders do.
"""

from collections.abc import Iterator

import pytest
from ctnx.number import num_to_words  # type: ignore[import-untyped]

from broadcaster.reading import Lexicon, Style, read
from broadcaster.reading.numerals import decimal, one_by_one, spelled, whole

LINH = Style(zero_tens="linh")


def theirs(number: object) -> str:
    return str(num_to_words(number)).replace("tỉ", "tỷ")


def numbers() -> Iterator[int]:
    yield from range(10_001)
    for power in range(4, 16):
        yield from range(10**power - 120, 10**power + 120)
    for power in range(4, 15):
        for factor in (2, 11, 105, 240):
            yield from (factor * 10**power + rest for rest in (0, 1, 4, 5, 15, 1_004, 21_021))


def test_whole_numbers_agree() -> None:
    different = [n for n in numbers() if whole(str(n), LINH) != theirs(n)]

    assert different == []


@pytest.mark.parametrize("places", [1, 2, 3])
def test_decimals_agree_where_no_zero_leads(places: int) -> None:
    fractions = [str(n) for n in range(10 ** (places - 1), 10**places) if n % 10]
    different = [f for f in fractions if decimal("8", f, LINH) != theirs(f"8.{f}")]

    assert different == []


def test_long_decimals_agree() -> None:
    assert decimal("3", "14159", LINH) == theirs("3.14159")


def test_a_leading_zero_is_said_digit_by_digit() -> None:
    assert theirs("0.05") == "không phẩy không trăm năm"
    assert decimal("0", "05", LINH) == "không phẩy không năm"


def test_runs_too_long_to_be_amounts_are_said_digit_by_digit() -> None:
    assert whole("1234567890123456789", LINH).startswith("một hai ba bốn")
    assert one_by_one("0912") == "không chín một hai"


def test_letters_have_names() -> None:
    assert spelled("XYZ") == "ích i dài dét"


@pytest.mark.parametrize(
    ("style", "spoken"),
    [
        (Style(), "ngày mùng năm tháng tám: một nghìn không trăm lẻ tư, hai mươi tư"),
        (Style(thousand="ngàn"), "một ngàn không trăm lẻ bốn"),
        (Style(zero_tens="linh"), "một nghìn không trăm linh bốn"),
        (Style(four="bốn"), "hai mươi bốn"),
        (Style(first_days=""), "ngày năm tháng tám"),
    ],
)
def test_the_station_chooses_its_words(style: Style, spoken: str) -> None:
    said = read("ngày 5/8: 1.004, 24", Lexicon.load(), style).spoken

    assert spoken.replace("lẻ tư", "lẻ bốn") in said


@pytest.mark.parametrize(
    ("slash", "spoken"),
    [
        ("trên", "mười hai trên kế hoạch"),
        ("xuyệt", "mười hai xuyệt kế hoạch"),
        ("", "mười hai, kế hoạch"),
    ],
)
def test_the_slash_of_a_document_number(slash: str, spoken: str) -> None:
    assert spoken in read("Số 12/KH-UBND", Lexicon.load(), Style(slash=slash)).spoken
