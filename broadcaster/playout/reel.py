"""The audio of an airing: verified, decoded, at the hamlet's own level."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from broadcaster.audio import PIECE, decode, samples
from broadcaster.audio.band import band_limited
from broadcaster.audio.windows import Floats
from broadcaster.errors import AudioError
from broadcaster.playout import reasons
from broadcaster.playout.outputs.output import Block
from broadcaster.units import Decibels

_FULL_SCALE = 32767


def load(path: Path, sha256: str) -> Block:
    """The samples of a bulletin. AudioError, `what` being the reason for the as-run log: it is missing, its
    bytes are not those that were approved, or it cannot be decoded."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise AudioError(reasons.AUDIO_LOST, path.name) from error
    if digest != sha256:
        raise AudioError(reasons.AUDIO_DAMAGED, path.name)
    try:
        return samples(decode(path))
    except AudioError as error:
        raise AudioError(reasons.AUDIO_DAMAGED, path.name) from error


def within_band(audio: Block, low_hz: float, high_hz: float) -> Block:
    """`audio` without what horns cannot carry; softer as a whole where a peak would otherwise clip."""
    left, peak = np.empty_like(audio), float(_FULL_SCALE)
    while True:
        loudest = _fill(left, band_limited(_pieces(audio, _FULL_SCALE / peak), low_hz, high_hz))
        if loudest <= _FULL_SCALE:
            return left
        peak *= 1.001 * loudest / _FULL_SCALE


def _pieces(audio: Block, factor: float) -> Iterator[Floats]:
    for begin in range(0, len(audio), PIECE):
        yield audio[begin : begin + PIECE] * np.float32(factor)


def _fill(left: Block, blocks: Iterable[Floats]) -> float:
    """The highest peak of the blocks, which are written into `left`."""
    place, loudest = 0, 0.0
    for block in blocks:
        loudest = max(loudest, float(np.abs(block).max(initial=0)))
        left[place : place + len(block)] = np.rint(block.clip(-_FULL_SCALE, _FULL_SCALE))
        place += len(block)
    return loudest


def trimmed(audio: Block, gain: Decibels) -> Block:
    """`audio` louder or softer by `gain`, as far as its peak leaves room: it never clips."""
    peak = int(np.abs(audio.astype(np.int32)).max(initial=0))
    if not gain or not peak:
        return audio
    factor = min(10 ** (gain / 20), _FULL_SCALE / peak)
    louder: Block = np.rint(audio * np.float32(factor)).astype(np.int16)
    return louder
