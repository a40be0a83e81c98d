"""How high a voice is, judged by what is heard."""

from __future__ import annotations

import numpy as np

from broadcaster.audio import RATE, AudioSegment, samples

_FRAME = RATE * 60 // 1000


def pitch_hz(clip: AudioSegment) -> tuple[float, float, float]:
    """The fundamental of its voiced parts: the tenth, the middle and the ninetieth percentile."""
    sound = samples(clip).astype(np.float64)
    found = [
        hz for at in range(0, len(sound) - _FRAME, _FRAME // 3) if (hz := _voiced(sound[at : at + _FRAME]))
    ]
    low, middle, high = np.percentile(found, (10, 50, 90))
    return float(low), float(middle), float(high)


def _voiced(frame: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    """Its fundamental by autocorrelation, between 60 and 400 Hz; 0: quiet, or no tone."""
    if np.sqrt(np.mean(frame**2)) < 500:
        return 0.0
    likeness = np.correlate(frame, frame, "full")[len(frame) - 1 :]
    shortest = RATE // 400
    lag = shortest + int(np.argmax(likeness[shortest : RATE // 60]))
    return RATE / lag if likeness[lag] > likeness[0] / 2 else 0.0
