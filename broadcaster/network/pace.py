"""How long to wait before the line is tried again: longer after each failure, and never all PCs at once."""

from __future__ import annotations

import random

LONGEST_S = 60.0


class Pace:
    """Of one thread."""

    def __init__(self) -> None:
        self._failures = 0
        self._chance = random.SystemRandom()

    @property
    def even(self) -> bool:
        """Whether it failed an even number of times since it last worked."""
        return self._failures % 2 == 0

    def worked(self) -> None:
        self._failures = 0

    def failed(self) -> float:
        """Seconds: 1, 2, 4 … 60, give or take half."""
        wait = min(LONGEST_S, 2.0 ** min(self._failures, 10))
        self._failures += 1
        return wait * self._chance.uniform(0.5, 1.5)
