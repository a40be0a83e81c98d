"""`broadcaster player`: run this computer as a hamlet PC."""

from __future__ import annotations

import json
from pathlib import Path

import click

from broadcaster import service
from broadcaster.cli import running
from broadcaster.errors import NetworkError, Refused
from broadcaster.language import _
from broadcaster.lock import DaemonLock, held
from broadcaster.logs import log_to


@click.group("player", invoke_without_command=True)
@click.option("--folder", type=click.Path(path_type=Path), help="The folder of this hamlet PC.")
@click.option("--server", metavar="URL", help="The station's address, to enrol this computer there.")
@click.option("--code", metavar="CODE", help="What `broadcaster hamlet enrol` printed at the station.")
@click.option("--output", metavar="URL", help="Where it sounds: soundcard:, soundcard:DEVICE#CHANNEL, file:.")
@click.option("--for", "seconds", type=click.FloatRange(0), metavar="SECONDS", help="Stop after so long.")
@click.pass_context
def command(
    ctx: click.Context,
    folder: Path | None,
    server: str | None,
    code: str | None,
    output: str | None,
    seconds: float | None,
) -> None:
    """Play what the station publishes for this hamlet, until Ctrl-C. The first time: --server and --code."""
    ctx.obj = folder or ctx.obj
    if ctx.invoked_subcommand is not None:
        return
    if bool(server) != bool(code):
        raise click.UsageError(_("--server and --code belong together"))
    if server or output:
        _prepare(ctx.obj, server, code, output)
    from broadcaster.player_pc.duty import PlayerPC  # the parts that play are slow to load

    stopped, pc = running.until_told(), PlayerPC(ctx.obj, running.say)
    log_to(ctx.obj)
    service.keep_awake()
    pc.run(stopped, seconds=seconds)


def _prepare(folder: Path, server: str | None, code: str | None, output: str | None) -> None:
    """Nothing of it while it runs."""
    from broadcaster.player_pc import settings as player_settings

    folder.mkdir(parents=True, exist_ok=True)
    with DaemonLock(folder):
        if output:
            player_settings.set_output(folder, output)
        if server and code:
            _enrol(folder, server, code)


def _enrol(folder: Path, server: str, code: str) -> None:
    from broadcaster.clock import SystemClock
    from broadcaster.network import identity
    from broadcaster.network.enrolment_code import EnrolmentCode
    from broadcaster.player_pc.status import software

    try:
        told = identity.enrol(server, EnrolmentCode.parse(code), folder, SystemClock(), software()).enrolled
    except Refused as error:
        raise NetworkError(
            _("This computer could not be enrolled"),
            f"{error.what} {error.item}".strip(),
            _("Check the code, or get a new one at the station: broadcaster hamlet enrol CODE"),
        ) from error
    words = _("This computer is the loudspeaker PC of {hamlet}, {station}")
    click.echo(words.format(hamlet=told.hamlet.name, station=told.station.name))


@command.command("install")
@click.option("--print", "only_print", is_flag=True, help="Show it; write nothing.")
@click.pass_obj
def install(folder: Path, only_print: bool) -> None:
    """Have it start with the computer, start again when it fails, and never sleep."""
    from broadcaster.network import identity

    identity.load(folder)
    running.install(service.unit_for(folder.resolve(), role=service.PLAYER), only_print)
    if service.on_a_pi() and not only_print:
        click.echo(_("Read docs/installer/hamlet_pc.md too: On a Raspberry Pi"))


@command.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
@click.pass_obj
def status(folder: Path, as_json: bool) -> None:
    """How this hamlet PC stands, by what it noted last."""
    from broadcaster.network import identity
    from broadcaster.player_pc import status as player_status

    told, known = identity.load(folder).enrolled, player_status.read(folder) or {}
    runs = held(folder)
    if as_json:
        head = {"station": told.station.name, "hamlet": told.hamlet.code, "running": runs}
        click.echo(json.dumps(head | known, ensure_ascii=False, indent=2))
        return
    click.echo(f"{told.hamlet.name}, {told.station.name}")
    click.echo(_("It is running") if runs else _("It is not running"))
    for name, value in known.items():
        click.echo(f"{name}: {', '.join(value) if isinstance(value, list) else value}")
