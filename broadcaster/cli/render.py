"""`broadcaster render`: make bulletins ahead of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import click

from broadcaster.cli.common import with_station
from broadcaster.cli.progress import progress
from broadcaster.desk.bulletins import title_of
from broadcaster.desk.editions import HORIZON
from broadcaster.errors import BroadcasterError, ProductionError
from broadcaster.language import _
from broadcaster.pictures import clock
from broadcaster.production.bulletin import Bulletin, FormName, Programme
from broadcaster.station import Station


@dataclass(frozen=True)
class _Job:
    """A bulletin that is wanted."""

    programme: Programme
    title: str


@click.command("render")
@click.argument("scripts", nargs=-1, metavar="[SCRIPT]…")
@click.option("--all", "everything", is_flag=True, help="All that the coming 14 days need.")
@with_station
def command(station: Station, scripts: tuple[str, ...], everything: bool) -> None:
    """Make the bulletins of the coming day; of some SCRIPTS; or --all."""
    jobs, failed = _wanted(station, scripts, everything), 0
    if not jobs:
        click.echo(_("There is nothing to make"))
    for number, job in enumerate(jobs, start=1):
        place = f"{number}/{len(jobs)}"
        try:
            click.echo(f"{place} {_made(station, job, place)}")
        except BroadcasterError as error:
            if len(jobs) == 1:
                raise
            failed += 1
            click.echo(
                _("{place} Not made: {title}: {error}").format(
                    place=place, title=job.title[:60], error=error
                ),
                err=True,
            )
    if failed:
        raise ProductionError(_("Some bulletins could not be made"), f"{failed}/{len(jobs)}")


def _wanted(station: Station, codes: tuple[str, ...], everything: bool) -> list[_Job]:
    """What to make, once each: a script that waits in no queue becomes a notice of its own."""
    now, ids = station.clock.now(), {station.store.script(code).id for code in codes}
    span = HORIZON if everything or codes else timedelta(days=1)
    coming = [c for c in station.desk.editions.coming(now, now + span, now) if c.plan.script_ids]
    if codes:
        coming = [c for c in coming if ids & set(c.plan.script_ids)]
    wanted = {station.studio.recipe(c.programme): _Job(c.programme, c.title) for c in coming}
    waiting = {id_ for c in coming for id_ in c.plan.script_ids}
    alone = [station.store.script(id_) for id_ in ids - waiting]
    notices = [_Job(station.desk.bulletins.programme([s], FormName.NOTICE), title_of([s])) for s in alone]
    return [*wanted.values(), *notices]


def _made(station: Station, job: _Job, place: str) -> str:
    """What was done, in a line."""
    ready = station.desk.bulletins.ready(job.programme)
    if ready is not None:
        return _("ready already: {line}").format(line=_line(job, ready))
    began = station.clock.monotonic()
    with progress(f"{place} {job.title[:50]}") as done:
        made = station.desk.bulletins.obtain(job.programme, job.title, progress=done)
    taken = round(station.clock.monotonic() - began, 1)
    if made.trouble:
        click.echo(f"{place} {made.trouble}", err=True)
    return _("made in {taken} s: {line}").format(taken=taken, line=_line(job, made))


def _line(job: _Job, bulletin: Bulletin) -> str:
    line = _("{title}: {length}, voice {voice}, {file}").format(
        title=job.title[:60],
        length=clock(bulletin.length),
        voice=bulletin.voice,
        file=bulletin.file_name,
    )
    why = bulletin.why_this_voice
    return _("{line} (why this voice: {why})").format(line=line, why=why) if why else line
