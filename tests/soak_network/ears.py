"""Who says when two hamlet PCs began: their cards, by the frames that they placed, or a recording of both."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from broadcaster.audio import RATE
from tests.playout.pulse import NEEDED, Pulse
from tests.soak_network.children import play, play_on_pulse
from tests.soak_network.commune import Child, witnessing

_LOUD = 600
_APART = RATE // 2
"""A new start is what is loud after so long a silence."""
_SINK = "horn"


class Ear(Protocol):
    def pc(self, folder: Path, ahead_s: float) -> Child:
        """A hamlet PC that it hears."""
        ...

    def heard(self) -> int:
        """Starts so far, of all PCs."""
        ...

    def apart(self) -> tuple[float, ...]:
        """Seconds between the two PCs' starts, one for each airing that both began."""
        ...


class Frames:
    """True instants of first samples, as each PC's card tells the witness: a busy computer blurs them not."""

    def __init__(self, file: Path, port: int) -> None:
        self._file, self._port = file, port

    def pc(self, folder: Path, ahead_s: float) -> Child:
        return Child(play, (folder, self._port, "", ahead_s))

    def heard(self) -> int:
        return sum(block["first"] == 0 for block in self._blocks())

    def apart(self) -> tuple[float, ...]:
        true: defaultdict[str, list[float]] = defaultdict(list)
        for block in self._blocks():
            if block["first"] == 0:
                (name,) = block["airings"]
                true[name.partition("/")[2]].append(block["true"])
        return tuple(abs(one - two) for one, two in true.values())

    def _blocks(self) -> Iterator[dict[str, Any]]:
        return map(json.loads, self._file.read_text().splitlines())


class Recording:
    """A recording of a sound card of PulseAudio's: one PC sounds on its left, the other on its right."""

    def __init__(self, file: Path, pulse: Pulse) -> None:
        self._file, self._pulse, self._pcs = file, pulse, 0

    def pc(self, folder: Path, ahead_s: float) -> Child:
        self._pcs += 1
        where = {name: value for name, value in self._pulse.environment.items() if name.startswith("PULSE")}
        return Child(play_on_pulse, (folder, where, self._pcs, ahead_s))

    def heard(self) -> int:
        return sum(map(len, self._starts()))

    def apart(self) -> tuple[float, ...]:
        left, right = self._starts()
        nearest = [int(np.abs(right - place).min(initial=_APART)) for place in left]
        return tuple(distance / RATE for distance in nearest if distance < _APART)

    def _starts(self) -> list[NDArray[np.int64]]:
        content = self._file.read_bytes()
        samples = np.frombuffer(content[: len(content) // 4 * 4], np.int16).reshape(-1, 2)
        loud = [np.flatnonzero(np.abs(samples[:, side].astype(np.int32)) > _LOUD) for side in (0, 1)]
        return [places[np.diff(places, prepend=-2 * _APART) > _APART] for places in loud]


def records() -> bool:
    """Whether this computer has a PulseAudio to record with."""
    return all(map(shutil.which, NEEDED))


@contextmanager
def by_frames(folder: Path) -> Iterator[Ear]:
    file = folder / "heard.jsonl"
    with witnessing(file) as port:
        yield Frames(file, port)


@contextmanager
def by_recording(folder: Path) -> Iterator[Ear]:
    pulse, file = Pulse(folder), folder / "recorded.raw"
    pulse.start()
    pulse.plug(_SINK)
    how = ["--format=s16le", "--channels=2", f"--rate={RATE}", "--raw", "--latency-msec=10"]
    with file.open("wb") as recorded:
        recorder = subprocess.Popen(
            ["parec", "-d", f"{_SINK}.monitor", *how], env=pulse.environment, stdout=recorded
        )
        try:
            yield Recording(file, pulse)
        finally:
            recorder.terminate()
            recorder.wait()
            pulse.stop()
