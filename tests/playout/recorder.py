"""An output that keeps what it was given: paced like a sound card, with faults on demand."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import numpy as np

from broadcaster.audio import RATE
from broadcaster.clock import Clock
from broadcaster.errors import OutputError
from broadcaster.playout.outputs.output import Block, Take
from broadcaster.units import Samples


@dataclass
class Heard:
    """One take, and what of it was heard when."""

    take: Take
    at: float
    began: float | None = None
    ended: float = 0.0
    blocks: list[Block] = field(default_factory=list)

    @property
    def samples(self) -> Block:
        return np.concatenate(self.blocks) if self.blocks else np.zeros(0, np.int16)


class Recorder:
    """Several outputs may share one list of `takes`, as channels that hear one horn."""

    def __init__(self, clock: Clock, note: str = "") -> None:
        self._clock = clock
        self._note = note
        self.takes: list[Heard] = []
        self.broken = False
        self.closed = False
        self._open: Heard | None = None
        self._written = 0

    @property
    def note(self) -> str:
        return self._note

    def start(self, take: Take, at: float) -> None:
        self.check()
        self._open = Heard(take, max(at, self._clock.monotonic()))
        self.takes.append(self._open)
        self._written = 0

    def write(self, block: Block) -> None:
        if self._open is None:
            raise OutputError("nothing was started")
        self._until(self._open.at + self._written / RATE)
        self.check()
        now = self._clock.monotonic()
        self._open.began = self._open.began or now
        self._open.blocks.append(block)
        self._written += len(block)
        self._open.ended = now + len(block) / RATE

    def finish(self) -> None:
        if self._open is not None:
            self._until(self._open.at + self._written / RATE)
        self.cut()

    def cut(self) -> None:
        self._open = None

    def sounded(self) -> Samples:
        return Samples(self._written)

    def began(self) -> float | None:
        return self.takes[-1].began if self.takes else None

    def close(self) -> None:
        self.closed = True
        self._open = None

    def _until(self, instant: float) -> None:
        self._clock.wait(threading.Event(), instant - self._clock.monotonic())

    def check(self) -> None:
        if self.closed:
            raise OutputError("it is closed")
        if self.broken:
            raise OutputError("the recorder is broken", "", "mend it")
