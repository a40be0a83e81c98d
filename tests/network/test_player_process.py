"""Hamlet PCs as real processes: one from its enrolment on, one that is killed again and again.

Both live at the same time, so that the waiting is shared.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import soundfile

from broadcaster.audio import RATE
from tests.kit import ROOT, here, in_child, refused, until
from tests.network import hamlet
from tests.network.hamlet import Publisher, airing, enrolled, in_a_process, soon, takes, urgent_airing
from tests.network.proxy import Weather, proxied
from tests.network.station import CLOCK

SEED = int(os.environ.get("SEED", "7"))
KILLS, AIRINGS, LENGTH_S, APART_S = 5, 3, 2.5, 5.0


class Journey:
    """`broadcaster player --server URL --code …`, and then an emergency."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        (folder / "audio").mkdir(parents=True)
        self.folder, self.station = folder / "pc", Publisher(folder / "audio")
        self.server, self.port = stack.enter_context(hamlet.serving(self.station, folder / "certificate"))
        self.station.publish(airing("a1", soon(9), self.station.sound(1.5)))
        self.siren = self.station.sound(1.0, hertz=800)
        self.chimed_after = 0.0
        self.code = 1
        self.switched = folder / "switched"
        self.folder.mkdir()
        switch = [sys.executable, "-c", f"open({str(self.switched)!r}, 'a').write('on ')"]
        (self.folder / "player.toml").write_text(f"[hooks.on]\ncommand = {json.dumps(switch)}\n")

    def live(self) -> None:
        url, code = f"https://127.0.0.1:{self.port}", str(self.station.code)
        process = in_a_process(self.folder, "--server", url, "--code", code, "--output", "file:")
        try:
            until(lambda: self.station.told("ended"), 60, "the first airing")
            self.raise_emergency()
            until(lambda: len(self.station.told("ended")) == 2, 30, "the emergency")
        finally:
            process.terminate()
            self.code = process.wait(30)

    def raise_emergency(self) -> None:
        """One to sound at once, as the station makes it: a second or so ahead."""
        raised = time.time()
        sounds_at = CLOCK.now() + timedelta(seconds=1.0)
        urgent = self.station.urgent(urgent_airing("u1", sounds_at, self.siren))
        self.station.publish(emergencies=[urgent])
        self.server.wake()
        until(lambda: len(takes(self.folder)) == 2, 10, "the siren")
        self.chimed_after = time.time() - raised


