"""Alarms by webhook, and the heartbeat: HTTPS with the certificate checked; the answer is not read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from broadcaster.alarms.alarm import Filed
from broadcaster.alarms.secret import address, revealed
from broadcaster.config import Alarms
from broadcaster.errors import AlarmError
from broadcaster.language import _

_TIMEOUT = (10.0, 20.0)
"""Seconds for connecting, and for the answer."""


class Webhook:
    """One POST of JSON for all alarms that wait; done when the answer is 2xx."""

    def __init__(self, settings: Alarms, station: str, folder: Path) -> None:
        self._settings = settings
        self._station = station
        self._folder = folder

    def send(self, filed: Sequence[Filed]) -> None:
        """AlarmError: no answer, another answer than 2xx, or a secret is missing."""
        settings = self._settings
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if settings.webhook_secret:
            headers[settings.webhook_header] = revealed(settings.webhook_secret, self._folder)
        url = address(settings.webhook or "", self._folder)
        _ask("POST", url, _trusted(settings, self._folder), headers, self._body(filed))

    def _body(self, filed: Sequence[Filed]) -> bytes:
        alarms = [
            {
                "id": one.id,
                "at": one.at.isoformat(),
                "kind": str(one.alarm.kind),
                "subject": one.alarm.subject,
                "text": one.alarm.text,
            }
            for one in filed
        ]
        lines = "\n".join(one.alarm.text for one in filed)
        message = {"station": self._station, "text": f"{self._station}: {lines}", "alarms": alarms}
        return json.dumps(message, ensure_ascii=False).encode()


def beat(settings: Alarms, folder: Path) -> None:
    """Tell whoever waits for it that all is well. AlarmError: it could not be told."""
    if settings.heartbeat:
        _ask("GET", address(settings.heartbeat, folder), _trusted(settings, folder), {}, None)


def _trusted(settings: Alarms, folder: Path) -> str | bool:
    return str(folder / settings.ca_file) if settings.ca_file else True


def _ask(method: str, url: str, trusted: str | bool, headers: Mapping[str, str], body: bytes | None) -> None:
    try:
        with (
            requests.Session() as session,
            session.request(
                method,
                url,
                data=body,
                headers={"User-Agent": "broadcaster", **headers},
                timeout=_TIMEOUT,
                verify=trusted,
                allow_redirects=False,
                stream=True,
                auth=_as_it_is,
            ) as answer,
        ):
            status = answer.status_code
    except (requests.RequestException, OSError, ValueError) as error:
        raise _undelivered(url, _why(error)) from error
    if not 200 <= status < 300:
        raise _undelivered(url, f"HTTP {status}")


def _as_it_is(request: Any) -> Any:
    """No name and password from a .netrc file."""
    return request


def _undelivered(url: str, why: str) -> AlarmError:
    """Of the address only the host is told: the rest may be a secret."""
    return AlarmError(
        _("The alarm could not be delivered"), f"{urlsplit(url).hostname}: {why}", _("It is tried again")
    )


def _why(error: Exception) -> str:
    if isinstance(error, requests.exceptions.SSLError):
        return _("its certificate is not trusted")
    if isinstance(error, requests.exceptions.Timeout):
        return _("no answer in time")
    if isinstance(error, requests.exceptions.ConnectionError):
        return _("it cannot be reached")
    if isinstance(error, OSError) and not isinstance(error, requests.RequestException):
        return _("the file of [alarms] ca_file cannot be read")
    return type(error).__name__
