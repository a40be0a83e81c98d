"""`soundcard:` — one channel of a sound card, or both, as an output."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from broadcaster.audio import RATE
from broadcaster.language import _
from broadcaster.playout.outputs.card import BUFFER_MS, CHANNELS, Card, Track
from broadcaster.playout.outputs.output import Block, Take
from broadcaster.units import Milliseconds, Samples

_AHEAD = 2 * BUFFER_MS * RATE // 1000
_OUT_OF_STEP_S = 0.003
_PAUSE = 300
"""No sample of a pause is higher: -40 dB."""
_PARTS = 20
"""A block of a pause loses or gains no more than one part in so many: 5 ms of 100."""


class SoundCardOutput:
    """`channel` 1 is left, 2 right, 0 both. `release` is called when it is closed."""

    def __init__(
        self, card: Card, channel: int, offset: Milliseconds, release: Callable[[Card], None]
    ) -> None:
        self._card = card
        self._channels = range(CHANNELS) if not channel else (channel - 1,)
        self._early = card.delay_s - offset / 1000
        self._release: Callable[[Card], None] | None = release
        self._track: Track | None = None
        self._last = Track(())
        self._at = 0.0
        """The instant of the track's first sample."""
        self._taken = 0
        """Samples of the take that were handed over."""
        self._skipped = 0
        """How many of them were left out to stay in step; negative: doubled."""

    @property
    def note(self) -> str:
        return ""

    def check(self) -> None:
        if self._release is None:
            raise self._card.trouble(_("it is closed"))
        self._card.check()

    def start(self, take: Take, at: float) -> None:
        self.cut()
        self.check()
        track = Track(self._channels)
        track.first = self._card.frame_at(at - self._early)
        self._at = self._card.instant_of(track.first)
        self._taken = self._skipped = 0
        self._card.add(track)
        self._track = self._last = track

    def write(self, block: Block) -> None:
        if self._track is None:
            raise self._card.trouble(_("nothing was started"))
        self._card.put(self._track, self._in_step(self._track, block))
        self._card.wait_for(self._card.end_of(self._track) - _AHEAD)

    def _in_step(self, track: Track, block: Block) -> Block:
        """A card's crystal is up to 0.01 % off, 0.2 s in half an hour: in pauses some samples are left out or
        doubled, until it is in step again."""
        late = self._card.instant_of(self._card.end_of(track)) - (self._at + self._taken / RATE)
        self._taken += len(block)
        if abs(late) < _OUT_OF_STEP_S or not len(block) or np.abs(block).max() > _PAUSE:
            return block
        count = min(round(abs(late) * RATE), len(block) // _PARTS)
        self._skipped += count if late > 0 else -count
        return block[count:] if late > 0 else np.concatenate([block[:count], block])

    def finish(self) -> None:
        if self._track is not None:
            self._card.wait_for(self._card.end_of(self._track) + round(self._early * RATE))
            self._card.wait_for_all(self._track)
            self.cut()

    def cut(self) -> None:
        track, self._track = self._track, None
        if track is not None:
            self._card.remove(track)

    def sounded(self) -> Samples:
        return Samples(max(0, min(self._taken, self._last.sounded + self._skipped)))

    def began(self) -> float | None:
        first = self._last.began
        return None if first is None else self._card.instant_of(first) + self._early

    def close(self) -> None:
        self.cut()
        if self._release is not None:
            self._release(self._card)
            self._release = None
