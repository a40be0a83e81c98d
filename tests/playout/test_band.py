"""What a hamlet's horns carry."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from broadcaster.audio import RATE, encode
from broadcaster.clock import TurnedClock
from broadcaster.playout.outputs.output import Block
from broadcaster.playout.preparation import Preparation
from broadcaster.playout.reel import within_band
from broadcaster.playout.sounding import Sounding
from broadcaster.timetable.hamlet import Hamlet
from tests.playout.conftest import tone
from tests.playout.test_position import airing


def level(audio: Block, hz: float) -> float:
    """Of one tone in it, in dB under full scale."""
    turns = np.exp(-2j * np.pi * hz * np.arange(len(audio)) / RATE)
    return float(20 * np.log10(2 * abs(np.mean(audio * turns)) / 32767 + 1e-9))


def test_what_horns_cannot_carry_is_cut_away() -> None:
    at = np.arange(3 * RATE) / RATE
    tones = [np.sin(2 * np.pi * hz * at) for hz in (80, 1000, 9000)]
    audio = (6000 * np.sum(tones, axis=0)).astype(np.int16)

    heard = within_band(audio, 300, 5000)

    assert len(heard) == len(audio)
    assert level(heard, 1000) == pytest.approx(level(audio, 1000), abs=0.2)
    assert max(level(heard, 80), level(heard, 9000)) < level(audio, 80) - 30


def test_a_square_wave_in_a_band_does_not_clip() -> None:
    square = (32767 * np.sign(np.sin(2 * np.pi * 700 * np.arange(2 * RATE) / RATE))).astype(np.int16)

    heard = within_band(square, 300, 1500)  # the first harmonic alone is 4/π as high

    loudest = np.abs(heard.astype(int)).max()
    assert 32_000 < loudest <= 32_767
    assert np.count_nonzero(np.abs(heard.astype(int)) == 32_767) < 5


@pytest.mark.parametrize(("bands", "kept"), [(((300, 5000),), False), (((300, 5000), None), True)])
def test_horns_that_carry_everything_get_everything(
    bands: tuple[tuple[float, float] | None, ...], kept: bool, tmp_path: Path
) -> None:
    path = tmp_path / "b.flac"
    encode(tone(1.0, 9000), path, format="flac")
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    places = [Hamlet(f"h{n}", f"ap-{n}", "Ấp", band_hz=band) for n, band in enumerate(bands)]
    group = tuple(replace(airing(), hamlet=place, bulletin=sha256, file_name="b.flac") for place in places)

    sounding = Preparation(tmp_path, TurnedClock(group[0].starts_at), lambda: False).of(group)

    assert isinstance(sounding, Sounding)
    assert (level(sounding.audio, 9000) > -20) is kept
