"""An emergency as people live it: the real command, the real daemon, espeak, recordings on the disk."""

from __future__ import annotations

import signal
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from broadcaster.audio import RATE
from broadcaster.clock import TurnedClock
from broadcaster.desk.emergencies import Call
from broadcaster.lock import DaemonLock
from broadcaster.playout.airing import AsRun, Outcome
from broadcaster.station import Station
from broadcaster.timetable.slot import SlotKind
from tests.desk.test_alerts import cap
from tests.kit import AUTHOR, Duty, Ran, here, in_child, refused, rows, until

FLOOD = "Lũ về. Sơ tán ngay."
RAISE = (FLOOD, "--hamlet", "ap-1", "--by", AUTHOR, "--reason", "lũ về")


def emergency(folder: Path, *args: str) -> Ran:
    return in_child(folder, "emergency", *args)


def log(folder: Path) -> list[AsRun]:
    with Station(folder) as station:
        now = station.clock.now()
        lines = station.store.as_run(now.replace(year=now.year - 1), now.replace(year=now.year + 1))
        return [line for line in lines if line.kind is SlotKind.EMERGENCY]


def siren_is_ready(folder: Path) -> bool:
    with Station(folder) as station:
        return not station.desk.rounds.siren_problem()


def recordings(folder: Path, hamlet: str, code: str) -> list[NDArray[np.int16]]:
    found = sorted((folder / "audio_out" / hamlet).glob(f"*-{code}*.wav"))
    return [soundfile.read(path, dtype="int16")[0] for path in found]


def begun(path: Path) -> float:
    """When its first sample was written, by the file itself."""
    with soundfile.SoundFile(path) as file:
        return datetime.fromisoformat(file.date).timestamp()


@pytest.fixture
def on_duty(small: Path) -> Duty:
    duty = Duty(small, "--for", "120")
    duty.hears("is on duty", within=30)
    until(lambda: siren_is_ready(small), within=30)
    return duty


def test_from_the_command_to_the_siren_to_the_words_and_to_its_end(small: Path, on_duty: Duty) -> None:
    try:
        asked = time.time()
        told = emergency(small, *RAISE, "--repeat-every", "30s", "--wait")
        assert told.code == 0, told
        assert "the siren sounds at" in told.out
        assert "The words are spoken" in told.out

        siren, words = log(small)[:2]
        (one,) = rows(small, "select raised_at, starts_at from emergency, edition order by starts_at limit 1")
        raised_at, starts_at = (instant / 1000 for instant in one)
        assert starts_at - raised_at <= 1.5
        assert raised_at - asked < 10, "a slow machine; on an idle one it is under a second"
        assert siren.started_at is not None
        assert abs(siren.started_at.timestamp() - starts_at) < 0.3
        assert (siren.outcome, words.outcome) == (Outcome.AIRED, Outcome.AIRED)
        assert siren.title == f"Lũ về ({AUTHOR}: lũ về)"
        assert words.voice == "espeak"

        siren_file = min((small / "audio_out" / "ap-1").glob("*-khan-cap-1*.wav"))
        assert begun(siren_file) == pytest.approx(starts_at, abs=0.3)
        sounded = recordings(small, "ap-1", "khan-cap-1")
        first = np.abs(sounded[0][: RATE // 2].astype(int)).max()
        assert first > 1000, "it sounds from its first moment on"
        assert 3 <= len(sounded[0]) / RATE <= 10
        assert words.started_at is not None
        gap = words.started_at.timestamp() - siren.started_at.timestamp() - siren.seconds_played
        assert gap < 9, "the siren sounds on until the words are there"

        ended = emergency(small, "cancel", "--by", AUTHOR)
        assert (ended.code, ended.out) == (0, "khan-cap-1 is cancelled\n")
        again = emergency(small, "cancel", "khan-cap-1", "--by", AUTHOR)
        assert again.code == 0
        assert again.out.startswith("khan-cap-1 has ended already, at ")
        refused(emergency(small, "cancel", "--by", AUTHOR), 1, "No emergency is on")
    finally:
        on_duty.end()


def test_a_kill_in_the_middle_loses_no_round_and_repeats_no_second(small: Path, on_duty: Duty) -> None:
    second = None
    try:
        assert emergency(small, *RAISE, "--repeat-every", "30s").code == 0
        until(lambda: rows(small, "select 1 from airing where state = 'claimed' and sounded_to > 0"), 30)
        until(lambda: log(small), within=30)  # the siren has sounded; the words are next
        until(lambda: rows(small, "select 1 from airing where state = 'claimed' and sounded_to > 0"), 30)
        on_duty.end(signal.SIGKILL)

        second = Duty(small, "--for", "60")
        until(lambda: len(log(small)) >= 2, within=30)
        until(lambda: rows(small, "select 1 from airing where state = 'due'"), within=30)
        due = rows(small, "select starts_at from airing where state = 'due'")
        assert len(due) == 1, "the next round is booked, once"
        (said,) = rows(small, "select starts_at from airing order by starts_at limit 1 offset 1")
        assert due[0][0] - said[0] == 30_000
    finally:
        on_duty.end(signal.SIGKILL)
        if second is not None:
            second.end()
    siren, words = sorted(log(small), key=lambda line: line.starts_at)[:2]
    assert siren.outcome is Outcome.AIRED
    assert (words.outcome, "interrupted" in words.reason or "too little" in words.reason) == (
        Outcome.PARTIAL,
        True,
    )
    assert words.seconds_played <= words.seconds_planned


def test_without_a_daemon_nothing_sounds_and_it_is_said_and_kept(small: Path) -> None:
    refused(here(small, "emergency", *RAISE), 1, "No daemon is running: nothing will sound", "khan-cap-1")
    assert "draft" in here(small, "emergency", "list").out
    assert log(small) == []
    refused(
        here(small, "emergency", "confirm", "khan-cap-1", "--all", "--by", AUTHOR), 1, "No daemon is running"
    )
    assert here(small, "emergency", "cancel", "khan-cap-1", "--by", AUTHOR).out == "khan-cap-1 is cancelled\n"


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        ((FLOOD, "--by", AUTHOR, "--reason", "lũ"), 2, "--hamlet CODE, or say --all"),
        ((FLOOD, "--all", "--hamlet", "ap-1", "--by", AUTHOR, "--reason", "lũ"), 2, "or say --all"),
        ((FLOOD, "--all", "--by", AUTHOR), 2, "--reason"),
        (("cancle", "--all", "--by", AUTHOR, "--reason", "x"), 2, "cancle is no file"),
        ((FLOOD, "--all", "--by", "Ai đó", "--reason", "lũ"), 1, "No such person"),
        ((FLOOD, "--hamlet", "ap-9", "--by", AUTHOR, "--reason", "lũ"), 1, "No such hamlet"),
        ((FLOOD, "--all", "--by", AUTHOR, "--reason", "lũ", "--for", "3d"), 2, "write 90s, 5m or 2h"),
        (
            (FLOOD, "--all", "--by", AUTHOR, "--reason", "lũ", "--for", "2h", "--until", "18:00"),
            2,
            "not both",
        ),
        ((FLOOD, "--all", "--by", AUTHOR, "--reason", "lũ", "--for", "25h"), 1, "24 hours from now"),
        (("import", "khong.xml", "--by", AUTHOR), 1, "cannot be read"),
        (("update", "khan-cap-7", FLOOD, "--by", AUTHOR), 1, "No such emergency"),
    ],
)
def test_mistakes_are_one_clear_message(small: Path, args: tuple[str, ...], code: int, words: str) -> None:
    refused(here(small, "emergency", *args), code, words)
    assert rows(small, "select count(*) from emergency") == [(0,)]


