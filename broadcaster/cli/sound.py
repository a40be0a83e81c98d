"""Sounding a clip on an output, outside the timetable: for `preview` and `hamlet test`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from broadcaster.audio import AudioSegment, decode, samples
from broadcaster.playout.outputs.output import BLOCK, Take
from broadcaster.station import Station
from broadcaster.units import Samples


def sound(
    station: Station,
    clip: AudioSegment | Path,
    url: str,
    hamlet_code: str,
    done: Callable[[int, int], None] = lambda _sounded, _all: None,
) -> None:
    """Play all of it on the output `url`, and return when it has sounded. Raises OutputError, AudioError.

    `done` is told how many samples were handed over, of how many.
    """
    pcm = samples(decode(clip) if isinstance(clip, Path) else clip)
    output = station.outputs(click.echo).open(url, hamlet_code)
    try:
        take = Take((), "test", station.clock.now(), Samples(0))
        output.start(take, station.clock.monotonic())
        for begin in range(0, len(pcm), BLOCK):
            output.write(pcm[begin : begin + BLOCK])
            done(begin + BLOCK, len(pcm))
        output.finish()
    finally:
        output.close()
