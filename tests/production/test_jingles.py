"""The chime and jingles that our own code makes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from broadcaster.audio import decode, measure, samples
from broadcaster.errors import ProductionError
from broadcaster.production.jingles import LEVEL, synthesised, write_jingles

LENGTHS = {"chime": 2.5, "opening": 5.8, "separator": 1.2, "closing": 4.0, "siren": 6.0, "bed": 32.0}


@pytest.mark.parametrize("name", LENGTHS)
def test_a_jingle_is_as_long_and_as_loud_as_it_should_be(jingles: Path, name: str) -> None:
    sound = samples(decode(jingles / f"{name}.flac"))
    measured = measure(sound)

    assert measured.seconds == LENGTHS[name]
    assert measured.loudness == pytest.approx(LEVEL, abs=0.1)
    assert measured.true_peak < -3
    assert measured.longest_silence_s < 0.2
    assert name == "bed" or max(abs(sound[0]), abs(sound[-1])) <= 1
    assert np.abs(np.diff(sound.astype(float), 2)).max() / 32768 < 0.15


def test_the_chime_begins_softly(jingles: Path) -> None:
    sound = samples(decode(jingles / "chime.flac")) / 32768

    first, later = (np.abs(sound[begin : begin + 1200]).max() for begin in (0, 24_000))
    assert first < later / 10


def test_the_bed_leaves_the_consonants_alone(jingles: Path) -> None:
    sound = samples(decode(jingles / "bed.flac"))
    power = np.square(np.abs(np.fft.rfft(sound)))

    assert power[np.fft.rfftfreq(len(sound), 1 / 24_000) > 1500].sum() < 1e-4 * power.sum()


def test_the_same_sound_is_had_without_a_file(jingles: Path) -> None:
    np.testing.assert_array_equal(samples(synthesised("siren")), samples(decode(jingles / "siren.flac")))


def test_they_are_the_same_bytes_every_time(jingles: Path, tmp_path: Path) -> None:
    for path in write_jingles(tmp_path / "mới"):
        assert path.read_bytes() == (jingles / path.name).read_bytes()


def test_a_folder_that_cannot_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ProductionError, match="jingles cannot be written"):
        write_jingles(tmp_path / "file")
