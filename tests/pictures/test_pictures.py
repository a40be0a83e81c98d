"""Pictures of sound, read back: the PNG by our own few lines and by nothing that wrote it, the SVG as XML."""

from __future__ import annotations

import struct
import zlib
from xml.etree import ElementTree

import numpy as np
import pytest

from broadcaster.audio import RATE, AudioSegment, from_samples
from broadcaster.pictures import Heading, clock, png, svg, waveform
from broadcaster.pictures.letters import letter
from broadcaster.pictures.shapes import Box, Picture, Wave, Words
from broadcaster.production.bulletin import Cue
from broadcaster.units import Milliseconds

HEADING = Heading("Bản tin chiều", "10.0 s, voice espeak, -16.0 LUFS")
VIETNAMESE = "aăâeêioôơuưyđAĂÂEÊIOÔƠUƯYĐ"
TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")


def cue(title: str, start: float, length: float) -> Cue:
    return Cue(title, Milliseconds(round(start * 1000)), Milliseconds(round(length * 1000)))


@pytest.fixture
def clip() -> AudioSegment:
    """Ten seconds: silence, then a tone from 4 s to 8 s, then silence."""
    time = np.arange(10 * RATE) / RATE
    return from_samples(0.5 * np.sin(2 * np.pi * 300 * time) * ((time >= 4) & (time < 8)))


def pixels(data: bytes) -> np.ndarray:
    """height × width × 3 of an 8 bit RGB PNG; every checksum is checked."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, parts = 8, dict[bytes, bytes]()
    while at < len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length : at + 12 + length]) == (zlib.crc32(name + body),)
        parts[name] = body
        at += 12 + length
    width, height, depth, colour, *_rest = struct.unpack(">IIBBBBB", parts[b"IHDR"])
    assert (depth, colour) == (8, 2)
    rows = np.frombuffer(zlib.decompress(parts[b"IDAT"]), np.uint8).reshape(height, 1 + 3 * width)
    assert not rows[:, 0].any()
    return rows[:, 1:].reshape(height, width, 3)


def test_the_wave_stands_where_the_sound_is(clip: AudioSegment) -> None:
    image = pixels(png(waveform(clip, [], HEADING)))

    middle, edge, inside = 240, 30, 1340
    for second, heard in ((2.0, False), (3.95, False), (4.05, True), (7.95, True), (8.05, False)):
        column = image[:, edge + round(inside * second / 10)]
        blue = np.flatnonzero((column[:, 2].astype(int) - column[:, 0]) > 40)
        assert (len(blue) > 80) == heard, second
        if heard:
            assert blue.mean() == pytest.approx(middle, abs=2)


def test_items_are_marked_titled_and_listed(clip: AudioSegment) -> None:
    cues = [cue("Tiêm chủng & <mũ>", 1, 2), cue("Họp ấp", 4, 4), cue("Ngắn", 9, 0.1)]

    picture = waveform(clip, cues, HEADING)

    written = ElementTree.fromstring(svg(picture))
    texts = ["".join(found.itertext()) for found in written.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[:2] == [HEADING.title, HEADING.numbers]
    assert "1 Tiêm chủng & <mũ>" in texts
    assert "2 Họp ấp" in texts
    assert " 1  0:01.0  0:02.0  Tiêm chủng & <mũ>" in texts
    assert {"0:00", "0:05", "0:09"} <= set(texts)
    marks = [s.x for s in picture.shapes if isinstance(s, Box) and s.width == 2]
    assert marks == pytest.approx([30 + 134 * second for second in (1, 4, 9)])
    image = pixels(png(picture))
    assert image.shape == (picture.height, picture.width, 3)
    for mark in marks:
        assert (image[120:340, round(mark)].sum(axis=1) < 200).all()


def test_the_items_of_a_part_keep_their_numbers(clip: AudioSegment) -> None:
    picture = waveform(clip, [cue("Họp ấp", 0, 4)], HEADING, first=3)

    texts = [shape.text for shape in picture.shapes if isinstance(shape, Words)]
    assert "3 Họp ấp" in texts
    assert " 3  0:00.0  0:04.0  Họp ấp" in texts


def test_what_is_too_long_is_shortened_and_never_overflows(clip: AudioSegment) -> None:
    cues = [cue("Một tiêu đề rất dài " * 20, 0, 5), cue("Hai", 5, 0.05)]

    for shape in waveform(clip, cues, Heading("x" * 999, "y" * 999)).shapes:
        if isinstance(shape, Words):
            assert shape.x + 12 * len(shape.text) <= 1400
        if isinstance(shape, Wave):
            assert all(high <= 110 for high in shape.heights)


@pytest.mark.parametrize("seconds", [0, 0.001, 0.4, 1801])
def test_any_length_can_be_drawn(seconds: float) -> None:
    sound = from_samples(np.full(round(seconds * RATE), 0.1))

    picture = waveform(sound, [cue("x", 0, seconds)], HEADING)

    assert pixels(png(picture)).shape[1] == 1400
    ElementTree.fromstring(svg(picture))


def test_every_vietnamese_letter_looks_different() -> None:
    seen = {}
    for base in VIETNAMESE:
        for tone in TONES:
            dots, above = letter(f"{base}{tone}" if tone else base)
            assert dots.any()
            assert above > 7
            seen[dots.tobytes()] = base + tone
    vowels, others = len(VIETNAMESE) - 2, 2
    assert len(seen) >= vowels * len(TONES) + others


def test_a_letter_that_is_not_known_is_a_box_and_a_space_is_nothing() -> None:
    assert letter("ក")[0].tobytes() == letter("漢")[0].tobytes()
    assert not letter(" ")[0].any()


def test_what_lies_outside_is_cut_off() -> None:
    outside = (Box(-5, -5, 8, 8, "#ff0000"), Words(15, 4, "ẶẶẶ", "#00ff00"), Words(-3, 99, "x", "#00ff00"))

    image = pixels(png(Picture(20, 10, outside)))

    assert (image[:3, :3] == (255, 0, 0)).all()


def test_control_characters_do_not_break_the_svg(clip: AudioSegment) -> None:
    ElementTree.fromstring(svg(waveform(clip, [cue("a\x00\x1bb", 0, 1)], HEADING)))


def test_times_are_written_in_minutes() -> None:
    assert [clock(Milliseconds(ms)) for ms in (0, 59_960, 61_250, 3_600_000)] == [
        "0:00.0",
        "1:00.0",
        "1:01.2",
        "60:00.0",
    ]
