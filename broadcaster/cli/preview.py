"""`broadcaster preview`: hear a text before anybody else does. Nothing here touches the timetable."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Literal, cast

import click
from rich.console import Console

from broadcaster.audio import decode, replacing
from broadcaster.cli.common import with_station
from broadcaster.cli.progress import progress
from broadcaster.cli.sound import sound
from broadcaster.documents import load
from broadcaster.errors import OutputError, ProductionError
from broadcaster.language import _
from broadcaster.playout.outputs.probe import soundcard_present
from broadcaster.production.bulletin import Bulletin, FormName, Item, Programme
from broadcaster.production.waveform import draw
from broadcaster.station import Station

_FORMATS = {".mp3": "mp3", ".flac": "flac"}


@click.command("preview")
@click.argument("text", metavar="FILE|SCRIPT")
@click.option("-o", "--output", "to", type=click.Path(path_type=Path), help="Write it here: .mp3 or .flac.")
@click.option("--voice", help="Only this voice: gtts, espeak.")
@click.option("--waveform", is_flag=True, help="Draw it, with its cue points.")
@with_station
def command(station: Station, text: str, to: Path | None, voice: str | None, waveform: bool) -> None:
    """Make FILE (or the script of that code) as a single notice, and play it here or write it."""
    if to is not None and to.suffix.lower() not in _FORMATS:
        raise click.UsageError(_("The file to write ends in .mp3 or .flac"))
    if to is None and not waveform and not soundcard_present():
        raise OutputError(
            _("This computer has no sound card"), todo=_("Write a file instead: preview … -o FILE.mp3")
        )
    programme = Programme(FormName.NOTICE, station.spoken_name, (_item(station, text),))
    wanted = cast(Literal["mp3", "flac"], _FORMATS[to.suffix.lower()]) if to else None
    with tempfile.TemporaryDirectory() as folder:
        with progress(_("Making")) as done:
            bulletin = station.studio_for(Path(folder), wanted).make(
                programme, seconds=station.settings.voices.deadline_s, only=voice, progress=done
            )
        made = Path(folder) / bulletin.file_name
        _tell(bulletin)
        if waveform:
            click.echo(draw(decode(made), Console().width - 1, bulletin.cues))
        if to is not None:
            _write(made, to)
        elif soundcard_present():
            sound(station, made, "soundcard:", "preview")


def _item(station: Station, text: str) -> Item:
    if Path(text).is_file():
        document = load(Path(text))
        reading = station.read(document.text)
        for span in reading.unread:
            click.echo(_("Cannot be read: {written}").format(written=span.written), err=True)
        title, spoken = document.title, reading.spoken
    else:
        script = station.store.script(text)
        title, spoken = script.title, script.spoken
    return Item(title, tuple(line for line in spoken.split("\n") if line.strip()))


def _tell(bulletin: Bulletin) -> None:
    click.echo(
        _("{seconds} s, voice {voice}, {loudness} LUFS, true peak {peak} dBTP").format(
            seconds=round(bulletin.length / 1000, 1),
            voice=bulletin.voice,
            loudness=round(bulletin.loudness, 1),
            peak=round(bulletin.true_peak, 1),
        )
    )
    if bulletin.why_this_voice:
        click.echo(_("Why this voice: {why}").format(why=bulletin.why_this_voice))


def _write(made: Path, to: Path) -> None:
    try:
        with replacing(to) as part:
            shutil.copyfile(made, part)
    except OSError as error:
        raise ProductionError(
            _("The file cannot be written"), f"{to}: {error.strerror}", _("Choose another place with -o")
        ) from error
    click.echo(_("Written: {path}").format(path=to))
