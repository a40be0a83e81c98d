"""Small sounds with known properties."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from broadcaster.audio import RATE

Array = NDArray[np.float32]


def tone(
    hertz: float, seconds: float, *, level_db: float = -6.0, rate: int = RATE, phase: float = 0.0
) -> Array:
    time = np.arange(round(seconds * rate)) / rate
    return (10 ** (level_db / 20) * np.sin(2 * np.pi * hertz * time + phase)).astype(np.float32)


def babble(seconds: float, seed: int = 1, *, level_db: float = -23.0) -> Array:
    """Noise with the rhythm, the spectrum and the crest of speech, at `level_db` RMS."""
    random = np.random.default_rng(seed)
    frames = round(seconds * RATE)
    spectrum = np.fft.rfft(random.standard_normal(frames))
    hertz = np.fft.rfftfreq(frames, 1 / RATE)
    noise = np.fft.irfft(spectrum * (hertz > 120) / (1 + (hertz / 500) ** 1.5), frames)
    syllables = np.abs(np.sin(np.pi * 4.5 * np.arange(frames) / RATE)) ** 3 + 0.02
    sound = noise * syllables
    levelled: Array = (sound * 10 ** (level_db / 20) / np.sqrt(np.mean(sound**2))).astype(np.float32)
    return levelled


def as_file(sound: NDArray[Any], rate: int, subtype: str = "PCM_16", format: str = "WAV") -> bytes:
    file = io.BytesIO()
    soundfile.write(file, sound, rate, subtype=subtype, format=format)
    return file.getvalue()


def rms_db(sound: NDArray[Any]) -> float:
    return float(10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-20))
