"""MP3 written by LAME, and heard again beside it: its frames are decoded as soon as they are in the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Literal, get_args

import lameenc
import numpy as np
import soundfile
from numpy.typing import NDArray

from broadcaster.audio import mpeg
from broadcaster.audio.ahead import ahead
from broadcaster.audio.clip import RATE, to_float, to_int16
from broadcaster.audio.decoding import frames_in
from broadcaster.audio.growing import Growing
from broadcaster.audio.measuring import Meter
from broadcaster.units import Samples

Tag = Literal["title", "artist", "album", "date", "comment"]

KBPS = 64
QUALITY = 5
_FRAME = mpeg.FRAME_SAMPLES * KBPS * 1000 // RATE // 8
"""Bytes in each frame; at this rate none is padded."""
_ID3 = {"title": b"TIT2", "artist": b"TPE1", "album": b"TALB", "date": b"TDRC", "comment": b"COMM"}
_AT_ONCE = 10 * RATE * 2
"""Bytes that LAME is given in one go: the fewer times its thread waits for the others, the better."""
_LAME_LOSS = np.float32(1 / 0.95)
"""LAME multiplies what it is given by 0.95; this undoes it."""


def write_mp3(
    blocks: Iterable[NDArray[Any]], part: Path, tags: Mapping[Tag, str], meter: Meter | None
) -> Samples:
    """Write int16 or float blocks to `part`; how many samples they were.

    `meter` hears what the file holds while more is written to it. Raises OSError, and AudioError when it
    cannot be decoded.
    """
    counted = _Counted(blocks)
    with part.open("w+b") as file:
        file.write(_id3(tags))
        head = file.tell()
        file.write(bytes(_FRAME))
        with _heard(part, file.tell(), counted, meter) as growing:
            for piece in _lame(counted):
                file.write(piece)
                file.flush()
                growing.grown(file.tell())
        if counted.count:
            _write_info(file, head, counted.count)
    if counted.count:
        _check_length(part, counted.count)
    return Samples(counted.count)


class _Counted:
    """Blocks that are counted as they pass, some seconds together, as LAME wants them."""

    def __init__(self, blocks: Iterable[NDArray[Any]]) -> None:
        self._blocks = blocks
        self.count = 0

    def __iter__(self) -> Iterator[bytes]:
        pending = bytearray()
        for block in self._blocks:
            self.count += len(block)
            pending += to_lame(block)
            if len(pending) >= _AT_ONCE:
                yield bytes(pending)
                pending.clear()
        if pending:
            yield bytes(pending)


def lame() -> Any:
    """An encoder for mono samples at RATE, given as `to_lame` makes them."""
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_bit_rate(KBPS)
    encoder.set_in_sample_rate(RATE)
    encoder.set_channels(1)
    encoder.set_quality(QUALITY)
    return encoder


def to_lame(block: NDArray[Any]) -> bytes:
    return to_int16(to_float(block) * _LAME_LOSS).tobytes()


def _lame(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """LAME works on one piece while the next one is being mixed in a thread of its own."""
    encoder = lame()
    heard = False
    for piece in ahead(pieces):
        heard = True
        yield bytes(encoder.encode(piece))
    if heard:
        yield bytes(encoder.flush())


@contextmanager
def _heard(part: Path, start: int, counted: _Counted, meter: Meter | None) -> Iterator[Growing]:
    """The file as it grows, in which `meter` hears everything from `start` on until the block has ended."""
    with Growing(part, start) as growing, ThreadPoolExecutor(1) as pool:
        hearing = pool.submit(_hear, growing, counted, meter) if meter else None
        try:
            yield growing
        finally:
            growing.finish()
        if hearing and counted.count:
            hearing.result()


def _hear(growing: Growing, counted: _Counted, meter: Meter) -> None:
    """What goes in is always counted before it comes out here, padding aside."""
    position = -mpeg.ENCODER_DELAY - mpeg.DECODER_DELAY
    for block in frames_in(growing):
        meter.add(block[max(0, -position) : max(0, counted.count - position)])
        position += len(block)


def _write_info(file: BinaryIO, head: int, length: int) -> None:
    """Fill the place kept for the Info frame, now that its numbers are known."""
    sound = file.tell() - head - _FRAME
    file.seek(head + _FRAME)
    first = file.read(_FRAME)
    file.seek(head)
    file.write(mpeg.info_frame(first, sound, length))


def _check_length(part: Path, count: int) -> None:
    """A decoder must find the Info frame, and in it the right length."""
    try:
        found = soundfile.info(str(part)).frames
    except soundfile.LibsndfileError as error:
        raise OSError(str(error)) from error
    if found != count:
        raise OSError("cut short")


def _id3(tags: Mapping[Tag, str]) -> bytes:
    """An ID3v2.4 tag in UTF-8; nothing for no tags."""
    frames = b"".join(_id3_frame(tag, tags[tag]) for tag in get_args(Tag) if tag in tags)
    return b"ID3\x04\0\0" + _syncsafe(len(frames)) + frames if frames else b""


def _id3_frame(tag: Tag, text: str) -> bytes:
    head = b"\x03vie\0" if tag == "comment" else b"\x03"
    body = head + text.encode()
    return _ID3[tag] + _syncsafe(len(body)) + b"\0\0" + body


def _syncsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))
