"""The station's five endpoints."""

from __future__ import annotations

import asyncio
import logging
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from anyio import to_thread
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from broadcaster.clock import Clock
from broadcaster.errors import BroadcasterError, Refused
from broadcaster.network import plain, wire
from broadcaster.network.asking import Doorkeeper
from broadcaster.network.asking import Request as Asked
from broadcaster.network.envelope import Kind, seal
from broadcaster.network.keys import SigningKey
from broadcaster.network.ports import Published, StationSide
from broadcaster.network.words import Word, refused

_log = logging.getLogger(__name__)
LONGEST_WAIT_S = 25
_AT_ONCE, _BREATH_S = 500, 0.01
"""So many are fetched, then answered, in turn: a thread that fetches and the loop that answers would, at the
same time, wait for each other at every row."""
_THREADS = 8
"""That ask the station: more of them would only wait for each other, and each takes memory."""
_MS = timedelta(milliseconds=1)
_STATUS = {
    Word.TOO_LARGE: 413,
    Word.STALE: 401,
    Word.REPLAYED: 401,
    Word.BAD_SIGNATURE: 401,
    Word.UNKNOWN_DEVICE: 401,
    Word.REVOKED: 401,
    Word.WRONG_PROOF: 403,
    Word.CODE_ENDED: 403,
    Word.NOT_YOURS: 403,
    Word.NOT_HERE: 404,
    Word.FORKED: 409,
    Word.TOO_MANY: 429,
}
_NONCE = re.compile(r"[0-9a-f]{32}")
_HASH = re.compile(r"[0-9a-f]{64}")
_WAIT = re.compile(r"wait=(\d{1,3})")
_Endpoint = Callable[[Request], Awaitable[Response]]


