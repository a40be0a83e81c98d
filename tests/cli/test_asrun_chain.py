"""The as-run log's chain leaves the station, is checked without it, and is pruned behind a checkpoint."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from broadcaster.clock import SystemClock, TurnedClock
from broadcaster.playout.airing import Outcome
from broadcaster.station import Station
from tests.kit import AUTHOR, book, here, refused, without_triggers

BEFORE = f"{SystemClock().now() - timedelta(days=50):%Y-%m-%d}"


@pytest.fixture
def logged(small: Path) -> Path:
    """An airing of now, and one of a hundred days ago."""
    for days in (100, 0):
        starts_at = book(small, 1, -days * 86400 - 60)
        with Station(small, TurnedClock(starts_at + timedelta(seconds=90))) as station:
            now = station.clock.now()
            (airing,) = station.store.claim(now, now)
            station.store.end([airing.id], Outcome.MISSED, "too late by 90.0 s", 0.0, now)
    return small


@pytest.mark.parametrize("suffix", ["json", "csv"])
def test_an_exported_chain_is_checked_by_itself(logged: Path, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"chain.{suffix}"

    run = here(logged, "asrun", "export", str(file))
    assert (run.code, "2 events" in run.out) == (0, True)
    away = tmp_path / "no station"
    run = here(away, "asrun", "verify", str(file))
    assert (run.code, "2 events, the chain is whole" in run.out) == (0, True)

    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("missed", "aired", 1), encoding="utf-8")
    run = here(away, "asrun", "verify", str(file))
    assert (run.code, "broken at event 1" in run.out) == (1, True)
    refused(here(logged, "asrun", "export", str(file)), 1, "exists already")


def test_old_events_move_into_a_file(logged: Path, tmp_path: Path) -> None:
    file = tmp_path / "old.json"

    run = here(logged, "asrun", "prune", str(file), "--before", BEFORE, "--by", AUTHOR)

    assert run.code == 0, run.err
    assert [event["seq"] for event in json.loads(file.read_text(encoding="utf-8"))] == [1]
    run = here(logged, "asrun", "verify")
    assert run.code == 0
    assert "2 events, the chain is whole; 1 older events were taken out" in run.out
    assert here(logged, "asrun", "verify", str(file)).code == 0
    again = here(logged, "asrun", "prune", str(tmp_path / "b.json"), "--before", BEFORE, "--by", AUTHOR)
    assert "nothing that old" in again.out


def test_what_is_not_pruned(logged: Path, tmp_path: Path) -> None:
    file = str(tmp_path / "old.json")
    refused(here(logged, "asrun", "prune", file, "--before", "2099-01-01", "--by", AUTHOR), 1, "31 days")
    refused(here(logged, "asrun", "prune", file, "--before", BEFORE, "--by", "Ai đó"), 1, "Ai đó")
    without_triggers(logged, "update asrun_event set at = at + 1 where seq = 1")
    refused(here(logged, "asrun", "prune", file, "--before", BEFORE, "--by", AUTHOR), 1, "broken")
    assert not Path(file).exists()


def test_a_cut_off_end_is_named(logged: Path) -> None:
    without_triggers(logged, "delete from asrun_event where seq = 2")

    run = here(logged, "asrun", "verify")

    assert run.code == 1
    assert "1 airings ended" in run.out
