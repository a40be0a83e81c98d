"""Rules of the house that no other tool checks."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kit import ROOT

PRODUCT = sorted(path for path in (ROOT / "broadcaster").rglob("*.py") if "__pycache__" not in path.parts)
NAMES = [str(path.relative_to(ROOT)) for path in PRODUCT]
LONGEST_FILE = 350
_NOW = {
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("date", "today"),
    ("time", "time"),
    ("time", "monotonic"),
    ("time", "time_ns"),
}


@pytest.fixture(params=PRODUCT, ids=NAMES)
def file(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


def test_only_the_clock_knows_what_time_it_is(file: Path) -> None:
    if file.name == "clock.py" and file.parent.name == "broadcaster":
        return
    asked = [
        f"{file.name}:{node.lineno} {node.value.id}.{node.attr}"
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        if (node.value.id, node.attr) in _NOW
    ]

    assert asked == []


def test_a_file_is_no_longer_than_one_can_hold_in_mind(file: Path) -> None:
    text = file.read_text(encoding="utf-8")

    assert len(text.splitlines()) <= LONGEST_FILE
    assert not re.search(r"\b(TODO|FIXME|XXX)\b", text)


def imported(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_nothing_is_synthesised_at_air_time() -> None:
    for file in (ROOT / "broadcaster" / "playout").rglob("*.py"):
        for name in imported(file):
            forbidden = "broadcaster.(desk|production|voices|reading|documents|store|station)"
            assert not re.match(forbidden, name), f"{file.name} imports {name}"


def test_no_shell_no_pickle_no_exit_below_the_command_line() -> None:
    for file in PRODUCT:
        text = file.read_text(encoding="utf-8")
        assert "shell=True" not in text, file
        assert not imported(file) & {"pickle", "marshal", "shelve"}, file
        if file.parent.name != "cli" and not file.name.endswith("_worker.py"):
            assert not re.search(r"\bsys\.exit\(|\bSystemExit\b", text), file


def test_playing_loads_no_voice_and_reading_loads_no_store() -> None:
    code = (
        "import sys, broadcaster.playout.playout, broadcaster.playout.outputs.opening;"
        "print(*sorted(m for m in sys.modules if m.startswith('broadcaster.')))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)

    loaded = {name.split(".")[1] for name in run.stdout.split()}
    assert loaded & {"desk", "production", "voices", "reading", "documents", "store"} == set()


def test_no_message_hides_in_an_f_string(file: Path) -> None:
    """Python 3.11's tokens do not show it, so the catalogues would lack it there and have it on 3.12."""
    hidden = [
        f"{file.name}:{call.lineno}"
        for text in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "_"
    ]

    assert hidden == []
