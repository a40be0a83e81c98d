"""Any sound file that soundfile reads (WAV, FLAC, MP3, Ogg, Opus, …) → the working format."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import soundfile
from numpy.typing import NDArray

from broadcaster.audio import mpeg
from broadcaster.audio.clip import RATE, AudioSegment, to_int16
from broadcaster.audio.resampling import Resampling
from broadcaster.errors import AudioError
from broadcaster.language import _

LONGEST_S = 3 * 3600.0
_BLOCK = 65_536
_TOLERATED = 4_096
"""Frames that an MP3 cut out of a longer one may lack: its first ones borrow bits that are gone."""
_MP3_MOST, _MP3_TAGS = 40_000, 20_000_000
"""Bytes a second of the densest MP3, and what its tags (a picture) may add: more is not even taken in."""
_RATES = range(2_000, 400_000)
_CONTAINERS = (b"RIFF", b"RF64", b"fLaC", b"OggS", b"FORM", b"caff", b".snd")

Source = Path | bytes
Floats = NDArray[np.float32]


class _Forward(soundfile.SoundFile):  # type: ignore[misc]
    """Read from the beginning to the end. soundfile would seek after each block, and a seek tears MP3 frames
    from those that they borrow bits from."""

    def seekable(self) -> bool:
        return False


def decode(source: Source, *, longest_s: float = LONGEST_S) -> AudioSegment:
    """The whole of `source` (a file, or a file's bytes) as a clip: RATE, mono, 16 bit.

    Channels are averaged. Raises AudioError when it cannot be read, is no sound file, is damaged or cut
    short, holds no sound at all, or lasts over `longest_s` seconds.
    """
    data = b"".join(to_int16(block).tobytes() for block in stream(source, longest_s=longest_s))
    return AudioSegment(data=data, sample_width=2, frame_rate=RATE, channels=1)


def stream(source: Source, *, longest_s: float = LONGEST_S) -> Iterator[Floats]:
    """The same, as float32 blocks of unequal lengths, so that memory does not grow with the file."""
    name = source.name if isinstance(source, Path) else _("sound in memory")
    left, frames = longest_s, 0
    try:
        for part in _parts(source, name, longest_s):
            with _opened(part, name) as sound:
                for block in _mono(sound, name, left):
                    frames += len(block)
                    yield block
                left -= sound.frames / sound.samplerate
    except OSError as error:
        raise AudioError(_("This file cannot be read"), f"{name}: {error.strerror or error}") from error
    if not frames:
        raise AudioError(_("This sound file holds no sound"), name, _("Put another file in its place"))


def frames_in(file: io.RawIOBase) -> Iterator[Floats]:
    """All that mono MP3 frames at RATE decode to, the delay of encoder and decoder included."""
    with _opened(io.BufferedReader(file), _("sound in memory")) as sound:
        while len(block := _read(sound, _("sound in memory"))):
            yield block[:, 0]


def _parts(source: Source, name: str, longest_s: float) -> Iterator[str | BinaryIO]:
    """`source` cut into what a decoder reads to its end: an MP3 may be several streams in a row.

    Where it is not certain from its first bytes what a file is, the decoder must not see its name: it would
    take any text for an MP3.
    """
    with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
        length = file.seek(0, os.SEEK_END)
        if not length:
            raise AudioError(_("This file is empty"), name, _("Put another file in its place"))
        file.seek(0)
        head = file.read(8)
        contained = head[:4] in _CONTAINERS
        streams = [] if contained else mpeg.streams(file)
        if _riff_cut_short(head, length) or any(one.cut_short for one in streams):
            raise _damaged(name)
        if streams and streams[-1].end > longest_s * _MP3_MOST + _MP3_TAGS:
            raise _too_long(name, longest_s)
        if isinstance(source, Path) and (contained or len(streams) == 1):
            yield str(source)
        elif streams:
            yield from (io.BufferedReader(_Part(file, one.start, one.end)) for one in streams)
        else:
            file.seek(0)
            yield file


class _Part(io.RawIOBase):
    """Bytes [start, end) of a file as a file."""

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self._file, self._start, self._length, self._position = file, start, end - start, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        from_here = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._length}[whence]
        self._position = max(0, from_here + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
        self._file.seek(self._start + self._position)
        data = self._file.read(max(0, min(len(buffer), self._length - self._position)))
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)


def _riff_cut_short(head: bytes, length: int) -> bool:
    """A WAV that is shorter than it says; one that was streamed says 0 or the largest number."""
    says = int.from_bytes(head[4:8], "little")
    return head[:4] == b"RIFF" and says not in (0, 0xFFFFFFFF) and says + 8 > length + 1


@contextmanager
def _opened(part: str | BinaryIO, name: str) -> Iterator[soundfile.SoundFile]:
    try:
        sound = _Forward(part)
    except (soundfile.LibsndfileError, TypeError, ValueError) as error:
        raise AudioError(
            _("This is no sound file that can be read"), name, _("Give a WAV, FLAC, MP3, Ogg or Opus file")
        ) from error
    with sound:
        if sound.samplerate not in _RATES:
            raise AudioError(_("This sound file has an impossible rate"), f"{name}: {sound.samplerate} Hz")
        yield sound


def _mono(sound: soundfile.SoundFile, name: str, longest_s: float) -> Iterator[Floats]:
    if sound.frames > longest_s * sound.samplerate:
        raise _too_long(name, longest_s)
    resampling, missing = Resampling(sound.samplerate), sound.frames
    while len(block := _read(sound, name)):
        missing -= len(block)
        yield resampling(block.mean(axis=1) if sound.channels > 1 else block[:, 0], last=False)
    if missing > _TOLERATED:
        raise _damaged(name)
    yield resampling(np.zeros(0, np.float32), last=True)


def _read(sound: soundfile.SoundFile, name: str) -> Floats:
    try:
        block: Floats = sound.read(_BLOCK, dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, RuntimeError) as error:
        raise _damaged(name) from error
    if not np.isfinite(block).all():
        raise _damaged(name)
    return block


def _too_long(name: str, longest_s: float) -> AudioError:
    return AudioError(
        _("This sound file is too long"), _("{file}: over {most:.0f} s").format(file=name, most=longest_s)
    )


def _damaged(name: str) -> AudioError:
    return AudioError(_("This sound file is damaged or cut short"), name, _("Put another file in its place"))
