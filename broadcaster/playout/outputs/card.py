"""A sound card, kept open and running on silence; its channels are filled by frame number.

A frame's number says when it is handed to the card (by pulseaudio.py: when it is heard): `frame_at` turns an
instant into a number. That is what places a first sample to the millisecond, whatever the threads are doing.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Generator, Iterable, Sequence
from typing import Any

import miniaudio
import numpy as np
from numpy.typing import NDArray

from broadcaster.audio import RATE
from broadcaster.clock import Clock
from broadcaster.errors import OutputError
from broadcaster.language import _

BUFFER_MS = 200
"""Measured: no dropout with both cores busy, where 50 ms had four in ten seconds."""
CHANNELS = 2
_SILENT_S = 1.2
"""A card that has asked for nothing in this time is gone."""
_STARTING_S = 3.0
"""PulseAudio was seen to take two seconds over a card's first frames."""
_LOOK_S = 0.1
_SETTLED = 3
_REMEMBERED = 32
"""Askings: 6 s. A busy computer asks late now and then, so the earliest of them tells the pace."""
_LATE_IN_A_ROW = 5
_LATE_S = 0.006
"""So many that all come so much later tell of a card that let a little time pass in silence."""
_SLIPPED_S = BUFFER_MS / 1000
"""A card that asks later than this by its own pace has let its buffer run dry: its frames sound later now."""
_LIMITS = (-32768, 32767)


class Track:
    """Samples waiting for one set of channels; `first` is the frame of the first one waiting."""

    def __init__(self, channels: Sequence[int]) -> None:
        self.channels = list(channels)
        self.first = 0
        self.waiting: deque[NDArray[np.int16]] = deque()
        self.sounded = 0
        self.began: int | None = None

    def mix(self, into: NDArray[np.int32], frame: int) -> None:
        """Add what belongs to the frames from `frame` on; what came too late for them is dropped."""
        end = frame + len(into)
        while self.waiting and self.first < end:
            samples = self.waiting[0]
            begin, stop = max(self.first, frame), min(self.first + len(samples), end)
            if stop > begin:
                part = samples[begin - self.first : stop - self.first]
                into[begin - frame : stop - frame, self.channels] += part[:, np.newaxis]
                self.sounded += len(part)
                self.began = begin if self.began is None else self.began
            self._consume(stop - self.first)

    def _consume(self, count: int) -> None:
        samples = self.waiting.popleft()
        if count < len(samples):
            self.waiting.appendleft(samples[count:])
        self.first += min(count, len(samples))


