"""The doctor names every fault that is seeded, and says what to do; a healthy station has none."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from broadcaster.clock import Clock, TurnedClock
from broadcaster.doctor import Finding, Level, examine
from broadcaster.lock import DaemonLock
from broadcaster.playout.airing import Outcome
from broadcaster.station import Station
from tests.kit import AUTHOR, book, here, without_triggers


def found(folder: Path, clock: Clock | None = None) -> dict[str, Finding]:
    """By subject; the worst where one has several."""
    worst: dict[str, Finding] = {}
    order = list(Level)
    for finding in examine(folder, clock):
        before = worst.get(finding.subject)
        if before is None or order.index(finding.level) > order.index(before.level):
            worst[finding.subject] = finding
    return worst


def add_slot(folder: Path) -> None:
    """A slot whose next edition lies within a day, in the station's hours."""
    assert here(folder, "timetable", "add", "trua", "--at", "11:00", "--by", AUTHOR).code == 0


def test_a_healthy_station(small: Path) -> None:
    with DaemonLock(small):
        healthy = found(small)

    assert {f.subject for f in healthy.values() if f.level is Level.FAULT} == set()
    for subject in (
        "Disk",
        "Database",
        "Lexicon",
        "Voices: espeak",
        "Jingles",
        "Outputs",
        "Coming day",
        "Daemon",
    ):
        assert healthy[subject].level is Level.GOOD, healthy[subject]
    assert healthy["Daemon"].what == "running"
    run = here(small, "doctor")
    assert run.code == 0
    assert "✓" in run.out
    assert "not running" in run.out


def no_jingle(folder: Path) -> None:
    (folder / "jingles" / "chime.flac").unlink()


def broken_jingle(folder: Path) -> None:
    (folder / "jingles" / "closing.flac").write_bytes(b"no sound at all" * 50)


def no_hamlet(folder: Path) -> None:
    for code in ("ap-1", "ap-2"):
        assert here(folder, "hamlet", "remove", code).code == 0


def no_card(folder: Path) -> None:
    assert here(folder, "hamlet", "set", "ap-2", "--output", "soundcard:").code == 0


def broken_database(folder: Path) -> None:
    (folder / "schedules.db").write_bytes(b"SQLite format 3\0" + b"\7" * 5000)


def dangling_row(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "schedules.db")) as connection:
        connection.execute("update hamlet set station_id = 'nowhere'")
        connection.commit()


SEEDED: list[tuple[Callable[[Path], None], str, Level, str]] = [
    (broken_jingle, "Jingles", Level.FAULT, "closing.flac"),
    (no_hamlet, "Outputs", Level.FAULT, "there is no hamlet"),
    (no_card, "Outputs", Level.FAULT, "no sound card for ap-2"),
    (broken_database, "Database", Level.FAULT, "schedules.db"),
    (dangling_row, "Database", Level.FAULT, "hamlet row"),
    (add_slot, "trua", Level.WARNING, "nothing queued"),
]


@pytest.mark.parametrize(("seed", "subject", "level", "words"), SEEDED)
def test_a_seeded_fault_is_named(
    small: Path,
    seed: Callable[[Path], None],
    subject: str,
    level: Level,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("broadcaster.doctor.sound.sound_cards", tuple)
    seed(small)

    finding = next(f for name, f in found(small).items() if subject in name)

    assert finding.level is level
    assert words in finding.what
    assert finding.todo or "." in finding.what
    assert here(small, "doctor", "--json").code == (level is Level.FAULT)


def test_the_missing_jingle_is_cured_by_what_is_advised(small: Path) -> None:
    no_jingle(small)
    assert "broadcaster init" in found(small)["Jingles"].todo

    assert here(small, "init").code == 0

    assert found(small)["Jingles"].level is Level.GOOD


def test_a_wrong_row_of_the_lexicon_is_named_by_its_line(small: Path) -> None:
    with (small / "lexicon.tsv").open("a", encoding="utf-8") as file:
        file.write("XQZK\n")

    finding = found(small)["Lexicon"]

    assert finding.level is Level.WARNING
    assert "lexicon.tsv:2" in finding.what


def queue_something(folder: Path) -> None:
    add_slot(folder)
    (folder / "a.txt").write_text("Mời bà con họp ấp.", encoding="utf-8")
    assert here(folder, "person", "add", "Minh").code == 0
    assert here(folder, "script", "add", str(folder / "a.txt"), "--by", AUTHOR).code == 0
    assert here(folder, "script", "approve", "a", "--by", "Minh").code == 0
    assert here(folder, "queue", "add", "a", "--slot", "trua", "--by", AUTHOR).code == 0


def test_audio_that_is_missing_is_a_fault_until_it_is_made(small: Path) -> None:
    def coming() -> Finding:
        return next(f for name, f in found(small).items() if "trua" in name or name == "Coming day")

    queue_something(small)
    assert (coming().level, coming().what) == (Level.FAULT, "its audio is not made yet")

    assert "broadcaster render" in coming().todo
    assert here(small, "render").code == 0
    assert coming().level is Level.GOOD

    shutil.rmtree(small / "audio_out")
    (small / "audio_out").mkdir()
    assert coming().level is Level.FAULT


def test_a_broken_chain_is_named(small: Path) -> None:
    book(small, 0.1, -60)
    with Station(small) as station:
        now = station.clock.now()
        (airing,) = station.store.claim(now, now)
        station.store.end([airing.id], Outcome.MISSED, "too late by 60.0 s", 0.0, now)
    without_triggers(small, "update asrun_event set at = at + 1000")

    finding = found(small)["Database"]
    assert finding.level is Level.FAULT
    assert "broken at event 1" in finding.what
    assert "backups" in finding.todo


def test_a_clock_in_the_past(small: Path) -> None:
    finding = found(small, TurnedClock(datetime(2020, 1, 1, tzinfo=UTC)))["Clock"]

    assert finding.level is Level.FAULT
    assert "2020-01-01" in finding.what
    assert "battery" in finding.todo


@pytest.mark.parametrize(("kept", "level"), [(True, Level.GOOD), (False, Level.WARNING)])
def test_a_clock_that_nobody_keeps(
    small: Path, kept: bool, level: Level, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broadcaster.doctor.machine.ntp_synchronised", lambda: kept)

    assert found(small, TurnedClock(datetime(2027, 1, 1, tzinfo=UTC)))["Clock"].level is level


def test_a_voice_without_its_model_is_a_clear_fault(small: Path) -> None:
    settings = (small / "broadcaster.toml").read_text(encoding="utf-8")
    (small / "broadcaster.toml").write_text(settings.replace('"espeak"]', '"piper"]'), encoding="utf-8")

    finding = found(small)["Voices"]
    assert finding.level is Level.FAULT
    assert "piper_model" in finding.what


def test_the_list_is_for_programs_too(small: Path) -> None:
    listed = json.loads(here(small, "doctor", "--json").out)

    assert {"level", "subject", "what", "todo"} <= set(listed[0])
