"""A web server in a thread of its own."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import uvicorn
from cryptography import x509

from broadcaster.errors import NetworkError
from broadcaster.language import _

_log = logging.getLogger(__name__)

_STOP_S = 5.0
_BACKLOG = 2048


@dataclass(frozen=True)
class Certificate:
    """PEM files."""

    chain: Path
    key: Path


def ends(certificate: Certificate) -> datetime:
    """When it is no longer valid. NetworkError: it cannot be used."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate.chain, certificate.key)
        return _x509(certificate).not_valid_after_utc
    except (OSError, ValueError) as error:
        raise _unusable(certificate, error) from error


def named(certificate: Certificate) -> tuple[str, ...]:
    """The host names and addresses that it is for. NetworkError: it cannot be used."""
    try:
        names = _x509(certificate).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    except (OSError, ValueError) as error:
        raise _unusable(certificate, error) from error
    return tuple(str(name.value) for name in names if isinstance(name, x509.DNSName | x509.IPAddress))


def _x509(certificate: Certificate) -> x509.Certificate:
    return x509.load_pem_x509_certificate(certificate.chain.read_bytes())


def _unusable(certificate: Certificate | None, error: Exception) -> NetworkError:
    where = certificate.chain if certificate else ""
    return NetworkError(_("The certificate cannot be used"), f"{where}: {error}")


def parse_address(text: str) -> tuple[str, int]:
    """ "0.0.0.0:8443" or "[::]:8443" → host and port. NetworkError for anything else."""
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdigit() or int(port) > 65_535 or not host:
        raise NetworkError(_("There is no such address"), text, _("Write it like 0.0.0.0:8443"))
    return host.removeprefix("[").removesuffix("]"), int(port)


class _IntoOurs(logging.Handler):
    """What uvicorn says belongs into our log, not onto the operator's screen."""

    def emit(self, record: logging.LogRecord) -> None:
        said = record.getMessage().splitlines()
        _log.log(
            record.levelno, "event=web-server says=%r", said[0] if said else "", exc_info=record.exc_info
        )


_uvicorn = logging.getLogger("uvicorn")
_uvicorn.propagate = False
_uvicorn.addHandler(_IntoOurs())


class Listening:
    """Serves `application` at `host`:`port` (0: any free one) from `start` to `stop`."""

    def __init__(
        self,
        application: Callable[..., Any],
        host: str,
        port: int,
        certificate: Certificate | None,
        *,
        public: bool = False,
    ) -> None:
        """Without a certificate only the loopback address may listen, unless what is served is `public`:
        NetworkError else."""
        if certificate is None and not public and host not in ("127.0.0.1", "::1", "localhost"):
            raise NetworkError(
                _("Without a certificate the station listens on this computer alone"),
                host,
                _("Make one: broadcaster network init"),
            )
        self._where = (host, port)
        config = uvicorn.Config(
            application,
            interface="asgi3",
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=1,
            ssl_certfile=str(certificate.chain) if certificate else None,
            ssl_keyfile=str(certificate.key) if certificate else None,
        )
        try:
            config.load()
        except (OSError, ValueError) as error:
            raise _unusable(certificate, error) from error
        self._server = uvicorn.Server(config)
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """NetworkError: the address is taken, or not ours."""
        host, port = self._where
        try:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            self._socket = socket.create_server((host, port), family=family, backlog=_BACKLOG)
        except OSError as error:
            raise NetworkError(
                _("The station cannot listen there"),
                f"{host}:{port}: {error.strerror or error}",
                _("Choose another address, or stop what listens there"),
            ) from error
        self._thread = threading.Thread(
            target=self._serve, args=([self._socket],), name="listening", daemon=True
        )
        self._thread.start()

    def _serve(self, sockets: list[socket.socket]) -> None:
        try:
            self._server.run(sockets)
        except OSError as error:  # of lines that hung half open while the last of it was closed
            _log.warning("event=listening-ended trouble=%s", error)

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1]) if self._socket else self._where[1]

    def stop(self) -> None:
        """Cut whoever still waits, and give the address back."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(_STOP_S)
        if self._socket is not None:
            self._socket.close()
