"""A station's player on a ledger in memory, with real audio, real threads and the real clock."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from broadcaster.audio import RATE
from broadcaster.clock import Clock, SystemClock
from broadcaster.errors import OutputError
from broadcaster.playout.airing import Airing, AsRun, Outcome
from broadcaster.playout.amplifiers import Amplifiers
from broadcaster.playout.listener import Listener
from broadcaster.playout.outputs.output import Block, Output
from broadcaster.playout.playout import Playout
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.slot import Priority, SlotKind
from broadcaster.units import Milliseconds
from tests.playout import pulse
from tests.playout.fake_ledger import FakeLedger
from tests.playout.recorder import Heard, Recorder


def tone(seconds: float, frequency: float = 440.0) -> Block:
    """A ramp of its own, so that any two seconds of it differ."""
    count = round(seconds * RATE)
    swell = np.linspace(0.1, 0.9, count)
    return np.rint(swell * 20_000 * np.sin(2 * np.pi * frequency * np.arange(count) / RATE)).astype(np.int16)


class Rig:
    """Everything around one Playout; `book` puts an airing into its ledger."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self.clock = clock
        self.ledger = FakeLedger()
        self.recorders: dict[str, list[Recorder]] = {}
        self.ended: list[tuple[Airing, Outcome, str]] = []
        self.notices: list[str] = []
        self.changes = 0
        self.changing: Callable[[], None] = lambda: None
        """What a change sets off."""
        self.opening: Callable[[str, str], Output | None] = lambda _url, _code: None
        """May open another output than a recorder, or raise."""
        self.may_air: Callable[[Airing], str] = lambda _airing: ""
        self.monitor: Callable[[], Output | None] = lambda: None
        self.clock_vouched = False
        self.amplifiers: Amplifiers | None = None
        self.listener: Listener | None = None
        self.playout: Playout | None = None

    def audio(self, samples: Block) -> tuple[str, str]:
        """(SHA-256, file name) of a bulletin in the rig's audio_out."""
        path = self.folder / "new.wav"
        soundfile.write(path, samples, RATE, subtype="PCM_16")
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        path.rename(self.folder / f"{sha256}.wav")
        return sha256, f"{sha256}.wav"

    def book(self, starts_in: float, samples: Block, code: str = "ap-1", **other: Any) -> Airing:
        sha256, file_name = self.audio(samples)
        airing = Airing(
            id="",
            edition_id=f"{sha256}{starts_in}",
            slot_code="sang",
            kind=SlotKind.PROGRAMME,
            priority=Priority.ROUTINE,
            title="Bản tin sáng",
            hamlet=Hamlet(code, code, code, output=f"horn:{code}"),
            starts_at=self.clock.now() + timedelta(seconds=starts_in),
            lateness_s=120,
            has_scripts=True,
            bulletin=sha256,
            file_name=file_name,
            length=Milliseconds(len(samples) * 1000 // RATE),
            voice="espeak:vi",
        )
        return self.ledger.add(replace(airing, **other))

    def start(self) -> Playout:
        self.playout = Playout(
            self.ledger,
            clock=self.clock,
            audio_out=self.folder,
            open_output=self._open,
            may_air=lambda airing: self.may_air(airing),
            on_end=lambda airing, outcome, reason: self.ended.append((airing, outcome, reason)),
            on_change=self._on_change,
            on_notice=self.notices.append,
            monitor=lambda: self.monitor(),
            clock_vouched=lambda: self.clock_vouched,
            amplifiers=self.amplifiers,
            listener=self.listener,
        )
        self.playout.start()
        return self.playout

    def stop(self) -> None:
        if self.playout is not None:
            self.playout.stop(5.0)
            self.playout = None

    def takes(self, url: str = "horn:ap-1") -> list[Heard]:
        return [take for recorder in self.recorders.get(url, []) for take in recorder.takes]

    def outcome(self, airing: Airing, within: float = 5.0) -> AsRun:
        """Its line of the log, as soon as it is there."""
        found: list[AsRun] = []

        def there() -> bool:
            found[:] = [line for line in self.log() if line.airing_id == airing.id]
            return bool(found)

        self.wait(there, within)
        assert len(found) == 1
        return found[0]

    def log(self) -> tuple[AsRun, ...]:
        now: datetime = self.clock.now()
        return self.ledger.as_run(now - timedelta(days=400), now + timedelta(days=400))

    @staticmethod
    def wait(condition: Callable[[], bool], within: float = 5.0) -> None:
        end = time.monotonic() + within
        while not condition():
            assert time.monotonic() < end, "it did not happen in time"
            time.sleep(0.01)

    def _on_change(self) -> None:
        self.changes += 1
        self.changing()

    def _open(self, url: str, hamlet_code: str) -> Output:
        other = self.opening(url, hamlet_code)
        if other is not None:
            return other
        if not url.startswith("horn:"):
            raise OutputError("unknown output", url, "name a horn")
        recorder = Recorder(self.clock)
        self.recorders.setdefault(url, []).append(recorder)
        return recorder


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pulse.Pulse]:
    with pulse.running(tmp_path_factory.mktemp("pulse")) as server:
        yield server


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path, SystemClock())
    yield rig
    rig.stop()
