"""`broadcaster publish`: the web page of what has been approved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import click

from broadcaster.cli.common import today, until_told, with_station
from broadcaster.cli.progress import progress
from broadcaster.desk.outside import require_public
from broadcaster.errors import BroadcasterError, ProductionError
from broadcaster.language import _
from broadcaster.network.listening import Listening, parse_address
from broadcaster.site.pages import Site
from broadcaster.site.post import posts
from broadcaster.site.publishing import Published, publish
from broadcaster.site.record import read_record
from broadcaster.site.server import application
from broadcaster.site.sound import Sounds
from broadcaster.station import Station

_LONGEST_ADDRESS = 300
_LOOK_S = 30.0
"""While it is served: how often it is brought up to date, if anything has changed."""


class WebAddress(click.ParamType):
    """http(s), a host, perhaps a path; without a slash at its end."""

    name = "url"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        plain = value.isascii() and value.isprintable() and len(value) <= _LONGEST_ADDRESS
        try:
            parts = urlsplit(value)
            fits = plain and parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            fits = False
        if not fits or set(value) & set(" ?#@\"'<>\\"):
            self.fail(_("Write it like https://tanhung.example/tin"), param, ctx)
        return value.rstrip("/")


@click.command("publish")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--base-url",
    type=WebAddress(),
    help="Where DIR is on the web: for QR codes and the podcast. It is remembered.",
)
@click.option("--only", multiple=True, metavar="SCRIPT", help="Show these scripts alone; may be repeated.")
@click.option(
    "--serve",
    is_flag=False,
    flag_value="127.0.0.1:8080",
    metavar="[HOST:PORT]",
    help="Then hand it out there until Ctrl-C, kept up to date; default: 127.0.0.1:8080.",
)
@with_station
def command(
    station: Station, folder: Path, base_url: str | None, only: Sequence[str], serve: str | None
) -> None:
    """Make or update the web page in DIR: every script that is approved and has not expired."""
    at = parse_address(serve) if serve else None
    for code in only:
        require_public(station.store.script(code), today(station))
    address = base_url or read_record(folder, station.store.station_id).base_url
    silent = _told(published(station, folder, address, only), folder)
    if not address:
        click.echo(_("There are no QR codes and no podcast: say where the page will be with --base-url"))
    if at:
        _serve(station, folder, address, only, at)
    elif silent:
        raise ProductionError(
            _("Some scripts are shown without a sound"),
            ", ".join(silent),
            _("Publish again when they can be made"),
        )


def published(station: Station, folder: Path, address: str, only: Sequence[str] = ()) -> Published:
    store, desk = station.store, station.desk
    chosen = [script for script in store.scripts() if not only or {script.code, script.id} & set(only)]
    topics = store.topics()
    shown = posts(chosen, topics, today(station), station.settings.station.zone)
    sounds = Sounds(desk.bulletins, station.studio, store, station.audio_out)
    site = Site(station.spoken_name, address)
    with progress(_("Making the sounds")) as done:
        made = publish(folder, site, store.station_id, shown, topics, sounds, done)
    store.note_published((post.script.id for post in shown), station.clock.now())
    return made


def _told(done: Published, folder: Path) -> list[str]:
    """Codes of what has no sound."""
    words = _("{posts} scripts are shown; {written} files written, {removed} removed: {path}")
    click.echo(words.format(posts=done.posts, written=done.written, removed=done.removed, path=folder))
    for code, why in done.silent.items():
        click.echo(_("Without a sound: {code}: {why}").format(code=code, why=why), err=True)
    return list(done.silent)


def _serve(station: Station, folder: Path, address: str, only: Sequence[str], at: tuple[str, int]) -> None:
    stopped, listening = until_told(), Listening(application(folder), *at, None, public=True)
    listening.start()
    try:
        host = f"[{at[0]}]" if ":" in at[0] else at[0]
        click.echo(_("The page is at {url}").format(url=f"http://{host}:{listening.port}/"))
        keep_up(station, folder, address, only, stopped.wait)
    finally:
        listening.stop()


def keep_up(
    station: Station, folder: Path, address: str, only: Sequence[str], wait: Callable[[float], bool]
) -> None:
    """Until `wait` (given seconds) tells to stop. What is withdrawn or has expired is not shown any longer;
    what cannot be done now is tried again."""
    seen = (station.store.version(), today(station))
    while not wait(_LOOK_S):
        now = (station.store.version(), today(station))
        if now == seen:
            continue
        try:
            done, seen = published(station, folder, address, only), now
            if done.written or done.removed:
                _told(done, folder)
        except BroadcasterError as error:
            click.echo(str(error), err=True)
