"""Ten faults, each seeded for real: the doctor names each in a line, says what to do, and ends with 1."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest

from broadcaster.doctor import mixer
from broadcaster.lock import FILE_NAME as LOCK
from broadcaster.playout.airing import Outcome
from broadcaster.station import Station
from broadcaster.units import Milliseconds
from tests.kit import APPROVER, AUTHOR, NO_GOOGLE, ROOT, Duty, book, command, here, rows, until
from tests.playout.pulse import needs_pulse, running

Seeded = AbstractContextManager[None]


def settings(folder: Path, was: str, becomes: str) -> None:
    file = folder / "broadcaster.toml"
    text = file.read_text(encoding="utf-8")
    assert was in text
    file.write_text(text.replace(was, becomes), encoding="utf-8")


def no_voice(folder: Path) -> Seeded:
    settings(folder, '"espeak"]', '"piper"]\npiper_model = "none.onnx"')
    return nullcontext()


def wrong_clock(folder: Path) -> Seeded:
    """Something stands on record that lies a day ahead of what the clock shows."""
    with closing(sqlite3.connect(folder / "schedules.db")) as connection:
        connection.execute(
            "insert into act select station_id, null, at + 86400000, by, act, subject, detail"
            " from act limit 1"
        )
        connection.commit()
    return nullcontext()


def full_disk(folder: Path) -> Seeded:
    """However large this disk is, so much room is not left on it."""
    settings(folder, "[policy]", "[storage]\nleast_free_mb = 1000000000\n\n[policy]")
    return nullcontext()


def queued(folder: Path) -> None:
    """An approved script for an edition within a day, its audio made."""
    (folder / "a.txt").write_text("Mời bà con họp tại UBND xã.", encoding="utf-8")
    for args in (
        ("timetable", "add", "trua", "--at", "11:00", "--by", AUTHOR),
        ("person", "add", APPROVER),
        ("script", "add", str(folder / "a.txt"), "--by", AUTHOR),
        ("script", "approve", "a", "--by", APPROVER),
        ("queue", "add", "a", "--slot", "trua", "--by", AUTHOR),
        ("render",),
    ):
        run = here(folder, *args)
        assert run.code == 0, run.err


def missing_audio(folder: Path) -> Seeded:
    queued(folder)
    with Station(folder) as station:
        made = [bulletin.file_name for bulletin in station.store.bulletins()]
    assert made
    for name in made:
        (folder / "audio_out" / name).unlink()
    return nullcontext()


def output_mute(folder: Path) -> Seeded:
    """The last airing in a hamlet was played, and made no sound."""
    book(folder, 5, -60)
    with Station(folder) as station:
        now = station.clock.now()
        (airing,) = station.store.claim(now, now)
        station.store.begin([airing.id], now, Milliseconds(0))
        station.store.end([airing.id], Outcome.FAILED, "no sound", 0.0, now)
    return nullcontext()


def turned_down(folder: Path) -> Seeded:
    assert here(folder, "hamlet", "set", "ap-2", "--gain", "-24").code == 0
    return nullcontext()


def stale_database(folder: Path) -> Seeded:
    with closing(sqlite3.connect(folder / "schedules.db")) as connection:
        connection.execute("update alembic_version set version_num = '0000'")
        connection.commit()
    return nullcontext()


@contextmanager
def two_daemons(folder: Path) -> Iterator[None]:
    """Somebody tidied the folder while the first one ran, and took its lock away."""
    first = Duty(folder)
    first.hears("on duty", 30)
    (folder / LOCK).unlink()
    second = Duty(folder)
    try:
        second.hears("on duty", 30)
        assert here(folder, "person", "add", "Người mới").code == 0  # a change: both look around
        until(lambda: _on_duty(folder) == 2, 20, "the first one signing again")
        yield
    finally:
        first.end()
        second.end()


def _on_duty(folder: Path) -> int:
    return len(rows(folder, "select 1 from setting where name like 'daemon %'"))


def no_jingle(folder: Path) -> Seeded:
    (folder / "jingles" / "opening.flac").unlink()
    return nullcontext()


def unapproved_script(folder: Path) -> Seeded:
    """Approved and queued; then the lexicon changed how it is read, which voids the approval."""
    queued(folder)
    assert here(folder, "lexicon", "add", "UBND", "ủy ban").code == 0
    with Station(folder) as station:
        assert [changed.voided for changed in station.desk.scripts.recheck()] == [True]
    return nullcontext()


@dataclass(frozen=True)
class Fault:
    seed: Callable[[Path], Seeded]
    subject: str
    what: str
    todo: str


FAULTS = (
    Fault(no_voice, "Voices", "no voice works", "Install"),
    Fault(wrong_clock, "Clock", "which is past", "Set the clock"),
    Fault(full_disk, "Disk", "MB free", "Make room"),
    Fault(missing_audio, "trua", "audio is not made", "broadcaster render"),
    Fault(output_mute, "Outputs", "ap-1 made no sound", "hamlet test ap-1"),
    Fault(turned_down, "Outputs", "ap-2 is turned down to -24", "--gain 0"),
    Fault(stale_database, "Database", "older version (0000)", "backups/"),
    Fault(two_daemons, "Daemon", "2 daemons run this station", "Stop all but one"),
    Fault(no_jingle, "Jingles", "opening.flac", "broadcaster init"),
    Fault(unapproved_script, "Approval", "a waits for trua", "script approve a"),
)


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.seed.__name__ for fault in FAULTS])
def test_a_fault_is_found(small: Path, fault: Fault) -> None:
    with fault.seed(small):
        run = here(small, "doctor", "--json")

    assert run.code == 1
    faults = [row for row in json.loads(run.out) if row["level"] == "fault"]
    (found,) = (row for row in faults if fault.what in row["what"])
    assert fault.subject in found["subject"]
    assert fault.todo in found["todo"]
    assert "\n" not in found["what"] + found["todo"]
    assert faults == [found], "and nothing else is found fault with"


def test_a_stale_database_is_left_as_it_is(small: Path) -> None:
    stale_database(small)
    before = (small / "schedules.db").read_bytes()

    assert here(small, "doctor").code == 1

    assert (small / "schedules.db").read_bytes() == before
    assert not list((small / "backups").glob("*before*"))


def test_no_time_zone_data(small: Path) -> None:
    """A Windows PC without the package, as near as it can be had here."""
    code = (
        "import sys; sys.modules['tzdata'] = None; from broadcaster.cli.main import main; main(sys.argv[1:])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, *command(small, "doctor", "--json")[3:]],
        env=os.environ | NO_GOOGLE | {"PYTHONTZPATH": "", "BROADCASTER_LANG": "en"},
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )

    assert run.returncode == 1, run.stderr
    (found,) = json.loads(run.stdout)
    assert (found["subject"], found["level"]) == ("Time zones", "fault")
    assert "pip install tzdata" in found["todo"]


def test_wrong_settings_are_a_fault_with_the_mistake_named(small: Path) -> None:
    settings(small, "quiet_hours", "quite_hours")

    (found,) = json.loads(here(small, "doctor", "--json").out)

    assert found["level"] == "fault"
    assert "quite_hours" in found["what"]
    assert "quiet_hours" in found["what"]


@needs_pulse
def test_a_sink_that_the_mixer_keeps_silent(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        server.plug("loa")
        assert mixer.silenced("") == ""
        server.control("set-sink-mute", "loa", "1")
        assert mixer.silenced("") == mixer.silenced("loa") == "loa"
        assert mixer.silenced("another card") == ""
        server.control("set-sink-mute", "loa", "0")
        server.control("set-sink-volume", "loa", "2%")
        assert mixer.silenced("") == "loa"


def test_where_no_mixer_can_be_asked_nothing_is_known(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert mixer.silenced("") == ""

    liar = tmp_path / "pactl"
    liar.write_text("#!/bin/sh\necho 'no JSON'\n", encoding="utf-8")
    liar.chmod(0o755)
    assert mixer.silenced("") == ""
