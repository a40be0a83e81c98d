"""The first quarter of the simulated year (tests/year.py lives the whole of it)."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from broadcaster import language
from broadcaster.playout.airing import Outcome
from broadcaster.reports.paper import Length
from broadcaster.reports.period import parse_period
from tests import year
from tests.year import FIRST, MEMORY, OFF, OFF_REASON, Papers, disagreements, march_of, table

DAYS = 90
OTHERS = ("Ấp 1", "Ấp 2", "Ấp 4", "Ấp 5")


@pytest.fixture(scope="module")
def made(_example: Path) -> Iterator[Papers]:
    quarter = parse_period(f"{FIRST.year}-Q1")
    months = [parse_period(f"{FIRST.year}-{month:02d}") for month in (1, 2, 3)]
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.exists() else None) as folder:
        with year.live(Path(shutil.copytree(_example, Path(folder) / "station")), DAYS) as station:
            language.use("vi")
            yield year.papers(station, Path(folder), quarter, months)
        language.use("en")


def test_every_total_is_that_of_the_as_run_log(made: Papers) -> None:
    assert len(made.log) == DAYS * 3 * 5
    assert disagreements(made) == []


def test_a_wrong_total_would_be_told(made: Papers) -> None:
    """One line of the log less, and eleven figures are wrong."""
    short = Papers(made.log[1:], made.covered, made.diary, made.months, made.whole, made.seconds)

    assert len(disagreements(short)) >= 8


def test_the_hamlet_that_was_off_shows_zeros_and_why(made: Papers) -> None:
    silent, heard = march_of(made, "Ấp 3"), [march_of(made, name) for name in OTHERS]

    assert silent[1:6] == (0, 93, 0, 0, 93)
    assert silent[7] == Length(0)  # type: ignore[arg-type]
    assert silent[6] == heard[0][6], "as much was planned for it"
    assert all(line[1:6] == (93, 93, 92, 1, 0) for line in heard), "one was cut short by the power"
    causes = table(made.months[2], "Tồn tại").rows
    assert causes[0][:3] == ("phát không thành", "đầu ra: no amplifier answered", 93)
    assert causes[0][4] == "Ấp 3"
    noted = [row for row in made.diary.tables[0].rows if "no amplifier answered" in str(row[10])]
    assert len(noted) == 93
    assert all(row[5] == "4/5" for row in noted)


def test_coverage_holds_its_minutes_against_the_log(made: Papers) -> None:
    code = next(n for n, place in enumerate(made.covered.places) if place.code == OFF)
    log = [line for line in made.log if line.hamlet == OFF]
    on_air = [line for line in log if line.outcome is not Outcome.FAILED]

    assert {line.reason for line in log if line.outcome is Outcome.FAILED} == {OFF_REASON}
    assert made.covered.whole[code].played == sum(round(line.seconds_played * 1000) for line in on_air)
    assert made.covered.whole[code].times == len(on_air)
    told = [row for row in made.covered.rows if row.topic.times and row.cells[0].times]
    assert len(told) >= 8, "scripts and slogans have reached the plan's topics"
    assert all(row.cells[code].times < row.cells[0].times for row in told), "less was heard in Ấp 3"


def test_slogans_come_in_turn(made: Papers) -> None:
    noons = [line for line in made.log if line.slot == "trua" and line.hamlet == "ap-1"]

    assert len(noons) == DAYS
    titles = [line.title for line in noons]
    assert titles[0] != titles[1] != titles[2] != titles[0]
    assert titles[0::3] == [titles[0]] * (DAYS // 3), "two of six each noon"
    assert noons[1].starts_at - noons[0].starts_at == timedelta(days=1)
