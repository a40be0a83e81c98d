"""From a value per millisecond to a value per sample, without a step."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from broadcaster.audio import PER_MS

Floats = NDArray[np.float32]

_MILLISECOND = np.arange(PER_MS, dtype=np.float32) / PER_MS


def between_milliseconds(edges: Floats) -> Floats:
    """Straight lines between the values at each millisecond's edge: PER_MS samples for all but the last."""
    lines = edges[:-1, None] + np.diff(edges)[:, None] * _MILLISECOND
    return lines.reshape(-1).astype(np.float32, copy=False)
