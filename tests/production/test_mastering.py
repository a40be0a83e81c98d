"""Loudness to the target, peaks below the ceiling."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from broadcaster.audio import RATE, measure
from broadcaster.errors import ProductionError
from broadcaster.production.mastering import Master
from broadcaster.production.mixing import BLOCK
from broadcaster.units import Decibels, Lufs
from tests.audio.sounds import babble, rms_db, tone


def mastered(sound: NDArray[Any], target: float = -16, ceiling: float = -1.5) -> NDArray[Any]:
    def blocks() -> Iterator[NDArray[Any]]:
        for start in range(0, len(sound), BLOCK):
            yield sound[start : start + BLOCK].astype(np.float32)

    return np.concatenate(list(Master(blocks).blocks(Lufs(target), Decibels(ceiling))))


@pytest.mark.parametrize("target", [-23, -19, -16, -14])
@pytest.mark.parametrize("level", [-45, -23, -12])
def test_the_target_is_met_under_the_ceiling(target: float, level: float) -> None:
    measured = measure(mastered(babble(12.345, level_db=level), target))

    assert measured.loudness == pytest.approx(target, abs=0.15)
    assert measured.true_peak < -1.4


@pytest.mark.parametrize(("burst_ms", "every_ms"), [(10, 120), (5, 80), (3, 60)])
def test_sharp_sounds_too_reach_the_target(burst_ms: int, every_ms: int) -> None:
    noise = np.random.default_rng(3).standard_normal(RATE * 10).astype(np.float32)
    sharp = np.arange(len(noise)) % (every_ms * RATE // 1000) < burst_ms * RATE // 1000

    measured = measure(mastered(noise * np.where(sharp, 0.5, 0.06), ceiling=-2.3))

    assert measured.loudness == pytest.approx(-16, abs=0.3)
    assert measured.true_peak < -2.2


def test_a_sound_already_at_the_target_is_limited_all_the_same() -> None:
    sound = babble(10, level_db=-20)
    sound *= 10 ** ((-16 - measure(sound).loudness) / 20)

    assert measure(sound).peak > -1
    assert measure(mastered(sound)).true_peak < -1.4


def test_what_needs_no_limiting_is_only_made_louder() -> None:
    sound = tone(440, 3, level_db=-30)

    louder = mastered(sound, -20)

    ratio = louder[1000:-1000] / np.where(sound[1000:-1000] == 0, 1, sound[1000:-1000])
    steady = np.abs(sound[1000:-1000]) > 0.001
    assert np.ptp(ratio[steady]) < 1e-4


def test_the_limiter_closes_before_a_peak_and_opens_slowly() -> None:
    sound = tone(440, 4, level_db=-20)
    sound[48_000:48_480] *= 1 + 14 * np.hanning(480).astype(np.float32)

    out = mastered(sound, -20, -6)

    assert np.abs(out).max() <= 10 ** (-6 / 20) + 1e-6
    assert np.abs(np.diff(out, 2)).max() < 0.1
    before, after = out[36_000:42_000], out[60_000:66_000]
    assert rms_db(before) == pytest.approx(rms_db(after), abs=0.1)


def test_the_length_stays_whatever_it_is() -> None:
    for frames in (1, 23, 25, BLOCK, BLOCK + 1, 2 * BLOCK - 1):
        assert len(mastered(babble(5)[1000 : 1000 + frames])) == frames


def test_silence_cannot_be_made_loud() -> None:
    with pytest.raises(ProductionError, match="no sound"):
        mastered(np.zeros(48_000))
