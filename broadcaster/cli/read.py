"""broadcaster read: the words as they will be spoken. Starts fast: everything heavy is loaded when needed."""

from __future__ import annotations

import sys
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import click

from broadcaster.errors import ReadingError
from broadcaster.language import _
from broadcaster.reading import Certainty, Lexicon, Reading, Span, Style, front_matter_rows, read

if TYPE_CHECKING:
    from broadcaster.documents.document import LeftOut

SETTINGS = "broadcaster.toml"
LARGEST = 20_000_000
"""Bytes that are taken from standard input."""
_ORDER = (Certainty.UNREAD, Certainty.DOUBTFUL, Certainty.SURE)


@click.command()
@click.argument("files", metavar="FILE|-…", nargs=-1, required=True)
@click.option("--explain", is_flag=True, help="A table of every change, the doubtful ones first.")
@click.option(
    "--check", is_flag=True, help="Exit with 1 if anything is unread; what is doubtful is no failure."
)
@click.option("--json", "as_json", is_flag=True, help="The reading and its changes as JSON.")
@click.option(
    "--encoding", help="How the file was written, where it cannot be told: tcvn3, vni, viscii, cp1258."
)
@click.pass_obj
def command(
    station: Path, files: tuple[str, ...], explain: bool, check: bool, as_json: bool, encoding: str | None
) -> int:
    """Print FILE as it will be spoken; "-" reads standard input, one line out per line in."""
    style = station_style(station)
    unread = 0
    for name in files:
        text, rows, left_out = _written(name, encoding)
        lexicon = Lexicon.in_folder(station, rows)
        reading = read(text, lexicon, style)
        for fault in lexicon.faults:
            click.echo(_("Lexicon row passed over: {fault}").format(fault=fault), err=True)
        _show(reading, left_out, explain, as_json)
        unread += len(reading.unread)
        if check:
            _list_unread(reading, name)
    return 1 if check and unread else 0


def station_style(station: Path) -> Style:
    """The section [reading] of the station's settings; the defaults where there are none.

    The whole file is judged, with all its mistakes, only where this section is not plainly right.
    """
    path = station / SETTINGS
    if not path.is_file():
        return Style()
    import tomllib

    try:
        section = tomllib.loads(path.read_text(encoding="utf-8")).get("reading", {})
        return _style(section)
    except (OSError, ValueError, TypeError, AttributeError):
        from broadcaster.config import load

        return Style(**load(path).reading.model_dump())


def _style(section: dict[str, str]) -> Style:
    """Raises ValueError or TypeError for anything a station cannot say."""
    allowed = {
        "thousand": ("nghìn", "ngàn"),
        "zero_tens": ("lẻ", "linh"),
        "four": ("tư", "bốn"),
        "first_days": ("mùng", ""),
        "slash": ("trên", "xuyệt", ""),
    }
    style = Style(**section)
    if any(getattr(style, field.name) not in allowed[field.name] for field in fields(style)):
        raise ValueError(section)
    return style


def _written(name: str, encoding: str | None) -> tuple[str, dict[str, str], tuple[LeftOut, ...]]:
    """The text to read, the lexicon rows of its own front matter, and what of the page is not read."""
    if name == "-":
        return _standard_input(), {}, ()
    from broadcaster.documents import load

    document = load(Path(name), encoding=encoding)
    for notice in document.notices:
        click.echo(notice, err=True)
    return document.text, front_matter_rows(document.front_matter.get("lexicon", "")), document.left_out


def _standard_input() -> str:
    data = sys.stdin.buffer.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise ReadingError(_("The text is too large"), "-", _("Give at most 20 MB at a time"))
    return data.decode("utf-8-sig", errors="replace").removesuffix("\n")


def _show(reading: Reading, left_out: tuple[LeftOut, ...], explain: bool, as_json: bool) -> None:
    if as_json:
        _print_json(reading, left_out)
    elif explain:
        _print_table(reading)
        for out in left_out:
            words = _("Not read, line {line} ({why}): {text}")
            click.echo(words.format(line=out.line, why=out.reason, text=out.text))
    else:
        sys.stdout.buffer.write((reading.spoken + "\n").encode())
        sys.stdout.buffer.flush()


def _print_json(reading: Reading, left_out: tuple[LeftOut, ...]) -> None:
    import json

    spans = [{"line": line, **_as_dict(span)} for line, span in _ordered(reading)]
    out = [_as_dict(piece) for piece in left_out]
    told = {"spoken": reading.spoken, "spans": spans, "left_out": out}
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))


def _as_dict(span: Span | LeftOut) -> dict[str, str | int]:
    return {field.name: getattr(span, field.name) for field in fields(span)}


def _print_table(reading: Reading) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (_("Mark"), _("Line"), _("Written"), _("Spoken"), _("Rule")):
        table.add_column(heading, overflow="fold")
    marks = {Certainty.UNREAD: _("UNREAD"), Certainty.DOUBTFUL: _("doubtful"), Certainty.SURE: ""}
    for line, span in _ordered(reading):
        table.add_row(marks[span.certainty], str(line), span.written, span.spoken or _("(silent)"), span.rule)
    Console(width=None if sys.stdout.isatty() else 160, markup=False, highlight=False).print(table)


def _ordered(reading: Reading) -> list[tuple[int, Span]]:
    """The spans with their lines (from 1): unread, doubtful, then sure; each in the order of the text."""
    numbered: list[tuple[int, Span]] = []
    line, done = 1, 0
    for span in reading.spans:
        line += reading.written.count("\n", done, span.start)
        done = span.start
        numbered.append((line, span))
    return sorted(numbered, key=lambda pair: _ORDER.index(pair[1].certainty))


def _list_unread(reading: Reading, name: str) -> None:
    for line, span in _ordered(reading):
        if span.certainty is Certainty.UNREAD:
            place = f"{name}:{line}"
            click.echo(_("{place}: cannot read {token}").format(place=place, token=span.written), err=True)
