"""From the year's plan to the report, through the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from docx import Document

from broadcaster.clock import SystemClock
from broadcaster.playout.airing import Outcome
from broadcaster.store import Store
from broadcaster.units import Milliseconds
from tests.kit import APPROVER, AUTHOR, PLAN, bulletin, here, refused, rows

BY = ("--by", AUTHOR)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime.now(ZONE)
SOON = NOW if NOW.time() < time(5, 29) else NOW + timedelta(days=1)
"""The day of the next programme; all that the tests look at lies in its year."""
YEAR = str(SOON.year)
SMALL_PLAN = f"""Kế hoạch tuyên truyền năm {YEAR}
1. Phòng cháy
- Ở chợ
2. Tiêm chủng
"""


@pytest.fixture
def planned(small: Path) -> Path:
    """A station with a plan of three topics, and an approved script that waits for the next programme."""
    (small / "ke-hoach.txt").write_text(SMALL_PLAN, encoding="utf-8")
    (small / "bai.txt").write_text("Bà con chú ý phòng cháy ở chợ.", encoding="utf-8")
    slot = ("sang", "--at", "05:30", "--hamlet", "ap-1", "--hamlet", "ap-2")
    for args in (
        ("person", "add", APPROVER),
        ("plan", "import", str(small / "ke-hoach.txt"), *BY),
        ("script", "add", str(small / "bai.txt"), *BY),
        ("script", "approve", "bai", "--by", APPROVER),
        ("plan", "tag", "bai", "1.1", "--year", YEAR, *BY),
        ("timetable", "add", *slot, *BY),
        ("queue", "add", "bai", "--slot", "sang", *BY),
    ):
        run = here(small, *args)
        assert run.code == 0, (args, run.err)
    return small


def aired(folder: Path) -> datetime:
    """What a daemon does with the first edition: it sounds in ap-1 and fails in ap-2. Its instant."""
    ((instant,),) = rows(folder, "select min(starts_at) from airing where state = 'due'")
    at = datetime.fromtimestamp(instant / 1000, UTC)
    audio = bulletin(folder, 1.0)
    store = Store.open(folder / "schedules.db", clock=SystemClock())
    store.add_bulletin(audio, "Phòng cháy", now=at)
    (edition,) = store.editions(at, at + timedelta(seconds=1))
    store.fix(edition.id, [store.script("bai").id], "Phòng cháy", audio.sha256, now=at)
    first, second = store.claim(at, at)
    store.begin([first.id], at, Milliseconds(0))
    store.end([first.id], Outcome.AIRED, "", 60.0, at)
    store.end([second.id], Outcome.FAILED, "no sound", 0.0, at)
    store.close()
    return at.astimezone(ZONE)


def covered(folder: Path, *args: str) -> dict[str, dict[str, Any]]:
    run = here(folder, "plan", "coverage", "--year", YEAR, "--json", *args)
    assert run.code == 0, run.err
    return {row["title"]: row for row in json.loads(run.out)}


def test_a_plan_is_taken_in_once(planned: Path) -> None:
    again = here(planned, "plan", "import", str(planned / "ke-hoach.txt"), *BY)

    assert f"0 topics are new in the plan of {YEAR}, 3 were known" in again.out
    listed = json.loads(here(planned, "plan", "list", "--year", YEAR, "--json").out)
    assert [(row["code"], row["title"], row["level"]) for row in listed] == [
        ("1", "Phòng cháy", 1),
        ("1.1", "Ở chợ", 2),
        ("2", "Tiêm chủng", 1),
    ]


def test_topics_are_changed_added_and_removed(planned: Path) -> None:
    of = ("--year", YEAR, *BY)
    days = ("--from", f"01/03/{YEAR}", "--to", f"31/03/{YEAR}")
    for args in (
        ("set", "2", "--title", "Tiêm vắc xin", "--times", "12", "--minutes", "60", *days, *of),
        ("add", "3", "Hội thi", "--times", "4", "--parent", "2", *of),
        ("remove", "1.1", *of),
    ):
        run = here(planned, "plan", *args)
        assert run.code == 0, (args, run.err)
    assert here(planned, "plan", "set", "3", "--times", "none", *of).code == 0

    table = here(planned, "plan", "list", "--year", YEAR).out
    listed = json.loads(here(planned, "plan", "list", "--year", YEAR, "--json").out)
    assert [(row["code"], row["times"], row["minutes"]) for row in listed] == [
        ("1", None, None),
        ("2", 12, 60),
        ("3", None, None),
    ]
    assert (listed[1]["first"], listed[1]["last"]) == (f"{YEAR}-03-01", f"{YEAR}-03-31")
    assert "  Hội thi" in table


def test_coverage_is_what_was_heard_and_what_is_to_come(planned: Path) -> None:
    before = covered(planned)
    aired(planned)
    after = covered(planned, "--to", f"31/12/{YEAR}")

    assert before["Ở chợ"]["hamlets"] == {
        code: {"times": 0, "seconds": 0.0, "coming": 1, "missing": 0} for code in ("ap-1", "ap-2")
    }
    heard = {"times": 1, "seconds": 60.0}
    assert after["Phòng cháy"]["hamlets"]["ap-1"].items() >= heard.items()
    assert after["Ở chợ"]["hamlets"]["ap-2"].items() >= {"times": 0, "seconds": 0.0}.items()
    assert after["Tiêm chủng"]["hamlets"]["ap-1"]["times"] == 0
    assert after["All that was heard"]["hamlets"]["ap-1"].items() >= heard.items()
    assert after["Off the plan"]["hamlets"]["ap-1"]["seconds"] == 0


def test_coverage_for_people_and_as_a_picture(planned: Path) -> None:
    assert here(planned, "plan", "set", "2", "--times", "12", "--year", YEAR, *BY).code == 0

    table = here(planned, "plan", "coverage", "--year", YEAR)
    drawn = [here(planned, "plan", "coverage", "-o", str(planned / f"x{s}")) for s in (".png", ".svg")]

    assert "Tiêm chủng" in table.out
    assert "0 +1" in table.out
    assert table.out.count("12 times") == 2
    assert [run.code for run in drawn] == [0, 0]
    assert (planned / "x.png").read_bytes().startswith(b"\x89PNG")
    assert "Phú Hòa" in (planned / "x.svg").read_text(encoding="utf-8")
    refused(here(planned, "plan", "coverage", "-o", "x.jpg"), 2, ".png")
    refused(here(planned, "plan", "coverage", "-o", str(planned / "khong-co" / "x.png")), 1, "khong-co")
    refused(
        here(planned, "plan", "coverage", "--from", f"{YEAR}-05-01", "--to", f"{YEAR}-04-01"), 2, "--from"
    )


def test_diary_and_results_are_papers(planned: Path) -> None:
    at = aired(planned)
    day = at.strftime("%Y-%m-%d")
    signed = ("--signer", APPROVER, "--signed-as", "KT. TRƯỞNG ĐÀI", "--signed-as", "PHÓ TRƯỞNG ĐÀI")

    diary = here(planned, "report", "diary", "--from", day, *signed, "-o", str(planned / "nk.docx"))
    results = here(planned, "report", "results", at.strftime("%Y-%m"), "-o", str(planned / "bc.docx"))
    sheet = here(planned, "report", "results", YEAR, "--number", "7", "-o", str(planned / "bc.xlsx"))

    assert (diary.code, results.code, sheet.code) == (0, 0, 0), (diary.err, results.err, sheet.err)
    said = [cell.text for row in Document(str(planned / "nk.docx")).tables[2].rows for cell in row.cells]
    assert {"05:30–05:31", "1/2", "Phòng cháy", f"Viết: {AUTHOR}. Duyệt: {APPROVER}"} <= set(said)
    assert "Ấp 2: phát không thành (không có tiếng)" in said
    signature = Document(str(planned / "nk.docx")).tables[-1].rows[0].cells[1].text
    assert "PHÓ TRƯỞNG ĐÀI" in signature
    assert APPROVER in signature
    heads = Document(str(planned / "bc.docx")).tables[0].rows[0].cells[0].text
    assert heads.startswith("ỦY BAN NHÂN DÂN\nXÃ PHÚ HÒA")
    assert "SỐ LIỆU TẠM TÍNH" in results.out, "the month is not over"
    assert f"Written: {planned / 'bc.xlsx'}" in sheet.out


def test_what_cannot_be_is_refused_in_one_message(planned: Path) -> None:
    (planned / "trong.txt").write_text("Không có mục nào ở đây.", encoding="utf-8")

    refused(here(planned, "plan", "import", str(planned / "trong.txt"), *BY), 1, "trong.txt")
    refused(here(planned, "plan", "import", str(planned / "khong-co.txt"), *BY), 1, "khong-co.txt")
    refused(here(planned, "plan", "tag", "bai", "9.9", "--year", YEAR, *BY), 1, "9.9", YEAR)
    refused(here(planned, "plan", "set", "2", "--year", YEAR, *BY), 2, "--times")
    refused(here(planned, "plan", "set", "2", "--times", "nhiều", *BY), 2, "nhiều")
    refused(here(planned, "plan", "remove", "2", "--year", YEAR, "--by", "Ai đó"), 1, "Ai đó")
    refused(here(planned, "report", "results", "2026-13", "-o", "x.docx"), 1, "2026-13")
    refused(here(planned, "report", "results", "2026", "-o", "x.pdf"), 2, ".docx")
    refused(here(planned, "report", "results", "2026", "-o", str(planned / "nope" / "x.csv")), 1, "nope")


def test_lint_warns_and_says_so_by_its_exit_code(planned: Path) -> None:
    stale = planned / "cu.txt"
    stale.write_text(f"{SMALL_PLAN}- Hội thi do huyện tổ chức, phục vụ nhân nhân\n", encoding="utf-8")

    clean = here(planned, "plan", "lint", str(planned / "ke-hoach.txt"))
    run = here(planned, "plan", "lint", str(stale), "--json")

    assert (clean.code, clean.out.strip()) == (0, "Nothing to remark")
    assert run.code == 1
    assert {(remark["rule"], remark["words"]) for remark in json.loads(run.out)} == {
        ("district", "huyện"),
        ("doubled", "nhân nhân"),
    }
    assert "huyện" in here(planned, "plan", "lint", str(stale)).out


def test_sections_that_are_no_topics_are_named(planned: Path) -> None:
    with_money = planned / "tien.txt"
    with_money.write_text(f"{SMALL_PLAN}3. Kinh phí\n- Từ ngân sách xã\n", encoding="utf-8")

    run = here(planned, "plan", "import", str(with_money), *BY)

    assert "Left out, as it is no topic: Kinh phí" in run.out
    assert "0 topics are new" in run.out


@pytest.mark.skipif(not PLAN.exists(), reason="the commune's own plan is not here")
def test_the_commune_s_own_plan_twice(small: Path) -> None:
    first = here(small, "plan", "import", str(PLAN), *BY)
    again = here(small, "plan", "import", str(PLAN), *BY)

    assert "19 topics are new in the plan of 2024" in first.out
    assert "0 topics are new in the plan of 2024, 19 were known" in again.out
