"""`broadcaster daemon`: run the station."""

from __future__ import annotations

import signal
import threading
from contextlib import suppress
from types import FrameType

import click

from broadcaster import service
from broadcaster.cli.common import with_station
from broadcaster.daemon import Daemon, log_to
from broadcaster.language import _
from broadcaster.station import Station


@click.group("daemon", invoke_without_command=True)
@click.option("--for", "seconds", type=click.FloatRange(0), metavar="SECONDS", help="Stop after so long.")
@click.option("--rehearse", is_flag=True, help="First rehearse the slogans in every hamlet.")
@click.pass_context
def command(ctx: click.Context, seconds: float | None, rehearse: bool) -> None:
    """Run the station until Ctrl-C, or for some SECONDS (a rehearsal is awaited to its end)."""
    if ctx.invoked_subcommand is None:
        _run(seconds, rehearse)


@with_station
def _run(station: Station, seconds: float | None, rehearse: bool) -> None:
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), stop)
    log_to(station.folder)
    service.keep_awake()
    Daemon(station, _say).run(stopped, seconds=seconds, rehearse=rehearse)


def _say(line: str) -> None:
    with suppress(OSError):  # whoever listened has gone; the station plays on
        click.echo(line)


@command.command("install")
@click.option("--print", "only_print", is_flag=True, help="Show it; write nothing.")
@with_station
def install(station: Station, only_print: bool) -> None:
    """Have the station start with the computer, start again when it fails, and never sleep."""
    unit = service.unit_for(station.folder)
    if only_print:
        click.echo(unit.text)
        return
    service.write(unit)
    click.echo(_("Written: {path}").format(path=unit.path))
    click.echo(_("Now run:"))
    for line in unit.commands:
        click.echo(f"  {line}")
