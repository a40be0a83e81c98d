"""docs/installer/security.md names a test for each thing that it promises."""

from __future__ import annotations

import re

from tests.kit import ROOT

_NAMED = re.compile(r"`(tests/\S+\.py)::(\w+)`")


def test_every_test_that_the_page_names_exists() -> None:
    page = (ROOT / "docs" / "installer" / "security.md").read_text(encoding="utf-8")
    named = _NAMED.findall(page)

    missing = [f"{path}::{name}" for path, name in named if not _has(path, name)]

    assert missing == []
    promises = [
        line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| tried")
    ]
    assert [line for line in promises if not _NAMED.search(line)] == []
    assert len(promises) > 25


def _has(path: str, name: str) -> bool:
    file = ROOT / path
    return file.is_file() and f"def {name}(" in file.read_text(encoding="utf-8")
