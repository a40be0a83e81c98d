"""MP3 at the level of its frames: what a decoder cannot be trusted with, and the Info frame LAME leaves out.

An MP3 file is a run of frames, each with a 4-byte header. A first frame that holds "Xing" or "Info" in place
of sound tells how many frames follow; decoders stop there, even when another stream was appended.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from mmap import mmap

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

ENCODER_DELAY = 576
"""Samples that LAME puts before the sound, apart from the decoder's own 529."""
FRAME_SAMPLES = 576
"""Samples in a frame of MPEG-2 layer III, which 24 kHz is."""

Bytes = bytes | mmap


@dataclass(frozen=True)
class Frame:
    start: int
    size: int
    promised: int | None
    """Frames to follow, by an Info frame; None: a frame of sound."""


@dataclass(frozen=True)
class Stream:
    """Frames that a decoder reads to the end: bytes [start, end)."""

    start: int
    end: int
    cut_short: bool
    """Its Info frame promises clearly more frames than there are."""


def streams(data: Bytes) -> list[Stream]:
    """The MP3 streams in `data`, one after the other; none when it is no MP3."""
    groups: list[list[Frame]] = []
    for frame in _frames(data):
        if not groups or frame.promised is not None:
            groups.append([])
        groups[-1].append(frame)
    return [_stream(frames) for frames in groups]


def _stream(frames: list[Frame]) -> Stream:
    end = frames[-1].start + frames[-1].size
    promised = frames[0].promised
    if promised is None:
        return Stream(frames[0].start, end, cut_short=False)
    sounding = len(frames) - 1
    lies = sounding > promised + 1
    return Stream(frames[1 if lies else 0].start, end, cut_short=sounding < 0.98 * promised - 2)


def _frames(data: Bytes) -> Iterator[Frame]:
    position, junk = 0, 0
    while position + 4 <= len(data) and junk < _JUNK:
        skipped = _tag_size(data, position)
        if skipped:
            position += skipped
            continue
        frame = _frame(data, position)
        if frame is None or ((junk or not position) and not _goes_on(data, frame)):
            following = data.find(b"\xff", position + 1)
            junk += max(1, following - position)
            position = following if following > 0 else len(data)
            continue
        yield frame
        position, junk = position + frame.size, 0


def _goes_on(data: Bytes, frame: Frame) -> bool:
    """After the frame comes another one, a tag, or the end: it was no chance likeness."""
    after = frame.start + frame.size
    return after >= len(data) - 4 or _frame(data, after) is not None or _tag_size(data, after) > 0


def _tag_size(data: Bytes, start: int) -> int:
    head = data[start : start + 10]
    if head[:3] == b"ID3" and len(head) == 10:
        return 10 + sum((byte & 0x7F) << shift for byte, shift in zip(head[6:], (21, 14, 7, 0), strict=True))
    return 128 if head[:3] == b"TAG" else 0


def _frame(data: Bytes, start: int) -> Frame | None:
    head = data[start : start + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = head[1] >> 3 & 3, 4 - (head[1] >> 1 & 3)
    kbps, rate, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version == 1 or layer == 4 or kbps in (0, 15) or rate == 3:
        return None
    bits = 1000 * _KBPS[1 if version == 3 else 2, layer][kbps]
    hertz = _RATES[version][rate]
    if layer == 1:
        return Frame(start, (12 * bits // hertz + padding) * 4, None)
    size = (72 if layer == 3 and version != 3 else 144) * bits // hertz + padding
    return Frame(start, size, _promised(data[start : start + 200], version == 3, head[3] >> 6 == 3))


def _promised(frame: bytes, mpeg1: bool, mono: bool) -> int | None:
    side = (17 if mono else 32) if mpeg1 else (9 if mono else 17)
    tag = frame[4 + side :]
    if tag[:4] in (b"Xing", b"Info"):
        return int.from_bytes(tag[8:12], "big") if tag[7] & 1 else 0
    return int.from_bytes(frame[50:54], "big") if frame[36:40] == b"VBRI" else None


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
