"""Second opinions about the wall clock: the kernel's own word, and time servers asked by SNTP (RFC 4330)."""

from __future__ import annotations

import logging
import secrets
import socket
import struct
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from broadcaster.clock import Clock
from broadcaster.playout.clock_gate import TOLERANCE, ntp_synchronised

_log = logging.getLogger(__name__)

_PORT = 123
_TIMEOUT_S = 2.0
_ASK_EVERY_S = 30.0
_REQUEST = struct.Struct(">B39x8s")
_ANSWER = struct.Struct(">BBxx20x8s8s8s")
_FROM_CLIENT = 0o43
"""Version 4, mode 3."""
_SERVER_MODE = 4
_UNSYNCHRONISED = 3
_LOWEST_STRATUM = 15
_ERA_0 = datetime(1900, 1, 1, tzinfo=UTC)
_ERA_S = 1 << 32


@dataclass(frozen=True)
class Opinion:
    """What a server's clock showed at a monotonic instant."""

    server: str
    time: datetime
    at: float

    def now(self, monotonic: float) -> datetime:
        return self.time + timedelta(seconds=monotonic - self.at)


def ask(server: str, clock: Clock) -> Opinion:
    """The time by `server` ("HOST" or "HOST:PORT"). OSError: no answer in 2 s; ValueError: no proper one."""
    host, _colon, port = server.partition(":")
    # The field for our own time holds a random number instead: the answer must repeat it.
    cookie = secrets.token_bytes(8)
    with socket.socket(_family(host), socket.SOCK_DGRAM) as line:
        line.settimeout(_TIMEOUT_S)
        line.connect((host, int(port or _PORT)))
        sent = clock.monotonic()
        line.send(_REQUEST.pack(_FROM_CLIENT, cookie))
        answer = line.recv(512)
        came = clock.monotonic()
    return Opinion(server, _transmitted(answer, cookie), (sent + came) / 2)


def _family(host: str) -> socket.AddressFamily:
    return socket.getaddrinfo(host, None, type=socket.SOCK_DGRAM)[0][0]


def _transmitted(answer: bytes, cookie: bytes) -> datetime:
    """When the server sent it. ValueError: it answers no question of ours, or knows no time itself."""
    if len(answer) < _ANSWER.size:
        raise ValueError("too short")
    head, stratum, originate, _received, transmit = _ANSWER.unpack_from(answer)
    if originate != cookie or head & 7 != _SERVER_MODE:
        raise ValueError("not an answer to what was asked")
    if head >> 6 == _UNSYNCHRONISED or not 1 <= stratum <= _LOWEST_STRATUM or not any(transmit):
        raise ValueError("the server does not know the time")
    seconds, fraction = struct.unpack(">II", transmit)
    era = 0 if seconds >> 31 else _ERA_S
    return _ERA_0 + timedelta(seconds=era + seconds + fraction / _ERA_S)


class TimeSources:
    """Answers at once: servers are asked in a thread, every 30 s while somebody wants to know."""

    def __init__(
        self, servers: Sequence[str], clock: Clock, kernel: Callable[[], bool] = ntp_synchronised
    ) -> None:
        self._servers = servers
        self._clock = clock
        self._kernel = kernel
        self._opinions: tuple[Opinion, ...] | None = None
        """None: nobody has been asked lately."""
        self._asked = float("-inf")
        self._lock = threading.Lock()

    def vouch(self) -> bool:
        """Whether the kernel or a server says that the wall clock is right, and no server that it is wrong.
        False while servers are still being asked."""
        if not self._servers:
            return self._kernel()
        self._ask_again()
        with self._lock:
            opinions = self._opinions
        if opinions is None:
            return False
        monotonic, now = self._clock.monotonic(), self._clock.now()
        agree = [abs(opinion.now(monotonic) - now) <= TOLERANCE for opinion in opinions]
        return all(agree) and (bool(agree) or self._kernel())

    def _ask_again(self) -> None:
        with self._lock:
            now = self._clock.monotonic()
            if now - self._asked < _ASK_EVERY_S:
                return
            if now - self._asked > 2 * _ASK_EVERY_S:
                self._opinions = None
            self._asked = now
        threading.Thread(target=self._ask_all, name="time servers", daemon=True).start()

    def _ask_all(self) -> None:
        opinions = []
        for server in self._servers:
            try:
                opinions.append(ask(server, self._clock))
            except (OSError, ValueError) as error:
                _log.info("event=time-server server=%s trouble=%s", server, error)
        with self._lock:
            self._opinions = tuple(opinions)
