"""A second speaker for an engine that has but one: the same voice, higher or lower."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from broadcaster.audio import FULL_SCALE, RATE, AudioSegment, from_samples, resample, samples
from broadcaster.voices.trim import trimmed
from broadcaster.voices.voice import Deadline, Role, Voice

_FRAME, _STEP = RATE * 40 // 1000, RATE * 20 // 1000
_SEARCH = RATE * 8 // 1000
"""Samples each way: together a period of the deepest voice."""

LOWER, HIGHER = -5, 5
"""Semitones: what a woman's voice is moved by to become a man's, and the other way."""

Floats = NDArray[np.float32]


class SecondSpeaker:
    """`first`, higher by some semitones (negative: lower) and as quick as before. A Voice."""

    def __init__(self, first: Voice, semitones: float) -> None:
        self._first = first
        self._factor = 2 ** (semitones / 12)
        self.name = first.name
        self.longest = first.longest
        self.online = first.online
        self._suffix = f"{semitones:+g} semitones"

    @property
    def identity(self) -> str:
        return f"{self._first.identity} {self._suffix}"

    def check(self) -> None:
        self._first.check()

    def speak(self, chunk: str, deadline: Deadline) -> AudioSegment:
        return trimmed(shifted(self._first.speak(chunk, deadline), self._factor))

    def cast(self, role: Role) -> Voice:
        return self._first.cast(role)

    def close(self) -> None:
        """Nothing of its own to give back."""


def shifted(clip: AudioSegment, factor: float) -> AudioSegment:
    """`clip`, as long as before (but for a few samples), its frequencies `factor` times as high."""
    sound = samples(clip).astype(np.float32) / np.float32(FULL_SCALE)
    moved = resample(_stretched(sound, factor), round(RATE * factor))
    peak = max(1.0, float(np.abs(moved).max(initial=0)) / 0.98)
    return from_samples(moved / np.float32(peak))


def _stretched(sound: Floats, factor: float) -> Floats:
    """`sound` made `factor` times as long at the same pitch.

    Frames are taken where they fit what came before them best (waveform similarity overlap-add).
    """
    length = round(len(sound) * factor)
    room = np.concatenate([np.zeros(_SEARCH, np.float32), sound, np.zeros(2 * _FRAME, np.float32)])
    window = np.hanning(_FRAME + 1)[:-1].astype(np.float32)
    stretched = np.zeros(length + _FRAME, np.float32)
    expected = room[_SEARCH : _SEARCH + _FRAME]
    for at in range(0, length, _STEP):
        near = round(at / factor)
        found = near + _best_fit(expected, room[near : near + _FRAME + 2 * _SEARCH])
        stretched[at : at + _FRAME] += room[found : found + _FRAME] * window
        expected = room[found + _STEP : found + _STEP + _FRAME]
    return stretched[:length]


def _best_fit(expected: Floats, among: Floats) -> int:
    """Where in `among` that begins which is most like `expected`."""
    return int(np.argmax(np.correlate(among, expected, "valid")))
