"""What docs/operator/reading.md tells the operator is true."""

import re
from pathlib import Path

import pytest

from broadcaster.reading import Lexicon, read
from broadcaster.reading.rows import Entry, row

PAGE = (Path(__file__).parents[2] / "docs" / "operator" / "reading.md").read_text(encoding="utf-8")
TABLES = PAGE[PAGE.index("## What a run") :]
LEXICON = Lexicon.load()
FLAGGED = re.findall(r"^\| (doubtful|UNREAD) \| ([^|]+?) \| ([^|]+?) \|", TABLES, re.MULTILINE)
ROWS = re.findall(r"^(?!written\t)[^\t\n|]+\t.+$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("mark", "written", "spoken"), FLAGGED)
def test_a_flag_in_the_tables_is_raised(mark: str, written: str, spoken: str) -> None:
    reading = read(re.sub(r" \(.*\)$", "", written), LEXICON)

    assert spoken in reading.spoken
    assert bool(reading.unread) == (mark == "UNREAD")
    assert reading.doubtful or reading.unread


@pytest.mark.parametrize("line", ROWS)
def test_a_row_shown_as_an_example_can_be_used(line: str) -> None:
    assert isinstance(row(line), Entry)


def test_the_page_shows_tables_and_rows() -> None:
    assert len(FLAGGED) > 10
    assert len(ROWS) == 4