class Killed:
    """A hamlet PC that is killed at random moments, behind a line that is cut as well."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        (folder / "audio").mkdir(parents=True)
        self.folder, self.station = folder / "pc", Publisher(folder / "audio")
        self.weather = Weather(up_ms=(35, 15), down_ms=(25, 10))
        self.server, port = stack.enter_context(hamlet.serving(self.station, folder / "certificate"))
        port = stack.enter_context(proxied(port, self.weather))
        self.witness = subprocess.Popen(
            [sys.executable, str(ROOT / "tests" / "witness.py"), str(folder / "heard.jsonl")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self.witness.stdout is not None
        self.listens = int(self.witness.stdout.readline())
        stack.callback(self.witness.communicate, timeout=10)
        self.chance = random.Random(SEED)
        self.names = [f"k{n}" for n in range(AIRINGS)]
        enrolled(self.folder, self.station, f"https://127.0.0.1:{port}")

    def live(self) -> None:
        begin, now = soon(7), time.time()
        sounds = {name: self.station.sound(LENGTH_S, hertz=300 + n) for n, name in enumerate(self.names)}
        at = {name: begin + timedelta(seconds=n * APART_S) for n, name in enumerate(self.names)}
        self.airings = [airing(name, at[name], sounds[name]) for name in self.names]
        self.station.publish(*self.airings)
        span = begin.timestamp() - now + AIRINGS * APART_S
        moments = sorted(self.chance.uniform(3.0, span) for _kill in range(KILLS))
        process = self._play()
        try:
            for moment in moments:
                time.sleep(max(0.0, now + moment - time.time()))
                self._kill(process)
                self.weather.cut_after = self.chance.randrange(1000, 60_000)
                self.station.publish(*self.airings)
                process = self._play()
            until(lambda: len(self.station.told("ended")) >= AIRINGS, 60, "the last outcome")
        finally:
            self._kill(process)

    def _kill(self, process: subprocess.Popen[bytes]) -> None:
        """And its connections end at the station as well, as they would when a computer starts again."""
        process.kill()
        self.weather.down = True
        process.wait()
        time.sleep(0.1)
        self.weather.down = False

    def _play(self) -> subprocess.Popen[bytes]:
        return in_a_process(self.folder, str(self.listens), module="tests.network.player_child")

    @property
    def heard(self) -> dict[str, list[dict[str, Any]]]:
        blocks = defaultdict(list)
        path = self.folder.parent / "heard.jsonl"
        for line in path.read_text().splitlines() if path.exists() else ():
            block = json.loads(line)
            for name in block["airings"]:
                blocks[name].append(block)
        return blocks


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Journey, Killed]]:
    folder, trouble = tmp_path_factory.mktemp("players"), list[Exception]()

    def living(life: Journey | Killed) -> None:
        try:
            life.live()
        except Exception as error:  # noqa: BLE001 (told by the test that waits)
            trouble.append(error)

    with ExitStack() as stack:
        lives = Journey(folder / "journey", stack), Killed(folder / "killed", stack)
        threads = [threading.Thread(target=living, args=(life,)) for life in lives]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for life in lives:  # so that no long poll of a killed process is left
            life.station.publish()
            life.server.wake()
        time.sleep(0.5)
        lives[1].weather.down = True
        if trouble:
            logs = "\n".join(path.read_text() for path in folder.rglob("broadcaster.log"))
            raise AssertionError(f"{trouble}\n{logs}")
        yield lives


@pytest.fixture
def journey(lives: tuple[Journey, Killed]) -> Journey:
    return lives[0]


@pytest.fixture
def killed(lives: tuple[Journey, Killed]) -> Killed:
    return lives[1]


def test_a_new_pc_enrols_plays_and_reports_once(journey: Journey) -> None:
    first, _second = journey.station.told("ended")
    assert (first["airing"], first["outcome"], first["reason"]) == ("a1", "aired", "")
    assert len(takes(journey.folder)) == 2
    assert soundfile.info(takes(journey.folder)[0]).duration == pytest.approx(1.5, abs=0.01)
    sent = [(event.epoch, event.seq) for batch in journey.station.batches for event in batch]
    assert len(sent) == len(set(sent))
    assert journey.code == 0
    words = (journey.folder.parent / "pc.log").read_text()
    assert "This computer is the loudspeaker PC of Ấp 1" in words
    assert "The loudspeakers have stopped" in words


def test_the_amplifier_is_switched_on(journey: Journey) -> None:
    assert journey.switched.read_text().startswith("on ")
    assert "command" in (journey.folder / "player.toml").read_text(), "--output has left it alone"


def test_an_emergency_chimes_within_three_seconds(journey: Journey) -> None:
    _first, siren = journey.station.told("ended")
    assert (siren["airing"], siren["kind"], siren["outcome"]) == ("u1", "emergency", "aired")
    assert journey.chimed_after <= 3.0


def test_how_it_stands_is_told_there_and_here(journey: Journey) -> None:
    status = journey.station.status
    assert status is not None
    assert (status.version, status.why_not, status.output) == (2, "", "file:")
    assert -500 < status.offset_ms < 500
    assert status.offset_error_ms < 500
    assert -400 < status.level_db_x10 < 0
    told = json.loads(here(journey.folder, "player", "status", "--json").out)
    assert (told["hamlet"], told["running"]) == ("ap-1", False)
    assert "It is not running" in here(journey.folder, "player", "status").out


def test_no_second_sounds_twice_whenever_it_is_killed(killed: Killed) -> None:
    assert killed.heard
    for name, blocks in killed.heard.items():
        ends = 0
        for block in sorted(blocks, key=lambda block: block["at"]):
            assert block["first"] >= ends, f"{name}: {block['first'] / RATE:.1f} s sounded again"
            ends = block["first"] + block["count"]


def test_every_airing_ends_once_and_nothing_is_lost(killed: Killed) -> None:
    ends = killed.station.told("ended")
    assert sorted(end["airing"] for end in ends) == killed.names
    for end in ends:
        sounded = sum(block["count"] for block in killed.heard.get(end["airing"], ())) / RATE
        assert end["seconds_played"] == pytest.approx(sounded, abs=2.5 * KILLS)
        assert (end["outcome"] in ("aired", "partial")) == bool(sounded), end


def test_every_file_is_whole(killed: Killed) -> None:
    for path in (killed.folder / "audio_out").iterdir():
        if path.is_file() and path.suffix != ".part":
            assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name


def test_what_cannot_be_is_said_in_a_line(tmp_path: Path, journey: Journey) -> None:
    code = "0000-0000-0000-0000-0000-0000"
    refused(here(tmp_path, "player"), 1, "not enrolled")
    refused(here(tmp_path, "player", "--server", "https://x"), 2, "--code")
    refused(here(tmp_path, "player", "--server", "http://10.0.0.5", "--code", code), 1, "encrypted")
    refused(here(tmp_path, "player", "--server", "https://127.0.0.1:1", "--code", "12"), 1, "malformed")
    refused(here(tmp_path, "player", "--output", "player:"), 1, "soundcard:")
    url = f"https://127.0.0.1:{journey.port}"
    refused(in_child(tmp_path, "player", "--server", url, "--code", code), 1, "code-ended")
    refused(here(tmp_path, "player"), 1, "not enrolled")
    (journey.folder / "player.toml").write_text("volume = 3\n")
    refused(here(journey.folder, "player", "--for", "0"), 1, "player.toml", "volume")


def test_it_starts_with_the_computer(journey: Journey) -> None:
    shown = here(journey.folder, "player", "install", "--print")
    assert shown.code == 0, shown.err
    assert '"player"' in shown.out
    assert "Hamlet loudspeaker PC" in shown.out
