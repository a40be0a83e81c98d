"""`broadcaster init`: make a station folder."""

from __future__ import annotations

from pathlib import Path

import click

from broadcaster.clock import SystemClock
from broadcaster.language import _


@click.command("init")
@click.option("--example", is_flag=True, help="The example station: xã Tân Hưng, five hamlets, its scripts.")
@click.option("--name", default="", help="The commune's name; asked for when it is left out.")
@click.option("--kind", default="xã", show_default=True, help="xã, phường, thị trấn, đặc khu.")
@click.pass_obj
def command(folder: Path, example: bool, name: str, kind: str) -> None:
    """Make a station in the folder given with --station (default: the current one)."""
    from broadcaster.founding import found, found_example, refuse_second, restore

    folder = folder.resolve()
    if restored := restore(folder, clock=SystemClock()):
        click.echo(_("Made again: {names}").format(names=", ".join(restored)))
    elif example:
        found_example(folder, clock=SystemClock(), say=lambda line: click.echo(f"  {line}"))
    else:
        refuse_second(folder)
        name = name or click.prompt(_("The commune's name"))
        found(folder, name=name, kind=kind, clock=SystemClock())
    click.echo(_("The station is in {folder}").format(folder=folder))
    click.echo(_("Run it with: broadcaster daemon"))
