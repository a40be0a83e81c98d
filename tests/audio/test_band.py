"""What a horn cannot carry is cut away."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from broadcaster.audio import RATE, band_limited
from tests.audio.sounds import babble, rms_db, tone


def limited(sound: NDArray[np.float32], size: int = RATE) -> NDArray[np.float32]:
    def blocks() -> Iterator[NDArray[np.float32]]:
        for start in range(0, len(sound), size):
            yield sound[start : start + size]

    return np.concatenate(list(band_limited(blocks(), 300, 5000)))


@pytest.mark.parametrize(
    ("hertz", "least", "most"),
    [(60, -200, -60), (200, -200, -60), (300, -7, -5), (400, -0.1, 0.1), (3000, -0.1, 0.1), (4900, -0.1, 0.1),
     (5000, -7, -5), (5200, -200, -60), (9000, -200, -60)],
)  # fmt: skip
def test_the_band_passes_and_the_rest_does_not(hertz: float, least: float, most: float) -> None:
    sound = tone(hertz, 3)

    change = rms_db(limited(sound)[RATE:-RATE]) - rms_db(sound[RATE:-RATE])

    assert least < change < most


@pytest.mark.parametrize("frames", [1, 599, 28_799, 28_800, 28_801, 100_000])
def test_the_length_stays(frames: int) -> None:
    assert len(limited(babble(5)[:frames])) == frames


def test_nothing_is_delayed_and_blocks_do_not_matter() -> None:
    sound = babble(4)

    out = limited(sound, 10_007)

    np.testing.assert_allclose(out, limited(sound, 60_000), atol=1e-6)
    lags = [np.sum(out[1000 + lag : 9_000 + lag] * sound[1000:9_000]) for lag in range(-200, 200)]
    assert int(np.argmax(lags)) == 200
