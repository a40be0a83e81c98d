"""Samples → files: whole, exact, tagged, and the same bytes every time."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from broadcaster.audio import Format, Meter, decode, encode, measure, samples
from broadcaster.errors import AudioError
from tests.audio.sounds import babble, tone

FORMATS: tuple[Format, ...] = ("mp3", "flac", "wav", "opus")


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("frames", [1, 575, 576, 24_000, 168_123])
def test_a_file_decodes_to_the_samples_that_went_in(tmp_path: Path, frames: int, format: Format) -> None:
    sound = babble(8)[:frames]

    count = encode(sound, tmp_path / "a", format=format)

    decoded = samples(decode(tmp_path / "a")) / 32768
    assert count == len(decoded) == frames
    if frames > 20_000:
        lags = [np.sum(decoded[500 + lag : 6_000 + lag] * sound[500:6_000]) for lag in range(-300, 300)]
        assert abs(int(np.argmax(lags)) - 300) <= (1 if format == "opus" else 0)


@pytest.mark.parametrize(("format", "within"), [("mp3", 0.05), ("opus", 0.9)])
def test_it_is_as_loud_as_what_went_in(tmp_path: Path, format: Format, within: float) -> None:
    sound = babble(10)

    encode(sound, tmp_path / "a", format=format)

    written = measure(samples(decode(tmp_path / "a")))
    assert written.loudness == pytest.approx(measure(sound).loudness, abs=within)


@pytest.mark.parametrize("format", ["flac", "wav"])
def test_flac_and_wav_are_exact(tmp_path: Path, format: Format) -> None:
    numbers = np.random.default_rng(5).integers(-32768, 32768, 50_000, dtype=np.int16)

    encode(numbers, tmp_path / "a", format=format)

    np.testing.assert_array_equal(samples(decode(tmp_path / "a")), numbers)


@pytest.mark.parametrize("format", FORMATS)
def test_tags_are_read_back(tmp_path: Path, format: Format) -> None:
    path = tmp_path / "a"

    encode(
        tone(440, 1),
        path,
        format=format,
        tags={"title": "Lịch tiêm chủng", "artist": "xã Tân Hưng", "comment": "espeak", "date": "2026-05-01"},
    )

    with soundfile.SoundFile(str(path)) as file:
        assert file.title == "Lịch tiêm chủng"
        assert file.artist == "xã Tân Hưng"
        assert file.comment == "espeak"
        assert file.date == "2026-05-01"


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_samples_give_the_same_bytes_however_they_come(tmp_path: Path, format: Format) -> None:
    sound = babble(4)
    blocks = (sound[start : start + 10_007] for start in range(0, len(sound), 10_007))

    encode(sound, tmp_path / "a", format=format, tags={"title": "a"})
    encode(blocks, tmp_path / "b", format=format, tags={"title": "a"})

    if format == "opus":
        np.testing.assert_array_equal(samples(decode(tmp_path / "a")), samples(decode(tmp_path / "b")))
    else:
        assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("frames", [1, 576, 168_123])
def test_a_meter_hears_what_the_file_decodes_to(tmp_path: Path, frames: int, format: Format) -> None:
    sound, meter = babble(8)[:frames], Meter()

    encode(
        (sound[:100_000], sound[100_000:]), tmp_path / "a", format=format, tags={"title": "a"}, meter=meter
    )

    heard, there = meter.result(), measure(samples(decode(tmp_path / "a")))
    assert heard.frames == there.frames == frames
    if frames > 20_000:
        assert heard.loudness == pytest.approx(there.loudness, abs=0.001)
        assert heard.true_peak == pytest.approx(there.true_peak, abs=0.01)
        if format in ("mp3", "opus"):
            assert heard.true_peak != pytest.approx(measure(sound).true_peak, abs=0.001)


def test_mp3_is_heard_while_it_is_written(tmp_path: Path) -> None:
    heard = threading.Event()

    class Listening(Meter):
        def add(self, block: NDArray[Any]) -> None:
            super().add(block)
            heard.set()

    def blocks() -> Iterator[NDArray[Any]]:
        yield from (babble(5) for _block in range(8))
        assert heard.wait(20)
        yield babble(5)

    encode(blocks(), tmp_path / "a", meter=Listening())


@pytest.mark.parametrize("format", FORMATS)
def test_nothing_to_write_is_refused_and_leaves_nothing(tmp_path: Path, format: Format) -> None:
    with pytest.raises(AudioError, match="no sound to write"):
        encode(np.zeros(0, np.float32), tmp_path / "a", format=format)
    with pytest.raises(AudioError, match="no sound to write"):
        encode((), tmp_path / "a", format=format, meter=Meter())

    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("format", FORMATS)
def test_a_failure_on_the_way_leaves_the_old_file_and_nothing_else(tmp_path: Path, format: Format) -> None:
    (tmp_path / "a").write_bytes(b"old")

    def failing() -> Iterator[NDArray[Any]]:
        yield babble(2)
        raise RuntimeError("the mixer broke")

    with pytest.raises(RuntimeError, match="mixer"):
        encode(failing(), tmp_path / "a", format=format)
    with pytest.raises(RuntimeError, match="mixer"):
        encode(failing(), tmp_path / "a", format=format, meter=Meter())

    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"old")]


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="could not be written"):
        encode(tone(440, 1), tmp_path / "nowhere" / "a.mp3")
    with pytest.raises(AudioError, match="could not be written"):
        encode(tone(440, 1), tmp_path / "nowhere" / "a.flac", format="flac")


FULL_DISK = """
import resource, sys
from pathlib import Path
from broadcaster.audio import Meter, encode
from broadcaster.errors import AudioError
from tests.audio.sounds import babble
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    encode(babble(20), Path(sys.argv[1]) / "a", format=sys.argv[2], meter=Meter())
except AudioError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits on file sizes are POSIX")
@pytest.mark.parametrize("format", FORMATS)
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path, format: Format) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FULL_DISK, str(tmp_path), format],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert "could not be written" in done.stdout
    assert "Make room" in done.stdout
    assert not list(tmp_path.iterdir())
