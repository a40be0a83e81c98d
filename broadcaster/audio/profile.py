"""A sound millisecond by millisecond: its K-weighted energy and its true peak (ITU-R BS.1770-4).

Loudness, limiting and the search for the right gain all work on this, 24 times smaller than the sound.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from broadcaster.audio.clip import PER_MS, RATE, to_float
from broadcaster.units import Lufs, Samples

_FFT = 32_768
_HOP = 28_800
_AHEAD = 8 * PER_MS
_PAST = _FFT - _HOP - _AHEAD
"""Samples before a block that its weighting still hears: 157 ms, where the filter's ring is below −200 dB."""


@dataclass(frozen=True)
class Profile:
    energy: NDArray[np.float64]
    """Mean square of the K-weighted sound, per millisecond."""
    peak: NDArray[np.float32]
    """Largest absolute value, per millisecond, between the samples too (4x)."""
    sample_peak: float
    frames: Samples


class Profiler:
    """Takes a sound block by block and gives its profile. Memory: 12 bytes per millisecond."""

    def __init__(self, *, look_from: float = 0.0) -> None:
        """`look_from`: a share of the highest sample so far; where all is below, for a second or so, nobody
        looks between the samples, which costs more than everything else."""
        self._look_from = look_from
        self._pending = np.zeros(_PAST, np.float32)
        self._energies: list[NDArray[np.float64]] = []
        self._peaks: list[NDArray[np.float32]] = []
        self._sample_peak = 0.0
        self._frames = 0

    def add(self, block: NDArray[Any]) -> None:
        """The next samples, int16 or float, any number of them."""
        self._frames += len(block)
        self._pending = np.concatenate((self._pending, to_float(block)))
        while len(self._pending) >= _FFT:
            self._weigh(self._pending[:_FFT])
            self._pending = self._pending[_HOP:]

    def finish(self) -> Profile:
        """The profile of all that was added; call it once."""
        frames = self._frames
        while len(self._energies) * _HOP < frames:
            self.add(np.zeros(_HOP, np.float32))
        millis = -(-frames // PER_MS)
        return Profile(
            np.concatenate(self._energies or [np.zeros(0)])[:millis],
            np.concatenate(self._peaks or [np.zeros(0, np.float32)])[:millis],
            self._sample_peak,
            Samples(frames),
        )

    def _weigh(self, window: NDArray[np.float32]) -> None:
        spectrum = np.fft.rfft(window)
        energies = np.square(_shaped(spectrum, _weighting()), dtype=np.float64).mean(axis=1)
        peaks = np.abs(window[_PAST : _PAST + _HOP]).reshape(-1, PER_MS).max(axis=1)
        highest = float(peaks.max())
        self._sample_peak = max(self._sample_peak, highest)
        if highest and highest >= self._look_from * self._sample_peak:
            for quarter in _quarters():
                peaks = np.maximum(peaks, np.abs(_shaped(spectrum, quarter)).max(axis=1))
        self._energies.append(energies)
        self._peaks.append(peaks)


def integrated(energy: NDArray[np.float64]) -> Lufs:
    """Integrated, gated loudness of a profile's energies; −inf for silence.

    A sound under 400 ms is judged as one whole, which the standard leaves open.
    """
    tenths = energy[: len(energy) // 100 * 100].reshape(-1, 100).mean(axis=1)
    if len(tenths) < 4:
        tenths = np.full(4, energy.mean() if len(energy) else 0.0)
    sums = np.concatenate(([0.0], np.cumsum(tenths)))
    blocks = np.maximum((sums[4:] - sums[:-4]) / 4, 0)
    heard = blocks[blocks > _power(-70)]
    if not heard.size:
        return Lufs(-np.inf)
    heard = heard[heard > heard.mean() / 10]
    return Lufs(float(-0.691 + 10 * np.log10(heard.mean())))


def _power(lufs: float) -> float:
    return float(10 ** ((lufs + 0.691) / 10))


@cache
def _weighting() -> NDArray[np.complex64]:
    """K-weighting at RATE as a frequency response: a high shelf, then a high pass."""
    backward = np.exp(-2j * np.pi * np.arange(_FFT // 2 + 1) / _FFT)
    response = np.ones_like(backward)
    for numerator, denominator in (_shelf(), _high_pass()):
        response *= np.polyval(numerator[::-1], backward) / np.polyval(denominator[::-1], backward)
    weighting: NDArray[np.complex64] = response.astype(np.complex64)
    return weighting


def _shelf() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    k, q, high = np.tan(np.pi * 1681.974450955533 / RATE), 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    middle = high**0.4996667741545416
    return (
        np.array([high + middle * k / q + k * k, 2 * (k * k - high), high - middle * k / q + k * k]),
        np.array([1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k]),
    )


def _high_pass() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    k, q = np.tan(np.pi * 38.13547087602444 / RATE), 0.5003270373238773
    scale = 1 + k / q + k * k
    return (
        np.array([1.0, -2.0, 1.0]),
        np.array([1.0, 2 * (k * k - 1) / scale, (1 - k / q + k * k) / scale]),
    )


@cache
def _quarters() -> tuple[NDArray[np.complex64], ...]:
    """Frequency responses that give the values 1/4, 2/4 and 3/4 of the way to the next sample."""
    turn = 2j * np.pi * np.arange(_FFT // 2 + 1) / _FFT
    return tuple(np.exp(turn * part).astype(np.complex64) for part in (0.25, 0.5, 0.75))


def _shaped(spectrum: NDArray[Any], response: NDArray[np.complex64]) -> NDArray[Any]:
    """The window's own samples after `response`, a row per millisecond."""
    return np.fft.irfft(spectrum * response, _FFT)[_PAST : _PAST + _HOP].reshape(-1, PER_MS)
