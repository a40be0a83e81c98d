"""Changing the rate of samples in memory."""

from __future__ import annotations

import numpy as np
import pytest

from broadcaster.audio import RATE, resample
from tests.audio.sounds import rms_db, tone


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000])
def test_length_and_level_stay(rate: int) -> None:
    resampled = resample(tone(1000, 2, rate=rate), rate)

    assert len(resampled) == 2 * RATE
    assert rms_db(resampled[1000:-1000]) == pytest.approx(-9.01, abs=0.01)


def test_what_lies_above_the_new_band_does_not_fold_back() -> None:
    resampled = resample(tone(15_000, 1, rate=44_100), 44_100)

    assert rms_db(resampled[2000:-2000]) < -90


def test_int16_is_taken_and_the_same_rate_changes_nothing() -> None:
    numbers = (tone(440, 0.1) * 32768).astype(np.int16)

    np.testing.assert_array_equal(resample(numbers, RATE), numbers / np.float32(32768))
