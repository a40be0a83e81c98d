"""`broadcaster meeting`: what people take along to meetings and schools."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import click

from broadcaster.cli import meeting_record
from broadcaster.cli.common import today, with_station
from broadcaster.cli.progress import progress
from broadcaster.desk.bulletins import item_of
from broadcaster.desk.outside import require_public
from broadcaster.desk.script import Script
from broadcaster.language import _
from broadcaster.production.bulletin import FormName, Programme
from broadcaster.reports.pack import Spoken, write_pack
from broadcaster.reports.paper import Office
from broadcaster.station import Station

_MOST = 30
_LONGEST_ADDRESS = 300


@click.group("meeting")
def command() -> None:
    """Meetings and schools: what to take along, and what was held."""


command.add_command(meeting_record.record)
command.add_command(meeting_record.list_)


@command.command("pack")
@click.argument("scripts", nargs=-1, required=True, metavar="SCRIPT…")
@click.option("--address", default="", metavar="URL", help="Of a web page, for a QR code.")
@click.option("--signer", default="", metavar="NAME", help="Who signs the hand-out; default: left free.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Into FILE.zip."
)
@with_station
def pack(station: Station, scripts: Sequence[str], address: str, signer: str, output: Path) -> None:
    """Approved SCRIPTS as a .zip that opens offline: hand-out, MP3s, a page to read first, a QR code."""
    _require_possible(scripts, address, output)
    chosen = [station.store.script(code) for code in dict.fromkeys(scripts)]
    for script in chosen:
        require_public(script, today(station))
    office = Office(
        above=f"UBND {station.spoken_name}".upper(),
        name="ĐÀI TRUYỀN THANH",
        place=station.settings.station.name,
        signer=signer,
    )
    with tempfile.TemporaryDirectory() as folder:
        items = [_spoken(station, script, Path(folder)) for script in chosen]
        now = station.clock.now().astimezone(station.settings.station.zone)
        write_pack(items, office, now, output, address)
    click.echo(_("Written: {path}").format(path=output))


def _require_possible(scripts: Sequence[str], address: str, output: Path) -> None:
    if output.suffix.lower() != ".zip":
        raise click.UsageError(_("-o is followed by a file that ends in .zip"))
    if len(scripts) > _MOST:
        raise click.UsageError(_("A pack holds at most {most} scripts").format(most=_MOST))
    parts = urlsplit(address) if address.isprintable() else None
    fits = parts and parts.scheme in ("http", "https") and parts.netloc and len(address) <= _LONGEST_ADDRESS
    if address and not fits:
        raise click.UsageError(_("--address is followed by an address like https://tanhung.example/tin"))


def _spoken(station: Station, script: Script, folder: Path) -> Spoken:
    programme = Programme(FormName.NOTICE, station.spoken_name, (item_of(script),))
    with progress(_("Making {title}").format(title=script.title[:50])) as done:
        made = station.studio_for(folder, "mp3").make(
            programme, seconds=station.settings.voices.deadline_s, progress=done
        )
    return Spoken(script, folder / made.file_name, made.length / 1000)
