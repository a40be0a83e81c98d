"""The line to the station, as a hamlet PC uses it: every answer has a limit of size and of time."""

from __future__ import annotations

import json
import secrets
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError, InsecureRequestWarning

from broadcaster.clock import Clock
from broadcaster.errors import NetworkError
from broadcaster.language import _
from broadcaster.network import plain, wire
from broadcaster.network.asking import Request, authorization
from broadcaster.network.envelope import Kind, unseal
from broadcaster.network.keys import PublicKey, SigningKey
from broadcaster.network.offset import TimeSample
from broadcaster.network.words import Word, refused

WAIT_S = 25
_CONNECT_S = 10.0
_READ_S = 15.0
_WHOLE_S = 60.0
"""How long one answer may take, whatever drips in; audio has no such end, only `_READ_S` of silence."""
_CHUNK = 65_536
_TIME_BYTES = 2_000


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    etag: str


class Line:
    """`authority`: PEM of who signed the station's certificate; None: the system decides. `anyone`: whoever
    answers is listened to, which is for enrolment alone, where the answer proves itself.

    NetworkError: the line is down, TLS does not hold, or the station said no in one of its words (`item`).
    One thread at a time; `close` may come from any.
    """

    def __init__(self, url: str, authority: Path | None, clock: Clock, *, anyone: bool = False) -> None:
        """NetworkError: plain HTTP to anywhere but this computer."""
        self._base = _checked(url)
        self._clock = clock
        self._told = _quiet if anyone else nullcontext
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Accept-Encoding"] = "identity"
        self._session.verify = str(authority) if authority else not anyone

    def close(self) -> None:
        self._session.close()

    def time(self, station_key: PublicKey) -> TimeSample:
        """Refused: an answer that the station did not sign, or to another question."""
        nonce = secrets.token_hex(16)
        asked = self._clock.monotonic()
        answer = self._ask("GET", f"/v1/time?nonce={nonce}", {}, b"", _TIME_BYTES)
        answered = self._clock.monotonic()
        content = unseal(Kind.TIME, plain.parse(answer.body, _TIME_BYTES), [station_key], _TIME_BYTES)
        told = wire.read(wire.ServerTime, content)
        if told.nonce != nonce:
            raise refused(Word.REPLAYED, "time")
        return TimeSample(asked, told.received_at / 1000, told.sent_at / 1000, answered)

    def enrol(self, asked: wire.Enrolling) -> dict[str, Any]:
        """The sealed answer."""
        body = asked.model_dump_json().encode()
        return plain.parse(self._ask("POST", "/v1/enrol", {}, body, 40_000).body, 40_000)

    def _ask(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes, limit: int, wait: float = 0.0
    ) -> Answer:
        end = self._clock.monotonic() + _WHOLE_S + wait
        with self._open(method, target, headers, body, wait) as response:
            content = bytearray()
            for chunk in _pieces(response):
                content += chunk
                if len(content) > limit:
                    raise refused(Word.TOO_LARGE, target)
                if self._clock.monotonic() > end:
                    raise self._trouble(target, _("the answer takes too long"))
            return Answer(response.status_code, bytes(content), response.headers.get("etag", ""))

    @contextmanager
    def _open(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes,
        wait: float = 0.0,
        base: str = "",
    ) -> Iterator[requests.Response]:
        try:
            with (
                _quiet(),
                self._session.request(
                    method,
                    (base or self._base) + target,
                    headers=dict(headers),
                    data=body,
                    timeout=(_CONNECT_S, _READ_S + wait),
                    allow_redirects=False,
                    stream=True,
                ) as response,
            ):
                if response.status_code not in (200, 206, 304):
                    raise self._trouble(target, _said(response))
                yield response
        except (requests.RequestException, HTTPError) as error:
            raise self._trouble(target, error) from error

    def _trouble(self, target: str, why: object) -> NetworkError:
        return NetworkError(_("The station does not answer"), f"{target.partition('?')[0]}: {why}")


class DeviceLine(Line):
    """The line of a PC that is enrolled: each request carries its signature.

    `station_ms` gives the station's time in milliseconds since 1970. `audio_base`: where audio lies, if not
    at the station's own address; nobody there needs to be trusted, and nobody there is told who asks.
    """

    def __init__(
        self,
        url: str,
        authority: Path | None,
        clock: Clock,
        *,
        device: str,
        key: SigningKey,
        station_ms: Callable[[], int],
        audio_base: str = "",
    ) -> None:
        super().__init__(url, authority, clock)
        self._audio_base = _checked(audio_base) if audio_base else ""
        self._device = device
        self._key = key
        self._station_ms = station_ms

    def timetable(self, etag: str, wait_s: int = WAIT_S) -> Answer:
        """304: nothing newer than `etag` came within the wait; 200: an envelope that nobody checked yet."""
        headers = {"If-None-Match": etag, "Prefer": f"wait={wait_s}"}
        return self._signed("GET", "/v1/timetable", headers, b"", wire.TIMETABLE_BYTES * 2, wait_s)

    def report(self, report: wire.Report) -> tuple[int, int]:
        """(epoch, seq) of the newest event up to which the station misses nothing."""
        body = report.model_dump_json().encode()
        answer = self._signed("POST", "/v1/asrun", {}, body, _TIME_BYTES)
        return wire.read(wire.Acknowledged, plain.parse(answer.body, _TIME_BYTES)).acknowledged

    @contextmanager
    def audio(self, sha256: str, start: int) -> Iterator[tuple[int, Iterator[bytes]]]:
        """The bytes of the file from `start` on, or from the beginning: (where they begin, they)."""
        target = f"/audio/{sha256}"
        headers = {"Range": f"bytes={start}-"} if start else {}
        if not self._audio_base:
            headers["Authorization"] = self._authorization("GET", target, b"")
        with self._open("GET", target, headers, b"", base=self._audio_base) as response:
            begins = start if response.status_code == 206 else 0
            yield begins, _pieces(response)

    def _signed(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes, limit: int, wait: float = 0.0
    ) -> Answer:
        signed = {**headers, "Authorization": self._authorization(method, target, body)}
        return self._ask(method, target, signed, body, limit, wait)

    def _authorization(self, method: str, target: str, body: bytes) -> str:
        return authorization(Request(method, target, body), self._device, self._key, self._station_ms())


@contextmanager
def _quiet() -> Iterator[None]:
    """Without urllib3's word about certificates that nobody checks: enrolment knows."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InsecureRequestWarning)
        yield


def _pieces(response: requests.Response) -> Iterator[bytes]:
    """The body as it comes, so that what drips in is noticed drop by drop. Raises urllib3's HTTPError."""
    while piece := response.raw.read1(_CHUNK, decode_content=False):
        yield piece


def _checked(url: str) -> str:
    parts = urlsplit(url)
    near = parts.hostname in ("127.0.0.1", "::1", "localhost")
    if parts.hostname is None or parts.scheme not in ("https", "http") or parts.query or parts.fragment:
        raise NetworkError(
            _("There is no such address"), url, _("Write it like https://station.example:8443")
        )
    if parts.scheme == "http" and not near:
        raise NetworkError(_("The line must be encrypted"), url, _("Write https://"))
    return url.rstrip("/")


def _said(response: requests.Response) -> str:
    """The station's word, if it is one."""
    try:
        said = json.loads(next(_pieces(response), b""))["error"]
    except (ValueError, KeyError, TypeError):
        return str(response.status_code)
    return str(said)[:40]
