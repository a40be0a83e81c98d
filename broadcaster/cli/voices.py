"""`broadcaster voices`: which engines work here, and why not; a piper model of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from broadcaster import config
from broadcaster.cli.common import as_json, show, with_station
from broadcaster.config_file import Setting, change, written
from broadcaster.language import _
from broadcaster.station import Station
from broadcaster.voices.models import adopt, inspect, piper_installed, tried

_INSTALL = "pip install 'broadcaster[piper]'"


@click.group("voices", invoke_without_command=True)
@as_json
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """The voices, best first, and whether each works on this PC."""
    if context.invoked_subcommand is None:
        _list(as_json)


@with_station
def _list(station: Station, as_json: bool) -> None:
    rows = [
        {
            "voice": status.name,
            "works": status.works,
            "why": status.why,
            "online": status.online,
            "what": _what(station.settings.voices, status.name),
            "identity": status.identity,
        }
        for status in station.speaker.statuses()
    ]
    if not as_json:
        rows = [row | {"works": _works(row)} for row in rows]
    headings = {
        "voice": _("Voice"),
        "works": _("Works"),
        "online": _("Online"),
        "what": _("Settings"),
        "why": _("Why not"),
    }
    show(rows, headings, json_wanted=as_json)


def _works(row: dict[str, Any]) -> str:
    """No network is asked here: a question too many gets the commune banned."""
    if not row["works"]:
        return _("no")
    return _("when the line is up") if row["online"] else _("yes")


def _what(voices: config.Voices, name: str) -> str:
    """How the settings make it sound."""
    if name == "gtts":
        return f"{voices.gtts_tld}, slow" if voices.gtts_slow else voices.gtts_tld
    if name == "piper":
        return f"{voices.piper_model}, × {voices.piper_pace}, {voices.piper_sounds_like}"
    return _("{voice}, {rate} words a minute, pitch {pitch}").format(
        voice=f"{voices.espeak_voice} (+{voices.espeak_second})",
        rate=voices.espeak_rate,
        pitch=voices.espeak_pitch,
    )


@command.command("add")
@click.argument("model", metavar="PATH", type=click.Path(path_type=Path))
@click.option("--use", is_flag=True, help="Write it into broadcaster.toml, too.")
@with_station
def add(station: Station, model: Path, use: bool) -> None:
    """Take a piper model into the station: PATH is its .onnx file, its .onnx.json beside it."""
    inspect(model)
    if piper_installed():
        trial = tried(model)
        click.echo(
            _("It speaks: {spoken} s of speech in {taken} s").format(
                spoken=round(trial.seconds_spoken, 1), taken=round(trial.seconds_taken, 1)
            )
        )
    else:
        click.echo(_("piper is not installed, so it was not tried. Install it: {how}").format(how=_INSTALL))
    kept = adopt(model, station.folder)
    click.echo(_("The model is kept in {path}").format(path=kept))
    settings: dict[str, Setting] = {
        "ladder": _with_piper(station.settings.voices.ladder),
        "piper_model": kept.as_posix(),
    }
    if use:
        change(station.folder / config.FILE_NAME, "voices", settings)
        click.echo(_("broadcaster.toml uses it now; a running daemon does once it is started again"))
    else:
        click.echo(_("To use it, write under [voices] in broadcaster.toml (or add --use):"))
        click.echo(written(settings))


def _with_piper(ladder: tuple[str, ...]) -> tuple[str, ...]:
    """The ladder with piper just above espeak, which it betters."""
    if "piper" in ladder:
        return ladder
    place = ladder.index("espeak") if "espeak" in ladder else len(ladder)
    return (*ladder[:place], "piper", *ladder[place:])
