"""The lint of what a text says. Dates are given, never the clock's."""

from datetime import date
from pathlib import Path

import pytest

from broadcaster.documents import load
from broadcaster.reading.lint import Remark, lint

TODAY = date(2026, 11, 24)


def found(text: str, today: date = TODAY) -> list[tuple[int, str, str]]:
    return [(remark.line, remark.rule, remark.words) for remark in lint(text, today)]


@pytest.mark.parametrize(
    ("text", "rule", "words"),
    [
        ("Nộp hồ sơ dịch vụ công mức độ 3,4 tại nhà.", "stale", "mức độ 3,4"),
        ("Hồ sơ DVCTT mức độ 3 và 4 tăng.", "stale", "mức độ 3 và 4"),
        ("Bà con mang theo sổ hộ khẩu bản gốc.", "stale", "sổ hộ khẩu"),
        ("Khi đi mang CMND.", "stale", "CMND"),
        ("Gửi về Sở Tài nguyên và Môi trường.", "stale", "Sở Tài nguyên và Môi trường"),
        ("Hội thi do huyện tổ chức.", "district", "huyện"),
        ("Hộ ở thị trấn cũng được xét.", "district", "thị trấn"),
        ("Tận tụy phục vụ nhân nhân.", "doubled", "nhân nhân"),
        ("Quyền lợi của của bà con.", "doubled", "của của"),
        ("Cải cách hành chính hành chính công.", "doubled", "hành chính hành chính"),
        ("Mời bà con dự họp lúc 19h ngày 20/10/2026.", "expired", "20/10/2026"),
        ("Hạn nộp: ngày 5 tháng 11 năm 2026.", "expired", "ngày 5 tháng 11 năm 2026"),
        ("Đăng ký từ ngày 01/10/2026 đến ngày 31/10/2026.", "expired", "31/10/2026"),
        ("Lịch tiêm chủng năm 2024.", "expired", "2024"),
        (" ".join(f"tiếng{n}" for n in range(45)) + ".", "long",
         "tiếng0 tiếng1 tiếng2 tiếng3 tiếng4 tiếng5 tiếng6 tiếng7 …"),
        (", ".join([f"việc thứ {n}" for n in range(25)]) + ".", "long", "việc thứ 0, việc thứ 1, việc thứ …"),
    ],
)  # fmt: skip
def test_what_is_remarked(text: str, rule: str, words: str) -> None:
    assert found(text) == [(1, rule, words)]


@pytest.mark.parametrize(
    "text",
    [
        "Dịch vụ công toàn trình (trước đây gọi là mức độ 3, 4).",
        "Tài khoản VNeID mức 2; động đất mức độ 4.",
        "Cấp huyện kết thúc hoạt động từ ngày 01/7/2025.",
        "Bà con không cần mang sổ hộ khẩu.",
        "Ngày ngày, nhà nhà, người người cùng dọn; đường xa xa vẫn đi.",
        "Phạt 5 triệu đồng đồng thời buộc khắc phục.",
        "Gọi số 1900 9095 hoặc 11 11.",
        "Đại hội Hội Nông dân xã.",
        "BAN BAN HÀNH",
        "Căn cứ Kế hoạch số 12/KH-UBND ngày 15/01/2026, xã tổ chức họp.",
        "Tính đến ngày 31/10/2026, đã có 12 hộ đăng ký.",
        "Mời bà con dự họp ngày 25/11/2026, ngày 45/13/2026.",
        "Mời bà con dự họp từ ngày 20/11/2026 đến ngày 30/11/2026.",
        "So với năm 2025, năm 2026 tăng.",
        "Giai đoạn 2021-2030.",
        "",
    ],
)
def test_what_is_let_pass(text: str) -> None:
    assert found(text) == []


def test_the_district_was_right_in_its_time() -> None:
    assert found("Hội thi do huyện tổ chức.", date(2025, 6, 30)) == []
    assert found("Khi đi mang CMND.", date(2024, 12, 31)) == []


def test_a_plan_that_speaks_of_the_year_before() -> None:
    plan = "KẾ HOẠCH\nTruyền thông năm 2027\nThi đua như kết quả năm 2026.\nTham gia hội thi năm 2026.\n"
    assert found(plan) == [(4, "expired", "năm 2026")]
    assert found(plan, date(2028, 1, 5)) == [(2, "expired", "2027"), (4, "expired", "năm 2026")]


def test_remarks_name_their_line_and_say_what_to_do() -> None:
    (first, second) = lint("Do huyện tổ chức, huyện chấm.\n\nPhục vụ nhân nhân.", TODAY)
    assert (first.line, second.line) == (1, 3)
    assert "district" in first.advice
    assert isinstance(second, Remark)


def test_a_long_text_takes_linear_time() -> None:
    assert lint("ha " * 200_000, TODAY)
    assert lint("a" * 300_000, TODAY) == ()


SHARED = Path(__file__).parents[3] / "shared"


@pytest.mark.skipif(not SHARED.is_dir(), reason="no ../shared beside the project")
def test_no_false_alarm_over_six_scripts_and_all_true_ones_in_the_plan() -> None:
    aired = {
        "d01": date(2026, 12, 7),
        "d02": date(2026, 11, 23),
        "d03": date(2026, 11, 28),
        "d04": date(2026, 3, 10),
        "d05": date(2026, 10, 21),
        "d06": date(2027, 1, 30),
    }
    for path in (SHARED / "scripts").glob("*.txt"):
        assert found(load(path).text, aired[path.name[:3]]) == []
    plan = load(next((SHARED / "plan").glob("*.txt"))).text
    rules = [(rule, words) for _line, rule, words in found(plan)]
    assert rules.count(("expired", "năm 2023")) == 2
    assert {
        ("stale", "mức độ 3,4"),
        ("district", "huyện"),
        ("doubled", "nhân nhân"),
        ("expired", "2024"),
    } < set(rules)
    assert len(rules) == 7


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parents[2] / "scripts").glob("*-*.*")), ids=lambda p: p.name
)
def test_the_example_texts_are_clean_on_the_day_they_air(path: Path) -> None:
    document = load(path)
    expires = date.fromisoformat(document.front_matter.get("expires", "2026-12-01"))
    assert [r for r in found(document.text, expires.replace(day=1)) if r[1] != "expired"] == []
