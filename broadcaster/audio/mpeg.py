"""MP3 at the level of its frames: what a decoder cannot be trusted with, and the Info frame LAME leaves out.

An MP3 file is a run of frames, each with a 4-byte header. A first frame that holds "Xing" or "Info" in place
of sound tells how many frames follow; decoders stop there, even when another stream was appended.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_KBPS = {
    (1, 1): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_JUNK = 65_536
"""Bytes that are no frame are skipped, this many at most; a decoder gives up earlier."""
_AT_ONCE = 4 * _JUNK

ENCODER_DELAY = 576
"""Samples that LAME puts before the sound, apart from the decoder's own."""
DECODER_DELAY = 529
FRAME_SAMPLES = 576
"""Samples in a frame of MPEG-2 layer III, which 24 kHz is."""


@dataclass(frozen=True)
class Stream:
    """Frames that a decoder reads to the end: bytes [start, end)."""

    start: int
    end: int
    cut_short: bool
    """Its Info frame promises clearly more frames than there are."""


def streams(source: bytes | BinaryIO) -> list[Stream]:
    """The MP3 streams in a file or its bytes, one after the other; none when it is no MP3."""
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    found: list[Stream] = []
    run: _Run | None = None
    for start, size, promised in _frames(_Bytes(file)):
        if run is None or promised is not None:
            if run:
                found.append(run.stream())
            run = _Run(start, promised)
        run.goes_on(start, size)
    return [*found, run.stream()] if run else found


class _Run:
    """Frames one after the other, an Info frame at most before them."""

    def __init__(self, start: int, promised: int | None) -> None:
        self._start = self._second = start
        self._end = start
        self._promised = promised
        self._frames = 0

    def goes_on(self, start: int, size: int) -> None:
        if self._frames == 1:
            self._second = start
        self._frames += 1
        self._end = start + size

    def stream(self) -> Stream:
        if self._promised is None:
            return Stream(self._start, self._end, cut_short=False)
        sounding = self._frames - 1
        lies = sounding > self._promised + 1
        start = self._second if lies else self._start
        return Stream(start, self._end, cut_short=sounding < 0.98 * self._promised - 2)


class _Bytes:
    """A file as if it were all in memory, of which only a part is."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._length = file.seek(0, os.SEEK_END)
        self._begin, self._part = 0, b""

    def __len__(self) -> int:
        return self._length

    def at(self, start: int, size: int) -> bytes:
        """Up to `size` bytes from `start` on; fewer only at the end."""
        offset = start - self._begin
        if offset < 0 or offset + size > len(self._part):
            self._file.seek(start)
            self._begin, self._part = start, self._file.read(_AT_ONCE)
            offset = 0
        return self._part[offset : offset + size]

    def find(self, byte: bytes, start: int, most: int) -> int:
        """Where `byte` comes next, `most` bytes on at the latest; −1: nowhere there."""
        place = self.at(start, most).find(byte)
        return start + place if place >= 0 else -1


def _frames(data: _Bytes) -> Iterator[tuple[int, int, int | None]]:
    """Start, size, and (of an Info frame) the frames that it promises; None: a frame of sound."""
    position, junk = 0, 0
    known: dict[bytes, _Header | None] = {}
    while position + 4 <= len(data) and junk < _JUNK:
        start = data.at(position, 200)
        header = _header_of(start, known)
        if header is None or ((junk or not position) and not _goes_on(data, position + header.size)):
            if skipped := _tag_size(start):
                position += skipped
                continue
            following = data.find(b"\xff", position + 1, _JUNK)
            junk += max(1, following - position)
            position = following if following > 0 else len(data)
            continue
        yield position, header.size, header.promised(start)
        position, junk = position + header.size, 0


def _goes_on(data: _Bytes, after: int) -> bool:
    """After the frame comes another one, a tag, or the end: it was no chance likeness."""
    following = data.at(after, 10)
    return after >= len(data) - 4 or _header(following[:4]) is not None or _tag_size(following) > 0


def _tag_size(head: bytes) -> int:
    if head[:3] == b"ID3" and len(head) >= 10:
        sizes = zip(head[6:10], (21, 14, 7, 0), strict=True)
        return 10 + sum((byte & 0x7F) << shift for byte, shift in sizes)
    return 128 if head[:3] == b"TAG" else 0


@dataclass(frozen=True, slots=True)
class _Header:
    """What the first four bytes of a frame tell."""

    size: int
    tag_at: int
    """Where an Info frame has its name."""

    def promised(self, frame: bytes) -> int | None:
        tag = frame[self.tag_at : self.tag_at + 12]
        if tag[:4] in (b"Xing", b"Info"):
            return int.from_bytes(tag[8:12], "big") if tag[7] & 1 else 0
        return int.from_bytes(frame[50:54], "big") if frame[36:40] == b"VBRI" else None


def _header_of(start: bytes, known: dict[bytes, _Header | None]) -> _Header | None:
    """The header, worked out once for each of the few that a file has."""
    head = start[:4]
    if head not in known:
        known[head] = _header(head)
    return known[head]


def _header(head: bytes) -> _Header | None:
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = head[1] >> 3 & 3, 4 - (head[1] >> 1 & 3)
    kbps, rate, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version == 1 or layer == 4 or kbps in (0, 15) or rate == 3:
        return None
    bits = 1000 * _KBPS[1 if version == 3 else 2, layer][kbps]
    hertz = _RATES[version][rate]
    mpeg1, mono = version == 3, head[3] >> 6 == 3
    tag_at = 4 + ((17 if mono else 32) if mpeg1 else (9 if mono else 17))
    if layer == 1:
        return _Header((12 * bits // hertz + padding) * 4, tag_at)
    return _Header((72 if layer == 3 and not mpeg1 else 144) * bits // hertz + padding, tag_at)


def info_frame(first: bytes, sound: int, length: int) -> bytes:
    """The Info frame for a constant-rate mono MPEG-2 stream.

    `first` is the stream's first frame, `sound` its size in bytes, `length` the samples that went in.
    With it decoders cut the encoder's delay and padding away: no gap, no sample too many.
    """
    frames = sound // len(first)
    padding = frames * FRAME_SAMPLES - ENCODER_DELAY - length
    xing = b"Info" + (15).to_bytes(4, "big") + frames.to_bytes(4, "big")
    xing += (sound + len(first)).to_bytes(4, "big") + bytes(256 * i // 100 for i in range(100))
    xing += (50).to_bytes(4, "big")
    lame = b"LAME3.100" + bytes([1, 0]) + bytes(8) + bytes([0, len(first) * 24000 // 72000])
    lame += (ENCODER_DELAY << 12 | padding).to_bytes(3, "big") + bytes(4)
    lame += (sound + len(first)).to_bytes(4, "big") + bytes(2)
    body = first[:4] + bytes(9) + xing + lame
    body += _crc16(body).to_bytes(2, "big")
    return body.ljust(len(first), b"\0")


def _crc16(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _bit in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc
