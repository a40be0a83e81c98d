"""Five thousand hamlet PCs that wait on one server process, and how soon a newer version wakes them."""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

from broadcaster.clock import SystemClock
from broadcaster.network import plain
from broadcaster.network.asking import Request, authorization
from broadcaster.network.envelope import Kind, seal
from broadcaster.network.keys import SigningKey
from broadcaster.network.listening import Listening
from broadcaster.network.ports import Published
from broadcaster.network.server import Server
from tests.network.messages import airing, timetable
from tests.network.station import FakeStation

POLLS = 5_000
_AT_ONCE = 200
_WAKE_P99_S = 1.0
_CLOCK = SystemClock()


class _Cached(FakeStation):
    """A timetable of 28 airings, sealed once for each version, as a real station does."""

    def published(self, device: str) -> Published:
        with self.lock:
            if self._sealed is None or self._sealed.version != self.version:
                content = timetable(version=self.version, airings=[airing(id=f"a{n}") for n in range(28)])
                body = plain.text(seal(Kind.TIMETABLE, content, self.key)).encode()
                self._sealed = Published(self.version, body)
            return self._sealed

    _sealed: Published | None = None


def polls() -> bool:
    """p99 from the station's word to the answer in hand, over plain TCP on this computer."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 3 * POLLS)), hard))
    key = SigningKey.fresh()
    with tempfile.TemporaryDirectory() as folder:
        station = _Cached(Path(folder))
        station.devices["d1"] = key.public
        server = Server(station, station.key, _CLOCK)
        listening = Listening(server.application(), "127.0.0.1", 0, None)
        listening.start()
        ours, theirs = multiprocessing.get_context("spawn").Pipe()
        crowd = multiprocessing.get_context("spawn").Process(
            target=_crowd, args=(theirs, listening.port, key_bytes(key))
        )
        crowd.start()
        ours.recv()
        station.version += 1
        woken = time.time()
        server.wake()
        lateness = sorted(at - woken for at in ours.recv())
        crowd.join()
        listening.stop()
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    p99 = lateness[round(0.99 * len(lateness)) - 1]
    print(
        f"{len(lateness)} long polls woken: median {statistics.median(lateness):.3f} s, p99 {p99:.3f} s"
        f" (at most {_WAKE_P99_S} s), server process {memory_mb} MB"
    )
    return len(lateness) == POLLS and p99 <= _WAKE_P99_S


def key_bytes(key: SigningKey) -> bytes:
    return key._key.private_bytes_raw()


def _crowd(pipe: Connection, port: int, key: bytes) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 3 * POLLS)), hard))
    pipe.send(asyncio.run(_gathered(pipe, port, SigningKey(key))))


async def _gathered(pipe: Connection, port: int, key: SigningKey) -> list[float]:
    gate, waiting = asyncio.Semaphore(_AT_ONCE), list[int]()
    connected = asyncio.Event()
    polling = [asyncio.create_task(_poll(port, key, gate, waiting, connected)) for _poll_ in range(POLLS)]
    await connected.wait()
    await asyncio.sleep(1.0)
    pipe.send("ready")
    return await asyncio.gather(*polling)


async def _poll(
    port: int, key: SigningKey, gate: asyncio.Semaphore, waiting: list[int], connected: asyncio.Event
) -> float:
    async with gate:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        now = round(_CLOCK.now().timestamp() * 1000)
        header = authorization(Request("GET", "/v1/timetable"), "d1", key, now)
        writer.write(
            f'GET /v1/timetable HTTP/1.1\r\nHost: x\r\nIf-None-Match: "1"\r\nPrefer: wait=25\r\n'
            f"Authorization: {header}\r\n\r\n".encode()
        )
        await writer.drain()
        waiting.append(1)
        if len(waiting) == POLLS:
            connected.set()
    status = await reader.readline()
    at = time.time()
    if b"200" not in status:
        sys.exit(f"a long poll was answered {status!r}")
    writer.close()
    return at
