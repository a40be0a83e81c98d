"""`broadcaster preview`: hear a text before anybody else does. Nothing here touches the timetable."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast, get_args

import click
from rich.console import Console

from broadcaster.audio import AudioSegment, Format, decode, encode, replacing, samples
from broadcaster.cli.common import show, with_station
from broadcaster.cli.progress import progress
from broadcaster.cli.sound import sound
from broadcaster.desk.bulletins import item_of
from broadcaster.desk.marks import is_key, marks_of, passages_of
from broadcaster.documents import load
from broadcaster.errors import OutputError, ProductionError
from broadcaster.language import _
from broadcaster.pictures import Heading, clock, png, svg, waveform
from broadcaster.playout.outputs.probe import soundcard_present
from broadcaster.production.bulletin import Bulletin, Cue, FormName, Item, Programme
from broadcaster.production.directions import unknown_directions
from broadcaster.production.waveform import draw
from broadcaster.station import Station
from broadcaster.units import Milliseconds

_FORMATS = tuple(f".{name}" for name in get_args(Format))
_PICTURES = {".png": png, ".svg": svg}
_TERMINAL = "-"
_SHOWN = 60
"""Characters of an item's text."""


@dataclass(frozen=True)
class _Heard:
    """What of the bulletin is to be heard, and its cues in that."""

    clip: AudioSegment
    cues: tuple[Cue, ...]
    file: Path
    whole: bool
    """It is all of `file`."""


@click.command("preview")
@click.argument("texts", metavar="FILE|SCRIPT…", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    "to",
    type=click.Path(path_type=Path),
    help=f"Write it here instead of playing it: {' '.join(_FORMATS)}.",
)
@click.option("--voice", help="Only this voice: gtts, espeak, piper.")
@click.option(
    "--form",
    metavar="NAME",
    help="The programme's form: daily, notice, spots, emergency, or one of the station's forms/."
    " Default: notice, or daily for several texts.",
)
@click.option("--from-item", type=click.IntRange(min=1), default=1, metavar="N", help="Begin at item N.")
@click.option(
    "--waveform",
    "drawings",
    is_flag=False,
    flag_value=_TERMINAL,
    multiple=True,
    metavar="[FILE]",
    help="Draw it in the terminal, or into FILE: .png or .svg.",
)
@with_station
def command(
    station: Station,
    texts: tuple[str, ...],
    to: Path | None,
    voice: str | None,
    form: str | None,
    from_item: int,
    drawings: tuple[str, ...],
) -> None:
    """Make the texts (files, or scripts by their codes) as one bulletin, and play it here or write it."""
    _require_possible(to, drawings)
    items = [_item(station, text) for text in texts]
    usual = FormName.NOTICE if len(items) == 1 else FormName.DAILY
    programme = Programme(form or usual, station.spoken_name, tuple(items))
    wanted = cast(Format, to.suffix.lower()[1:]) if to else None
    with tempfile.TemporaryDirectory() as folder:
        with progress(_("Making")) as done:
            bulletin = station.studio_for(Path(folder), wanted).make(
                programme, seconds=station.settings.voices.deadline_s, only=voice, progress=done
            )
        heard = _from(bulletin, Path(folder) / bulletin.file_name, from_item)
        click.echo(_numbers(bulletin))
        if bulletin.why_this_voice:
            click.echo(_("Why this voice: {why}").format(why=bulletin.why_this_voice))
        _tell_cues(heard.cues, items, from_item)
        for drawing in drawings:
            _draw(
                heard,
                Heading("; ".join(item.title for item in items), _numbers(bulletin)),
                drawing,
                from_item,
            )
        if to is not None:
            _write(heard, to)
        elif soundcard_present():
            with progress(_("Playing; Ctrl-C stops it")) as done:
                sound(station, heard.clip, "soundcard:", "preview", done)


