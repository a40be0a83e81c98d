"""A sound card of PulseAudio's or PipeWire's, whose server says when each frame will be heard.

miniaudio tells when it is asked for frames, and no latency: by that, a start was up to 20 ms off whenever the
server asked in another rhythm, as it does when another program begins to sound. By what the server says of
its own buffers and the card's it is within half a millisecond (docs/developer/benchmarks.md).
"""

from __future__ import annotations

import ctypes
import logging
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from statistics import median
from typing import Any

import miniaudio
from miniaudio import ffi

from broadcaster.audio import RATE
from broadcaster.clock import Clock
from broadcaster.playout.outputs.card import BUFFER_MS, CHANNELS, Card

_log = logging.getLogger(__name__)

_CHUNK = RATE // 50
"""Frames handed over at once: 20 ms."""
_FILLED = BUFFER_MS * RATE // 1000
_END_S = 1.0
_S16LE, _PLAYBACK = 3, 1
_DEFAULT = 0xFFFFFFFF
_FRAME_BYTES = 2 * CHANNELS


class PulseError(Exception):
    """What the server said."""


class _Spec(ctypes.Structure):
    """`pa_sample_spec`."""

    _fields_ = (("format", ctypes.c_int), ("rate", ctypes.c_uint32), ("channels", ctypes.c_uint8))


class _Buffer(ctypes.Structure):
    """`pa_buffer_attr`, in bytes."""

    _fields_ = tuple(
        (name, ctypes.c_uint32) for name in ("maxlength", "tlength", "prebuf", "minreq", "fragsize")
    )


@cache
def _library() -> Any:
    """PulseAudio's simple API; OSError where it is not installed."""
    simple = ctypes.CDLL("libpulse-simple.so.0")
    pointer, error = ctypes.c_void_p, ctypes.POINTER(ctypes.c_int)
    text, number = ctypes.c_char_p, ctypes.c_int
    simple.pa_simple_new.argtypes = (text, text, number, text, text, pointer, pointer, pointer, error)
    simple.pa_simple_new.restype = pointer
    simple.pa_simple_write.argtypes = (pointer, text, ctypes.c_size_t, error)
    simple.pa_simple_get_latency.argtypes = (pointer, error)
    simple.pa_simple_get_latency.restype = ctypes.c_uint64
    simple.pa_simple_free.argtypes = (pointer,)
    simple.pa_simple_free.restype = None
    simple.pa_strerror.restype = text
    return simple


class PulseStream:
    """16-bit stereo at `RATE` to one sink, or the default one; used by one thread only. PulseError."""

    def __init__(self, sink: str | None) -> None:
        self._error = ctypes.c_int()
        spec = _Spec(_S16LE, RATE, CHANNELS)
        length = BUFFER_MS * RATE // 1000 * _FRAME_BYTES
        buffer = _Buffer(_DEFAULT, length, _DEFAULT, _CHUNK * _FRAME_BYTES, _DEFAULT)
        name, device = b"broadcaster", sink.encode() if sink else None
        self._stream = _library().pa_simple_new(
            None, name, _PLAYBACK, device, name, ctypes.byref(spec), None, ctypes.byref(buffer), self._error
        )
        if not self._stream:
            raise self._said()

    def write(self, frames: bytes) -> None:
        """Returns when they are on their way: it waits while the buffer is full."""
        if _library().pa_simple_write(self._stream, frames, len(frames), self._error) < 0:
            raise self._said()

    def latency(self) -> float:
        """Seconds until what is written now will be heard."""
        self._error.value = 0
        microseconds: int = _library().pa_simple_get_latency(self._stream, self._error)
        if self._error.value:
            raise self._said()
        return microseconds / 1e6

    def close(self) -> None:
        _library().pa_simple_free(self._stream)

    def _said(self) -> PulseError:
        return PulseError(_library().pa_strerror(self._error).decode(errors="replace"))


def sinks(backends: Sequence[Any]) -> Mapping[str, str]:
    """The sinks of the server that runs here, by what people call them; none: no server, or no library."""
    if miniaudio.Backend.PULSEAUDIO not in backends:
        return {}
    try:
        _library()
        found = miniaudio.Devices([miniaudio.Backend.PULSEAUDIO]).get_playbacks()
    except (OSError, miniaudio.MiniaudioError):
        return {}
    return {str(each["name"]): _sink(each["id"]) for each in found}


def _sink(device_id: Any) -> str:
    """What the server calls it: with PulseAudio miniaudio's id is that name."""
    return bytes(ffi.buffer(device_id)).partition(b"\0")[0].decode(errors="replace")


class PulseCard(Card):
    """One of `sinks`, or the default one for an empty name. OutputError when it cannot be opened."""

    delay_s = 0.0
    lead_s = 0.05

    def __init__(self, name: str, clock: Clock, sinks: Mapping[str, str]) -> None:
        self._sinks = sinks
        self._closing = threading.Event()
        super().__init__(name, clock, ())

    def _open(self, backends: Sequence[Any]) -> Any:
        if self.name and self.name not in self._sinks:
            raise self.unknown(self._sinks)
        try:
            stream = PulseStream(self._sinks.get(self.name))
        except PulseError as error:
            raise self.trouble(error) from error
        thread = threading.Thread(target=self._run, args=(stream,), name="sound card", daemon=True)
        thread.start()
        return thread

    def _run(self, stream: PulseStream) -> None:
        try:
            while not self._closing.is_set():
                stream.write(self._mixed(_CHUNK))
                self._told(stream.latency())
        except PulseError as error:
            _log.warning("event=sound-card-lost card=%s trouble=%s", self.name or "default", error)
            self._stopped()
        finally:
            stream.close()

    def _keep_pace(self, base: float) -> None:
        """When frames are asked for tells nothing here."""

    def _told(self, latency: float) -> None:
        """While its buffer fills for the first time, the server says nothing true."""
        with self._changed:
            if self._frame > _FILLED:
                self._bases.append(self._clock.monotonic() + latency - self._frame / RATE)
                self._changed.notify_all()

    def _base(self) -> float:
        """The instant at which frame 0 was heard, or would have been."""
        return median(self._bases)

    def close(self) -> None:
        self._closing.set()
        self._device.join(_END_S)
        self._lost.set()
