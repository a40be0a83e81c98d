"""The outbox of a hamlet PC: its as-run chain, sent until the station has acknowledged it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from broadcaster.network import wire

_log = logging.getLogger(__name__)
_AT_ONCE = 400


class Outbox(Protocol):
    """What reporting asks of the PC's own store."""

    def acknowledged(self) -> tuple[int, int]:
        """(epoch, seq) up to which the station has everything."""
        ...

    def acknowledge(self, epoch: int, seq: int) -> None: ...

    def events_after(self, epoch: int, seq: int, most: int) -> tuple[wire.WireEvent, ...]:
        """Of the as-run chain, in its order."""
        ...


class Sends(Protocol):
    def report(self, report: wire.Report) -> tuple[int, int]: ...


def report(line: Sends, outbox: Outbox, device: str, status: Callable[[], wire.DeviceStatus]) -> None:
    """Send everything that is not acknowledged yet, and how things stand. NetworkError: the line.

    The station says up to where it misses nothing: that may lie further back than what was sent (it was
    restored from a backup) or further on (an answer was lost); either is where the next batch begins.
    """
    while True:
        begin = outbox.acknowledged()
        events = outbox.events_after(*begin, _AT_ONCE)
        end = line.report(wire.Report(device=device, events=events, status=status()))
        if end != begin:
            outbox.acknowledge(*end)
            _log.info("event=reported events=%d up_to=%d.%d", len(events), *end)
        if len(events) < _AT_ONCE or end == begin:
            return