def _require_possible(to: Path | None, drawings: Sequence[str]) -> None:
    """What can be refused before anything is made."""
    if to is not None and to.suffix.lower() not in _FORMATS:
        raise click.UsageError(_("The file to write ends in {endings}").format(endings=" ".join(_FORMATS)))
    for drawing in drawings:
        if drawing != _TERMINAL and Path(drawing).suffix.lower() not in _PICTURES:
            raise click.UsageError(
                _("--waveform is followed by a file that ends in .png or .svg, or by none")
            )
    if to is None and not drawings and not soundcard_present():
        raise OutputError(
            _("This computer has no sound card"), todo=_("Write a file instead: preview … -o FILE.mp3")
        )


def _item(station: Station, text: str) -> Item:
    if not Path(text).is_file():
        return item_of(station.store.script(text))
    document = load(Path(text))
    reading = station.read(document.text, document.front_matter.get("lexicon", ""))
    for span in reading.unread:
        click.echo(_("Cannot be read: {written}").format(written=span.written), err=True)
    marks = marks_of(document)
    item = Item(document.title, passages_of(reading.spoken, marks), key=is_key(marks))
    for name in unknown_directions(item.spoken, station.folder):
        click.echo(_("No sound is known for [{name}]: nothing is played there").format(name=name), err=True)
    return item


def _from(bulletin: Bulletin, file: Path, number: int) -> _Heard:
    """The bulletin from its item `number` on."""
    if number > len(bulletin.cues):
        raise click.UsageError(_("There is no such item; the last one is {n}").format(n=len(bulletin.cues)))
    clip, begin = decode(file), bulletin.cues[number - 1].starts_at
    if number == 1:
        return _Heard(clip, bulletin.cues, file, whole=True)
    cues = (replace(c, starts_at=Milliseconds(c.starts_at - begin)) for c in bulletin.cues[number - 1 :])
    return _Heard(clip[begin:], tuple(cues), file, whole=False)


def _numbers(bulletin: Bulletin) -> str:
    return _("{seconds} s, voice {voice}, {loudness} LUFS, true peak {peak} dBTP").format(
        seconds=round(bulletin.length / 1000, 1),
        voice=bulletin.voice,
        loudness=round(bulletin.loudness, 1),
        peak=round(bulletin.true_peak, 1),
    )


def _tell_cues(cues: Sequence[Cue], items: Sequence[Item], first: int) -> None:
    texts = {
        item.title: _("(recording)") if item.recording else " ".join(item.words.split()) for item in items
    }
    rows = [
        {
            "number": number,
            "start": clock(cue.starts_at),
            "length": clock(cue.length),
            "title": cue.title,
            "text": texts.get(cue.title, "")[:_SHOWN],
        }
        for number, cue in enumerate(cues, start=first)
    ]
    headings = {
        "number": _("Item"),
        "start": _("Start"),
        "length": _("Length"),
        "title": _("Title"),
        "text": _("Text"),
    }
    show(rows, headings, json_wanted=False)


def _draw(heard: _Heard, heading: Heading, where: str, first: int) -> None:
    if where == _TERMINAL:
        click.echo(draw(heard.clip, Console().width - 1, heard.cues))
        return
    path = Path(where)
    picture = _PICTURES[path.suffix.lower()](waveform(heard.clip, heard.cues, heading, first))
    try:
        with replacing(path) as part:
            part.write_bytes(picture)
    except OSError as error:
        raise _unwritten(path, error) from error
    click.echo(_("Written: {path}").format(path=path))


def _write(heard: _Heard, to: Path) -> None:
    try:
        if heard.whole:
            with replacing(to) as part:
                shutil.copyfile(heard.file, part)
        else:
            encode(samples(heard.clip), to, format=cast(Format, to.suffix.lower()[1:]))
    except OSError as error:
        raise _unwritten(to, error) from error
    click.echo(_("Written: {path}").format(path=to))


def _unwritten(path: Path, error: OSError) -> ProductionError:
    return ProductionError(
        _("The file cannot be written"), f"{path}: {error.strerror}", _("Choose another place or name")
    )
