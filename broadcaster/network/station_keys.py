"""What a station signs with: made once by `broadcaster network init`, in its folder network/."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from broadcaster.config import Network
from broadcaster.errors import NetworkError
from broadcaster.language import _
from broadcaster.network.authority import AUTHORITY, SERVER, SERVER_KEY, make_authority
from broadcaster.network.keys import PublicKey, SigningKey, write_secret
from broadcaster.network.listening import Certificate, ends, named

_log = logging.getLogger(__name__)

_TIMETABLE, _EMERGENCY_PUBLIC = "timetable.key", "emergency.pub"


@dataclass(frozen=True)
class StationKeys:
    timetable: SigningKey
    read_emergency: Callable[[], SigningKey | None]
    emergency_public: PublicKey
    authority: str
    """PEM of the station's own certificate authority; empty: a public one signed its certificate."""

    @property
    def emergency(self) -> SigningKey | None:
        """None: it lies on another medium, which is not here now, or which holds the key of somebody else."""
        try:
            key = self.read_emergency()
        except NetworkError as error:
            _log.warning("event=emergency-key trouble=%s", error)
            return None
        return key if key and key.public == self.emergency_public else None


def network_folder(station: Path) -> Path:
    return station / "network"


def made(station: Path) -> bool:
    return (network_folder(station) / _TIMETABLE).exists()


def make(station: Path, settings: Network, names: Sequence[str], now: datetime) -> None:
    """The keys, and a certificate for `names` unless the installer brought one; all of them or none.

    NetworkError: something of it is there already (hamlet PCs trust it), or the disk.
    """
    folder, emergency = network_folder(station), station / settings.emergency_key
    for path in (folder, emergency):
        if path.exists():
            raise NetworkError(
                _("There are keys already"),
                str(path),
                _("Hamlet PCs trust them: move them away only to enrol them all again"),
            )
    if settings.certificate:
        ends(certificate(station, settings))
    part = folder.with_name(folder.name + ".part")
    with _built(part):
        if not settings.certificate:
            make_authority(part, names, now)
        SigningKey.fresh().write(part / _TIMETABLE)
        key = SigningKey.fresh()
        write_secret(part / _EMERGENCY_PUBLIC, key.public.hex.encode() + b"\n")
        inside = emergency.is_relative_to(folder)
        key.write(part / emergency.relative_to(folder) if inside else emergency)
        part.replace(folder)


@contextmanager
def _built(part: Path) -> Iterator[None]:
    """A new folder; what was begun in it is gone when it does not come to its end."""
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700)
        yield
    except OSError as error:
        raise NetworkError(_("The key cannot be written"), f"{part}: {error.strerror}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def load(station: Path, settings: Network) -> StationKeys:
    """NetworkError: not made yet, or damaged."""
    folder = network_folder(station)
    if not made(station):
        raise NetworkError(
            _("This station has no keys for hamlet PCs yet"),
            str(folder),
            _("Make them: broadcaster network init ADDRESS"),
        )
    try:
        public = PublicKey.from_hex((folder / _EMERGENCY_PUBLIC).read_text(encoding="ascii").strip())
        own = settings.certificate is None
        authority = (folder / AUTHORITY).read_text(encoding="ascii") if own else ""
    except (OSError, ValueError) as error:
        raise NetworkError(_("The key cannot be read"), f"{folder}: {error}") from error
    path = station / settings.emergency_key

    def emergency() -> SigningKey | None:
        return SigningKey.read(path) if path.exists() else None

    return StationKeys(SigningKey.read(folder / _TIMETABLE), emergency, public, authority)


def certificate(station: Path, settings: Network) -> Certificate:
    """The installer's, else the station's own."""
    if settings.certificate and settings.certificate_key:
        return Certificate(station / settings.certificate, station / settings.certificate_key)
    folder = network_folder(station)
    return Certificate(folder / SERVER, folder / SERVER_KEY)


def url(station: Path, settings: Network, port: int) -> str:
    """How hamlet PCs reach it: as the settings say, else by the first name in the certificate.

    NetworkError: the certificate cannot be used, or names nobody.
    """
    if settings.public_url:
        return settings.public_url
    own = certificate(station, settings)
    names = named(own)
    if not names:
        raise NetworkError(
            _("The certificate names no address"), str(own.chain), _("Set [network] public_url")
        )
    host = f"[{names[0]}]" if ":" in names[0] else names[0]
    return f"https://{host}:{port}"
