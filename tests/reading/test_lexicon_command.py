"""`broadcaster lexicon`: add, list, check, suggest, on a real folder."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from broadcaster.cli.main import broadcaster


def run(station: Path, *args: str) -> Result:
    return CliRunner().invoke(
        broadcaster, ["--station", str(station), "lexicon", *args], standalone_mode=False
    )


def test_a_row_that_is_added_is_listed(tmp_path: Path) -> None:
    assert run(tmp_path, "add", "KDL", "khu du lịch", "--note", "thông báo").exit_code == 0

    rows = json.loads(run(tmp_path, "list", "--json").output)
    assert rows == [{"written": "KDL", "spoken": "khu du lịch", "context": "", "note": "thông báo"}]
    assert len(json.loads(run(tmp_path, "list", "--all", "--json").output)) > 1000


def test_a_wrong_row_is_refused_and_leaves_no_file(tmp_path: Path) -> None:
    assert run(tmp_path, "add", "KDL", "khu số 5").exception is not None
    assert not (tmp_path / "lexicon.tsv").exists()


def test_check_names_every_row_that_cannot_be_used(tmp_path: Path) -> None:
    assert run(tmp_path, "check").return_value == 0
    (tmp_path / "lexicon.tsv").write_text("rác\nKDL\tkhu UBND\n", encoding="utf-8")

    checked = run(tmp_path, "check")

    assert checked.return_value == 1
    assert "lexicon.tsv:1" in checked.output
    assert "khu Ủy ban nhân dân" in checked.output


def test_suggest_counts_what_is_unknown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    (scripts / "one.txt").write_text("Mời XQZK và XQZK cùng BKDR đến UBND xã họp.\n", encoding="utf-8")
    (scripts / "two.md").write_text("Nhóm XQZK nghỉ họp hôm nay.\n", encoding="utf-8")
    (scripts / "broken.docx").write_bytes(b"no zip")

    result = run(tmp_path, "suggest", "--json")
    rows = json.loads(result.stdout[result.stdout.index("[") :])

    assert [(row["written"], row["times"], row["files"]) for row in rows] == [
        ("XQZK", 3, ["one.txt", "two.md"]),
        ("BKDR", 1, ["one.txt"]),
    ]
    assert rows[0]["spoken_now"] == "ích quy dét ca"
