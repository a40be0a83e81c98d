"""`broadcaster record`: the operator's own audio in the place of a script's speech."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from broadcaster.cli.common import with_station
from broadcaster.cli.script_remarks import tell_voided
from broadcaster.errors import VoiceUnavailable
from broadcaster.language import _
from broadcaster.pictures import clock
from broadcaster.playout.outputs.probe import real_backends
from broadcaster.station import Station
from broadcaster.units import Milliseconds
from broadcaster.voices.microphone import Microphone, microphones

_BAR = 40
_LOOK_S = 0.1


@click.command("record")
@click.argument("code", metavar="SCRIPT")
@click.option("--file", type=click.Path(path_type=Path), help="Take this sound file instead of recording.")
@click.option("--remove", is_flag=True, help="Take the recording away: voices speak the script again.")
@click.option("--by", "by", default="", metavar="NAME", help="The person who does it, a known one.")
@with_station
def command(station: Station, code: str, file: Path | None, remove: bool, by: str) -> None:
    """Record SCRIPT with the microphone, from Enter to Enter; it is aired instead of a voice's speech."""
    if file is not None and remove:
        raise click.UsageError(_("--file and --remove exclude each other"))
    station.store.script(code)
    if remove:
        done = station.desk.recording.remove(code, by=by)
        click.echo(_("{code} has no recording any more: voices speak it").format(code=done.script.code))
    else:
        sha256 = station.recordings.keep_file(file) if file is not None else _from_microphone(station)
        done = station.desk.recording.set(code, sha256, by=by)
        length = Milliseconds(len(station.recordings.clip(sha256)))
        click.echo(
            _("{code} is aired as recorded: {length}, {path}").format(
                code=done.script.code, length=clock(length), path=station.recordings.path(sha256)
            )
        )
    tell_voided(done)


def _from_microphone(station: Station) -> str:
    """SHA-256 of what was recorded."""
    backends = real_backends()
    if not microphones([backend.name for backend in backends]):
        raise VoiceUnavailable(
            _("This computer has no microphone"),
            todo=_("Plug one in, or take a sound file: broadcaster record SCRIPT --file PATH"),
        )
    answers = click.get_text_stream("stdin")
    click.echo(_("Press Enter to begin"))
    answers.readline()
    microphone = Microphone(backends)
    try:
        click.echo(_("Recording. Press Enter to end"))
        with level_shown(station, microphone):
            answers.readline()
    finally:
        blocks = microphone.stop()
    return station.recordings.keep(blocks)


@contextmanager
def level_shown(station: Station, microphone: Microphone) -> Iterator[None]:
    """On a terminal: how long and how loud, ten times a second."""
    ended = threading.Event()

    def show() -> None:
        while not station.clock.wait(ended, _LOOK_S):
            click.echo(f"\r{level_line(microphone.seconds, microphone.level)}", nl=False, err=True)

    shown = threading.Thread(target=show, daemon=True)
    if sys.stderr.isatty():
        shown.start()
    try:
        yield
    finally:
        ended.set()
        if shown.is_alive():
            shown.join()
            click.echo(err=True)


def level_line(seconds: float, level: float) -> str:
    """ "0:12.3 ██████▌…": the bar is full at full scale, where sound is torn."""
    filled = min(_BAR, round(level * _BAR))
    torn = _("too loud") if level > 0.98 else ""
    bar = "█" * filled + "·" * (_BAR - filled)
    return f"{clock(Milliseconds(round(seconds * 1000)))} {bar} {torn:<12}"
