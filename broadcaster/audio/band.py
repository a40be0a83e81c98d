"""Only what a horn can carry: what lies under and over its band takes power and comes out as noise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from broadcaster.audio.clip import RATE
from broadcaster.audio.weighting import spectra
from broadcaster.audio.windows import PIECE, Floats, Windows

_HALF = 600
"""Samples that the filter hears on both sides: 25 ms, so that it falls by 60 dB within 100 Hz."""


def band_limited(blocks: Iterable[Floats], low_hz: float, high_hz: float) -> Iterator[Floats]:
    """`blocks` without what lies outside [low_hz, high_hz]; nothing is delayed, the length stays.

    Every block given out but the last is PIECE samples long.
    """
    windows, response = Windows(_HALF, _HALF), _response(low_hz, high_hz)
    given = 0
    for block in blocks:
        for window in windows.add(block):
            yield _filtered(window, response)
            given += PIECE
    for window in windows.finish():
        yield _filtered(window, response)[: windows.frames - given]
        given += PIECE


def _filtered(window: Floats, response: NDArray[np.complex64]) -> Floats:
    filtered = np.fft.irfft(spectra(window) * response, len(window))
    return filtered[_HALF:-_HALF].astype(np.float32, copy=False)


def _response(low_hz: float, high_hz: float) -> NDArray[np.complex64]:
    """Of a symmetrical filter, two windowed sincs, the wider less the narrower: for `spectra`."""
    distance = np.arange(-_HALF, _HALF + 1)
    kernel = _low_pass(high_hz, distance) - _low_pass(low_hz, distance)
    around_zero = np.zeros(PIECE + 2 * _HALF)
    around_zero[distance] = kernel
    response: NDArray[np.complex64] = (np.fft.rfft(around_zero) * len(around_zero)).astype(np.complex64)
    return response


def _low_pass(hertz: float, distance: NDArray[np.int_]) -> NDArray[np.float64]:
    kernel = np.sinc(2 * hertz / RATE * distance) * np.blackman(len(distance))
    low_pass: NDArray[np.float64] = kernel / kernel.sum()
    return low_pass
