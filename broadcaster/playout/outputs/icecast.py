"""`icecast://` — a stream for listening in: silence between airings, so that whoever listens stays connected.

It is a card whose frames go to an Icecast server, as MP3. While the server is away nothing can sound there
(OutputError); the stream comes back by itself as soon as the server does.
"""

from __future__ import annotations

import base64
import logging
import socket
import ssl
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from broadcaster.audio import RATE
from broadcaster.audio.mp3 import lame, to_lame
from broadcaster.clock import Clock
from broadcaster.config.icecast import IcecastAddress
from broadcaster.errors import OutputError
from broadcaster.language import _
from broadcaster.playout.outputs.card import CHANNELS, Card
from broadcaster.playout.outputs.output import BLOCK

_log = logging.getLogger(__name__)

CONNECT_S = 3.0
_SEND_S = 2.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 10.0
_HEAD_BYTES = 4096
_SEND_BUFFER = 16_384
"""Two seconds of sound: what a silent line swallows before it is noticed."""


class Stream(Card):
    """One mount, from its making to `close`. The server may be away: see `works`, `require`."""

    delay_s = 0.0

    def __init__(self, address: IcecastAddress, password: str, clock: Clock) -> None:
        self._address = address
        self._authorization = base64.b64encode(f"{address.user}:{password}".encode()).decode()
        self._stopping = threading.Event()
        self._connected, self._tried = threading.Event(), threading.Event()
        self._next_try, self._pause = 0.0, _FIRST_PAUSE_S
        self._why = _("it has not answered yet")
        super().__init__(str(address), clock, ())

    @property
    def works(self) -> bool:
        return self._connected.is_set() and super().works

    def check(self) -> None:
        if not self.works:
            raise self.trouble(self._why)

    def require(self) -> None:
        """OutputError when the server does not take the stream now."""
        if not self._connected.is_set():
            self._tried.clear()
            self._next_try = 0.0
            self._clock.wait(self._tried, CONNECT_S)
        self.check()

    def trouble(self, why: object) -> OutputError:
        return OutputError(
            _("The stream does not reach its server"), f"{self.name}: {why}", _("Look at that server")
        )

    def close(self) -> None:
        self._stopping.set()
        super().close()

    def _settle(self) -> None:
        """Its pace is our own."""
        with self._changed:
            self._keep_pace(self._clock.monotonic())

    def _open(self, backends: Sequence[Any]) -> Any:
        thread = threading.Thread(target=self._run, name=f"stream {self._address}", daemon=True)
        thread.start()
        return _Closing(thread)

    def _run(self) -> None:
        """A block of frames for each tenth of a second, whether there is a server or not."""
        connection: socket.socket | None = None
        encoder = lame()
        due = self._clock.monotonic()
        while not self._stopping.is_set():
            if connection is None and self._clock.monotonic() >= self._next_try:
                connection, encoder = self._connection(), lame()
            frames = np.frombuffer(self._mixed(BLOCK), np.int16)[::CHANNELS]
            if connection is not None and not self._sent(connection, bytes(encoder.encode(to_lame(frames)))):
                connection = None
            due += BLOCK / RATE
            self._clock.wait(self._stopping, due - self._clock.monotonic())
        self._connected.clear()
        if connection is not None:
            connection.close()

    def _connection(self) -> socket.socket | None:
        """None: the server is away, or says no; it is asked again, ever more seldom."""
        connection: socket.socket | None = None
        try:
            connection = self._called()
            self._greet(connection)
            self._connected.set()
            self._pause = _FIRST_PAUSE_S
            _log.info("event=stream-connected stream=%s", self.name)
        except (OSError, ValueError) as error:
            self._lose(error)
            if connection is not None:
                connection.close()
            connection = None
            self._next_try = self._clock.monotonic() + self._pause
            self._pause = min(2 * self._pause, _LONGEST_PAUSE_S)
        self._tried.set()
        return connection

    def _called(self) -> socket.socket:
        host, port = self._address.host, self._address.port
        plain = socket.create_connection((host, port), CONNECT_S)
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        if not self._address.tls:
            return plain
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)

    def _greet(self, connection: socket.socket) -> None:
        """ValueError: the server does not take it."""
        connection.sendall(
            f"PUT {self._address.mount} HTTP/1.1\r\nHost: {self._address.host}:{self._address.port}\r\n"
            f"Authorization: Basic {self._authorization}\r\nUser-Agent: broadcaster\r\n"
            "Content-Type: audio/mpeg\r\nIce-Public: 0\r\nExpect: 100-continue\r\n\r\n".encode()
        )
        head = b""
        while b"\r\n\r\n" not in head and len(head) < _HEAD_BYTES and (more := connection.recv(_HEAD_BYTES)):
            head += more
        status = head.partition(b"\r\n")[0].decode("latin-1")
        if status.split(" ")[1:2] not in (["100"], ["200"]):
            raise ValueError(status[:80] or _("it hung up"))
        connection.settimeout(_SEND_S)

    def _sent(self, connection: socket.socket, sound: bytes) -> bool:
        try:
            connection.sendall(sound)
        except OSError as error:
            self._lose(error)
            connection.close()
            return False
        return True

    def _lose(self, error: Exception) -> None:
        self._connected.clear()
        if self._why != str(error):
            self._why = str(error)
            _log.warning("event=stream-lost stream=%s trouble=%s", self.name, error)


class _Closing:
    """What a card closes: here the end of its thread."""

    def __init__(self, thread: threading.Thread) -> None:
        self._thread = thread

    def close(self) -> None:
        with suppress(RuntimeError):
            self._thread.join(_SEND_S)
