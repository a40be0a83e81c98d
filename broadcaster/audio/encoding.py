"""Samples → MP3, FLAC, WAV or Opus files.

The same samples and tags give the same bytes; of Opus, whose streams carry a random number, the same sound.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Literal, get_args

import lameenc
import numpy as np
import soundfile
from numpy.typing import NDArray

from broadcaster.audio import mpeg
from broadcaster.audio.ahead import ahead
from broadcaster.audio.clip import RATE, to_float, to_int16
from broadcaster.audio.files import replacing
from broadcaster.errors import AudioError
from broadcaster.language import _
from broadcaster.units import Samples

Format = Literal["mp3", "flac", "wav", "opus"]
Tag = Literal["title", "artist", "album", "date", "comment"]
Array = NDArray[Any]

MP3_KBPS = 64
MP3_QUALITY = 5
_MP3_FRAME = mpeg.FRAME_SAMPLES * MP3_KBPS * 1000 // RATE // 8
"""Bytes in each frame; at this rate none is padded."""
_ID3 = {"title": b"TIT2", "artist": b"TPE1", "album": b"TALB", "date": b"TDRC", "comment": b"COMM"}
_LAME_LOSS = np.float32(1 / 0.95)
"""LAME multiplies what it is given by 0.95; this undoes it."""
_CONTAINERS = {"flac": ("FLAC", "PCM_16"), "wav": ("WAV", "PCM_16"), "opus": ("OGG", "OPUS")}
_NO_TAGS: Mapping[Tag, str] = {}


def encode(
    sound: Array | Iterable[Array],
    path: Path,
    *,
    format: Format = "mp3",
    tags: Mapping[Tag, str] = _NO_TAGS,
) -> Samples:
    """Write `sound` (mono int16 or float samples at RATE, whole or in blocks) to `path`; how many they were.

    MP3 is 64 kbit/s, decodes without gap to exactly these samples' length, and clips above −0.45 dBFS.
    The file appears whole or not at all. Raises AudioError: disk full, folder missing, nothing to write.
    """
    blocks = (sound,) if isinstance(sound, np.ndarray) else sound
    try:
        with replacing(path) as part:
            count = _mp3(blocks, part, tags) if format == "mp3" else _pcm(blocks, part, format, tags)
            if not count:
                raise AudioError(_("There is no sound to write"), path.name)
            return count
    except OSError as error:
        raise _unwritten(path, error.strerror or str(error)) from error


def _unwritten(path: Path, why: str) -> AudioError:
    return AudioError(
        _("This sound file could not be written"),
        f"{path}: {why}",
        _("Make room on the disk, or correct the folder's rights"),
    )


def _pcm(blocks: Iterable[Array], part: Path, format: Format, tags: Mapping[Tag, str]) -> Samples:
    count = 0
    try:
        container, subtype = _CONTAINERS[format]
        with soundfile.SoundFile(str(part), "w", RATE, 1, subtype, format=container) as file:
            for tag, text in tags.items():
                setattr(file, tag, text)
            for block in blocks:
                file.write(to_int16(block))
                count += len(block)
        if count and soundfile.info(str(part)).frames != count:
            raise OSError("cut short")
    except (soundfile.LibsndfileError, AssertionError) as error:
        # A short write, as on a full disk, is an AssertionError of soundfile.
        raise OSError(str(error) or "short write") from error
    return Samples(count)


def _mp3(blocks: Iterable[Array], part: Path, tags: Mapping[Tag, str]) -> Samples:
    counted = _Counted(blocks)
    with part.open("w+b") as file:
        file.write(_id3(tags))
        head = file.tell()
        file.write(bytes(_MP3_FRAME))
        for piece in _lame(counted):
            file.write(piece)
        if counted.count:
            _write_info(file, head, counted.count)
    return Samples(counted.count)


def _write_info(file: BinaryIO, head: int, length: int) -> None:
    """Fill the place kept for the Info frame, now that its numbers are known."""
    sound = file.tell() - head - _MP3_FRAME
    file.seek(head + _MP3_FRAME)
    first = file.read(_MP3_FRAME)
    file.seek(head)
    file.write(mpeg.info_frame(first, sound, length))


class _Counted:
    """Blocks that are counted as they pass."""

    def __init__(self, blocks: Iterable[Array]) -> None:
        self._blocks = blocks
        self.count = 0

    def __iter__(self) -> Iterator[bytes]:
        for block in self._blocks:
            self.count += len(block)
            yield to_int16(to_float(block) * _LAME_LOSS).tobytes()


def _lame(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """LAME works on one piece while the next one is being mixed in a thread of its own."""
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_bit_rate(MP3_KBPS)
    encoder.set_in_sample_rate(RATE)
    encoder.set_channels(1)
    encoder.set_quality(MP3_QUALITY)
    heard = False
    for piece in ahead(pieces):
        heard = True
        yield bytes(encoder.encode(piece))
    if heard:
        yield bytes(encoder.flush())


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
