"""What a script's own directions sound like."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadcaster.production.bulletin import Direction
from broadcaster.production.directions import PAUSE, pause_of, sound_of, unknown_directions


@pytest.mark.parametrize(
    ("name", "sound"),
    [
        ("nhạc hiệu", "opening"),
        ("NHẠC HIỆU đài", "opening"),
        ("lên nhạc hiệu", "opening"),
        ("nhac cat", "separator"),
        ("nhạc chuyển mục", "separator"),
        ("nhạc", "separator"),
        ("nhạc kết thúc", "closing"),
        ("tiếng chuông", "chime"),
        ("chime", "chime"),
        ("nghỉ", PAUSE),
        ("im lặng", PAUSE),
        ("Dừng một nhịp", PAUSE),
    ],
)
def test_usual_directions_have_a_sound(name: str, sound: str) -> None:
    assert sound_of(name) == sound


@pytest.mark.parametrize("name", ["trống hội", "nhạc nền", "dừng nhạc", "tiếng còi", "siren", "bed", "…", ""])
def test_others_have_none_and_no_script_raises_the_alarm(name: str, tmp_path: Path) -> None:
    (tmp_path / "jingles").mkdir()
    for kept in ("siren", "bed"):
        (tmp_path / "jingles" / f"{kept}.flac").write_bytes(b"")

    assert sound_of(name, tmp_path) == ""


def test_a_sound_file_of_that_name_in_the_station_goes_first(tmp_path: Path) -> None:
    (tmp_path / "jingles").mkdir()
    for file in ("trong-hoi.mp3", "nhac-cat.wav"):
        (tmp_path / "jingles" / file).write_bytes(b"")

    assert sound_of("TRỐNG HỘI", tmp_path) == "jingles/trong-hoi.mp3"
    assert sound_of("nhạc cắt", tmp_path) == "jingles/nhac-cat.wav"
    assert sound_of("nhạc kết", tmp_path) == "closing"
    assert sound_of("../jingles/trống hội", tmp_path) == ""


def test_unknown_ones_are_named_once() -> None:
    passages = ("Lời.", Direction("trống hội"), Direction("nhạc cắt"), Direction("trống hội"))

    assert unknown_directions(passages) == ("trống hội",)


@pytest.mark.parametrize(
    ("name", "length"),
    [
        ("nghỉ 2 giây", 2000),
        ("dừng khoảng 3s", 3000),
        ("lặng 90 giây", 10_000),
        ("nghỉ", None),
        ("nhạc", None),
    ],
)
def test_a_silence_is_as_long_as_it_says(name: str, length: int | None) -> None:
    assert pause_of(name) == length
