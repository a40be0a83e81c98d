"""A hamlet PC as its station sees it, light enough for thousands in one process."""

from __future__ import annotations

import asyncio
import re
import resource
import ssl
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

import uvloop

from broadcaster.clock import SystemClock
from broadcaster.network.asking import Request, authorization
from broadcaster.network.keys import SigningKey

_CLOCK = SystemClock()
Result = TypeVar("Result")
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


def key_of(number: int) -> SigningKey:
    """Of the PC of that number."""
    return SigningKey(number.to_bytes(32, "big"))


def many_files(most: int) -> None:
    """Let this process hold so many connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, most)), hard))


def run(main: Coroutine[Any, Any, Result]) -> Result:
    """In the quickest loop that there is: the crowd shares the computer with whom it asks."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


@dataclass(frozen=True)
class Answered:
    status: int
    etag: str
    body: bytes


class Asker:
    """One connection that is kept open; each request is signed."""

    def __init__(self, port: int, device: str, key: SigningKey, authority: str = "") -> None:
        """`authority`: PEM of whom to trust; empty: no TLS."""
        self._where = ("127.0.0.1", port)
        self._device = device
        self._key = key
        self._tls = ssl.create_default_context(cadata=authority) if authority else None

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection(*self._where, ssl=self._tls)

    def close(self) -> None:
        self._writer.close()

    async def ask(self, target: str, has: str = "", wait_s: int = 0, body: bytes = b"") -> None:
        request = Request("POST" if body else "GET", target, body)
        now = round(_CLOCK.now().timestamp() * 1000)
        lines = [f"{request.method} {target} HTTP/1.1", "Host: localhost", f"If-None-Match: {has}"]
        lines += [f"Prefer: wait={wait_s}", f"Content-Length: {len(body)}"]
        lines += [f"Authorization: {authorization(request, self._device, self._key, now)}", "", ""]
        self._writer.write("\r\n".join(lines).encode() + body)
        await self._writer.drain()

    async def answer(self) -> Answered:
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        body = await self._reader.readexactly(int(length[1])) if length else b""
        etag = re.search(rb"etag: (\S+)", head)
        return Answered(int(head[9:12]), etag[1].decode() if etag else "", body)
