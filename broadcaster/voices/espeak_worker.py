"""The child process that owns espeak-ng: words in by stdin, samples out by stdout, in frames.

espeak-ng crashes among threads and may hang, so it lives alone here. This file is run by its path, without
the rest of the package and without site-packages, so that it starts in some hundredths of a second:

    python -I -S espeak_worker.py LIBRARY VOICE RATE PITCH VOLUME

with the folder that holds "espeak-ng-data" as working directory: espeak-ng has room for 160 bytes of path
only, and on Windows takes no letters beyond the code page. A relative path is short anywhere.

A frame is one byte of kind, four bytes of length (little endian), the payload:
    parent → worker   T  the words, UTF-8
    worker → parent   R  ready, once, after the start
                      A  16 bit samples at 22 050 Hz, mono, little endian
                      E  what went wrong, UTF-8
The end of stdin (the parent has closed it, or died) ends the worker.
"""

from __future__ import annotations

import ctypes
import os
import signal
import struct
import sys
from typing import Any, BinaryIO

RATE = 22_050
TEXT, READY, AUDIO, ERROR = b"T", b"R", b"A", b"E"

_HEAD = struct.Struct("<cI")
_MOST_BYTES = 64 << 20
_SYNCHRONOUS, _DONT_EXIT = 2, 0x8000
_UTF8, _END_PAUSE = 1, 0x1000
_SPEED, _VOLUME, _PITCH = 1, 2, 3
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


def write_frame(stream: BinaryIO, kind: bytes, payload: bytes = b"") -> None:
    """Send one frame. Raises OSError when nobody listens any more."""
    stream.write(_HEAD.pack(kind, len(payload)) + payload)
    stream.flush()


def read_frame(stream: BinaryIO) -> tuple[bytes, bytes]:
    """The next (kind, payload). EOFError: the other side has ended, or talks nonsense."""
    kind, length = _HEAD.unpack(_exactly(stream, _HEAD.size))
    if length > _MOST_BYTES:
        raise EOFError
    return kind, _exactly(stream, length)


def _exactly(stream: BinaryIO, count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise EOFError
    return data


class EspeakFailed(Exception):
    """espeak-ng answered with an error."""


class Espeak:
    """The library, with one voice set. One per process, one thread only."""

    def __init__(self, library: str, voice: str, rate: int, pitch: int, volume: int) -> None:
        self._library: Any = ctypes.CDLL(library)
        self._heard = bytearray()
        self._callback = _CALLBACK(self._hear)
        if self._library.espeak_Initialize(_SYNCHRONOUS, 0, b"espeak-ng-data", _DONT_EXIT) != RATE:
            raise EspeakFailed("its data cannot be loaded")
        self._library.espeak_SetSynthCallback(self._callback)
        if self._library.espeak_SetVoiceByName(voice.encode()):
            raise EspeakFailed(f"it has no voice {voice}")
        for parameter, value in ((_SPEED, rate), (_PITCH, pitch), (_VOLUME, volume)):
            self._library.espeak_SetParameter(parameter, value, 0)

    def speak(self, text: bytes) -> bytes:
        """16 bit samples at RATE of `text` (UTF-8)."""
        self._heard.clear()
        size = ctypes.c_size_t(len(text) + 1)
        failed = self._library.espeak_Synth(text, size, 0, 0, 0, _UTF8 | _END_PAUSE, None, None)
        if failed or self._library.espeak_Synchronize():
            raise EspeakFailed("it could not speak this text")
        return bytes(self._heard)

    def _hear(self, samples: Any, count: int, _events: object) -> int:
        if samples and count > 0:
            self._heard += ctypes.string_at(samples, count * 2)
        return 0


def serve(words: BinaryIO, speech: BinaryIO, settings: list[str]) -> None:
    """Answer every frame from `words` on `speech`, until `words` ends."""
    library, voice, *numbers = settings
    try:
        espeak = Espeak(library, voice, *map(int, numbers))
    except (EspeakFailed, OSError, AttributeError) as error:
        write_frame(speech, ERROR, str(error).encode())
        return
    write_frame(speech, READY)
    while True:
        try:
            _kind, text = read_frame(words)
        except EOFError:
            return
        try:
            write_frame(speech, AUDIO, espeak.speak(text))
        except EspeakFailed as error:
            write_frame(speech, ERROR, str(error).encode())


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes stdin
    speech = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever the library prints must not get between the frames
    serve(sys.stdin.buffer, speech, sys.argv[1:])


if __name__ == "__main__":
    main()
