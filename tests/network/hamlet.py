"""A station that publishes what it is told, and what tests of a hamlet PC share."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from broadcaster.audio import RATE
from broadcaster.clock import Clock
from broadcaster.network import identity, plain, wire
from broadcaster.network.authority import AUTHORITY, SERVER, SERVER_KEY, make_authority
from broadcaster.network.envelope import Kind, seal
from broadcaster.network.keys import SigningKey
from broadcaster.network.listening import Certificate, Listening
from broadcaster.network.ports import Published
from broadcaster.network.server import Server
from broadcaster.player_pc import settings as player_settings
from broadcaster.player_pc.duty import PlayerPC
from tests.kit import NO_GOOGLE, ROOT, command, until
from tests.network import messages
from tests.network.station import CLOCK, FakeStation

DAY_MS = messages.DAY_MS
ANY_TIME = {"quiet": [], "minutes_per_day": 1440, "loudest_lufs_x10": -10}


def ms(instant: datetime) -> int:
    return round(instant.timestamp() * 1000)


class JumpingClock:
    """Real time, of which hours can be jumped over."""

    def __init__(self, now: datetime) -> None:
        self._ahead = now - CLOCK.now()
        self._jumped = 0.0

    def now(self) -> datetime:
        return CLOCK.now() + self._ahead + timedelta(seconds=self._jumped)

    def monotonic(self) -> float:
        return CLOCK.monotonic() + self._jumped

    def wait(self, event: threading.Event, seconds: float) -> bool:
        end = self.monotonic() + seconds
        while not event.is_set() and (left := end - self.monotonic()) > 0:
            event.wait(min(left, 0.03))
        return event.is_set()

    def jump(self, seconds: float) -> None:
        self._jumped += max(0.0, seconds)


class Publisher(FakeStation):
    """What `publish` says is sealed anew for whoever asks."""

    def __init__(self, audio: Path, clock: Clock = CLOCK) -> None:
        super().__init__(audio)
        self.clock = clock
        self.version = 0
        self.sealed = b""
        self.statuses: list[wire.DeviceStatus] = []
        self.batches: list[tuple[wire.WireEvent, ...]] = []

    def sound(self, seconds: float, *, level: float = 0.3, hertz: float = 440.0) -> dict[str, Any]:
        """A tone among the station's audio, as the wire names it."""
        swell = np.linspace(0.3, 1.0, round(seconds * RATE))
        memory = io.BytesIO()
        tone = level * swell * np.sin(2 * np.pi * hertz * np.arange(len(swell)) / RATE)
        soundfile.write(memory, tone, RATE, format="FLAC", subtype="PCM_16")
        content = memory.getvalue()
        sha256 = hashlib.sha256(content).hexdigest()
        (self.audio_folder / sha256).write_bytes(content)
        length = {"bytes": len(content), "length_ms": round(seconds * 1000)}
        return {"sha256": sha256, "voice": "tone", "why": ""} | length

    def publish(self, *airings: dict[str, Any], key: SigningKey | None = None, **changed: Any) -> bytes:
        """A new version with these airings; what is published. No version is told before its text."""
        now, version = ms(self.clock.now()), self.version + 1
        content = messages.timetable(
            version=version, issued_at=now, expires_at=now + 14 * DAY_MS, airings=list(airings)
        )
        content |= {"band_hz": [], "gain_trim_mb": 0, "silence": [], "limits": ANY_TIME} | changed
        self.sealed = plain.text(seal(Kind.TIMETABLE, content, key or self.key)).encode()
        self.version = version
        return self.sealed

    def urgent(
        self, *airings: dict[str, Any], key: SigningKey | None = None, **changed: Any
    ) -> dict[str, str]:
        """An emergency, sealed."""
        now = ms(self.clock.now())
        content = messages.emergency(issued_at=now, until_at=now + DAY_MS, airings=list(airings)) | changed
        return seal(Kind.EMERGENCY, content, key or self.emergency_key)

    def published(self, device: str) -> Published:
        return Published(self.version, self.sealed)

    def take_in(self, device: str, report: wire.Report, now: datetime) -> tuple[int, int]:
        self.statuses.append(report.status)
        self.batches.append(report.events)
        return super().take_in(device, report, now)

    @property
    def status(self) -> wire.DeviceStatus | None:
        return self.statuses[-1] if self.statuses else None

    def told(self, kind: str) -> list[dict[str, Any]]:
        """Of the events that the hamlet PC reported, the payloads of that kind, in order."""
        with self.lock:
            events = [event for _place, event in sorted(self.events.items()) if event.kind == kind]
        return [json.loads(event.payload) | {"airing": event.airing, "at": event.at} for event in events]


