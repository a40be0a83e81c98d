"""`soundcard:` — one channel of a sound card, or both, as an output."""

from __future__ import annotations

from collections.abc import Callable

from broadcaster.audio import RATE
from broadcaster.language import _
from broadcaster.playout.outputs.card import BUFFER_MS, CHANNELS, Card, Track
from broadcaster.playout.outputs.output import Block, Take
from broadcaster.units import Milliseconds, Samples

_AHEAD = 2 * BUFFER_MS * RATE // 1000
_CARD_DELAY_S = 0.130
"""From handing a frame over to hearing it, measured with this buffer; the site's offset does the rest."""


class SoundCardOutput:
    """`channel` 1 is left, 2 right, 0 both. `release` is called when it is closed."""

    def __init__(
        self, card: Card, channel: int, offset: Milliseconds, release: Callable[[Card], None]
    ) -> None:
        self._card = card
        self._channels = range(CHANNELS) if not channel else (channel - 1,)
        self._early = _CARD_DELAY_S - offset / 1000
        self._release: Callable[[Card], None] | None = release
        self._track: Track | None = None
        self._last = Track(())

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
        self._card.add(track)
        self._track = self._last = track

    def write(self, block: Block) -> None:
        if self._track is None:
            raise self._card.trouble(_("nothing was started"))
        self._card.put(self._track, block)
        self._card.wait_for(self._card.end_of(self._track) - _AHEAD)

    def finish(self) -> None:
        if self._track is not None:
            self._card.wait_for(self._card.end_of(self._track) + round(self._early * RATE))
            self.cut()

    def cut(self) -> None:
        track, self._track = self._track, None
        if track is not None:
            self._card.remove(track)

    def sounded(self) -> Samples:
        return Samples(self._last.sounded)

    def began(self) -> float | None:
        first = self._last.began
        return None if first is None else self._card.instant_of(first) + self._early

    def close(self) -> None:
        self.cut()
        if self._release is not None:
            self._release(self._card)
            self._release = None
