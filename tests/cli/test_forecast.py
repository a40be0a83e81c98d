"""`timetable forecast`: the table, and what sounds at one instant and why not the rest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.kit import AUTHOR, here, refused

BY = ("--by", AUTHOR)


@pytest.fixture
def asked(example: Path) -> dict[str, Any]:
    """ap-1 on a Tuesday at the minute of the evening's bulletin, a slot being skipped at noon."""
    add = ("timetable", "add", "trua", "--name", "Bản tin trưa", "--at", "11:30", *BY)
    assert here(example, *add).code == 0
    assert here(example, "timetable", "skip", "trua", "2030-01-01", *BY).code == 0
    return {
        "folder": example,
        "args": ("timetable", "forecast", "--hamlet", "ap-1", "--at", "2030-01-01T17:00"),
    }


def test_what_sounds_at_an_instant_and_why_not_the_rest(asked: dict[str, Any]) -> None:
    run = here(asked["folder"], *asked["args"], "--now", "2030-01-01T05:00", "--json")

    assert run.code == 0, run.err
    answers = json.loads(run.out)
    by_slot = {answer["slot"]: answer for answer in answers}
    assert set(by_slot) == {"sang", "trua", "chieu"}
    assert (by_slot["chieu"]["reason"], by_slot["chieu"]["sounds"]) == ("no audio made yet", False)
    assert by_slot["chieu"]["starts_at"] == "2030-01-01T17:00:00+07:00"
    assert by_slot["trua"]["reason"] == "skipped on this day"
    assert by_slot["sang"]["reason"].startswith("over at 05:")
    assert set(answers[0]) == {"hamlet", "slot", "when", "starts_at", "title", "sounds", "what", "reason"}


def test_people_get_a_sentence_and_a_table(asked: dict[str, Any]) -> None:
    run = here(asked["folder"], *asked["args"], "--now", "2030-01-01T05:00")

    assert run.code == 0, run.err
    assert run.out.splitlines()[0] == "Nothing sounds in ap-1 at 01/01/2030 17:00"
    assert "skipped on this day" in run.out
    assert "no audio made yet" in run.out


def test_the_table_says_which_voice_and_why_and_what_would_sound(example: Path) -> None:
    run = here(example, "timetable", "forecast", "--now", "2030-01-01T05:00", "--to", "2030-01-02")

    assert run.code == 0, run.err
    assert "Why this voice" in run.out
    assert "Sounds" in run.out


@pytest.mark.parametrize("more", [(), ("--hamlet", "ap-1", "--from", "2030-01-01")])
def test_an_instant_needs_a_hamlet_and_no_window(example: Path, more: tuple[str, ...]) -> None:
    refused(here(example, "timetable", "forecast", "--at", "2030-01-01T17:00", *more), 2, "--hamlet CODE")


def test_an_unknown_hamlet(example: Path) -> None:
    refused(here(example, "timetable", "forecast", "--at", "2030-01-01", "--hamlet", "ap-9"), 1, "ap-9")
    refused(here(example, "timetable", "forecast", "--hamlet", "ap-9"), 1, "ap-9")