def airing(name: str, starts_at: datetime, *audio: dict[str, Any], **changed: Any) -> dict[str, Any]:
    where = {"id": name, "edition": f"e-{name}", "title": name, "starts_at": ms(starts_at)}
    return messages.airing(**where, audio=list(audio)) | changed


def urgent_airing(name: str, starts_at: datetime, *audio: dict[str, Any]) -> dict[str, Any]:
    return airing(name, starts_at, *audio, kind="emergency", priority="emergency", slot="khan-cap")


@contextmanager
def serving(station: Publisher, folder: Path) -> Iterator[tuple[Server, int]]:
    """The station's server on its own clock, and the port."""
    folder.mkdir(exist_ok=True)
    if not (folder / AUTHORITY).exists():
        make_authority(folder, ["127.0.0.1"], CLOCK.now())
    station.authority = (folder / AUTHORITY).read_text()
    server = Server(station, station.key, station.clock)
    listening = Listening(
        server.application(), "127.0.0.1", 0, Certificate(folder / SERVER, folder / SERVER_KEY)
    )
    listening.start()
    try:
        yield server, listening.port
    finally:
        server.end()
        listening.stop()


def enrolled(folder: Path, station: FakeStation, url: str, clock: Clock = CLOCK) -> Path:
    """The folder of a hamlet PC that sounds into files."""
    identity.enrol(url, station.code, folder, clock, "test")
    player_settings.set_output(folder, "file:")
    return folder


@dataclass
class Running:
    """A hamlet PC in this process."""

    folder: Path
    said: list[str]
    thread: threading.Thread
    stopped: threading.Event


@contextmanager
def on_duty(folder: Path, clock: Clock = CLOCK) -> Iterator[Running]:
    said: list[str] = []
    stopped = threading.Event()
    trouble: list[Exception] = []

    def run() -> None:
        try:
            PlayerPC(folder, said.append, clock).run(stopped)
        except Exception as error:
            trouble.append(error)
            raise

    thread = threading.Thread(target=run, name="player", daemon=True)
    thread.start()
    until(lambda: said or trouble, 20, "the start")
    try:
        yield Running(folder, said, thread, stopped)
    finally:
        stopped.set()
        thread.join(30)
    assert not trouble, trouble
    assert not thread.is_alive()


def in_a_process(folder: Path, *args: str, module: str = "") -> subprocess.Popen[bytes]:
    """`broadcaster player`, or a module of the tests that runs it."""
    whole = [sys.executable, "-m", module, str(folder), *args] if module else command(folder, "player", *args)
    with (folder.parent / f"{folder.name}.log").open("ab") as log:
        return subprocess.Popen(
            whole,
            stdout=log,
            stderr=log,
            cwd=ROOT,
            env=os.environ | NO_GOOGLE | {"BROADCASTER_LANG": "en", "PYTHONUNBUFFERED": "1"},
        )


def takes(folder: Path, code: str = "ap-1") -> list[Path]:
    return sorted((folder / "audio_out" / code).glob("*.wav"))


def soon(seconds: float) -> datetime:
    return CLOCK.now().replace(microsecond=0) + timedelta(seconds=seconds + 1)
