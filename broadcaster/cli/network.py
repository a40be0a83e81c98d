"""`broadcaster network`: keys and a certificate for hamlet PCs."""

from __future__ import annotations

from pathlib import Path

import click

from broadcaster import config
from broadcaster.cli.common import until_told, with_station
from broadcaster.config import Network
from broadcaster.config.network import PORT
from broadcaster.config_file import change
from broadcaster.errors import NetworkError
from broadcaster.language import _
from broadcaster.station import Station


@click.group("network")
def command() -> None:
    """Hamlet PCs: what this station shows them, and signs with."""


@command.command("init")
@click.argument("addresses", nargs=-1, metavar="ADDRESS…")
@click.option("--certificate", type=click.Path(path_type=Path), help="Your own, with its chain (PEM).")
@click.option("--certificate-key", type=click.Path(path_type=Path), help="The key of your own certificate.")
@with_station
def init(
    station: Station,
    addresses: tuple[str, ...],
    certificate: Path | None,
    certificate_key: Path | None,
) -> None:
    """Make the keys that hamlet PCs will trust, and a certificate for the host names or IP addresses by which
    they reach this computer."""
    from broadcaster.network import station_keys  # cryptography is slow to load

    settings = station.settings.network
    if bool(certificate) != bool(certificate_key):
        raise click.UsageError(_("--certificate and --certificate-key belong together"))
    if certificate and certificate_key:
        files = {"certificate": certificate.resolve(), "certificate_key": certificate_key.resolve()}
        settings = Network(**settings.model_dump() | files)
    if not addresses and not settings.certificate:
        raise NetworkError(
            _("A certificate needs a name or an address"),
            todo=_("Write it like: broadcaster network init 10.0.0.5 dai.example"),
        )
    station_keys.make(station.folder, settings, addresses, station.clock.now())
    if certificate and certificate_key:
        change(
            station.folder / config.FILE_NAME,
            "network",
            {name: path.as_posix() for name, path in files.items()},
        )
    _tell_next(station)


@command.command("serve")
@click.argument("where", metavar="HOST:PORT")
@with_station
def serve(station: Station, where: str) -> None:
    """Serve hamlet PCs in a further process, beside the daemon, which alone decides what they play."""
    from broadcaster.daemon.beside import ServingBeside

    ServingBeside(station, where, click.echo).run(until_told())


def _tell_next(station: Station) -> None:
    emergency = station.folder / station.settings.network.emergency_key
    click.echo(_("The keys are made. Keep a copy of {folder}").format(folder=station.folder / "network"))
    click.echo(_("With {key} an emergency can be raised: let nobody else read it").format(key=emergency))
    click.echo(_("Now run:"))
    click.echo(f"  broadcaster daemon --listen 0.0.0.0:{station.settings.network.port or PORT}")
    click.echo("  broadcaster hamlet enrol CODE")
