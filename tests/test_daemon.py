"""The daemon on duty: in this process where it can be watched, in children where they are killed."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broadcaster.clock import SystemClock
from broadcaster.daemon import Daemon
from broadcaster.errors import StationError
from broadcaster.lock import held
from broadcaster.logs import log_to
from broadcaster.playout.airing import AsRun, Outcome
from broadcaster.station import Station
from broadcaster.store import Store
from tests.kit import APPROVER, AUTHOR, PLAN, Duty, book, here, in_child, refused, rows, until

NOTICE = "Mời bà con họp ấp lúc 19h tối nay tại nhà văn hóa."


@contextmanager
def on_duty(folder: Path, clock: SystemClock | None = None, *, rehearse: bool = False) -> Iterator[list[str]]:
    """The daemon in a thread; what it says."""
    said: list[str] = []
    stopped = threading.Event()
    station = Station(folder, clock)

    def run() -> None:
        with station:
            Daemon(station, said.append).run(stopped, seconds=0 if rehearse else None, rehearse=rehearse)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        until(lambda: any("on duty" in line for line in said), what="start")
        yield said
    finally:
        if not rehearse:
            stopped.set()
        thread.join(60)
        assert not thread.is_alive()
    assert said[-1] == "The station has stopped"


def log_of(folder: Path) -> list[AsRun]:
    with Station(folder) as station:
        now = station.clock.now()
        return list(station.store.as_run(now - timedelta(hours=1), now + timedelta(hours=1)))


def says(said: list[str], words: str, within: float = 10) -> None:
    until(lambda: any(words in line for line in said), within, words)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_in_mid_airing(small: Path, number: int) -> None:
    starts_at = book(small, seconds=30, within=6)
    duty = Duty(small)
    duty.hears("on duty")
    until(lambda: rows(small, "select 1 from asrun_event where kind = 'began'"), 15, "the airing")
    time.sleep(max(0.0, starts_at.timestamp() + 0.8 - time.time()))

    begin = time.monotonic()
    assert duty.end(number) == 0
    assert time.monotonic() - begin < 5

    assert "Traceback" not in duty.words
    assert duty.said[-1][1] == "The station has stopped"
    (line,) = log_of(small)
    assert (line.outcome, line.reason) == (Outcome.PARTIAL, "station stopped")
    assert 0.3 < line.seconds_played < 6
    assert line.started_at is not None
    assert abs(line.started_at - starts_at) < timedelta(milliseconds=100)
    assert "station stopped" in duty.words
    assert not held(small)
    assert "whole" in here(small, "asrun", "verify").out
    assert f"airing={line.airing_id}" in (small / "log" / "broadcaster.log").read_text(encoding="utf-8")


def test_a_second_one_is_refused_and_a_killed_one_leaves_the_folder(small: Path) -> None:
    duty = Duty(small)
    duty.hears("on duty")
    refused(in_child(small, "daemon", "--for", "1"), 1, "Another daemon", str(small))
    assert duty.process.poll() is None

    assert duty.end(signal.SIGKILL) == -signal.SIGKILL
    run = in_child(small, "daemon", "--for", "0.1")
    assert run.code == 0, run.err
    assert run.out.splitlines()[-1] == "The station has stopped"


def test_stop_silences_within_a_second(small: Path) -> None:
    with on_duty(small) as said:
        starts_at = book(small, seconds=30, within=2, hamlets=2)
        until(lambda: rows(small, "select count(*) from asrun_event where kind = 'began'") == [(2,)])
        time.sleep(max(0.0, starts_at.timestamp() + 0.7 - time.time()))

        assert here(small, "stop", "--by", AUTHOR, "--hamlet", "ap-1").code == 0
        asked = time.time()
        says(said, "Ấp 1 · Thử loa · partial", 5)
        told = time.time()
        (first,) = log_of(small)
        assert here(small, "stop", "--by", AUTHOR).code == 0
        says(said, "Ấp 2 · Thử loa · partial", 5)

    assert first.hamlet == "ap-1"
    assert first.started_at is not None
    assert first.started_at.timestamp() + first.seconds_played < asked + 1
    assert told < asked + 2
    assert first.reason == f"stopped by {AUTHOR}"
    assert [(line.hamlet, line.outcome) for line in log_of(small)] == [
        ("ap-1", "partial"),
        ("ap-2", "partial"),
    ]


def test_an_end_is_told_within_five_seconds(small: Path) -> None:
    with on_duty(small) as said:
        starts_at = book(small, seconds=1.5, within=1)
        says(said, "Ấp 1 · Thử loa · aired")
        told = time.time()

    assert told - (starts_at.timestamp() + 1.5) < 5
    (line,) = log_of(small)
    assert (line.outcome, line.reason) == ("aired", "")
    assert line.seconds_played == pytest.approx(1.5, abs=0.02)
    assert len(list((small / "audio_out" / "ap-1").glob("*.wav"))) == 1


def test_the_inbox_is_watched(small: Path) -> None:
    with on_duty(small) as said:
        (small / "scripts" / "inbox" / "hop-ap.txt").write_text(NOTICE, encoding="utf-8")
        (small / "scripts" / "inbox" / "anh.docx").write_bytes(b"no zip")
        says(said, "hop-ap.txt is the draft hop-ap", 6)
        says(said, "Inbox: refused: ", 6)

    assert rows(small, "select code, state from script") == [("hop-ap", "draft")]
    assert (small / "scripts" / "inbox" / "taken" / "hop-ap.txt").exists()
    why = (small / "scripts" / "inbox" / "refused" / "anh.docx.txt").read_text(encoding="utf-8")
    assert "anh.docx" in why


def due_at(folder: Path, slot: str) -> set[str]:
    found = rows(
        folder,
        "select distinct airing.starts_at from airing join edition on edition.id = edition_id "
        "join slot on slot.id = slot_id where airing.state = 'due' and slot.code = ?",
        slot,
    )
    return {f"{datetime.fromtimestamp(ms / 1000, UTC) + timedelta(hours=7):%H:%M}" for (ms,) in found}


def test_what_another_process_changes_is_taken_up(small: Path) -> None:
    """Even when it writes nothing but the rule itself: the daemon makes the airings follow."""
    assert here(small, "timetable", "add", "sang", "--at", "05:30", "--by", AUTHOR).code == 0
    with on_duty(small):
        clock = SystemClock()
        store = Store.open(small / "schedules.db", clock=clock)
        (slot,) = store.slots()
        store.save_slot(replace(slot, at=slot.at.replace(minute=45)), by=AUTHOR, now=clock.now())
        store.close()
        until(lambda: due_at(small, "sang") == {"05:45"}, 8, "the move")


def test_a_text_becomes_an_edition_with_its_audio(small: Path) -> None:
    """Approved and queued while the station runs; the audio is made ahead by itself."""
    assert here(small, "person", "add", APPROVER).code == 0
    (small / "hop-ap.txt").write_text(NOTICE, encoding="utf-8")
    at = (datetime.now(UTC) + timedelta(hours=7 + 12)).strftime("%H:%M")
    at = "12:00" if at < "05:30" or at > "21:00" else at
    with on_duty(small) as said:
        for args in (
            ("timetable", "add", "mot", "--at", at, "--by", AUTHOR),
            ("script", "add", str(small / "hop-ap.txt"), "--by", AUTHOR),
            ("script", "approve", "hop-ap", "--by", APPROVER),
            ("queue", "add", "hop-ap", "--slot", "mot", "--by", AUTHOR),
        ):
            run = here(small, *args)
            assert run.code == 0, run.err
        says(said, "Ready: ", 20)

    assert any("hop-ap" in line or "voice espeak" in line for line in said if "Ready" in line)
    assert rows(small, "select count(*) from bulletin where title not like 'Còi%'") == [(1,)]
    index = (small / "audio_out" / "index.html").read_text(encoding="utf-8")
    assert rows(small, "select file_name from bulletin")[0][0] in index


@pytest.fixture
def two_editions(small: Path) -> Path:
    """Two short notices, each waiting for a slot of the coming day."""
    assert here(small, "person", "add", APPROVER).code == 0
    for at in (8, 14):
        (small / f"tin-{at}.txt").write_text(f"Mời bà con họp ấp lúc {at} giờ.", encoding="utf-8")
        for args in (
            ("script", "add", str(small / f"tin-{at}.txt"), "--by", AUTHOR),
            ("script", "approve", f"tin-{at}", "--by", APPROVER),
            ("timetable", "add", f"luc-{at}", "--at", f"{at:02}:00", "--by", AUTHOR),
            ("queue", "add", f"tin-{at}", "--slot", f"luc-{at}", "--by", AUTHOR),
        ):
            assert here(small, *args).code == 0, args
    return small


def test_what_is_made_without_its_jingle_is_told_once(two_editions: Path) -> None:
    (two_editions / "jingles" / "opening.flac").write_bytes(b"no sound")
    with on_duty(two_editions) as said:
        until(lambda: sum("Ready, but: " in line for line in said) == 2, 60, "both editions")
        # a change hurries the preparation: what was told is not told again
        assert here(two_editions, "person", "add", "Người mới").code == 0
        time.sleep(3.0)

    assert all("opening.flac" in line for line in said if "Ready, but" in line)
    assert sum("Ready, but" in line for line in said) == 2
    assert not any("Not ready" in line for line in said)
    assert any("Next: " in line and "2 hamlets" in line for line in said)


def test_what_cannot_be_made_is_told_once(two_editions: Path) -> None:
    toml = two_editions / "broadcaster.toml"
    settings = toml.read_text(encoding="utf-8")
    mute = settings.replace('["espeak"]', '["piper"]\npiper_model = "none.onnx"')
    assert mute != settings
    toml.write_text(mute, encoding="utf-8")
    with on_duty(two_editions) as said:
        until(lambda: sum("Not ready: " in line for line in said) == 2, 60, "both editions")
        assert here(two_editions, "person", "add", "Người mới").code == 0
        time.sleep(2.0)

    untold = [line for line in said if "Not ready" in line]
    assert len(untold) == 2
    assert all("No voice could speak: piper" in line for line in untold)


class Forward(SystemClock):
    """Set forward so that a full minute is some seconds away."""

    def __init__(self, seconds: int) -> None:
        self._by = timedelta(seconds=60 - seconds - datetime.now(UTC).second)

    def now(self) -> datetime:
        return super().now() + self._by


def test_a_rehearsal_is_awaited_to_its_end(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for lead in ("_LEAD", "_LEAST_LEAD"):
        monkeypatch.setattr(f"broadcaster.desk.rehearsal.{lead}", timedelta(seconds=2))
    (small / "mot-cua.txt").write_text("Một cửa, hẹn đúng ngày.", encoding="utf-8")
    assert here(small, "person", "add", APPROVER).code == 0
    assert (
        here(small, "script", "add", str(small / "mot-cua.txt"), "--kind", "spot", "--by", AUTHOR).code == 0
    )
    assert here(small, "script", "approve", "mot-cua", "--by", APPROVER).code == 0

    with on_duty(small, Forward(5), rehearse=True) as said:
        pass

    assert sum("· aired" in line for line in said) == 2, said
    assert any("The rehearsal sounds at" in line and "voice espeak" in line for line in said)
    assert rows(small, "select distinct kind, outcome from outcome") == [("rehearsal", "aired")]


def test_the_log_needs_a_folder(small: Path) -> None:
    (small / "log").write_text("in the way")

    with pytest.raises(StationError, match=r"broadcaster\.log"):
        log_to(small)


def test_the_log_is_written(small: Path) -> None:
    log_to(small)
    root = logging.getLogger("broadcaster")
    handler = root.handlers[-1]
    try:
        root.info("event=tested airing=%s", "abc")
    finally:
        root.removeHandler(handler)
        handler.close()

    assert "event=tested airing=abc" in (small / "log" / "broadcaster.log").read_text(encoding="utf-8")


def test_the_day_is_backed_up_and_tidied(small: Path) -> None:
    with on_duty(small):
        until(lambda: list((small / "backups").glob("schedules-*.db")), what="the backup")

    old = small / "audio_out" / "index.html"
    assert old.exists()


def test_the_real_plan_lies_in_the_inbox(small: Path) -> None:
    if not PLAN.exists():
        pytest.skip("the real plan does not lie beside the project")
    with on_duty(small) as said:
        (small / "scripts" / "inbox" / PLAN.name).write_bytes(PLAN.read_bytes())
        says(said, f"{PLAN.name} is the draft", 8)
