"""Sounding a clip on an output, outside the timetable: for `preview` and `hamlet test`."""

from __future__ import annotations

from pathlib import Path

import click

from broadcaster.audio import AudioSegment, decode, samples
from broadcaster.playout.outputs.output import BLOCK, Take
from broadcaster.station import Station
from broadcaster.units import Samples


def sound(station: Station, clip: AudioSegment | Path, url: str, hamlet_code: str) -> None:
    """Play all of it on the output `url`, and return when it has sounded. Raises OutputError, AudioError."""
    pcm = samples(decode(clip) if isinstance(clip, Path) else clip)
    output = station.outputs(click.echo).open(url, hamlet_code)
    try:
        take = Take((), "test", station.clock.now(), Samples(0))
        output.start(take, station.clock.monotonic())
        for begin in range(0, len(pcm), BLOCK):
            output.write(pcm[begin : begin + BLOCK])
        output.finish()
    finally:
        output.close()
