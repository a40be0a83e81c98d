"""A station in memory, behind the real server."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from broadcaster.clock import SystemClock
from broadcaster.network import plain, wire
from broadcaster.network.authority import AUTHORITY, make_authority
from broadcaster.network.enrolment_code import EnrolmentCode
from broadcaster.network.envelope import Kind, seal
from broadcaster.network.keys import PublicKey, SigningKey
from broadcaster.network.listening import Listening
from broadcaster.network.ports import Published
from broadcaster.network.server import Server
from broadcaster.network.words import Word, refused
from tests.network.messages import HAMLET, STATION, timetable

CLOCK = SystemClock()


class FakeStation:
    """One hamlet, `HAMLET`; devices, audio and events in dictionaries."""

    def __init__(self, audio: Path) -> None:
        self.key, self.emergency_key = SigningKey.fresh(), SigningKey.fresh()
        self.code = EnrolmentCode.fresh(self.key.public)
        self.code_open = True
        self.wrong_tries = 0
        self.devices: dict[str, PublicKey] = {}
        self.revoked: set[str] = set()
        self.events: dict[tuple[int, int], wire.WireEvent] = {}
        self.audio_folder = audio
        self.version = 1
        self.authority = ""
        self.lock = threading.Lock()

    def device_key(self, device: str) -> PublicKey:
        if device in self.revoked:
            raise refused(Word.REVOKED, device)
        return self.devices[device]

    def enrol(self, asked: wire.Enrolling, now: datetime) -> Mapping[str, Any]:
        if not self.code_open:
            raise refused(Word.CODE_ENDED)
        key = PublicKey.from_hex(asked.device_key)
        if not self.code.proves(key, asked.proof):
            self.wrong_tries += 1
            self.code_open = self.wrong_tries < 5
            raise refused(Word.WRONG_PROOF)
        self.code_open = False
        device = key.id
        self.devices[device] = key
        return {
            "device": device,
            "station": {"id": STATION, "name": "xã Tân Hưng", "zone": "Asia/Ho_Chi_Minh"},
            "hamlet": {"id": HAMLET, "code": "ap-1", "name": "Ấp 1"},
            "timetable_key": self.key.public.hex,
            "emergency_key": self.emergency_key.public.hex,
            "authority": self.authority,
            "device_key": asked.device_key,
        }

    def published(self, device: str) -> Published:
        self.device_key(device)
        content = timetable(version=self.version)
        return Published(self.version, plain.text(seal(Kind.TIMETABLE, content, self.key)).encode())

    def published_to(self, devices: Sequence[str]) -> Mapping[str, Published]:
        return {device: self.published(device) for device in devices if device in self.versions()}

    def versions(self) -> Mapping[str, int]:
        return {device: self.version for device in self.devices if device not in self.revoked}

    def audio(self, device: str, sha256: str) -> Path:
        if sha256 == "0" * 64:
            raise refused(Word.NOT_YOURS, sha256)
        path = self.audio_folder / sha256
        if not path.exists():
            raise refused(Word.NOT_HERE, sha256)
        return path

    def take_in(self, device: str, report: wire.Report, now: datetime) -> tuple[int, int]:
        self.device_key(device)
        with self.lock:
            for event in report.events:
                known = self.events.get((event.epoch, event.seq), event)
                if known.hash != event.hash:
                    raise refused(Word.FORKED, event.seq)
            self.events |= {(event.epoch, event.seq): event for event in report.events}
            seq = 0
            while (1, seq + 1) in self.events:
                seq += 1
            return (1 if seq else 0, seq)


@contextmanager
def serving(station: FakeStation, folder: Path) -> Iterator[tuple[Server, str, Path]]:
    """The server, its address, and whom to trust."""
    folder.mkdir()
    certificate = make_authority(folder, ["127.0.0.1", "localhost"], CLOCK.now())
    station.authority = (folder / AUTHORITY).read_text()
    server = Server(station, station.key, CLOCK)
    listening = Listening(server.application(), "127.0.0.1", 0, certificate)
    listening.start()
    try:
        yield server, f"https://127.0.0.1:{listening.port}", folder / AUTHORITY
    finally:
        server.end()
        listening.stop()
