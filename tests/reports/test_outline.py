"""Topics from a plan's headings and bullets."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from docx import Document as Docx

from broadcaster.documents import load, parse
from broadcaster.reports.lint import lint_plan
from broadcaster.reports.outline import Outline, outline
from tests.kit import PLAN

SMALL = """KẾ HOẠCH
Tuyên truyền phòng, chống lụt bão năm 2026
I. MỤC ĐÍCH, YÊU CẦU
1. Mục đích
- Người dân biết trước mùa mưa.
II. NỘI DUNG TUYÊN TRUYỀN NHƯ SAU:
1. Trước mùa mưa bão
- Trên loa truyền thanh.
+ Nội dung tuyên truyền:
- Chằng chống nhà cửa. Chặt tỉa cây xanh.
- Dự trữ lương thực, nước sạch, gồm: gạo, mì, nước uống.
+ Thời lượng mỗi bài không quá năm phút.
a) Trong trường học
2. Trong mùa mưa bão
2.1. Sơ tán dân
2.2. Bảo đảm liên lạc
III. TỔ CHỨC THỰC HIỆN
1. Đài truyền thanh viết tin bài.
"""


def proposed(text: str) -> Outline:
    return outline(parse(text, "ke-hoach.txt"))


def test_levels_follow_the_marks() -> None:
    plan = proposed(SMALL)

    assert plan.year == 2026
    assert [(topic.code, topic.title) for topic in plan.topics] == [
        ("1", "Trước mùa mưa bão"),
        ("1.1", "Trên loa truyền thanh"),
        ("1.1.1", "Chằng chống nhà cửa"),
        ("1.1.2", "Dự trữ lương thực, nước sạch"),
        ("1.1.3", "Thời lượng mỗi bài không quá năm phút"),
        ("1.2", "Trong trường học"),
        ("2", "Trong mùa mưa bão"),
        ("2.1", "Sơ tán dân"),
        ("2.2", "Bảo đảm liên lạc"),
    ]
    assert [topic.level for topic in plan.topics] == [1, 2, 3, 3, 3, 2, 1, 2, 2]
    assert plan.topics[3].words == "Dự trữ lương thực, nước sạch, gồm: gạo, mì, nước uống."


def test_purpose_and_organisation_are_no_topics_and_are_named() -> None:
    assert proposed(SMALL).left_out == ("MỤC ĐÍCH, YÊU CẦU", "TỔ CHỨC THỰC HIỆN")


def test_a_line_is_known_by_its_words_wherever_it_stands() -> None:
    moved = SMALL.replace("1. Trước mùa mưa bão", "1. Tập huấn\n2. Trước mùa mưa bão")

    before = {topic.title: topic.origin for topic in proposed(SMALL).topics}
    after = {topic.title: topic.origin for topic in proposed(moved).topics}

    assert {title: after[title] for title in before} == before
    assert len(set(after.values())) == len(after)


def test_two_lines_alike_are_two_topics() -> None:
    plan = proposed("1. Trên loa\n- Phòng cháy\n2. Trên mạng\n- Phòng cháy\n")

    assert [topic.code for topic in plan.topics] == ["1", "1.1", "2", "2.1"]
    assert len({topic.origin for topic in plan.topics}) == 4


def test_a_long_line_becomes_a_short_title() -> None:
    long = "- " + "tuyên truyền về an toàn thực phẩm " * 6

    (topic,) = proposed(f"Kế hoạch\n{long}\n").topics

    assert len(topic.title) <= 100
    assert topic.title.endswith("…")


def test_the_year_is_that_of_the_title_else_the_one_named_most_else_unknown() -> None:
    filler = "Bà con chú ý.\n" * 8
    assert proposed("Kế hoạch năm 2026, thay năm 2025 và năm 2026\n- A b c\n").year == 2026
    assert proposed(f"{filler}- Từ năm 2027 đến hết năm 2027, sau năm 2025\n").year == 2027
    assert proposed("Kế hoạch\n- Phòng cháy\n").year is None


def test_word_numbers_its_paragraphs_itself(tmp_path: Path) -> None:
    document = Docx()
    document.add_paragraph("Kế hoạch tuyên truyền năm 2026")
    for words, style in (
        ("Phòng cháy", "List Number"),
        ("Ở chợ", "List Bullet"),
        ("Ở trường", "List Bullet"),
        ("Tiêm chủng", "List Number"),
    ):
        document.add_paragraph(words, style=style)
    document.save(str(tmp_path / "ke-hoach.docx"))

    plan = outline(load(tmp_path / "ke-hoach.docx"))

    assert [(t.code, t.title) for t in plan.topics] == [
        ("1", "Phòng cháy"),
        ("1.1", "Ở chợ"),
        ("1.2", "Ở trường"),
        ("2", "Tiêm chủng"),
    ]


@pytest.mark.skipif(not PLAN.exists(), reason="the commune's own plan is not here")
def test_the_commune_s_own_plan() -> None:
    plan = outline(load(PLAN))

    assert plan.year == 2024
    codes = [topic.code for topic in plan.topics]
    assert [code for code in codes if "." not in code] == ["1", "2", "3", "4", "5"]
    assert [code for code in codes if code.startswith("1.1.")] == [f"1.1.{n}" for n in range(1, 6)]
    assert [code for code in codes if code.startswith("3.")] == [f"3.{n}" for n in range(1, 7)]
    assert plan.topics[codes.index("1.1.3")].title == "Tuyên truyền nâng cao các Chỉ số của tỉnh"


@pytest.mark.skipif(not PLAN.exists(), reason="the commune's own plan is not here")
def test_what_is_stale_in_the_commune_s_own_plan() -> None:
    remarks = lint_plan(load(PLAN).text, 2024, date(2026, 11, 24))

    found = {(remark.rule, remark.words) for remark in remarks}
    assert {
        ("stale", "mức độ 3,4"),
        ("district", "huyện"),
        ("expired", "năm 2023"),
        ("doubled", "nhân nhân"),
    } <= found


def test_years_other_than_the_plan_s() -> None:
    text = (
        "Kế hoạch năm 2026\nHội thi năm 2025\nTổng kết vào năm 2027\n"
        "Giai đoạn 2026-2030, đến năm 2030\nVăn bản năm 2026"
    )

    remarks = lint_plan(text, 2026, date(2026, 6, 1))

    assert [(remark.line, remark.words) for remark in remarks] == [(2, "năm 2025"), (3, "năm 2027")]
    assert lint_plan("- Phòng cháy năm 2027", None, date(2026, 6, 1)) == ()
