"""A studio that makes tones instead of speech: real files, really decoded, as long as their words decide."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from broadcaster.audio import RATE
from broadcaster.production.bulletin import Bulletin, Programme
from broadcaster.units import Decibels, Lufs, Milliseconds

LENGTHS = (*3 * (20, 20, 24, 24, 28, 28, 32, 36, 40, 48, 60), 90, 150, 600)
"""Seconds."""
LOUDEST, SOFTEST = 0.8, 0.1


def level_at(second: float, length: float) -> float:
    """How loud (root mean square, of full scale) a bulletin is: it swells from its beginning to its end."""
    return (SOFTEST + (LOUDEST - SOFTEST) * second / length) / 2**0.5


@lru_cache(maxsize=len(LENGTHS))
def _tone(seconds: int) -> bytes:
    swell = np.linspace(SOFTEST, LOUDEST, seconds * RATE, dtype=np.float32)
    memory = io.BytesIO()
    soundfile.write(memory, swell * np.resize(_wave(), len(swell)), RATE, format="WAV", subtype="PCM_16")
    return memory.getvalue()


@cache
def _wave() -> NDArray[np.float32]:
    """Ten seconds, then it is in phase again: 4/3 samples of every witnessed 240 fall on all phases."""
    return np.sin(2 * np.pi * 330.7 * np.arange(10 * RATE) / RATE).astype(np.float32)


class ToneStudio:
    """`name`: studios of different names make different bulletins. `lengths`: how long they may be."""

    def __init__(self, folder: Path, name: str = "", lengths: Sequence[int] = LENGTHS) -> None:
        self._folder = folder
        self._name = name
        self._lengths = lengths

    def recipe(self, programme: Programme) -> str:
        return hashlib.sha256(f"{self._name} {programme!r}".encode()).hexdigest()

    def make(
        self,
        programme: Programme,
        *,
        seconds: float,
        only: str | None = None,
        progress: Callable[[int, int], None] | None = None,
        on: date | None = None,
    ) -> Bulletin:
        recipe = self.recipe(programme)
        length = self._lengths[int(recipe[:8], 16) % len(self._lengths)]
        # Bytes after the sound make each bulletin's name its own; every reader of WAV passes over them.
        note = f"{recipe}{only or '':16}".encode()
        audio = _tone(length) + b"note" + len(note).to_bytes(4, "little") + note
        sha256 = hashlib.sha256(audio).hexdigest()
        path = self._folder / f"{sha256}.wav"
        part = path.with_name(f".{sha256}.part")
        part.write_bytes(audio)
        part.rename(path)
        return Bulletin(
            sha256=sha256,
            file_name=path.name,
            length=Milliseconds(length * 1000),
            voice=only or "tone",
            recipe=recipe,
            loudness=Lufs(-16),
            true_peak=Decibels(-1),
        )
