"""An optional doorbell over MQTT: it carries a version number, retained, and nothing else.

Whoever forges a ring makes a hamlet PC ask its station once more, and that is all. Needs the extra `mqtt`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

from broadcaster.errors import NetworkError
from broadcaster.language import _

_log = logging.getLogger(__name__)
_KEEP_ALIVE_S = 60
_PORTS = {"mqtt": 1883, "mqtts": 8883}


class Doorbell:
    """One connection to the broker at `url` (mqtt:// or mqtts://, with a user and password if it wants any).

    It reconnects by itself; without a broker everything works as before, only slower. NetworkError: the
    address is none, or the extra is not installed.
    """

    def __init__(self, url: str, station: str, authority: str | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise NetworkError(_("There is no such address"), url, _("Write it like mqtts://broker.example"))
        self._station = station
        self._client = _client()
        self._where = (parts.hostname, parts.port or _PORTS[parts.scheme])
        if parts.username:
            self._client.username_pw_set(unquote(parts.username), unquote(parts.password or ""))
        if parts.scheme == "mqtts":
            self._client.tls_set(ca_certs=authority)

    def start(self) -> None:
        self._client.connect_async(*self._where, keepalive=_KEEP_ALIVE_S)
        self._client.loop_start()

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def ring(self, hamlet: str, version: int) -> None:
        """Tell whoever listens for `hamlet` that there is a newer version; lost when the broker is away."""
        self._client.publish(self._topic(hamlet), str(version), qos=1, retain=True)

    def listen(self, hamlet: str, rung: Callable[[], None]) -> None:
        """Call `rung`, in the doorbell's thread, whenever it rings; to be asked for before `start`."""

        def connected(client: Any, *_rest: object) -> None:
            client.subscribe(self._topic(hamlet), qos=1)

        def told(_client: object, _data: object, message: Any) -> None:
            _log.info("event=doorbell says=%r", message.payload[:20])
            rung()

        self._client.on_connect = connected
        self._client.on_message = told

    def _topic(self, hamlet: str) -> str:
        return f"broadcaster/{self._station}/{hamlet}"


def _client() -> Any:
    try:
        from paho.mqtt import client, enums
    except ImportError as error:
        raise NetworkError(
            _("The doorbell needs a package that is not there"),
            "paho-mqtt",
            "pip install 'broadcaster[mqtt]'",
        ) from error
    return client.Client(enums.CallbackAPIVersion.VERSION2)
