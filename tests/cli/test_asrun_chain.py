"""The as-run log's chain leaves the station, is checked without it, and is pruned behind a checkpoint."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest

from broadcaster.clock import SystemClock, TurnedClock
from broadcaster.network.wire import WireEvent
from broadcaster.playout.airing import Outcome
from broadcaster.station import Station
from broadcaster.store.devices import Device
from broadcaster.timetable.hamlet import PLAYER
from broadcaster.timetable.slot import Slot, SlotKind
from tests.contracts.station_side import began, events
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


def test_what_a_hamlet_pc_has_not_told_and_what_it_told_twice_is_shown(small: Path) -> None:
    with Station(small) as station:
        store, now = station.store, station.clock.now()
        place = replace(store.hamlets()[0], output=PLAYER)
        store.save_hamlet(place, by=AUTHOR, now=now)
        slot = Slot("lu", "khan-cap-1", "Khẩn cấp", time(), (place.id,), kind=SlotKind.EMERGENCY)
        store.add_one_off(slot, now - timedelta(minutes=5), "Lũ về", "", by=AUTHOR, now=now)
        (line,) = json.loads(here(small, "asrun", "--json").out)
        assert (line["outcome"], line["reason"], line["started_at"]) == ("unheard", "not reported yet", None)
        assert "unheard" in here(small, "asrun").out
        assert ",unheard,not reported yet," in here(small, "asrun", "--csv").out

        store.open_enrolment(place.id, "secret", now + timedelta(minutes=15))
        assert store.enrol(Device("pc-1", place.id, "ab" * 32, "1", now), "secret")
        for position in (0, 7):
            told = events(store.station_id, "pc-1", began(1, position))
            store.take_in("pc-1", [kept(event) for event in told], "", now)
    run = here(small, "asrun", "verify")
    assert run.code == 1
    assert "pc-1: 1 events, the chain is whole" in run.out
    assert "pc-1: 1 events contradict what it told before" in run.out


def kept(event: WireEvent) -> dict[str, Any]:
    fields = event.model_dump()
    return {**{name: fields[name] for name in fields if name != "airing"}, "airing_id": event.airing}
