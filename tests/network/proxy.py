"""A line that is long, drops bytes on the floor, and is cut: TCP, byte for byte, with delays and ends."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from queue import SimpleQueue

_CHUNK = 16_384
_SENT_AGAIN_S = (0.2, 0.4)


@dataclass
class Weather:
    """How the line is just now; may be changed while it is in use."""

    up_ms: tuple[float, float] = (0.0, 0.0)
    """Mean, and how far it strays."""
    down_ms: tuple[float, float] = (0.0, 0.0)
    down: bool = False
    """Nothing connects, and what was connected is reset."""
    mute: bool = False
    """Half open: connections stand, and nothing passes."""
    cut_after: int | None = None
    """Bytes that come down before a connection is reset; each cut takes its toll once."""
    loss: float = 0.0
    """Of how many pieces something is lost on the way: TCP sends it again, a while later."""
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    _counting: threading.Lock = field(default_factory=threading.Lock)

    def delay(self, way: tuple[float, float]) -> float:
        again = self.chance.uniform(*_SENT_AGAIN_S) if self.chance.random() < self.loss else 0.0
        return again + max(0.0, self.chance.uniform(way[0] - way[1], way[0] + way[1])) / 1000

    def cuts(self, count: int) -> bool:
        """Whether the line is cut before `count` more bytes come down, by whichever connection."""
        with self._counting:
            if self.cut_after is None:
                return False
            self.cut_after -= count
            if self.cut_after >= 0:
                return False
            self.cut_after = None
            return True


@contextmanager
def proxied(port: int, weather: Weather) -> Iterator[int]:
    """The port of a line to `port` on this computer."""
    server = socket.create_server(("127.0.0.1", 0))
    open_ones: set[socket.socket] = set()
    stopping = threading.Event()

    def accept() -> None:
        while not stopping.is_set():
            try:
                near, _address = server.accept()
            except OSError:
                return
            if weather.down:
                _reset(near)
                continue
            try:
                far = socket.create_connection(("127.0.0.1", port))
            except OSError:
                _reset(near)
                continue
            open_ones.update((near, far))
            for each in (near, far):  # a line holds nothing back
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for one, other, up in ((near, far, True), (far, near, False)):
                threading.Thread(target=_pump, args=(one, other, up, weather), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield server.getsockname()[1]
    finally:
        stopping.set()
        server.close()
        for one in open_ones:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


def _pump(one: socket.socket, other: socket.socket, up: bool, weather: Weather) -> None:
    """One way of one connection: each piece takes its time, many are under way at once, and a byte never
    overtakes another."""
    one.settimeout(0.05)
    under_way: SimpleQueue[tuple[float, bytes]] = SimpleQueue()
    threading.Thread(target=_carry, args=(under_way, one, other, up, weather), daemon=True).start()
    while True:
        if weather.down:
            _reset(one)
            _reset(other)
            under_way.put((0.0, b""))
            return
        try:
            data = one.recv(_CHUNK)
        except TimeoutError:
            continue
        except OSError:
            data = b""
        under_way.put((time.monotonic() + weather.delay(weather.up_ms if up else weather.down_ms), data))
        if not data:
            return


def _carry(
    under_way: SimpleQueue[tuple[float, bytes]],
    one: socket.socket,
    other: socket.socket,
    up: bool,
    weather: Weather,
) -> None:
    while True:
        due, data = under_way.get()
        time.sleep(max(0.0, due - time.monotonic()))
        while weather.mute and not weather.down:
            time.sleep(0.02)
        if not up and data and weather.cuts(len(data)):
            _reset(one)
            _reset(other)
            return
        try:
            if not data:
                other.shutdown(socket.SHUT_WR)
                return
            other.sendall(data)
        except OSError:
            return


def _reset(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    connection.close()
