"""An input that says when it heard what: every sample of the last seconds, with its monotonic instant."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from broadcaster.audio import RATE
from broadcaster.audio.capture import Capture
from broadcaster.bounded import TookTooLong, within
from broadcaster.clock import Clock
from broadcaster.errors import AudioError, OutputError
from broadcaster.language import _
from broadcaster.playout.outputs.output import Block

_OPEN_S = 5.0
_BUFFER_MS = 20
_AROUND = 64
_SLIPPED_S = 0.5
"""A block that comes so much later than its place among the others tells of samples that were lost."""


class Ear:
    """Hears until `close`. AudioError when the input cannot be opened."""

    def __init__(self, name: str, clock: Clock, backends: Sequence[Any], keep_s: float = 30.0) -> None:
        """`name`: empty is the computer's default input. `keep_s`: how much of the newest is kept."""
        self._clock = clock
        self._keep = round(keep_s * RATE)
        self._blocks: deque[tuple[float, Block]] = deque()
        """(the instant of its first sample, the block)"""
        self._kept = 0
        self._heard = 0
        self._zeros: deque[float] = deque(maxlen=_AROUND)
        self._changed = threading.Condition()
        try:
            self._input = within(
                _OPEN_S,
                lambda: Capture(backends, self._take, name=name, buffer_ms=_BUFFER_MS),
                clock,
                Capture.close,
            )
        except TookTooLong as error:
            raise AudioError(_("The microphone does not answer"), name, _("Check its cable")) from error

    def _take(self, block: Block) -> None:
        """A block arrives after its last sample, some late and none early: the earliest of the last ones tell
        the pace."""
        with self._changed:
            self._heard += len(block)
            zero = self._clock.monotonic() - self._heard / RATE
            if self._zeros and zero > min(self._zeros) + _SLIPPED_S:
                self._zeros.clear()
            self._zeros.append(zero)
            self._blocks.append((min(self._zeros) + (self._heard - len(block)) / RATE, block))
            self._kept += len(block)
            while self._kept > self._keep:
                self._kept -= len(self._blocks.popleft()[1])
            self._changed.notify_all()

    def wait_until(self, instant: float, longest: float = 5.0) -> None:
        """Return when it has heard up to a monotonic instant. OutputError: it hears no more."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._end() >= instant, longest):
                raise OutputError(_("The microphone hears nothing any more"), todo=_("Check its cable"))

    def heard(self, begin: float, end: float) -> tuple[Block, NDArray[np.float64]]:
        """(samples between two monotonic instants, the instant of each)."""
        with self._changed:
            kept = [(at, block) for at, block in self._blocks if at < end and at + len(block) / RATE > begin]
        if not kept:
            return np.zeros(0, np.int16), np.zeros(0)
        instants = np.concatenate([at + np.arange(len(block)) / RATE for at, block in kept])
        inside = (instants >= begin) & (instants < end)
        return np.concatenate([block for _, block in kept])[inside], instants[inside]

    def newest(self) -> float:
        """The instant up to which it has heard."""
        with self._changed:
            return self._end()

    def close(self) -> None:
        self._input.close()

    def _end(self) -> float:
        if not self._blocks:
            return float("-inf")
        at, block = self._blocks[-1]
        return at + len(block) / RATE
