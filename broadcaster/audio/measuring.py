"""How loud a sound is, how high it peaks, how long it is silent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from broadcaster.audio.clip import PER_MS, RATE, SILENT, to_float
from broadcaster.audio.peaks import REACH, Peaks
from broadcaster.audio.weighting import TENTH, Powers, gated, spectra, tenth_powers, weighting, whole_power
from broadcaster.audio.windows import PIECE, Floats, Windows
from broadcaster.units import Decibels, Lufs, Samples

_LOOK_FROM = 0.7
"""No sound rises by 3 dB between samples and stays below the others."""
_ROWS = 4
"""Parts of a piece that are transformed side by side, which is quicker than the piece at once."""
_PART = PIECE // _ROWS
_PAST = 1_784
"""Samples before a part that its weighting still hears: after 74 ms the filter's ring is below −140 dB."""
_SIZE = _PAST + _PART + REACH


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
    """Measures a sound that comes block by block. Memory: 80 bytes a second."""

    def __init__(self) -> None:
        self._windows = Windows(_PAST, REACH)
        self._peaks = Peaks(_LOOK_FROM)
        self._true_peak = 0.0
        self._tenths: list[Powers] = []
        self._silence = _Silence()

    def add(self, block: NDArray[Any]) -> None:
        """The next samples, int16 or float, any number of them."""
        for window in self._windows.add(block):
            self._take(window)

    def result(self) -> Measurement:
        """The measurement of all that was added; call it once."""
        for window in self._windows.finish():
            self._take(window)
        frames = self._windows.frames
        return Measurement(
            self._loudness(frames),
            _decibels(max(self._true_peak, self._peaks.highest)),
            _decibels(self._peaks.highest),
            self._silence.longest(-(-frames // PER_MS)) / 1000,
            frames,
        )

    def _take(self, window: Floats) -> None:
        parts = sliding_window_view(window, _SIZE)[::_PART]
        weighted = np.fft.irfft(spectra(parts) * weighting(_SIZE), _SIZE)
        rows = weighted[:, _PAST : _PAST + _PART].reshape(-1, TENTH)
        self._tenths.append(np.einsum("ij,ij->i", rows, rows, dtype=np.float64) / TENTH)
        peaks = self._peaks.of(window[_PAST - REACH :])
        self._true_peak = max(self._true_peak, float(peaks.max()))
        self._silence.add(peaks > 10 ** (SILENT / 20))

    def _loudness(self, frames: Samples) -> Lufs:
        tenths = np.concatenate(self._tenths or [np.zeros(0)])
        if frames < 4 * TENTH:
            return gated(tenths.sum(keepdims=True) * (TENTH / max(1, frames)))
        return gated(tenths[: frames // TENTH])


def measure(array: NDArray[Any]) -> Measurement:
    """The measurement of a whole sound: mono samples at RATE, int16 or float."""
    meter = Meter()
    for start in range(0, len(array), PIECE):
        meter.add(array[start : start + PIECE])
    return meter.result()


def loudness(array: NDArray[Any]) -> Lufs:
    """The loudness alone, within 0.1 LU of the measurement's and in a tenth of its time."""
    if len(array) < 4 * TENTH:
        return gated(whole_power(to_float(array)) if len(array) else np.zeros(0))
    whole = len(array) // TENTH * TENTH
    parts = (array[start : min(start + PIECE, whole)] for start in range(0, whole, PIECE))
    return gated(np.concatenate([tenth_powers(to_float(part)) for part in parts]))


def _decibels(amplitude: float) -> Decibels:
    return Decibels(float(20 * np.log10(amplitude)) if amplitude > 0 else -np.inf)


class _Silence:
    """The longest run of milliseconds in which nothing is heard."""

    def __init__(self) -> None:
        self._told = self._longest = 0
        self._heard_until = 0

    def add(self, heard: NDArray[np.bool_]) -> None:
        """Whether something is heard in each of the next milliseconds."""
        sounding = self._told + np.flatnonzero(heard)
        if sounding.size:
            gaps = np.diff(sounding, prepend=self._heard_until - 1) - 1
            self._longest = max(self._longest, int(gaps.max()))
            self._heard_until = int(sounding[-1]) + 1
        self._told += len(heard)

    def longest(self, length: int) -> int:
        """In a sound of `length` milliseconds; what was told beyond is no part of it."""
        return max(self._longest, length - self._heard_until)
