"""The computer's microphone. It is looked for in a child process: without one, sound systems write to the
terminal, and a broken driver may take its process with it.

    python -m broadcaster.voices.microphone BACKEND…     prints the names of the microphones, as JSON
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from broadcaster.audio import RATE
from broadcaster.audio.capture import Capture
from broadcaster.errors import AudioError, VoiceUnavailable
from broadcaster.voices.recorded import LONGEST_S

_LOOK_S = 20.0
_BUFFER_MS = 100
_NO_MICROPHONE = "Discard all samples"
"""ALSA's null device, which is listed where there is no card."""


def microphones(backends: Sequence[str]) -> tuple[str, ...]:
    """Their names; empty when there is none, or none that answers in time. `backends`: miniaudio's names."""
    try:
        found = subprocess.run(  # noqa: S603 (our own interpreter and module)
            [sys.executable, "-m", __name__, *backends],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_LOOK_S,
            check=True,
        )
        return tuple(json.loads(found.stdout))
    except (OSError, subprocess.SubprocessError, ValueError):
        return ()


class Microphone:
    """Records until `stop`, at most 30 minutes. VoiceUnavailable: it cannot be opened."""

    def __init__(self, backends: Sequence[Any]) -> None:
        """`backends`: miniaudio's, in the order tried."""
        self._blocks: list[NDArray[np.int16]] = []
        self._frames = 0
        self._lock = threading.Lock()
        try:
            self._input = Capture(backends, self._take, buffer_ms=_BUFFER_MS)
        except AudioError as error:
            raise VoiceUnavailable(error.what, error.item, error.todo) from error

    @property
    def seconds(self) -> float:
        """How much is recorded."""
        return self._frames / RATE

    @property
    def level(self) -> float:
        """How loud it is now: the highest sample of the last tenth of a second, 0 to 1."""
        with self._lock:
            last = self._blocks[-1] if self._blocks else np.zeros(1, np.int16)
        return float(np.abs(last.astype(np.int32)).max(initial=0)) / 32_768

    def stop(self) -> list[NDArray[np.int16]]:
        """Let go of the microphone; what was recorded, in blocks at audio.RATE."""
        self._input.close()
        with self._lock:
            return list(self._blocks)

    def _take(self, block: NDArray[np.int16]) -> None:
        with self._lock:
            if self._frames + len(block) <= LONGEST_S * RATE:
                self._blocks.append(block)
                self._frames += len(block)


def _main() -> None:
    import miniaudio

    backends = [miniaudio.Backend[name] for name in sys.argv[1:]]
    try:
        names = [str(found["name"]) for found in miniaudio.Devices(backends).get_captures()]
    except miniaudio.MiniaudioError:
        names = []
    sys.stdout.write(json.dumps([name for name in names if not name.startswith(_NO_MICROPHONE)]))


if __name__ == "__main__":
    _main()
