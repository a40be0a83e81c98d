"""Clips and their samples."""

from __future__ import annotations

import numpy as np
import pytest

from broadcaster.audio import RATE, AudioSegment, from_samples, samples, silence, trim
from broadcaster.errors import AudioError
from broadcaster.units import Decibels, Milliseconds
from tests.audio.sounds import tone


def test_samples_come_back_as_they_went_in() -> None:
    numbers = np.arange(-32768, 32768, dtype=np.int16)

    clip = from_samples(numbers)

    assert (clip.frame_rate, clip.channels, clip.sample_width) == (RATE, 1, 2)
    np.testing.assert_array_equal(samples(clip), numbers)
    np.testing.assert_array_equal(samples(from_samples(numbers / 32768)), numbers)


def test_floats_are_rounded_to_the_nearest_and_clipped_never_wrapped() -> None:
    clip = from_samples(np.array([0.6 / 32768, -0.6 / 32768, 1.5, -1.5]))

    assert samples(clip).tolist() == [1, -1, 32767, -32768]


@pytest.mark.parametrize("ms", [0, 1, 33, 600, 12_345])
def test_silence_is_exact(ms: int) -> None:
    clip = silence(Milliseconds(ms))

    assert len(samples(clip)) == ms * RATE // 1000
    assert not samples(clip).any()


@pytest.mark.parametrize(("rate", "channels", "width"), [(44_100, 1, 2), (RATE, 2, 2), (RATE, 1, 1)])
def test_a_clip_in_another_format_is_refused(rate: int, channels: int, width: int) -> None:
    clip = AudioSegment(data=bytes(8), sample_width=width, frame_rate=rate, channels=channels)

    with pytest.raises(AudioError, match=str(rate)):
        samples(clip)


def test_trim_cuts_both_ends_and_nothing_else() -> None:
    sound = np.concatenate((np.zeros(5000), tone(440, 0.5), np.zeros(900), tone(440, 0.5), np.zeros(7000)))

    trimmed = samples(trim(from_samples(sound), keep_ms=5))

    assert len(trimmed) == pytest.approx(RATE + 900 + 2 * 120, abs=4)
    assert np.count_nonzero(np.abs(trimmed[:100]) > 100) == 0


def test_trim_leaves_nothing_of_what_nobody_hears() -> None:
    assert len(samples(trim(from_samples(tone(440, 1, level_db=-60))))) == 0
    assert len(samples(trim(from_samples(tone(440, 1, level_db=-60)), below=Decibels(-70)))) > RATE * 0.99
