"""Longer sounds of our own, made by arithmetic: the siren of emergencies, and a calm bed."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from broadcaster.audio import RATE

_SIREN_S, _SWEEP_S = 6.0, 2.0
_LOW_HZ, _HIGH_HZ = 480.0, 1_150.0
"""Where horns are loudest and ears are keenest, without the shrillness of an alarm clock."""
_BED_S, _CHORD_S = 32.0, 8.0
_CHORDS_HZ = (
    (146.83, 220.0, 293.66),
    (196.0, 246.94, 293.66),
    (164.81, 246.94, 329.63),
    (146.83, 220.0, 369.99),
)
"""Low enough to leave the consonants alone."""
_SWAY, _SWAYS = 0.15, 3
"""How much each tone sways, and how often within the bed."""

Floats = NDArray[np.float64]


def siren() -> Floats:
    """Six seconds of a tone that rises and falls three times, with the odd harmonics of a horn."""
    time = np.arange(round(_SIREN_S * RATE)) / RATE
    rise = (1 - np.cos(2 * np.pi * time / _SWEEP_S)) / 2
    phase = 2 * np.pi * np.cumsum(_LOW_HZ * (_HIGH_HZ / _LOW_HZ) ** rise) / RATE
    sound: Floats = sum((np.sin(n * phase) / n**1.5 for n in (1, 3, 5)), np.zeros(len(time)))
    return sound * _edges(len(time), 0.15)


def bed() -> Floats:
    """Half a minute of slow chords that go over into one another, the last into the first."""
    frames = round(_BED_S * RATE)
    time = np.arange(frames) / RATE
    sound = np.zeros(frames)
    for number, chord in enumerate(_CHORDS_HZ):
        near = (time - number * _CHORD_S + _BED_S / 2) % _BED_S - _BED_S / 2
        swell = np.cos(np.clip(near / _CHORD_S, -1, 1) * np.pi / 2)
        sound += swell * _chord(chord, frames)
    return sound


def _chord(chord: Iterable[float], frames: int) -> Floats:
    """Tones and their octaves, each swaying a little: all of it whole numbers of waves within the bed."""
    waves = np.zeros(frames // 2 + 1, complex)
    for hertz in chord:
        for octave, force in ((1, 1.0), (2, 0.3)):
            whole, sway = octave * round(hertz * _BED_S), force * _SWAY / 2 * np.exp(1j * hertz)
            waves[whole] += -1j * force
            waves[whole - _SWAYS] += np.conj(sway)
            waves[whole + _SWAYS] -= sway
    sound: Floats = np.fft.irfft(waves, frames) * (frames / 2)
    return sound


def _edges(frames: int, seconds: float) -> Floats:
    ramp = np.sin(np.linspace(0, np.pi / 2, round(seconds * RATE))) ** 2
    shape: Floats = np.ones(frames)
    shape[: len(ramp)] = ramp
    shape[-len(ramp) :] = ramp[::-1]
    return shape
