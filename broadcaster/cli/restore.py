"""`broadcaster restore`: a station comes back from a backup."""

from __future__ import annotations

from pathlib import Path

import click

from broadcaster import config
from broadcaster.care import recovery
from broadcaster.care.recovery import Restored
from broadcaster.cli.common import speak_like
from broadcaster.clock import SystemClock
from broadcaster.language import _


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--into", type=click.Path(path_type=Path), help="Another folder than the station's.")
@click.option("--replace", is_flag=True, help="Even if the station there is another one, or went on since.")
@click.option("--by", default="", metavar="NAME", help="The person who does it.")
@click.pass_context
def command(ctx: click.Context, file: Path, into: Path | None, replace: bool, by: str) -> None:
    """Put the station of the backup FILE back; what stood in its place is kept in replaced/."""
    folder = (into or ctx.obj).resolve()
    speak_like(folder)
    done = recovery.restore(file, folder, clock=SystemClock(), replace=replace, by=by)
    for line in _told(done, folder):
        click.echo(line)


def _told(done: Restored, folder: Path) -> list[str]:
    zone = config.load(folder / config.FILE_NAME).station.zone
    when = f"{done.made_at.astimezone(zone):%d/%m/%Y %H:%M}"
    lines = [_("The station as it was on {when} is back in {folder}").format(when=when, folder=folder)]
    if done.aside:
        lines.append(_("What stood in its place is kept in {folder}").format(folder=done.aside))
    if done.resumed.missed:
        lines.append(
            _("{n} airings since then are on record as missed: they may have sounded").format(
                n=done.resumed.missed
            )
        )
    lines.append(_("What was done since then is not known here: look through queue list and script list"))
    lines.append(_("Then run doctor, and start the daemon: it makes the audio again"))
    return lines