def test_an_alert_is_imported_shown_and_cancelled(small: Path, tmp_path: Path) -> None:
    path = cap(tmp_path)
    path.write_text(
        path.read_text(encoding="utf-8").replace("2026-09-01T18", "2099-09-01T18"), encoding="utf-8"
    )
    told = here(small, "emergency", "import", str(path), "--by", AUTHOR)
    assert told.code == 0, told
    assert "khan-cap-1 is a draft: Lũ khẩn cấp trên sông Hậu" in told.out
    assert "For: Xã Tân Hưng" in told.out
    assert "emergency confirm khan-cap-1 --hamlet CODE --by NAME" in told.out
    refused(here(small, "emergency", "import", str(path), "--by", AUTHOR), 1, "here already")
    assert '"cap' not in here(small, "emergency", "list", "--json").out


def test_words_may_stand_in_a_file_and_an_end_may_be_an_hour(small: Path, tmp_path: Path) -> None:
    (tmp_path / "lu.txt").write_text(FLOOD, encoding="utf-8")
    asked = (str(tmp_path / "lu.txt"), "--all", "--by", AUTHOR, "--reason", "lũ", "--until", "23:59")
    refused(here(small, "emergency", *asked), 1, "No daemon is running")
    with Station(small) as station:
        (draft,) = station.store.emergencies()
        assert draft.text.startswith("Lũ về")
        local = draft.until.astimezone(station.settings.station.zone)
        assert (local.hour, local.minute) == (23, 59)
    assert not list((small / "audio_out").glob("ap-*"))


def test_at_the_moment_of_air_a_drill_obeys_the_quiet_hours_and_an_emergency_does_not(small: Path) -> None:
    day = datetime(2026, 9, 1, 14, tzinfo=UTC)
    clock = TurnedClock(day)
    with Station(small, clock=clock) as station:
        ids = tuple(hamlet.id for hamlet in station.store.hamlets())
        asked = Call(FLOOD, ids, AUTHOR, "thử")
        drill = station.desk.emergency.raise_(replace(asked, drill=True))
        clock.advance(3600)
        (late, *_others) = station.store.claim(clock.now(), clock.now())
        assert late.slot_code == drill.emergency.code
        night = replace(late, starts_at=clock.now())
        assert station.may_air(night).startswith("quiet hours")
        real = station.desk.emergency.raise_(asked)
        (urgent, *_others) = station.store.claim(real.starts_at, clock.now())
        assert station.may_air(urgent) == ""


def test_stop_tells_that_an_emergency_will_sound_again(small: Path) -> None:
    with Station(small) as station, DaemonLock(small):
        ids = tuple(hamlet.id for hamlet in station.store.hamlets())
        station.desk.emergency.raise_(Call(FLOOD, ids, AUTHOR, "thử"))
        told = here(small, "stop", "--by", AUTHOR)
    assert told.code == 0
    assert "khan-cap-1 will sound again; to end it: broadcaster emergency cancel khan-cap-1" in told.out
