"""broadcaster lexicon: what the station reads otherwise than written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import click

from broadcaster.cli.common import as_json, show
from broadcaster.cli.read import station_style
from broadcaster.documents import SUFFIXES, load
from broadcaster.errors import DocumentError
from broadcaster.language import _
from broadcaster.reading import Certainty, Entry, Lexicon, Span, read
from broadcaster.reading.lexicons import COMMUNE
from broadcaster.reading.rows import append

_GUESSED = frozenset({"words.compound", "words.name", "words.code"})
"""Rules that read a token nobody has explained."""


@click.group("lexicon")
def command() -> None:
    """The station's own readings, in lexicon.tsv."""


@command.command("add")
@click.argument("written")
@click.argument("spoken")
@click.option("--context", default="", help="Cues separated by ';': only where one of them stands near by.")
@click.option("--note", default="", help="In what kind of document it stands.")
@click.pass_obj
def add(station: Path, written: str, spoken: str, context: str, note: str) -> None:
    """Read WRITTEN as SPOKEN from now on."""
    cues = tuple(cue.strip() for cue in context.split(";") if cue.strip())
    append(station / COMMUNE, Entry(written.strip(), spoken.strip(), cues, note.strip()))
    click.echo(_("{written} is now read: {spoken}").format(written=written, spoken=spoken))


@command.command("list")
@click.option("--all", "everything", is_flag=True, help="The built-in rows too.")
@as_json
@click.pass_obj
def list_(station: Path, everything: bool, as_json: bool) -> None:
    """List the rows of the station and its province."""
    entries = (entry for group in Lexicon.in_folder(station).entries.values() for entry in group)
    shown = [_row(entry) for entry in entries if everything or not entry.built_in]
    headings = {"written": _("Written"), "spoken": _("Spoken"), "context": _("Context"), "note": _("Note")}
    show(shown, headings, json_wanted=as_json)


@command.command("check")
@click.pass_obj
def check(station: Path) -> int:
    """Name every row that cannot be used; exit with 1 if there is one."""
    lexicon = Lexicon.in_folder(station)
    complaints = [*map(str, lexicon.faults), *_restless(lexicon)]
    for complaint in complaints:
        click.echo(complaint)
    if not complaints:
        click.echo(_("Every row can be used"))
    return 1 if complaints else 0


@command.command("suggest")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@as_json
@click.pass_obj
def suggest(station: Path, files: tuple[Path, ...], as_json: bool) -> None:
    """List what is unknown in FILES (all in scripts/ when none is named), the most frequent first."""
    count: Counter[str] = Counter()
    places: dict[str, dict[str, str]] = defaultdict(dict)
    for path, span in _unknown(files or _scripts(station), station):
        count[span.written] += 1
        places[span.written].setdefault(path.name, span.spoken)
    shown = [
        {
            "written": written,
            "times": times,
            "files": list(places[written]),
            "spoken_now": _any(places[written]),
        }
        for written, times in count.most_common()
    ]
    headings = {
        "written": _("Written"),
        "times": _("Times"),
        "spoken_now": _("Spoken now"),
        "files": _("Files"),
    }
    show(shown, headings, json_wanted=as_json)


def _row(entry: Entry) -> dict[str, str]:
    context = "; ".join(entry.context)
    return {"written": entry.written, "spoken": entry.spoken, "context": context, "note": entry.note}


def _restless(lexicon: Lexicon) -> Iterator[str]:
    """Rows of the operator whose spoken words would be changed again."""
    for entry in (entry for group in lexicon.entries.values() for entry in group if not entry.built_in):
        again = read(entry.spoken, lexicon).spoken
        if again != entry.spoken:
            what = _("{spoken} would itself be read as {again}").format(spoken=entry.spoken, again=again)
            yield f"{entry.file}:{entry.line}: {what}"


def _unknown(files: tuple[Path, ...], station: Path) -> Iterator[tuple[Path, Span]]:
    lexicon, style = Lexicon.in_folder(station), station_style(station)
    for path in files:
        try:
            text = load(path).text
        except DocumentError as error:
            click.echo(_("Passed over: {error}").format(error=error), err=True)
            continue
        for span in read(text, lexicon, style).spans:
            if span.certainty is Certainty.UNREAD or span.rule in _GUESSED:
                yield path, span


def _scripts(station: Path) -> tuple[Path, ...]:
    folder = station / "scripts"
    return tuple(path for path in sorted(folder.rglob("*")) if path.suffix.lower() in SUFFIXES)


def _any(readings: dict[str, str]) -> str:
    return next(iter(readings.values()))