class Card:
    """One device; `name` empty is the computer's default. OutputError when it cannot be opened."""

    delay_s = 0.130
    """From a frame's instant to hearing it, measured with this buffer; the site's offset does the rest."""
    lead_s = 0.0
    """From the next frame to the first one that a new take may be placed on."""

    def __init__(self, name: str, clock: Clock, backends: Sequence[Any]) -> None:
        self.name = name
        self.users = 0
        """How many outputs hold it; kept by who opens and closes it."""
        self._clock = clock
        self._frame = 0
        self._heard_at = clock.monotonic()
        self._bases: deque[float] = deque(maxlen=_REMEMBERED)
        self._tracks: list[Track] = []
        self._changed = threading.Condition()
        self._lost = threading.Event()
        self._device = self._open(list(backends))
        try:
            self._settle()
        except OutputError:
            self.close()
            raise

    def _open(self, backends: list[Any]) -> Any:
        frames = self._frames()
        next(frames)
        try:
            device = miniaudio.PlaybackDevice(
                nchannels=CHANNELS,
                sample_rate=RATE,
                buffersize_msec=BUFFER_MS,
                device_id=self._device_id(backends),
                backends=backends,
                app_name="broadcaster",
            )
            device.stop_callback = self._stopped
            device.start(frames)
        except miniaudio.MiniaudioError as error:
            raise self.trouble(error) from error
        return device

    def _device_id(self, backends: list[Any]) -> Any:
        if not self.name:
            return None
        known = {str(found["name"]): found["id"] for found in miniaudio.Devices(backends).get_playbacks()}
        if self.name not in known:
            raise self.unknown(known)
        return known[self.name]

    def _settle(self) -> None:
        """The card takes its first frames at once, to fill its buffer: only then is its pace known."""
        with self._changed:
            settled = self._changed.wait_for(lambda: len(self._bases) >= _SETTLED, _STARTING_S)
        if not settled:
            raise self.trouble(_("it takes no sound"))

    def frame_at(self, instant: float) -> int:
        """The frame of a monotonic instant; never one that was handed over already."""
        with self._changed:
            soonest = self._frame + round(self.lead_s * RATE)
            return max(soonest, round((instant - self._base()) * RATE))

    def instant_of(self, frame: int) -> float:
        """The reverse."""
        with self._changed:
            return self._base() + frame / RATE

    def add(self, track: Track) -> None:
        with self._changed:
            self._tracks.append(track)

    def remove(self, track: Track) -> None:
        with self._changed:
            if track in self._tracks:
                self._tracks.remove(track)

    def put(self, track: Track, samples: NDArray[np.int16]) -> None:
        with self._changed:
            track.waiting.append(samples)

    def end_of(self, track: Track) -> int:
        """The frame after the last one waiting."""
        with self._changed:
            return track.first + sum(map(len, track.waiting))

    def wait_for(self, frame: int) -> None:
        """Return when the instant of `frame` has come."""
        self.check()
        while (left := self.instant_of(frame) - self._clock.monotonic()) > 0:
            self._clock.wait(self._lost, min(left, _LOOK_S))
            self.check()

    def wait_for_all(self, track: Track) -> None:
        """Return when all of it was handed over, or it was removed: a busy computer hands over late."""
        while track.waiting and track in self._tracks:
            self.check()
            self._clock.wait(self._lost, _LOOK_S)

    @property
    def works(self) -> bool:
        """Whether it still takes sound."""
        return not self._lost.is_set() and self._clock.monotonic() - self._heard_at <= _SILENT_S

    def check(self) -> None:
        """OutputError when it no longer does."""
        if not self.works:
            raise self.trouble(_("it no longer takes sound"))

    def trouble(self, why: object) -> OutputError:
        name = self.name or _("default device")
        return OutputError(
            _("The sound card does not work"),
            f"{name}: {why}",
            _("Check the cable and the card, then: broadcaster doctor"),
        )

    def unknown(self, names: Iterable[str]) -> OutputError:
        return self.trouble(_("the computer has only: {names}").format(names=", ".join(names)))

    def close(self) -> None:
        self._device.close()
        self._lost.set()

    def _stopped(self) -> None:
        self._lost.set()

    def _frames(self) -> Generator[bytes, int, None]:
        """What the card's own thread runs: so many frames asked, so many given."""
        count = yield b""
        while True:
            count = yield self._mixed(count)

    def _keep_pace(self, base: float) -> None:
        """`base`: the instant of frame 0 by the newest asking."""
        if self._bases and base > self._base() + _SLIPPED_S:
            self._bases.clear()
        self._bases.append(base)

    def _base(self) -> float:
        """The instant of frame 0, by the last askings."""
        earliest, lately = min(self._bases), min(list(self._bases)[-_LATE_IN_A_ROW:])
        return lately if lately > earliest + _LATE_S else earliest

    def _mixed(self, count: int) -> bytes:
        mixed = np.zeros((count, CHANNELS), np.int32)
        with self._changed:
            self._heard_at = self._clock.monotonic()
            self._keep_pace(self._heard_at - self._frame / RATE)
            for track in self._tracks:
                track.mix(mixed, self._frame)
            self._frame += count
            self._changed.notify_all()
        return np.clip(mixed, *_LIMITS).astype(np.int16).tobytes()
