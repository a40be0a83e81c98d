"""`file:` — paced like a sound card, written as WAV under audio_out/<hamlet>/.

A take becomes `<its second>-<slot>.wav`. The instant at which it truly began stands inside, as the INFO date
of the file. The header is right after every block, so that a killed process leaves a file that plays.
"""

from __future__ import annotations

import errno
import os
import struct
import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from broadcaster.audio import RATE
from broadcaster.clock import Clock
from broadcaster.errors import OutputError
from broadcaster.language import _
from broadcaster.playout.outputs.output import Block, Take
from broadcaster.units import Samples

_DATE_BYTES = 36
_HEADER = struct.Struct(f"<4sI4s 4sIHHIIHH 4sI4s 4sI{_DATE_BYTES}s 4sI")
_SYNC_EVERY = 5 * RATE


@dataclass(frozen=True)
class Keep:
    """How many recordings are kept for one hamlet."""

    days: int = 60
    megabytes: int = 500


class FileOutput:
    """One hamlet's recordings in `folder`; times in their names are in `zone`."""

    def __init__(self, folder: Path, clock: Clock, zone: ZoneInfo, keep: Keep, note: str = "") -> None:
        self._folder = folder
        self._clock = clock
        self._zone = zone
        self._keep = keep
        self._note = note
        self._never = threading.Event()
        self._file: BinaryIO | None = None
        self._open = True
        self._at = 0.0
        self._began: float | None = None
        self._written = 0

    @property
    def note(self) -> str:
        return self._note

    def check(self) -> None:
        if not self._open:
            raise _trouble(self._folder, _("it is closed"))

    def start(self, take: Take, at: float) -> None:
        self.cut()
        self.check()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = _new_file(
                self._folder, f"{take.starts_at.astimezone(self._zone):%Y-%m-%dT%H%M%S}-{take.slot}"
            )
        except OSError as error:
            raise _trouble(self._folder, error) from error
        self._at = max(at, self._clock.monotonic())
        self._began, self._written = None, 0

    def write(self, block: Block) -> None:
        if self._file is None:
            raise _trouble(self._folder, _("nothing was started"))
        self._clock.wait(self._never, self._due - self._clock.monotonic())
        try:
            if self._began is None:
                self._begin(self._file)
            _write_all(self._file, block.astype("<i2", copy=False).tobytes())
            before, self._written = self._written, self._written + len(block)
            _patch_sizes(self._file, self._written)
            if before // _SYNC_EVERY != self._written // _SYNC_EVERY:
                os.fsync(self._file.fileno())
        except OSError as error:
            raise _trouble(self._folder, error) from error

    def finish(self) -> None:
        self._clock.wait(self._never, self._due - self._clock.monotonic())
        self.cut()

    def cut(self) -> None:
        file, self._file = self._file, None
        if file is None:
            return
        try:
            with file:
                os.fsync(file.fileno())
            if not self._written:
                Path(file.name).unlink()
        except OSError as error:
            raise _trouble(self._folder, error) from error
        self._prune()

    def sounded(self) -> Samples:
        return Samples(self._written)

    def began(self) -> float | None:
        return self._began

    def close(self) -> None:
        self._open = False
        with suppress(OutputError):
            self.cut()

    @property
    def _due(self) -> float:
        """When the next sample sounds."""
        return self._at + self._written / RATE

    def _begin(self, file: BinaryIO) -> None:
        self._began = self._clock.monotonic()
        now = self._clock.now().astimezone(self._zone).isoformat(timespec="milliseconds")
        file.write(_header(now))

    def _prune(self) -> None:
        """Delete the oldest recordings beyond what is kept; one that cannot be deleted is left."""
        too_old = (self._clock.now() - timedelta(days=self._keep.days)).timestamp()
        room = self._keep.megabytes * 1_000_000
        with suppress(OSError):
            for path in sorted(self._folder.glob("*.wav"), key=_modified, reverse=True):
                room -= path.stat().st_size
                if room < 0 or _modified(path) < too_old:
                    path.unlink(missing_ok=True)


def _modified(path: Path) -> float:
    return path.stat().st_mtime


def _new_file(folder: Path, name: str) -> BinaryIO:
    """A file that did not exist: `name.wav`, or `name-2.wav` for a second take in the same second."""
    number = 1
    while True:
        try:
            return (folder / f"{name}{f'-{number}' if number > 1 else ''}.wav").open("xb", buffering=0)
        except FileExistsError:
            number += 1


def _header(date: str) -> bytes:
    info = 4 + 8 + _DATE_BYTES
    form = (b"fmt ", 16, 1, 1, RATE, 2 * RATE, 2, 16)
    dated = (b"LIST", info, b"INFO", b"ICRD", _DATE_BYTES, date.encode())
    return _HEADER.pack(b"RIFF", _HEADER.size - 8, b"WAVE", *form, *dated, b"data", 0)


def _write_all(file: BinaryIO, data: bytes) -> None:
    if file.write(data) != len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _patch_sizes(file: BinaryIO, samples: int) -> None:
    for offset, size in ((4, _HEADER.size - 8 + 2 * samples), (_HEADER.size - 4, 2 * samples)):
        file.seek(offset)
        file.write(struct.pack("<I", size))
    file.seek(0, os.SEEK_END)


def _trouble(folder: Path, why: object) -> OutputError:
    return OutputError(
        _("The recording cannot be written"),
        f"{folder}: {why}",
        _("Free some room on the disk, or give this user the right to write there"),
    )
