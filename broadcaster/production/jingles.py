"""The station's own chime and jingles, made by arithmetic: plucked strings on a pentatonic scale.

The scale is the northern mode of Vietnamese folk music (hò, xự, xang, xê, cống), the sound that of a zither.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from broadcaster.audio import RATE, AudioSegment, encode, from_samples, loudness
from broadcaster.errors import AudioError, ProductionError
from broadcaster.language import _
from broadcaster.production.synthesis import bed, siren
from broadcaster.units import Lufs

JingleName = Literal["chime", "opening", "separator", "closing", "siren", "bed"]
LEVEL = Lufs(-20.0)

_TONIC_HZ = 293.66
_STEPS = {"ho": 0, "xu": 2, "xang": 5, "xe": 7, "cong": 9, "lieu": 12, "u": 14, "xang2": 17}
"""Semitones of the mode's notes above the tonic."""

_BLOCK = 512
"""Samples."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Note:
    at: float
    step: str
    ring: float
    """Seconds in which it falls by 60 dB."""
    force: float = 1.0
    attack: float = 0.006
    octave: int = 0


_TUNES: dict[str, tuple[float, tuple[_Note, ...]]] = {
    # A long soft attack first, so that sleeping amplifiers wake before the words.
    "chime": (
        2.5,
        (
            _Note(0.0, "ho", 4.5, 0.5, attack=0.35, octave=-1),
            _Note(0.30, "xe", 2.6, 0.9, attack=0.03),
            _Note(0.85, "lieu", 3.2, 0.9, attack=0.02),
            _Note(1.40, "xang", 3.0, 1.0, attack=0.02),
        ),
    ),
    "opening": (
        5.8,
        (
            _Note(0.0, "ho", 3.5, 0.8, octave=-1),
            _Note(0.0, "ho", 1.6, 0.7),
            _Note(0.36, "xu", 1.4, 0.7),
            _Note(0.72, "xang", 1.8, 0.8),
            _Note(1.08, "xe", 2.2, 0.9),
            _Note(1.62, "cong", 1.4, 0.8),
            _Note(1.80, "xe", 1.8, 0.8),
            _Note(2.16, "lieu", 2.6, 1.0),
            _Note(2.16, "xang", 3.0, 0.6, octave=-1),
            _Note(2.88, "u", 1.6, 0.8),
            _Note(3.24, "lieu", 1.6, 0.8),
            _Note(3.60, "cong", 2.0, 0.8),
            _Note(3.96, "xe", 3.0, 0.9),
            _Note(4.32, "lieu", 3.5, 1.0),
            _Note(4.32, "ho", 4.0, 0.9, octave=-1),
        ),
    ),
    "separator": (
        1.2,
        (_Note(0.0, "xe", 1.2, 0.8), _Note(0.16, "lieu", 1.3, 0.9), _Note(0.32, "cong", 1.4, 0.8)),
    ),
    "closing": (
        4.0,
        (
            _Note(0.0, "lieu", 1.6, 0.9),
            _Note(0.0, "xang", 2.6, 0.5, octave=-1),
            _Note(0.36, "cong", 1.6, 0.8),
            _Note(0.72, "xe", 1.8, 0.8),
            _Note(1.08, "xang", 1.6, 0.8),
            _Note(1.44, "xu", 1.8, 0.7),
            _Note(1.98, "ho", 4.0, 1.0),
            _Note(1.98, "ho", 4.5, 0.8, octave=-1),
            _Note(2.02, "xe", 3.5, 0.5),
        ),
    ),
}


def write_jingles(folder: Path) -> tuple[Path, ...]:
    """Write a .flac for each JingleName into `folder`, made if need be.

    Those that exist are kept; the paths of the new ones are returned. The same bytes every time, each LEVEL
    loud. Raises ProductionError when the folder cannot be written.
    """
    missing = tuple(p for name in get_args(JingleName) if not (p := folder / f"{name}.flac").exists())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in missing:
            encode(_sound(path.stem), path, format="flac")
    except (OSError, AudioError) as error:
        raise ProductionError(_("The jingles cannot be written"), f"{folder}: {error}") from error
    return missing


def synthesised(name: JingleName) -> AudioSegment:
    """The same sound without a file."""
    return from_samples(_sound(name))


def _sound(name: str) -> Floats:
    if name == "siren":
        return _levelled(siren())
    return _levelled(bed()) if name == "bed" else _tune(*_TUNES[name])


def _tune(seconds: float, notes: Iterable[_Note]) -> Floats:
    frames = round(seconds * RATE)
    sound = np.zeros(frames)
    for note in notes:
        start = round(note.at * RATE)
        sound[start:] += _pluck(note, frames - start)
    fade = round(0.25 * RATE)
    sound[-fade:] *= np.cos(np.linspace(0, np.pi / 2, fade)) ** 2
    return _levelled(sound)


def _levelled(sound: Floats) -> Floats:
    sound = sound / np.abs(sound).max()
    return sound * float(10 ** ((LEVEL - loudness(sound)) / 20))


def _pluck(note: _Note, frames: int) -> Floats:
    """A plucked string: eight nearly harmonic partials, the higher the sooner gone."""
    pitch = _TONIC_HZ * 2 ** (_STEPS[note.step] / 12 + note.octave)
    sound = np.zeros(frames)
    for number in range(1, 9):
        frequency = pitch * number * np.sqrt(1 + 0.0002 * number**2)
        fall = 6.9 * (0.7 + 0.3 * number) / note.ring
        sound += _ringing(2 * np.pi * frequency, fall, frames) / number**1.4
    attack = round(note.attack * RATE)
    sound[:attack] *= np.sin(np.linspace(0, np.pi / 2, attack)[:frames]) ** 2
    return note.force * sound


def _ringing(turn: float, fall: float, frames: int) -> Floats:
    """sin(turn t) exp(-fall t): the powers of one complex number, as products of two short lists of them."""
    step = (1j * turn - fall) / RATE
    blocks = np.exp(step * _BLOCK * np.arange(-(-frames // _BLOCK)))
    ringing: Floats = np.multiply.outer(blocks, np.exp(step * np.arange(_BLOCK))).imag.ravel()[:frames]
    return ringing
