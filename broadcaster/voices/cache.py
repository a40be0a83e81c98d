"""Speech that was made once, kept on the disk: chunk by chunk, for all scripts and processes alike."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from broadcaster.audio import AudioSegment, decode, encode, samples
from broadcaster.clock import Clock
from broadcaster.errors import AudioError

_TIDY_AFTER = 1 / 20
"""The share of the allowed size that may be added before the folder is looked through again."""


@dataclass(frozen=True)
class _Entry:
    path: Path
    used: float
    """When it was last read or written, in seconds of the Unix epoch."""
    size: int


class ClipCache:
    """FLAC files named by what shapes their sound. Safe among threads and processes.

    Nothing here ever fails a bulletin: what cannot be kept is not kept, what is damaged is forgotten.
    """

    def __init__(self, folder: Path, *, max_bytes: int, max_days: float, clock: Clock) -> None:
        """Entries unused for `max_days` go, then the longest unused, until `max_bytes` are kept."""
        self._folder = folder
        self._max_bytes = max_bytes
        self._max_age_s = timedelta(days=max_days).total_seconds()
        self._clock = clock
        self._lock = threading.Lock()
        self._added = max_bytes  # so that the first entry of a run looks the folder through

    def get(self, identity: str, version: str, text: str) -> AudioSegment | None:
        """What the voice `identity` made of `text`, read by the rules `version`; None if it is not there."""
        path = self._path(identity, version, text)
        if not path.is_file():
            return None
        try:
            clip = decode(path)
        except AudioError:
            _remove(path)
            return None
        self._mark_used(path)
        return clip

    def put(self, identity: str, version: str, text: str, clip: AudioSegment) -> None:
        """Keep `clip`, if there is room on the disk."""
        path = self._path(identity, version, text)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            encode(samples(clip), path, format="flac")
        except (AudioError, OSError):
            return
        self._mark_used(path)
        self._count(path)

    def tidy(self) -> None:
        """Let go of what is too old, and of the longest unused as long as all is too much."""
        too_old = self._clock.now().timestamp() - self._max_age_s
        room = self._max_bytes * (1 - _TIDY_AFTER)
        for entry in sorted(self._entries(), key=lambda entry: entry.used, reverse=True):
            room -= entry.size
            if room < 0 or entry.used < too_old:
                _remove(entry.path)

    def _path(self, identity: str, version: str, text: str) -> Path:
        key = hashlib.sha256("\0".join((identity, version, text)).encode()).hexdigest()
        return self._folder / key[:2] / f"{key}.flac"

    def _mark_used(self, path: Path) -> None:
        now = self._clock.now().timestamp()
        with suppress(OSError):
            os.utime(path, (now, now))

    def _count(self, path: Path) -> None:
        with self._lock:
            with suppress(OSError):
                self._added += path.stat().st_size
            if self._added <= self._max_bytes * _TIDY_AFTER:
                return
            self._added = 0
        self.tidy()

    def _entries(self) -> Iterator[_Entry]:
        """Every file there, those that a killed process left half-written included."""
        for path in self._folder.glob("??/*"):
            with suppress(OSError):
                found = path.stat()
                yield _Entry(path, found.st_mtime, found.st_size)


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
