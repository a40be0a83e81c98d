"""A file that is read while another thread still writes it."""

from __future__ import annotations

import io
import os
import threading
from pathlib import Path
from typing import Any

_ENDLESS = 1 << 40
"""The length told to who asks before it is known."""


class Growing(io.RawIOBase):
    """The bytes of a file from `start` on. Reading waits for those that are still to come."""

    def __init__(self, path: Path, start: int) -> None:
        self._file = path.open("rb")
        self._start = self._written = start
        self._position = 0
        self._whole = False
        self._changed = threading.Condition()

    def grown(self, end: int) -> None:
        """Bytes up to `end`, counted from the file's beginning, are there now."""
        with self._changed:
            self._written = end
            self._changed.notify_all()

    def finish(self) -> None:
        """No more will come."""
        with self._changed:
            self._whole = True
            self._changed.notify_all()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._position = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: _ENDLESS}[whence]
        return self._position

    def readinto(self, buffer: Any) -> int:
        data = self._tail(len(buffer)) if self._position > _ENDLESS // 2 else self._awaited(len(buffer))
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()

    def _tail(self, most: int) -> bytes:
        """Before they begin, decoders look for a tag at the end: there is none."""
        return bytes(min(most, _ENDLESS - self._position))

    def _awaited(self, most: int) -> bytes:
        wanted = self._start + self._position
        with self._changed:
            self._changed.wait_for(lambda: self._whole or self._written > wanted)
            self._file.seek(wanted)
            return self._file.read(max(0, min(most, self._written - wanted)))
