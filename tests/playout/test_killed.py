"""Killed with SIGKILL in the middle of an airing: the witness, another process, says what was really heard.

Several stations live through their own disaster at the same time, so that the waiting is shared.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path

import pytest
import soundfile

from broadcaster.audio import RATE
from broadcaster.clock import SystemClock
from broadcaster.playout.airing import AsRun, Outcome
from broadcaster.production.bulletin import Bulletin
from broadcaster.store import Store
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.slot import Slot, SlotKind
from broadcaster.units import Decibels, Lufs, Milliseconds
from tests.playout.conftest import tone

ROOT = Path(__file__).parents[2]
STARTS_IN_S = 10.0
"""After the stations are founded: for six interpreters to start, on a loaded machine too."""
APART_S = 1.5
"""So that the stations' restarts do not all fall into one second."""
LENGTH_S = 24.0
LAST_KILL_S, EARLIER_KILL_S = 1.4, 2.5
"""How far the log may be from the truth for each kill: one step of marks, the last one halved."""


@dataclass(frozen=True)
class Disaster:
    name: str
    kills: tuple[float, ...]
    """Seconds after the airing's start, for each kill."""
    back_at: float | None = None
    """When the wall clock is moved back 30 s."""


DISASTERS = (
    Disaster("before its second", (-0.3,)),
    Disaster("at once", (0.05,)),
    Disaster("in the middle", (2.63,)),
    Disaster("too late to be worth joining", (15.6,)),
    Disaster("clock moved back", (2.7,), back_at=1.3),
    Disaster("twice", (0.4, 4.9)),
)


@dataclass(frozen=True)
class Block:
    at: float
    airings: tuple[str, ...]
    first: int
    count: int


@dataclass(frozen=True)
class Story:
    disaster: Disaster
    starts_at: datetime
    log: tuple[AsRun, ...]
    heard: tuple[Block, ...]

    def of(self, airing_id: str) -> list[Block]:
        return [block for block in self.heard if airing_id in block.airings]


def found(folder: Path, port: int) -> str:
    """A station with three hamlets, two of them on one output, and one bulletin, whose hash is given back."""
    clock = SystemClock()
    (folder / "audio_out").mkdir()
    path = folder / "audio_out" / "new.wav"
    soundfile.write(path, tone(LENGTH_S), RATE, subtype="PCM_16")
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    path.rename(path.with_name(f"{sha256}.wav"))
    store = Store.open(folder / "schedules.db", clock=clock, create=True)
    for code, output in (("ap-1", "one"), ("ap-2", "two"), ("ap-3", "two")):
        store.save_hamlet(Hamlet(code, code, code, output=f"witness:{port}/{output}"), by="", now=clock.now())
    length = Milliseconds(round(LENGTH_S * 1000))
    made = Bulletin(sha256, f"{sha256}.wav", length, "espeak:vi", "recipe", Lufs(-16), Decibels(-1))
    store.add_bulletin(made, "Bản tin", now=clock.now())
    store.close()
    return sha256


def book(folder: Path, sha256: str, starts_at: datetime) -> None:
    clock = SystemClock()
    store = Store.open(folder / "schedules.db", clock=clock)
    slot = Slot("s", "sang", "Sáng", time_of_day(5, 30), ("ap-1", "ap-2", "ap-3"), kind=SlotKind.EMERGENCY)
    store.add_one_off(slot, starts_at, "Bản tin", sha256, by="", now=clock.now())
    store.close()


def play(folder: Path) -> subprocess.Popen[bytes]:
    log = (folder / "child.log").open("ab")
    with log:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.playout.station_child", str(folder)],
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )


@dataclass
class Station:
    """One station with its disaster to come, and its witness."""

    disaster: Disaster
    folder: Path
    witness: subprocess.Popen[bytes]
    bulletin: str
    starts_at: datetime

    def live(self) -> Story:
        begin = time.monotonic() + (self.starts_at - datetime.now(UTC)).total_seconds()
        child = play(self.folder)
        events = [(kill, "kill") for kill in self.disaster.kills]
        if self.disaster.back_at is not None:
            events.append((self.disaster.back_at, "back"))
        for moment, event in sorted(events):
            time.sleep(max(0.0, begin + moment - time.monotonic()))
            if event == "back":
                (self.folder / "back").touch()
            else:
                child.kill()
                child.wait()
                child = play(self.folder)
        try:
            assert child.wait(timeout=60) == 0, (self.folder / "child.log").read_text()
        finally:
            child.kill()
            child.wait()
        log = as_run(self.folder, self.starts_at)
        return Story(self.disaster, self.starts_at, log, heard(self.folder / "heard.jsonl"))


def prepare(disaster: Disaster, folder: Path) -> Station:
    witness = subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "witness.py"), str(folder / "heard.jsonl")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert witness.stdout is not None
    sha256 = found(folder, int(witness.stdout.readline()))
    return Station(disaster, folder, witness, sha256, datetime.now(UTC))