class Server:
    """`wake` may be called from any thread once the application runs; the rest belongs to its loop."""

    def __init__(self, station: StationSide, key: SigningKey, clock: Clock) -> None:
        """`key` signs times and enrolments; timetables come sealed."""
        self._station = station
        self._key = key
        self._clock = clock
        self._doorkeeper = Doorkeeper(station.device_key)
        self._waiting: dict[str, dict[asyncio.Future[Published | None], str]] = defaultdict(dict)
        """By device: the long polls, each with the version that it has."""
        self._teller = ThreadPoolExecutor(1, "telling")
        """Whoever waits is told at once, however many ask meanwhile."""
        self._telling: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    def application(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/v1/time", self._guarded(self._time)),
                Route("/v1/enrol", self._guarded(self._enrol), methods=["POST"]),
                Route("/v1/timetable", self._guarded(self._timetable)),
                Route("/audio/{sha256}", self._guarded(self._audio)),
                Route("/v1/asrun", self._guarded(self._asrun), methods=["POST"]),
            ]
        )

    def wake(self, devices: Iterable[str] | None = None) -> None:
        """Have the long polls of these devices (None: of all) look for something newer."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake, None if devices is None else tuple(devices))

    def end(self) -> None:
        """Tell all who wait that nothing is new: the web server is about to stop, and would cut them off."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._end)

    def _end(self) -> None:
        for polls in self._waiting.values():
            for future in polls:
                if not future.done():
                    future.set_result(None)

    def _wake(self, devices: tuple[str, ...] | None) -> None:
        """Ask the station once, in one thread, however many of them wait; then for what is news."""
        has = {
            device: set(self._waiting[device].values())
            for device in (devices or tuple(self._waiting))
            if self._waiting.get(device)
        }
        if has:
            task = asyncio.ensure_future(self._tell(has))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)

    async def _tell(self, has: Mapping[str, set[str]]) -> None:
        loop = asyncio.get_running_loop()
        behind = await loop.run_in_executor(self._teller, self._behind, has)
        for begin in range(0, len(behind), _AT_ONCE):
            some = behind[begin : begin + _AT_ONCE]
            found = await loop.run_in_executor(self._teller, self._published, some)
            for device, published in found.items():
                for future, version in self._waiting.get(device, {}).items():
                    if version != _etag(published.version) and not future.done():
                        future.set_result(published)
            await asyncio.sleep(_BREATH_S)

    def _behind(self, has: Mapping[str, set[str]]) -> list[str]:
        """Devices that wait without the newest version."""
        try:
            newest = self._station.versions()
        except BroadcasterError as error:
            _log.warning("event=waking trouble=%s", error)
            return []
        return [device for device in has if device in newest and has[device] != {_etag(newest[device])}]

    def _published(self, devices: Sequence[str]) -> Mapping[str, Published]:
        try:
            return self._station.published_to(devices)
        except BroadcasterError as error:
            _log.warning("event=waking trouble=%s", error)
            return {}

    def _guarded(self, answer: _Endpoint) -> _Endpoint:
        """What is refused is answered in the protocol's words."""

        async def guarded(request: Request) -> Response:
            if self._loop is None:
                self._loop = asyncio.get_running_loop()
                to_thread.current_default_thread_limiter().total_tokens = _THREADS
            try:
                return await answer(request)
            except Refused as error:
                return _json({"error": error.what, "detail": error.item}, _STATUS.get(Word(error.what), 400))
            except BroadcasterError as error:
                return _json({"error": "trouble", "detail": error.what[:200]}, 503)

        return guarded

    def _now_ms(self) -> int:
        return round(self._clock.now().timestamp() * 1000)

    async def _time(self, request: Request) -> Response:
        received_at, nonce = self._now_ms(), request.query_params.get("nonce", "")
        if not _NONCE.fullmatch(nonce):
            raise refused(Word.MALFORMED, "nonce")
        return self._sealed(
            Kind.TIME, {"nonce": nonce, "received_at": received_at, "sent_at": self._now_ms()}
        )

    async def _enrol(self, request: Request) -> Response:
        asked = wire.read(
            wire.Enrolling, plain.parse(await _body(request, wire.ENROL_BYTES), wire.ENROL_BYTES)
        )
        enrolled = await run_in_threadpool(self._station.enrol, asked, self._clock.now())
        return self._sealed(Kind.ENROLMENT, dict(enrolled))

    async def _timetable(self, request: Request) -> Response:
        device = await self._device(request)
        has, wait = request.headers.get("if-none-match", ""), _WAIT.search(request.headers.get("prefer", ""))
        seconds = min(int(wait[1]), LONGEST_WAIT_S) if wait else 0
        woken: asyncio.Future[Published | None] = asyncio.get_running_loop().create_future()
        self._waiting[device][woken] = has
        try:
            published = await run_in_threadpool(self._station.published, device)
            if has == _etag(published.version):
                published = await _within(woken, seconds) or published
        finally:
            del self._waiting[device][woken]
            if not self._waiting[device]:
                del self._waiting[device]
        headers = {"etag": _etag(published.version), "cache-control": "no-store"}
        if has == headers["etag"]:
            return Response(status_code=304, headers=headers)
        return Response(published.body, headers=headers, media_type="application/json")

    async def _audio(self, request: Request) -> Response:
        device, sha256 = await self._device(request), request.path_params["sha256"]
        if not _HASH.fullmatch(sha256):
            raise refused(Word.NOT_HERE, "no hash")
        path = await run_in_threadpool(self._station.audio, device, sha256)
        headers = {"etag": f'"{sha256}"', "cache-control": "public, max-age=31536000, immutable"}
        return FileResponse(path, headers=headers, media_type="application/octet-stream")

    async def _asrun(self, request: Request) -> Response:
        body = await _body(request, wire.ASRUN_BYTES)
        device = await self._device(request, body)
        report = wire.read(wire.Report, plain.parse(body, wire.ASRUN_BYTES))
        if report.device != device:
            raise refused(Word.NOT_YOURS, report.device)
        acknowledged = await run_in_threadpool(self._station.take_in, device, report, self._clock.now())
        return _json({"acknowledged": list(acknowledged)})

    async def _device(self, request: Request, body: bytes = b"") -> str:
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        asked, header = Asked(request.method, target, body), request.headers.get("authorization", "")
        # It may have to ask the database, which may be slow to answer: others are served meanwhile.
        return await run_in_threadpool(
            self._doorkeeper.device, header, asked, self._clock.now(), self._now_ms()
        )

    def _sealed(self, kind: Kind, content: dict[str, object]) -> Response:
        return _json(seal(kind, content, self._key))


def _etag(version: int) -> str:
    return f'"{version}"'


async def _within(woken: asyncio.Future[Published | None], seconds: float) -> Published | None:
    await asyncio.wait((woken,), timeout=seconds)
    return woken.result() if woken.done() else None


async def _body(request: Request, limit: int) -> bytes:
    """Refused (too-large) as soon as it is."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise refused(Word.TOO_LARGE, f"> {limit}")
    return body


def _json(content: Mapping[str, object], status: int = 200) -> Response:
    return Response(plain.text(content), status, {"cache-control": "no-store"}, media_type="application/json")
