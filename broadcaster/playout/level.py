"""How loud something was: what tells an airing from silence."""

from __future__ import annotations

from math import inf

import numpy as np
from numpy.typing import NDArray

from broadcaster.playout.outputs.output import BLOCK, Block
from broadcaster.units import Decibels

SILENCE = Decibels(-60.0)
"""What stays below this nowhere rises above a horn's own hiss."""
NOTHING = Decibels(-inf)
_FULL_SCALE = 32768
_AT_ONCE = 600 * BLOCK


def envelope(audio: Block) -> NDArray[np.float32]:
    """RMS of each whole tenth of a second, 1 being full scale."""
    whole = audio[: len(audio) // BLOCK * BLOCK]
    parts = [_rms(whole[begin : begin + _AT_ONCE]) for begin in range(0, len(whole), _AT_ONCE)]
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def loudest(audio: Block) -> Decibels:
    """Level of the loudest tenth of a second, in dB below full scale; NOTHING for digital silence."""
    rest = audio[len(audio) // BLOCK * BLOCK :]
    last = _rms(np.concatenate([rest, np.zeros(BLOCK - len(rest), np.int16)]))
    highest = float(np.concatenate([envelope(audio), last]).max())
    return Decibels(20 * float(np.log10(highest))) if highest else NOTHING


def _rms(audio: Block) -> NDArray[np.float32]:
    rows = np.square(audio.reshape(-1, BLOCK), dtype=np.float32)
    levels: NDArray[np.float32] = np.sqrt(rows.mean(axis=1)) / np.float32(_FULL_SCALE)
    return levels