def as_run(folder: Path, starts_at: datetime) -> tuple[AsRun, ...]:
    store = Store.open(folder / "schedules.db", clock=SystemClock())
    try:
        assert store.unfinished() == ()
        return store.as_run(starts_at - timedelta(days=1), starts_at + timedelta(days=1))
    finally:
        store.close()


def heard(path: Path) -> tuple[Block, ...]:
    lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    return tuple(Block(line["at"], tuple(line["airings"]), line["first"], line["count"]) for line in lines)


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Story]]:
    stations = [prepare(disaster, tmp_path_factory.mktemp("station")) for disaster in DISASTERS]
    first = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=STARTS_IN_S)
    for number, station in enumerate(stations):
        station.starts_at = first + timedelta(seconds=number * APART_S)
        book(station.folder, station.bulletin, station.starts_at)
    try:
        with ThreadPoolExecutor(len(stations)) as pool:
            yield {story.disaster.name: story for story in pool.map(Station.live, stations)}
    finally:
        for station in stations:
            station.witness.communicate(timeout=10)


@pytest.fixture(params=[disaster.name for disaster in DISASTERS])
def story(request: pytest.FixtureRequest, stories: dict[str, Story]) -> Story:
    return stories[request.param]


def test_no_second_of_an_airing_sounds_twice(story: Story) -> None:
    blocks_of = defaultdict(list)
    for block in story.heard:
        for airing_id in block.airings:
            blocks_of[airing_id].append(block)
    assert len(blocks_of) == 3
    for blocks in blocks_of.values():
        ends = 0
        for block in sorted(blocks, key=lambda block: block.at):
            assert block.first >= ends, f"{block.first / RATE:.1f} s sounded again"
            ends = block.first + block.count


def test_every_airing_has_one_outcome_and_it_is_the_truth(story: Story) -> None:
    assert sorted(line.hamlet for line in story.log) == ["ap-1", "ap-2", "ap-3"]
    for line in story.log:
        blocks = story.of(line.airing_id)
        sounded = sum(block.count for block in blocks) / RATE
        unsure = LAST_KILL_S + EARLIER_KILL_S * (len(story.disaster.kills) - 1)
        assert line.seconds_played == pytest.approx(sounded, abs=unsure)
        assert line.seconds_planned == LENGTH_S
        whole = sounded > LENGTH_S - 0.1
        assert line.outcome is (Outcome.AIRED if whole else Outcome.PARTIAL), line.reason
        if not whole:
            assert "interrupted" in line.reason or "joined late" in line.reason or "too little" in line.reason


def test_hamlets_on_one_output_were_heard_together(story: Story) -> None:
    groups = {block.airings for block in story.heard}
    assert sorted(map(len, groups)) == [1, 2]


def test_the_start_on_record_is_when_it_was_first_heard(story: Story) -> None:
    for line in story.log:
        first = min(block.at for block in story.of(line.airing_id))
        assert line.started_at is not None
        late = first - line.started_at.timestamp()
        # Killed between writing the start and making it, the record is early until the next start.
        assert -0.1 < late < (0.1 if story.disaster.kills[0] > 0 else 5.0)


def test_what_was_started_on_time_was_heard_within_100_ms_of_its_second(story: Story) -> None:
    first = min(block.at for block in story.heard)
    if story.disaster.kills[0] > 0:
        assert abs(first - story.starts_at.timestamp()) < 0.1


def test_what_was_heard_again_after_a_kill_is_in_step(stories: dict[str, Story]) -> None:
    story = stories["in the middle"]
    blocks = story.heard
    last = max(blocks, key=lambda block: block.at)
    assert last.first + last.count == LENGTH_S * RATE
    assert last.at - story.starts_at.timestamp() == pytest.approx(last.first / RATE, abs=0.2)


def test_nothing_is_joined_for_a_few_last_seconds(stories: dict[str, Story]) -> None:
    story = stories["too late to be worth joining"]
    assert {line.reason for line in story.log} >= {"too little was left; interrupted 1.2 s ±1.2 s"}
    assert max(block.first for block in story.heard) / RATE < 16.0


def test_a_clock_that_was_moved_back_neither_repeats_nor_stops_it(stories: dict[str, Story]) -> None:
    story = stories["clock moved back"]
    assert max(block.first + block.count for block in story.heard) == LENGTH_S * RATE


def test_the_children_left_no_error_behind(
    stories: dict[str, Story], tmp_path_factory: pytest.TempPathFactory
) -> None:
    for log in tmp_path_factory.getbasetemp().glob("station*/child.log"):
        text = log.read_text()
        assert "Traceback" not in text, text
    assert len(stories) == len(DISASTERS)
