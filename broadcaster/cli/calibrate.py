"""`broadcaster hamlet calibrate`: find how late an output sounds, and undo it."""

from __future__ import annotations

import click

from broadcaster import config
from broadcaster.cli.common import named_hamlets, with_station
from broadcaster.config_file import change
from broadcaster.errors import AudioError, OutputError
from broadcaster.language import _
from broadcaster.playout.calibration import TIMES, Calibration, calibrate
from broadcaster.playout.ear import Ear
from broadcaster.playout.outputs.opening import SOUNDCARD, split
from broadcaster.playout.outputs.probe import real_backends
from broadcaster.station import Station
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.voices.microphone import microphones

_LOOPBACKS = ("Monitor of", "Stereo Mix", "Loopback", "What U Hear", "BlackHole")
"""How inputs begin that hear what the card plays."""
_MOST_MS = 2000


@click.command("calibrate")
@click.argument("code")
@click.option("--device-in", metavar="NAME", default="", help="Listen with this input, not the default one.")
@click.option("--loopback", is_flag=True, help="Listen with the input that hears what the card plays.")
@with_station
def command(station: Station, code: str, device_in: str, loopback: bool) -> None:
    """Find by chirps how late the output of the hamlet CODE sounds, and set it right."""
    (hamlet,) = named_hamlets(station, [code])
    if split(hamlet.output)[0] != SOUNDCARD:
        raise OutputError(
            _("Only a sound card can be calibrated"), hamlet.output, _("Set one: broadcaster hamlet set")
        )
    name = _input(device_in, loopback)
    click.echo(
        _("{n} chirps sound on {output}; listening with {input}").format(
            n=TIMES, output=hamlet.output, input=name or _("the default input")
        )
    )
    found = _measured(station, hamlet, name)
    before = station.sound.outputs(click.echo).offset_of(hamlet.output)
    after = max(-_MOST_MS, min(_MOST_MS, before - found.delay))
    offsets = {**station.settings.playout.offsets, hamlet.output: after}
    change(station.folder / config.FILE_NAME, "playout", {"offsets": offsets})
    click.echo(
        _(
            "Heard {n} of {all}: {delay} ms late, {spread} ms apart. The offset of {output} is {after} ms now"
            " (was {before}); a running daemon takes it with its next start"
        ).format(
            n=found.found,
            all=TIMES,
            delay=found.delay,
            spread=found.spread,
            output=hamlet.output,
            after=after,
            before=before,
        )
    )


def _measured(station: Station, hamlet: Hamlet, name: str) -> Calibration:
    """The ear is open before the output: a system of sound may change its pace for a listener."""
    ear = Ear(name, station.clock, real_backends())
    try:
        output = station.outputs(click.echo).open(hamlet.output, hamlet.code)
        try:
            if output.note:
                raise OutputError(_("This computer has no sound card"), hamlet.output)
            return calibrate(output, ear, station.clock)
        finally:
            output.close()
    finally:
        ear.close()


def _input(wanted: str, loopback: bool) -> str:
    """Its name; empty for the default one."""
    known = microphones([backend.name for backend in real_backends()])
    if wanted and wanted in known:
        return wanted
    found = next((name for name in known if name.startswith(_LOOPBACKS)), "")
    if wanted or (loopback and not found) or not known:
        raise AudioError(
            _("There is no such input"),
            wanted or _("one that hears what the card plays"),
            _("The computer has: {names}").format(names=", ".join(known) or "-"),
        )
    return found if loopback else ""
