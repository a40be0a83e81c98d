"""The table of the plan's thirteen lines is true: every command and every test that it names is there."""

from __future__ import annotations

import re

import pytest

from tests.kit import ROOT
from tests.test_docs import ALL

PAGE = ROOT / "docs" / "operator" / "plan.md"
LINES = ["1", "1a", "1b", "1c", "1d", "1e", "1f", "2", "2b", "3", "4", "5", "closing:"]
COMMANDS = {" ".join(path) for path, _command in ALL}


def rows() -> list[list[str]]:
    table = PAGE.read_text(encoding="utf-8").partition("| line of the plan |")[2]
    lines = [line for line in table.splitlines()[2:] if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_all_thirteen_lines_are_there() -> None:
    assert [line.split()[0] for line, _with, _shown in rows()] == LINES


@pytest.mark.parametrize("row", rows(), ids=LINES)
def test_what_a_line_names_is_there(row: list[str]) -> None:
    _line, with_, shown = row

    commands, tests = re.findall(r"`([^`]+)`", with_), re.findall(r"`([^`]+)`", shown)
    assert commands
    assert set(commands) <= COMMANDS
    assert tests
    for name in tests:
        file, _colons, test = name.partition("::")
        assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), name
