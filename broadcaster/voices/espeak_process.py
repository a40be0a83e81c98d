"""The parent's end of one espeak worker."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, BinaryIO, cast

from broadcaster.bounded import TookTooLong, within
from broadcaster.clock import Clock
from broadcaster.voices import espeak_worker
from broadcaster.voices.espeak_worker import AUDIO, ERROR, READY, TEXT, read_frame, write_frame

_NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)
_GOODBYE_S = 2.0


class WorkerLost(Exception):
    """The worker died, or hung and was killed: the question may be put to a new one."""

    def __init__(self, *, hung: bool) -> None:
        super().__init__(hung)
        self.hung = hung


class WorkerRefused(Exception):
    """The worker said why it cannot do it; a new one would say the same."""


class EspeakProcess:
    """A worker, spawned (never forked), and the pipes to it. Not safe among threads."""

    def __init__(self, library: Path, settings: Sequence[str | int], seconds: float, clock: Clock) -> None:
        """Start it beside `library`, where its data lies, and wait up to `seconds` until it is ready.

        Raises WorkerLost, WorkerRefused, OSError; then nothing runs.
        """
        command = [sys.executable, "-I", "-S", espeak_worker.__file__, str(library), *map(str, settings)]
        self._clock = clock
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and file
            command,
            cwd=library.parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=_NO_WINDOW,
        )
        self._answer(READY, seconds)

    @property
    def pid(self) -> int:
        return self._process.pid

    def speak(self, words: str, seconds: float) -> bytes:
        """16 bit samples at espeak_worker.RATE. Raises WorkerLost (then it is gone), WorkerRefused."""
        try:
            write_frame(self._pipe(self._process.stdin), TEXT, words.encode())
        except OSError as error:
            raise self._lost(hung=False) from error
        return self._answer(AUDIO, seconds)

    def close(self) -> None:
        """End the worker: kindly, then not."""
        with suppress(OSError):
            self._pipe(self._process.stdin).close()
        try:
            self._process.wait(_GOODBYE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._pipe(self._process.stdout).close()

    def _answer(self, wanted: bytes, seconds: float) -> bytes:
        pipe = self._pipe(self._process.stdout)
        try:
            kind, payload = within(seconds, lambda: read_frame(pipe), self._clock)
        except (TookTooLong, EOFError, OSError) as error:
            raise self._lost(hung=isinstance(error, TookTooLong)) from error
        if kind == ERROR:
            if wanted == READY:
                self.close()
            raise WorkerRefused(payload.decode(errors="replace"))
        return payload

    def _lost(self, *, hung: bool) -> WorkerLost:
        self._process.kill()
        self.close()
        return WorkerLost(hung=hung)

    @staticmethod
    def _pipe(pipe: IO[bytes] | None) -> BinaryIO:
        return cast(BinaryIO, pipe)
