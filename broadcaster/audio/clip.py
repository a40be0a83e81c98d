"""Clips: pydub `AudioSegment`s in the working format, and their samples."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from broadcaster.errors import AudioError
from broadcaster.language import _
from broadcaster.units import Decibels, Milliseconds

with warnings.catch_warnings():
    # It warns of a missing ffmpeg, which is never used, and of its own regular expressions.
    warnings.simplefilter("ignore")
    from pydub import AudioSegment as AudioSegment

RATE = 24_000
"""Frames a second of every clip inside the program."""

SILENT = Decibels(-50)
"""Below this, in dBFS, a listener hears nothing from a horn."""

PER_MS = RATE // 1000
FULL_SCALE = 32_768


def samples(clip: AudioSegment) -> NDArray[np.int16]:
    """The clip's samples, a read-only view. AudioError: it is not RATE, mono, 16 bit."""
    if (clip.frame_rate, clip.channels, clip.sample_width) != (RATE, 1, 2):
        raise AudioError(
            _("This clip is not in the working format"),
            f"{clip.frame_rate} Hz, {clip.channels} × {8 * clip.sample_width} bit",
        )
    view: NDArray[np.int16] = np.frombuffer(clip.raw_data, dtype=np.int16)
    return view


def from_samples(array: NDArray[Any]) -> AudioSegment:
    """A clip from int16 samples, or from floats in [-1, 1] (what lies outside is clipped)."""
    return AudioSegment(data=to_int16(array).tobytes(), sample_width=2, frame_rate=RATE, channels=1)


def silence(length: Milliseconds) -> AudioSegment:
    """Exactly `length` of digital silence."""
    return from_samples(np.zeros(length * PER_MS, np.int16))


def trim(clip: AudioSegment, *, below: Decibels = SILENT, keep_ms: int = 5) -> AudioSegment:
    """`clip` without what is quieter than `below` dBFS at its ends, `keep_ms` of it aside.

    Nothing is left of a clip that is quieter than that throughout.
    """
    array = samples(clip)
    loud = np.flatnonzero(np.abs(array.astype(np.int32)) > FULL_SCALE * 10 ** (below / 20))
    if not loud.size:
        return from_samples(array[:0])
    margin = keep_ms * PER_MS
    return from_samples(array[max(0, loud[0] - margin) : loud[-1] + 1 + margin])


def to_int16(array: NDArray[Any]) -> NDArray[np.int16]:
    """int16 samples of int16 or of floats, rounded to the nearest."""
    if array.dtype == np.int16:
        return array
    scaled: NDArray[np.floating[Any]] = np.clip(np.rint(array * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1)
    return scaled.astype(np.int16)


def to_float(array: NDArray[Any]) -> NDArray[np.float32]:
    """float32 in [-1, 1) of int16 or of floats."""
    if array.dtype == np.int16:
        return array.astype(np.float32) / np.float32(FULL_SCALE)
    return array.astype(np.float32, copy=False)
