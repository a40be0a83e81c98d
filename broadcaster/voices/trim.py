"""Speech without the silence around it, so that the pauses are ours, and with ends that do not click."""

from __future__ import annotations

import numpy as np

from broadcaster.audio import RATE, AudioSegment, from_samples, samples, trim

_KEPT_MS = 20
"""More than a voiceless consonant needs to begin, less than an ear takes for a pause."""
_RAMP = RATE * 4 // 1000


def trimmed(clip: AudioSegment) -> AudioSegment:
    """`clip` from 20 ms before its first sound (−50 dBFS) to 20 ms after its last; empty if there is none.

    Both ends rise from and fall to zero within 4 ms.
    """
    kept = samples(trim(clip, keep_ms=_KEPT_MS)).astype(np.float32)
    ramp = np.linspace(0, 1, min(_RAMP, kept.size // 2), dtype=np.float32)
    kept[: ramp.size] *= ramp
    kept[kept.size - ramp.size :] *= ramp[::-1]
    return from_samples(np.rint(kept).astype(np.int16))
