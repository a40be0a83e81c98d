"""Layers, contexts and faults of the lexicon; the built-in rows themselves."""

import os
import sys
from pathlib import Path

import pytest

from broadcaster.errors import ReadingError
from broadcaster.reading import Entry, Lexicon, front_matter_rows, read
from broadcaster.reading.rows import append

BUILT_IN = Lexicon.load()


def spoken(text: str, lexicon: Lexicon) -> str:
    return read(text, lexicon).spoken


def test_later_layers_win(tmp_path: Path) -> None:
    (tmp_path / "lexicon-province.tsv").write_text("KDL\tkhu du lịch\nBQL\tban của tỉnh\n", encoding="utf-8")
    (tmp_path / "lexicon.tsv").write_text("BQL\tban của xã\nTT\ttổ trưởng\n", encoding="utf-8")

    lexicon = Lexicon.in_folder(tmp_path, {"KDL": "kho dữ liệu"})

    assert spoken("BQL", lexicon) == "ban của xã"
    assert spoken("KDL", lexicon) == "kho dữ liệu"
    assert spoken("TT Y tế", lexicon) == "tổ trưởng Y tế"
    assert not read("TT", lexicon).doubtful


def test_a_faulty_row_is_reported_with_its_line_and_the_rest_works(tmp_path: Path) -> None:
    file = tmp_path / "lexicon.tsv"
    file.write_text(
        "written\tspoken\tcontext\tnote\n# của xã\nABX\ta bờ ích\nno tab here\nX1\tsố 1\n\tnothing\n"
        "a\tb\tc\td\te\nAZ\tá\r\n",
        encoding="utf-8-sig",
    )

    lexicon = Lexicon.load([file])

    assert [fault.line for fault in lexicon.faults] == [4, 5, 6, 7]
    assert str(lexicon.faults[0]).startswith(f"{file}:4: ")
    assert spoken("ABX AZ", lexicon) == "a bờ ích á"


def test_front_matter_rows_are_judged_too() -> None:
    lexicon = Lexicon.load(extra=front_matter_rows("- TBX = trạm bơm xã\nKH2 = 5%; ; rác"))

    assert spoken("TBX", lexicon) == "trạm bơm xã"
    assert len(lexicon.faults) == 1


@pytest.mark.parametrize("content", [b"\xff\xfe\x00bad", b"x" * 2_000_001], ids=["no text", "too large"])
def test_a_file_that_is_no_lexicon(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "lexicon.tsv"
    file.write_bytes(content)

    with pytest.raises(ReadingError, match=r"lexicon\.tsv"):
        Lexicon.load([file])


def test_a_missing_file_is_passed_over(tmp_path: Path) -> None:
    assert Lexicon.load([tmp_path / "none.tsv"]).faults == ()


def test_adding_a_row_keeps_the_others(tmp_path: Path) -> None:
    file = tmp_path / "lexicon.tsv"
    append(file, Entry("KDL", "khu du lịch", (">Aa",), "thông báo"))
    append(file, Entry("BQLC", "ban quản lý chợ"))

    lexicon = Lexicon.load([file])

    assert spoken("KDL Núi Bà, BQLC", lexicon) == "khu du lịch Núi Bà, ban quản lý chợ"
    assert [path.name for path in tmp_path.iterdir()] == ["lexicon.tsv"]


def test_a_row_that_cannot_be_said_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadingError):
        append(tmp_path / "lexicon.tsv", Entry("X", "100%"))
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="needs a folder it may not write")
def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)

    with pytest.raises(ReadingError):
        append(tmp_path / "lexicon.tsv", Entry("X", "ích"))


def test_a_lexicon_cannot_be_written_where_no_folder_is(tmp_path: Path) -> None:
    with pytest.raises(ReadingError, match="none"):
        append(tmp_path / "none" / "lexicon.tsv", Entry("X", "ích"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("TT Tân Châu", "thị trấn Tân Châu"),
        ("TT Y tế", "Trung tâm Y tế"),
        ("TT HĐND", "Thường trực Hội đồng nhân dân"),
        ("CA xã", "công an xã"),
        ("TRỰC CA ĐÊM", "trực ca đêm"),
        ("Trường TH Tân Hưng", "Trường tiểu học Tân Hưng"),
        ("CT UBND", "Chủ tịch Ủy ban nhân dân"),
        ("Chỉ thị 17/CT-TTg", "Chỉ thị mười bảy trên chỉ thị Thủ tướng Chính phủ"),
        ("ký HĐ lao động", "ký hợp đồng lao động"),
        ("HĐ thi đua", "hội đồng thi đua"),
        ("quý KH dùng điện", "quý khách hàng dùng điện"),
        ("đạt 98% KH năm", "đạt chín mươi tám phần trăm kế hoạch năm"),
    ],
)
def test_contexts_decide_ambiguous_keys(text: str, said: str) -> None:
    assert spoken(text, BUILT_IN) == said


def test_every_built_in_row_names_its_document_and_stands_once() -> None:
    assert BUILT_IN.faults == ()
    for written, group in BUILT_IN.entries.items():
        contexts = [entry.context for entry in group]
        assert all(entry.note for entry in group), written
        assert len(set(contexts)) == len(contexts), written


def test_what_the_built_in_rows_say_is_not_changed_again() -> None:
    restless = [
        entry.written
        for group in BUILT_IN.entries.values()
        for entry in group
        if spoken(entry.spoken, BUILT_IN) != entry.spoken
    ]

    assert restless == []
