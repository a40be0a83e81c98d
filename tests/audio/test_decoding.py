"""Sound files of every kind → the working format; what is none is refused with its reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from broadcaster.audio import RATE, decode, encode, samples, stream
from broadcaster.errors import AudioError
from tests.audio.sounds import as_file, babble, rms_db, tone


def channels(sound: NDArray[Any], count: int) -> NDArray[Any]:
    return np.tile(sound[:, None], (1, count))


SECOND = {rate: tone(1000, 1, rate=rate) for rate in (8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000)}

GOOD = {
    "8-bit": as_file(SECOND[11_025], 11_025, "PCM_U8"),
    "24-bit 5.1": as_file(channels(SECOND[48_000], 6), 48_000, "PCM_24"),
    "telephone": as_file(SECOND[8_000], 8_000, "ALAW"),
    "float": as_file(SECOND[44_100], 44_100, "FLOAT"),
    "flac 96 kHz": as_file(SECOND[96_000], 96_000, "PCM_24", "FLAC"),
    "flac stereo": as_file(channels(SECOND[44_100], 2), 44_100, "PCM_16", "FLAC"),
    "ogg vorbis": as_file(SECOND[22_050], 22_050, "VORBIS", "OGG"),
    "opus": as_file(SECOND[48_000], 48_000, "OPUS", "OGG"),
    "aiff": as_file(SECOND[44_100], 44_100, "PCM_16", "AIFF"),
    "mp3 stereo": as_file(channels(SECOND[44_100], 2), 44_100, "MPEG_LAYER_III", "MP3"),
    "mp3 16 kHz": as_file(SECOND[16_000], 16_000, "MPEG_LAYER_III", "MP3"),
}


@pytest.mark.parametrize("name", GOOD)
def test_every_kind_of_file_becomes_the_working_format(name: str) -> None:
    sound = samples(decode(GOOD[name]))

    assert len(sound) == RATE
    assert rms_db(sound[2000:-2000] / 32768) == pytest.approx(-9.01, abs=0.5)
    spectrum = np.abs(np.fft.rfft(sound))
    assert np.argmax(spectrum) == 1000


def test_a_resampled_tone_has_no_image(tmp_path: Path) -> None:
    sound = samples(decode(as_file(tone(5000, 1, rate=22_050), 22_050, "PCM_24")))[2000:-2000]

    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    at = round(5000 * len(sound) / RATE)
    spectrum[at - 20 : at + 20] = 0
    assert 20 * np.log10(spectrum.max() / (len(sound) / 4 * 16384)) < -80


def wav(array: NDArray[Any], subtype: str = "PCM_16") -> bytes:
    return as_file(array, 44_100, subtype)


LONG = tone(440, 4, rate=44_100)
BAD = {
    "empty": (b"", "empty"),
    "text": ("Thông báo về việc tiêm chủng. ".encode() * 500, "no sound file"),
    "one byte": (b"\xff", "no sound file"),
    "random": (np.random.default_rng(3).bytes(20_000), "no sound file|damaged"),
    "no samples": (wav(LONG[:0]), "holds no sound"),
    "wav cut short": (wav(LONG)[:9_000], "damaged or cut short"),
    "flac cut short": (as_file(LONG, 44_100, "PCM_16", "FLAC")[:9_000], "damaged or cut short"),
    "not a number": (wav(LONG * np.nan, "FLOAT"), "damaged or cut short"),
    "impossible rate": (as_file(LONG, 1), "impossible rate"),
    "too long": (as_file(LONG, 8_000), "too long"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_sound_is_refused_with_its_reason(name: str, tmp_path: Path) -> None:
    data, reason = BAD[name]
    path = tmp_path / "nhạc hiệu.mp3"
    path.write_bytes(data)

    with pytest.raises(AudioError, match=reason) as in_memory:
        decode(data, longest_s=10)
    with pytest.raises(AudioError, match=reason) as on_disk:
        decode(path, longest_s=10)

    assert "nhạc hiệu.mp3" in str(on_disk.value)
    assert in_memory.value.item


def test_a_file_that_is_missing_or_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=r"cannot be read: none\.mp3"):
        decode(tmp_path / "none.mp3")
    with pytest.raises(AudioError, match="cannot be read"):
        decode(tmp_path)


def test_an_mp3_file_is_decoded_without_a_murmur(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    sound = babble(20)
    encode(sound, tmp_path / "a.mp3")

    decoded = samples(decode(tmp_path / "a.mp3")) / 32768

    assert len(decoded) == len(sound)
    assert np.corrcoef(decoded, sound)[0, 1] > 0.98
    assert capfd.readouterr().err == ""


def test_mp3_streams_in_a_row_are_all_heard(tmp_path: Path) -> None:
    first, second = babble(3, 1), babble(2, 2)
    encode(first, tmp_path / "a.mp3", tags={"title": "một"})
    encode(second, tmp_path / "b.mp3", tags={"title": "hai"})
    joined = (tmp_path / "a.mp3").read_bytes() + (tmp_path / "b.mp3").read_bytes()

    (tmp_path / "joined.mp3").write_bytes(joined)

    sound = samples(decode(tmp_path / "joined.mp3")) / 32768

    np.testing.assert_array_equal(sound * 32768, samples(decode(joined)))
    assert len(sound) == len(first) + len(second)
    assert np.corrcoef(sound[-len(second) :], second)[0, 1] > 0.98


def test_an_info_frame_that_tells_too_little_is_not_believed(tmp_path: Path) -> None:
    sound = babble(3)
    encode(sound, tmp_path / "a.mp3")
    data = (tmp_path / "a.mp3").read_bytes()
    without_info = data[192:]

    decoded = samples(decode(data + without_info))

    assert len(decoded) >= 2 * len(sound)


def test_an_mp3_cut_short_is_found_out_by_its_info_frame(tmp_path: Path) -> None:
    encode(babble(3), tmp_path / "a.mp3")
    data = (tmp_path / "a.mp3").read_bytes()

    with pytest.raises(AudioError, match="cut short"):
        decode(data[: len(data) // 2])


def test_a_piece_out_of_an_mp3_is_heard(tmp_path: Path) -> None:
    encode(babble(3), tmp_path / "a.mp3")
    data = (tmp_path / "a.mp3").read_bytes()

    heard = samples(decode(data[5 * 192 + 77 :]))

    assert len(heard) == pytest.approx(3 * RATE, abs=6 * 576)


def test_an_mp3_far_too_big_for_its_length_is_not_even_taken_in(tmp_path: Path) -> None:
    encode(tone(440, 2), tmp_path / "a.mp3")
    one = (tmp_path / "a.mp3").read_bytes()[192:]

    with pytest.raises(AudioError, match=r"too long.*over 1 s"):
        decode(one * (21_000_000 // len(one)), longest_s=1)


def test_blocks_join_to_the_clip(tmp_path: Path) -> None:
    encode(babble(7), tmp_path / "a.flac", format="flac")

    blocks = list(stream(tmp_path / "a.flac"))

    assert len(blocks) > 2
    np.testing.assert_array_equal(
        np.concatenate(blocks) * 32768, samples(decode(tmp_path / "a.flac")).astype(np.float32)
    )
