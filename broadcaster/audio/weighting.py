"""K-weighting and gating (ITU-R BS.1770-4): how loud a listener finds a sound."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from broadcaster.audio.clip import RATE
from broadcaster.units import Lufs

TENTH = RATE // 10
"""Samples in a tenth of a second, in which energies are gathered for the gates."""

Powers = NDArray[np.float64]


def gated(tenths: Powers) -> Lufs:
    """Integrated, gated loudness of K-weighted mean squares, one per tenth of a second; −inf for silence.

    A sound under 400 ms is judged as one whole, which the standard leaves open.
    """
    if len(tenths) < 4:
        tenths = np.full(4, tenths.mean() if len(tenths) else 0.0)
    sums = np.concatenate(([0.0], np.cumsum(tenths)))
    blocks = np.maximum((sums[4:] - sums[:-4]) / 4, 0)
    heard = blocks[blocks > _power(-70)]
    if not heard.size:
        return Lufs(-np.inf)
    heard = heard[heard > heard.mean() / 10]
    return Lufs(float(-0.691 + 10 * np.log10(heard.mean())))


def tenth_powers(sound: NDArray[np.float32]) -> Powers:
    """K-weighted mean squares of whole tenths, each weighted by its own spectrum (Parseval).

    Four times cheaper than to filter; within 0.1 LU of it for speech and music.
    """
    return _spectral_powers(sound.reshape(-1, TENTH))


def spectra(rows: NDArray[np.float32]) -> NDArray[np.complex64]:
    """The spectrum of each row, divided by its length.

    Not to divide takes numpy several times as long: it then prepares the transform anew for every row.
    """
    return np.fft.rfft(rows, norm="forward").astype(np.complex64, copy=False)


def whole_power(sound: NDArray[np.float32]) -> Powers:
    """The same of a sound of any length, as one number."""
    return _spectral_powers(sound.reshape(1, -1))


def _spectral_powers(rows: NDArray[np.float32]) -> Powers:
    parts = spectra(rows).view(np.float32).astype(np.float64)
    np.square(parts, out=parts)
    powers: Powers = np.einsum("ij,j->i", parts, _shares(rows.shape[1]))
    return powers


@cache
def weighting(size: int) -> NDArray[np.complex64]:
    """K-weighting at RATE: what the `spectra` of `size` samples are multiplied by before they are turned
    back."""
    return (_response(size) * size).astype(np.complex64)


def _shares(size: int) -> Powers:
    """What the real and the imaginary part of each line of a spectrum add to the weighted mean square."""
    return _tenth_shares() if size == TENTH else _shares_of(size)


@cache
def _tenth_shares() -> Powers:
    return _shares_of(TENTH)


def _shares_of(size: int) -> Powers:
    shares: Powers = 2 * np.square(np.abs(_response(size)))
    shares[0] /= 2
    if size % 2 == 0:
        shares[-1] /= 2
    return np.repeat(shares, 2)


def _response(size: int) -> NDArray[np.complex128]:
    """A high shelf, then a high pass."""
    backward = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    response: NDArray[np.complex128] = np.ones_like(backward)
    for numerator, denominator in (_shelf(), _high_pass()):
        response *= np.polyval(numerator[::-1], backward) / np.polyval(denominator[::-1], backward)
    return response


def _shelf() -> tuple[NDArray[Any], NDArray[Any]]:
    k, q, high = np.tan(np.pi * 1681.974450955533 / RATE), 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    middle = high**0.4996667741545416
    return (
        np.array([high + middle * k / q + k * k, 2 * (k * k - high), high - middle * k / q + k * k]),
        np.array([1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k]),
    )


def _high_pass() -> tuple[NDArray[Any], NDArray[Any]]:
    k, q = np.tan(np.pi * 38.13547087602444 / RATE), 0.5003270373238773
    scale = 1 + k / q + k * k
    return (
        np.array([1.0, -2.0, 1.0]),
        np.array([1.0, 2 * (k * k - 1) / scale, (1 - k / q + k * k) / scale]),
    )


def _power(lufs: float) -> float:
    return float(10 ** ((lufs + 0.691) / 10))
