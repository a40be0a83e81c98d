from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcaster.voices.chunks import Chunk, Pause, chunks, has_words, speakable
from tests.voices.texts import NOTICE, long_text

PLAN = Path(__file__).parents[3] / "shared" / "plan" / "ke_hoach_tuyen_truyen_cchc_2024.txt"
VIETNAMESE = st.text("aăâđêôơư ắ\u0323 .,;:!?…–-()\"'”\n\t0🎉\0\u200b", max_size=300)


def test_each_clause_alone_with_the_pause_that_follows_it() -> None:
    found = chunks(NOTICE, 1000, packed=False)

    assert found == (
        Chunk("Kính thưa bà con xã Tân Hưng.", Pause.SENTENCE),
        Chunk("Ủy ban nhân dân xã thông báo lịch tiêm phòng cho trẻ em,", Pause.CLAUSE),
        Chunk("bắt đầu từ bảy giờ sáng thứ hai,", Pause.CLAUSE),
        Chunk("tại trạm y tế xã.", Pause.PARAGRAPH),
        Chunk("Bà con nhớ mang theo sổ tiêm chủng;", Pause.CLAUSE),
        Chunk("trẻ đang sốt thì để đợt sau.", Pause.SENTENCE),
        Chunk("Xin cảm ơn!", Pause.NONE),
    )


def test_packed_clauses_share_a_chunk() -> None:
    found = chunks(NOTICE, 100, packed=True)

    assert [chunk.text for chunk in found] == [
        "Kính thưa bà con xã Tân Hưng.",
        "Ủy ban nhân dân xã thông báo lịch tiêm phòng cho trẻ em, bắt đầu từ bảy giờ sáng thứ hai,",
        "tại trạm y tế xã.",
        "Bà con nhớ mang theo sổ tiêm chủng; trẻ đang sốt thì để đợt sau.",
        "Xin cảm ơn!",
    ]


def test_a_short_sentence_shares_the_chunk_of_the_next_one_in_its_paragraph() -> None:
    found = chunks(
        "Hai. Phân loại rác tại nhà. Xe gom rác đi qua ấp vào sáng thứ ba.\nBa. Hết.", 100, packed=True
    )

    assert found == (
        Chunk("Hai. Phân loại rác tại nhà. Xe gom rác đi qua ấp vào sáng thứ ba.", Pause.PARAGRAPH),
        Chunk("Ba. Hết.", Pause.NONE),
    )


def test_an_edited_sentence_moves_no_other_chunk() -> None:
    before = {chunk.text for chunk in chunks(long_text(3000), 100, packed=True)}
    edited = long_text(3000).replace("trực suốt ngày đêm", "trực đêm", 1)

    after = {chunk.text for chunk in chunks(edited, 100, packed=True)}

    assert len(after - before) == 1


def test_a_clause_that_is_too_long_is_cut_between_words_into_even_pieces() -> None:
    found = chunks("bà con " * 20 + "chú ý", 100, packed=True)

    assert len(found) == 2
    assert found[0].pause is Pause.NONE
    assert abs(len(found[0].text) - len(found[1].text)) < 12


def test_a_word_that_is_too_long_is_cut() -> None:
    assert [len(chunk.text) for chunk in chunks("a" * 250, 100, packed=True)] == [100, 100, 50]


@pytest.mark.parametrize(
    ("written", "clauses"),
    [
        ("Loa ấp ba – gần đình – đã sửa.", ["Loa ấp ba", "gần đình", "đã sửa."]),
        ("- Người già (trên tám mươi tuổi) được ưu tiên.", 3),
        ("Ông nói: “Bà con yên tâm.” Mọi người về.", 3),
        ("* * *\n---\nMột mục", ["Một mục"]),
        ("Thứ hai-thứ ba họp", ["Thứ hai-thứ ba họp"]),
    ],
)
def test_marks_between_clauses(written: str, clauses: list[str] | int) -> None:
    found = [chunk.text for chunk in chunks(written, 1000, packed=False)]

    assert found == clauses if isinstance(clauses, list) else len(found) == clauses


def test_nothing_to_say_is_no_chunk() -> None:
    assert chunks(" … \n 🎉 --", 100, packed=True) == ()


def test_letters_in_pieces_are_put_together() -> None:
    pieces = unicodedata.normalize("NFD", "Thông báo khẩn cấp")

    assert chunks(pieces, 100, packed=True)[0].text == "Thông báo khẩn cấp"


def test_what_no_voice_should_see_is_left_out() -> None:
    assert speakable("Chào\0 bà\u200b con 🎉👍🏽 nhé \ufeff\tạ ❤️\r\nHết") == "Chào bà con nhé ạ\n\nHết"


@given(VIETNAMESE, st.integers(5, 120), st.booleans())
def test_no_word_is_lost_and_no_chunk_too_long(text: str, longest: int, packed: bool) -> None:
    found = chunks(text, longest, packed=packed)

    spoken = "".join(letter for chunk in found for letter in chunk.text if letter.isalnum())
    assert spoken == "".join(letter for letter in speakable(text) if letter.isalnum())
    assert all(0 < len(chunk.text) <= longest and has_words(chunk.text) for chunk in found)
    assert [chunk.pause for chunk in found[-1:]] in ([], [Pause.NONE])


@given(VIETNAMESE)
def test_packing_never_costs_more(text: str) -> None:
    assert len(chunks(text, 100, packed=True)) <= len(chunks(text, 100, packed=False))


def test_five_thousand_characters_cost_at_most_ninety_questions() -> None:
    assert len(chunks(long_text(5000), 100, packed=True)) <= 90


@pytest.mark.skipif(not PLAN.exists(), reason="the real plan does not lie beside the project")
def test_the_real_plan_costs_at_most_ninety_questions() -> None:
    plan = (PLAN.read_text(encoding="utf-8") * 2)[:5000]

    assert len(chunks(plan, 100, packed=True)) <= 90
