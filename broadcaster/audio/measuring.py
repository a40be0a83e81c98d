"""How loud a sound is, how high it peaks, how long it is silent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from broadcaster.audio.clip import RATE, SILENT
from broadcaster.audio.profile import Profiler, integrated
from broadcaster.units import Decibels, Lufs, Samples

_LOOK_FROM = 0.7
"""No sound rises by 3 dB between samples and stays below the others."""


@dataclass(frozen=True)
class Measurement:
    loudness: Lufs
    """Integrated and gated, BS.1770-4; −inf: silence."""
    true_peak: Decibels
    """dBTP, 4x oversampled; −inf: digital silence."""
    peak: Decibels
    """dBFS, of the samples themselves."""
    longest_silence_s: float
    """The longest stretch, ends included, in which nothing rises above SILENT."""
    frames: Samples

    @property
    def seconds(self) -> float:
        return self.frames / RATE


class Meter:
    """Measures a sound that comes block by block."""

    def __init__(self) -> None:
        self._profiler = Profiler(look_from=_LOOK_FROM)

    def add(self, block: NDArray[Any]) -> None:
        """The next samples, int16 or float, any number of them."""
        self._profiler.add(block)

    def result(self) -> Measurement:
        """The measurement of all that was added; call it once."""
        profile = self._profiler.finish()
        return Measurement(
            integrated(profile.energy),
            _decibels(float(profile.peak.max(initial=0.0))),
            _decibels(profile.sample_peak),
            _longest_run(profile.peak <= 10 ** (SILENT / 20)) / 1000,
            profile.frames,
        )


def measure(array: NDArray[Any]) -> Measurement:
    """The measurement of a whole sound: mono samples at RATE, int16 or float."""
    meter = Meter()
    for start in range(0, len(array), RATE):
        meter.add(array[start : start + RATE])
    return meter.result()


def loudness(array: NDArray[Any]) -> Lufs:
    """The loudness alone, in a third of the time."""
    profiler = Profiler(look_from=np.inf)
    for start in range(0, len(array), RATE):
        profiler.add(array[start : start + RATE])
    return integrated(profiler.finish().energy)


def _decibels(amplitude: float) -> Decibels:
    return Decibels(float(20 * np.log10(amplitude)) if amplitude > 0 else -np.inf)


def _longest_run(flags: NDArray[np.bool_]) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max(initial=0))
