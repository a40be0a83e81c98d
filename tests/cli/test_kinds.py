"""Kinds, consent, procedures, contests and meetings, through the command line and into the report."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.kit import APPROVER, AUTHOR, here, refused, snapshot, today

BY = ("--by", AUTHOR)


def answer_day() -> date:
    return today() + timedelta(days=5)


GUEST = "Phạm Minh Đức"
PRAISE = """---
loại: nêu gương
nêu tên: Nguyễn Văn Tám
---
Khen ông Nguyễn Văn Tám và chị Lan hiến đất làm đường.
"""


def done(folder: Path, *args: str) -> str:
    run = here(folder, *args)
    assert run.code == 0, (args, run.err)
    return run.out


def listed(folder: Path, *args: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(done(folder, *args, "--json"))
    return found


@pytest.fixture
def office(small: Path) -> Path:
    for name, words in {
        "guong.txt": PRAISE,
        "mo.txt": "Mời bà con dự hội thi tìm hiểu.",
        "hoi.txt": "Câu hỏi tuần một: khai sinh ở đâu?",
        "dap.txt": "Đáp án: ở bộ phận một cửa.",
    }.items():
        (small.parent / name).write_text(words, encoding="utf-8")
    done(small, "person", "add", APPROVER)
    done(small, "person", "add", GUEST)
    return small


def test_praise_from_names_to_approval(office: Path) -> None:
    told = done(office, "script", "add", str(office.parent / "guong.txt"), *BY)
    assert "looks like a person's name: Lan (script set guong --name or --not-a-person)" in told
    assert "no consent is on record yet: Nguyễn Văn Tám" in told
    before = snapshot(office)
    approve = ("script", "approve", "guong", "--by", APPROVER)
    refused(here(office, *approve), 1, "not declared: guong: Lan")
    refused(here(office, "script", "set", "guong", *BY), 2, "Say what to change")
    refused(here(office, "script", "consent", "guong", "--name", "Lan", *BY), 1, "does not declare", "Lan")
    assert snapshot(office) == before

    done(office, "script", "set", "guong", "--not-a-person", "Lan", *BY)
    refused(here(office, *approve), 1, "without their consent on record: guong: Nguyễn Văn Tám")
    done(office, "script", "consent", "guong", "--name", "Nguyễn Văn Tám", "--note", "ký 3/12", *BY)

    assert done(office, *approve) == f"guong is approved by {APPROVER}\n"
    said = done(office, "script", "show", "guong")
    assert f"Nguyễn Văn Tám agrees to being named: {AUTHOR}, {today():%d/%m/%Y} ký 3/12\n" in said
    (shown,) = listed(office, "script", "show", "guong")
    assert (shown["kind"], shown["kind_shown"], shown["not_names"]) == ("praise", "praise", ["Lan"])
    assert [(one["name"], one["by"], one["note"]) for one in shown["consents"]] == [
        ("Nguyễn Văn Tám", AUTHOR, "ký 3/12")
    ]


def test_a_criticism_tells_that_another_has_to_approve(office: Path) -> None:
    (office.parent / "cho.txt").write_text("Chợ còn nhiều rác.", encoding="utf-8")
    done(office, "script", "add", str(office.parent / "cho.txt"), "--kind", "criticism", *BY)

    first = done(office, "script", "approve", "cho", "--by", APPROVER)
    refused(here(office, "script", "approve", "cho", "--by", APPROVER), 1, "A second person", APPROVER)
    second = done(office, "script", "approve", "cho", "--by", GUEST)

    assert first == f"cho is approved by {APPROVER}; a second person has to approve it, too\n"
    assert second == f"cho is approved by {GUEST}\n"


def test_days_on_the_air_are_set_and_taken_away(office: Path) -> None:
    done(office, "script", "add", str(office.parent / "mo.txt"), *BY)

    done(office, "script", "set", "mo", "--not-before", str(answer_day()), "--expires", "2099-01-01", *BY)
    done(office, "script", "set", "mo", "--expires", "none", "--kind", "spot", *BY)

    (row,) = listed(office, "script", "list")
    assert (row["kind"], row["kind_shown"]) == ("spot", "slogan")
    assert (row["not_before"], row["expires"]) == (str(answer_day()), None)


def test_a_notice_of_a_procedure_is_a_draft(office: Path) -> None:
    where = ("--address", "bộ phận một cửa", "--hours", "7:30-11:30, thứ 2 đến thứ 6")
    web = ("--web", "https://dichvucong.gov.vn")
    refused(here(office, "script", "procedure", "khai sinh", *where, "--web", "x?y", *BY), 1, "x?y")

    told = done(office, "script", "procedure", "khai sinh", *where, *web, *BY)

    assert "thu-tuc-khai-sinh is a draft: Thủ tục khai sinh" in told
    assert "dịch vụ công chấm gốp chấm vê nờ" in told
    assert "there already" in done(office, "script", "procedure", "khai sinh", *where, *web, *BY)


def test_contest_and_meeting_stand_in_the_report(office: Path) -> None:
    files = [str(office.parent / name) for name in ("mo.txt", "hoi.txt", "dap.txt")]
    done(office, "script", "add", files[0], *BY)
    done(office, "contest", "add", "tim-hieu", "Hội thi tìm hiểu", "--announcement", "mo", *BY)
    ask = ("contest", "question", "tim-hieu", *files[1:], "--answer-from")
    refused(here(office, *ask, str(today()), *BY), 1, "lies ahead", str(today()))
    told = done(office, *ask, str(answer_day()), *BY)
    assert f"Question 1: hoi may air to {answer_day() - timedelta(days=1)}, its answer dap from" in told
    done(office, "contest", "result", "tim-hieu", "Giải nhất: Ấp 2", "--entries", "120", *BY)
    done(office, "plan", "add", "1", "Cải cách hành chính", "--year", str(today().year), *BY)
    held = ("meeting", "record", "--date", str(today()), "--hamlet", "ap-1", "--chair", "Trưởng ấp")
    refused(here(office, *held, "--attendees", "0", *BY), 1, "attendees: 0")
    refused(here(office, *held, "--attendees", "40", "--topic", "9", *BY), 1, "9")
    done(office, *held, "--attendees", "40", "--topic", "1", "--script", "mo", *BY)
    done(office, *held, "--attendees", "25", *BY)

    done(office, "script", "approve", "mo", "--by", APPROVER)
    for _time in range(2):
        done(office, "publish", str(office.parent / "trang"))
    results = str(office.parent / "ket-qua.csv")
    done(office, "report", "results", str(today().year), "-o", results)

    (contest,) = listed(office, "contest", "list")
    assert [q["answer_from"] for q in contest["questions"]] == [str(answer_day())]
    assert "hoi → dap" in done(office, "contest", "list")
    meetings = listed(office, "meeting", "list")
    assert [(one["attendees"], one["topics"], one["scripts"]) for one in meetings] == [
        (40, [f"{today().year}/1"], ["mo"]),
        (25, [], []),
    ]
    assert listed(office, "meeting", "list", "--from", str(answer_day())) == []
    paper = Path(results).read_text(encoding="utf-8-sig")
    (section,) = (part for part in paper.split("\n\n") if "Họp, sinh hoạt lồng ghép" in part)
    assert "Hội thi,1,120,Hội thi tìm hiểu: Giải nhất: Ấp 2" in section.replace(";", ",").replace('"', "")
    assert "Họp" in section
    assert "Trang thông tin điện tử,1,0,Mời bà con" in section.replace(";", ",")
    assert "Cộng,4,185" in section.replace(";", ",")
