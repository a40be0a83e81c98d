"""Listening in beside the real output: a stream gets the same sound, a second later."""

from __future__ import annotations

from broadcaster.playout.outputs.card import CHANNELS, Track
from broadcaster.playout.outputs.icecast import Stream
from broadcaster.playout.outputs.output import Block, Output, Take
from broadcaster.units import Samples

_BEHIND_S = 1.0
"""Outputs may be handed a block at the moment it sounds: the stream's turn comes safely after that."""


class Mirrored:
    """`output` alone decides what is told of the sound; nothing that the stream does holds it up."""

    def __init__(self, output: Output, stream: Stream) -> None:
        self._output = output
        self._stream = stream
        self._track: Track | None = None
        self._tails: list[Track] = []

    @property
    def note(self) -> str:
        return self._output.note

    def check(self) -> None:
        self._output.check()

    def start(self, take: Take, at: float) -> None:
        self._output.start(take, at)
        self._end_track()
        for track in [tail for tail in self._tails if not tail.waiting]:
            self._stream.remove(track)
            self._tails.remove(track)
        self._track = Track(range(CHANNELS))
        self._track.first = self._stream.frame_at(at + _BEHIND_S)
        self._stream.add(self._track)

    def write(self, block: Block) -> None:
        self._output.write(block)
        if self._track is not None:
            self._stream.put(self._track, block)

    def finish(self) -> None:
        self._output.finish()
        self._end_track()

    def cut(self) -> None:
        self._output.cut()
        self._end_track()
        for track in self._tails:
            self._stream.remove(track)
        self._tails.clear()

    def sounded(self) -> Samples:
        return self._output.sounded()

    def began(self) -> float | None:
        return self._output.began()

    def close(self) -> None:
        self._output.close()
        self._end_track()

    def _end_track(self) -> None:
        """What it still holds is heard to its end."""
        if self._track is not None:
            self._tails.append(self._track)
            self._track = None
