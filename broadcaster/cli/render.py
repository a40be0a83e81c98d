"""`broadcaster render`: make bulletins ahead of time."""

from __future__ import annotations

from datetime import timedelta

import click

from broadcaster.cli.common import with_station
from broadcaster.cli.progress import progress
from broadcaster.desk.bulletins import title_of
from broadcaster.desk.editions import HORIZON
from broadcaster.language import _
from broadcaster.production.bulletin import Bulletin, FormName, Programme
from broadcaster.station import Station


@click.command("render")
@click.argument("scripts", nargs=-1, metavar="[SCRIPT]…")
@click.option("--all", "everything", is_flag=True, help="All that the coming 14 days need.")
@with_station
def command(station: Station, scripts: tuple[str, ...], everything: bool) -> None:
    """Make the bulletins of the coming day; of some SCRIPTS; or --all."""
    for programme, title in _wanted(station, scripts, everything):
        _make(station, programme, title)


def _wanted(station: Station, codes: tuple[str, ...], everything: bool) -> list[tuple[Programme, str]]:
    """What to make, once each: a script that waits in no queue becomes a notice of its own."""
    now, ids = station.clock.now(), {station.store.script(code).id for code in codes}
    span = HORIZON if everything or codes else timedelta(days=1)
    coming = [c for c in station.desk.editions.coming(now, now + span, now) if c.plan.script_ids]
    if codes:
        coming = [c for c in coming if ids & set(c.plan.script_ids)]
    wanted = {station.studio.recipe(c.programme): (c.programme, c.title) for c in coming}
    waiting = {id_ for c in coming for id_ in c.plan.script_ids}
    alone = [station.store.script(id_) for id_ in ids - waiting]
    notices = [(station.desk.bulletins.programme([s], FormName.NOTICE), title_of([s])) for s in alone]
    return [*wanted.values(), *notices]


def _make(station: Station, programme: Programme, title: str) -> Bulletin:
    with progress(title[:50]) as done:
        bulletin = station.desk.bulletins.obtain(programme, title, progress=done)
    click.echo(
        _("{title}: {seconds} s, voice {voice}, {file}").format(
            title=title[:60],
            seconds=round(bulletin.length / 1000),
            voice=bulletin.voice,
            file=bulletin.file_name,
        )
    )
    return bulletin
