"""Loudness, true peak and silence, against what can be known in advance."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from broadcaster.audio import RATE, Meter, encode, loudness, measure
from tests.audio.sounds import babble, tone

# The filters that ITU-R BS.1770 prints, for 48 kHz.
SHELF = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585))
HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))


def weight_db(hertz: float) -> float:
    z = np.exp(-2j * np.pi * hertz / 48_000)
    ratios = (np.polyval(above[::-1], z) / np.polyval(below[::-1], z) for above, below in (SHELF, HIGH_PASS))
    return float(sum(20 * np.log10(abs(ratio)) for ratio in ratios))


@pytest.mark.parametrize("hertz", [40, 100, 300, 997, 2_000, 4_000, 6_000])
def test_a_tone_is_as_loud_as_the_standard_says(hertz: float) -> None:
    measured = measure(tone(hertz, 5, level_db=-20))

    expected = -0.691 - 20 - 3.0103 + weight_db(hertz)
    assert measured.loudness == pytest.approx(expected, abs=0.12)


def test_quiet_passages_do_not_count() -> None:
    loud, quiet, silent = tone(997, 20, level_db=-23), tone(997, 10, level_db=-36), np.zeros(10 * RATE)

    together = measure(np.concatenate((quiet, silent, loud, quiet)))

    assert together.loudness == pytest.approx(measure(loud).loudness, abs=0.1)


def test_the_relative_gate_is_ten_below_the_mean() -> None:
    parts = [(-26, 20), (-20, 20.1), (-26, 20)]
    sound = np.concatenate([tone(997, seconds, level_db=level) for level, seconds in parts])

    assert measure(sound).loudness == pytest.approx(-23 - 3.0, abs=0.1)


def test_silence_has_no_loudness_and_no_peak() -> None:
    measured = measure(np.zeros(RATE, np.int16))

    assert {float(measured.loudness), measured.true_peak, measured.peak} == {-np.inf}
    assert measured.longest_silence_s == pytest.approx(1)
    assert measured.seconds == 1


def test_nothing_at_all_can_be_measured() -> None:
    measured = measure(np.zeros(0, np.float32))

    assert measured.loudness == -np.inf
    assert (measured.frames, measured.longest_silence_s) == (0, 0)


def test_a_sound_shorter_than_a_gating_block_is_judged_whole() -> None:
    assert measure(tone(997, 0.25)).loudness == pytest.approx(measure(tone(997, 2)).loudness, abs=0.1)


@pytest.mark.parametrize(
    ("hertz", "phase", "sample_peak"), [(RATE / 4, 45, -9.03), (RATE / 6, 60, -7.27), (997, 0, -6.02)]
)
def test_a_true_peak_lies_between_the_samples(hertz: float, phase: float, sample_peak: float) -> None:
    sound = tone(hertz, 2, level_db=-6.02, phase=np.radians(phase))
    sound[:1000] *= np.linspace(0, 1, 1000, dtype=np.float32)  # a sudden start would ring above the tone
    sound[-1000:] *= np.linspace(1, 0, 1000, dtype=np.float32)

    measured = measure(sound)

    assert measured.peak == pytest.approx(sample_peak, abs=0.02)
    assert measured.true_peak == pytest.approx(-6.02, abs=0.03)


def test_a_true_peak_may_lie_above_full_scale() -> None:
    measured = measure(tone(RATE / 4, 2, level_db=2.9, phase=np.pi / 4).clip(-1, 1))

    assert measured.peak <= 0
    assert measured.true_peak == pytest.approx(2.9, abs=0.3)


def test_the_longest_silence_is_found_wherever_it_is() -> None:
    hum = tone(100, 1.7, level_db=-56)
    sound = np.concatenate((np.zeros(RATE), tone(440, 1), np.zeros(RATE // 2), hum, tone(440, 2)))

    assert measure(sound).longest_silence_s == pytest.approx(2.2, abs=0.01)


@pytest.mark.parametrize("size", [1_000, 28_800, 77_777])
def test_the_measure_does_not_depend_on_the_blocks(size: int) -> None:
    sound = babble(8.37)
    meter = Meter()

    for start in range(0, len(sound), size):
        meter.add(sound[start : start + size])

    assert meter.result() == measure(sound)


@pytest.mark.parametrize("seconds", [0.05, 0.25, 0.5, 3.21, 70])
def test_the_loudness_alone_is_nearly_the_same(seconds: float) -> None:
    speech = babble(seconds)
    music = np.mean([tone(hertz, seconds, phase=hertz) for hertz in (147, 440, 1760)], axis=0)
    spaced = np.concatenate((speech, np.zeros(RATE), speech * 0.3, np.zeros(5 * RATE), speech))

    for sound in (speech, music, spaced):
        assert loudness(sound) == pytest.approx(measure(sound).loudness, abs=0.1)
    assert loudness(np.zeros(0)) == loudness(np.zeros(RATE)) == -np.inf


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
@pytest.mark.parametrize("seed", range(10))
def test_ffmpeg_measures_the_same(tmp_path: Path, seed: int) -> None:
    sound = np.concatenate((babble(6, seed, level_db=-18 - seed), tone(300 * (seed + 1), 2), np.zeros(5000)))
    encode(sound, tmp_path / "a.wav", format="wav")

    told = subprocess.run(
        ["ffmpeg", "-nostats", "-i", str(tmp_path / "a.wav"), "-af", "ebur128=peak=true", "-f", "null", "-"],
        capture_output=True,
        text=True,
        check=True,
    ).stderr.rpartition("Summary:")[2]

    loudness, peak = (float(re.findall(f"{name}: +(-?[0-9.]+)", told)[0]) for name in ("I", "Peak"))
    measured = measure(sound)
    assert measured.loudness == pytest.approx(loudness, abs=0.2)
    assert measured.true_peak == pytest.approx(peak, abs=0.3)
