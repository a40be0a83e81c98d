"""What the commands share that run until they are told to stop, and start with the computer."""

from __future__ import annotations

import signal
import threading
from contextlib import suppress
from types import FrameType

import click

from broadcaster import service
from broadcaster.language import _


def until_told() -> threading.Event:
    """Set when this process is told to stop: Ctrl-C, or as services are stopped."""
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), stop)
    return stopped


def say(line: str) -> None:
    with suppress(OSError):  # whoever listened has gone; the sound goes on
        click.echo(line)


def install(unit: service.Unit, only_print: bool) -> None:
    """Write it, and tell what else to do. StationError: it cannot be written."""
    if only_print:
        click.echo(unit.text)
        return
    service.write(unit)
    click.echo(_("Written: {path}").format(path=unit.path))
    click.echo(_("Now run:"))
    for line in unit.commands:
        click.echo(f"  {line}")
