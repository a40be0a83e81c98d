"""`broadcaster script`: what marks a script beside its words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.kit import APPROVER, AUTHOR, here, refused

TEXT = """---
quan trọng: có
---
[NHẠC HIỆU]
(MC nữ) Thưa bà con, hôm nay trời đẹp.
[TRỐNG HỘI]
(MC nam) Mời bà con nghe tin. (nghỉ 2 giây) Xin cảm ơn.
"""


@pytest.fixture
def code(small: Path) -> str:
    path = small.parent / "Hai giọng.txt"
    path.write_text(TEXT, encoding="utf-8")
    run = here(small, "script", "add", str(path), "--by", AUTHOR)
    assert run.code == 0, run.err
    assert "no sound is known for [trống hội]" in run.out
    return "hai-giong"


def shown(small: Path, code: str) -> dict[str, object]:
    run = here(small, "script", "show", code, "--json")
    (row,) = json.loads(run.out)
    assert isinstance(row, dict)
    return row


def test_it_is_shown_as_it_will_be_heard(small: Path, code: str) -> None:
    run = here(small, "script", "show", code)

    assert "key notice · draft" in run.out
    heard = run.out[run.out.index("Spoken") :]
    assert heard.splitlines()[1:8] == [
        "[nhạc hiệu → opening]",
        "(woman) Thưa bà con, hôm nay trời đẹp.",
        "[trống hội]",
        "(man) Mời bà con nghe tin.",
        "[nghỉ 2 giây → pause]",
        "(man) Xin cảm ơn.",
        "",
    ]
    assert "no sound is known for [trống hội]" in heard
    assert shown(small, code)["key"] is True
    assert shown(small, code)["marks"] == [
        "key", "cue:nhạc hiệu", "voice:nữ", "cue:trống hội", "voice:nam", "cue:nghỉ 2 giây", "voice:nam",
    ]  # fmt: skip


def test_being_key_is_taken_away_and_voids_an_approval(small: Path, code: str) -> None:
    assert here(small, "person", "add", APPROVER).code == 0
    assert here(small, "script", "approve", code, "--by", APPROVER).code == 0

    run = here(small, "script", "key", code, "--off", "--by", APPROVER)

    assert run.code == 0, run.err
    assert "is no key notice" in run.out
    assert "approval is void" in run.out
    assert (shown(small, code)["key"], shown(small, code)["state"]) == (False, "draft")
    assert "is a key notice" in here(small, "script", "key", code, "--by", APPROVER).out
    refused(here(small, "script", "key", "nowhere", "--by", APPROVER), 1, "nowhere")
    refused(here(small, "script", "key", code, "--by", "Ai đó"), 1, "Ai đó")


def test_a_plain_text_is_key_by_an_option(small: Path) -> None:
    path = small.parent / "hop.txt"
    path.write_text("Mời bà con đi họp.", encoding="utf-8")

    assert here(small, "script", "add", str(path), "--key").code == 0

    assert shown(small, "hop")["marks"] == ["key"]
    listed = here(small, "script", "list").out
    assert "yes" in next(line for line in listed.splitlines() if line.startswith("hop"))


def test_the_daily_form_says_a_key_notice_once_more(small: Path, code: str) -> None:
    out = str(small.parent / "x.flac")

    assert told(here(small, "preview", code, "--form", "daily", "-o", out).out) == ["1", "2"]

    assert here(small, "script", "key", code, "--off", "--by", AUTHOR).code == 0
    assert told(here(small, "preview", code, "--form", "daily", "-o", out).out) == ["1"]


def told(out: str) -> list[str]:
    """The numbers of the items that a preview tells."""
    lines = (line.split() for line in out.splitlines())
    return [words[0] for words in lines if words and words[0].isdecimal()]
