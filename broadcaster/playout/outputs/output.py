"""What an output is: somewhere that sound goes, kept open between airings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from broadcaster.audio import RATE
from broadcaster.units import Samples

BLOCK = Samples(RATE // 10)
"""What is handed over at once: 100 ms."""

Block = NDArray[np.int16]
"""Samples at audio.RATE, mono; a last one may be shorter than BLOCK."""


@dataclass(frozen=True)
class Take:
    """One unbroken stretch of sound on one output."""

    airing_ids: tuple[str, ...]
    """Those that it belongs to; several hamlets may share the output, a monitor has none."""
    slot: str
    starts_at: datetime
    """The wall clock's instant of its first sample."""
    position: Samples
    """Of its first sample in the bulletin."""


class Output(Protocol):
    """Driven by one thread: `start`, `write`…, then `finish` or `cut`; and again.

    Every method but `close` raises OutputError when the output is gone. The contract suite is
    tests/contracts/output.py.
    """

    @property
    def note(self) -> str:
        """What the as-run log must say about where the sound goes; empty when it goes where it should."""
        ...

    def check(self) -> None:
        """OutputError when it is gone; asked before it is needed, so that it can be opened again in time."""
        ...

    def start(self, take: Take, at: float) -> None:
        """Begin a take whose first sample sounds at the monotonic instant `at`, or at once if that passed."""
        ...

    def write(self, block: Block) -> None:
        """Hand over the next samples; returns when more are wanted, never after they have all sounded."""
        ...

    def finish(self) -> None:
        """Return when everything written has sounded."""
        ...

    def cut(self) -> None:
        """Silence now: what was written and has not sounded is dropped."""
        ...

    def sounded(self) -> Samples:
        """How much of the last take has sounded; exact after `finish` and `cut`."""
        ...

    def began(self) -> float | None:
        """The monotonic instant at which the last take's first sample sounded; None before that."""
        ...

    def close(self) -> None:
        """Give it back; more than once is fine."""
        ...


OpenOutput = Callable[[str, str], Output]
"""(output URL, hamlet code) → an open output. OutputError: an unknown URL, or it cannot be opened."""
