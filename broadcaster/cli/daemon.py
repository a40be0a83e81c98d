"""`broadcaster daemon`: run the station."""

from __future__ import annotations

import click

from broadcaster import service
from broadcaster.cli import running
from broadcaster.cli.common import with_station
from broadcaster.daemon import Daemon
from broadcaster.logs import log_to
from broadcaster.station import Station


@click.group("daemon", invoke_without_command=True)
@click.option("--for", "seconds", type=click.FloatRange(0), metavar="SECONDS", help="Stop after so long.")
@click.option("--rehearse", is_flag=True, help="First rehearse the slogans in every hamlet.")
@click.option("--listen", metavar="HOST:PORT", help="Serve hamlet PCs there.")
@click.pass_context
def command(ctx: click.Context, seconds: float | None, rehearse: bool, listen: str | None) -> None:
    """Run the station until Ctrl-C, or for some SECONDS (a rehearsal is awaited to its end)."""
    if ctx.invoked_subcommand is None:
        _run(seconds, rehearse, listen)


@with_station
def _run(station: Station, seconds: float | None, rehearse: bool, listen: str | None) -> None:
    stopped = running.until_told()
    log_to(station.folder)
    service.keep_awake()
    Daemon(station, running.say, listen).run(stopped, seconds=seconds, rehearse=rehearse)


@command.command("install")
@click.option("--print", "only_print", is_flag=True, help="Show it; write nothing.")
@with_station
def install(station: Station, only_print: bool) -> None:
    """Have the station start with the computer, start again when it fails, and never sleep."""
    running.install(service.unit_for(station.folder), only_print)
