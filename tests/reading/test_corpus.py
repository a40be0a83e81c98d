"""Whole scripts: those of the example station, and the shared material where it lies beside the project."""

from pathlib import Path

import pytest

from broadcaster.documents import load
from broadcaster.reading import Lexicon, Reading, read
from tests.reading.test_properties import unflagged

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
LEXICON = Lexicon.load()
OWN = sorted(path for path in (ROOT / "scripts").glob("*.*") if path.name != "README.md")
FOREIGN = sorted([*(SHARED / "scripts").glob("*.txt"), *(SHARED / "plan").glob("*.txt")])
everything = pytest.mark.parametrize("path", [*OWN, *FOREIGN], ids=lambda path: path.name)
beside = pytest.mark.skipif(not FOREIGN, reason="no shared scripts beside the project")


def said(path: Path) -> Reading:
    return read(load(path).text, LEXICON)


@everything
def test_no_oddity_is_left_unflagged(path: Path) -> None:
    assert unflagged(said(path)) == []


@everything
def test_nothing_is_unread(path: Path) -> None:
    assert [span.written for span in said(path).unread] == []


@everything
def test_reading_twice_changes_nothing(path: Path) -> None:
    once = said(path).spoken

    assert read(once, LEXICON).spoken == once


@beside
def test_flags_are_few_enough_to_be_looked_at() -> None:
    readings = [said(path) for path in FOREIGN]
    words = sum(len(reading.spoken.split()) for reading in readings)
    flags = sum(len(reading.doubtful) + len(reading.unread) for reading in readings)

    assert flags <= words * 2 / 100
