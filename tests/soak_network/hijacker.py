"""Somebody who has taken over the way to the station, and its certificate, but none of its signing keys.

Every request ends at him. Most he passes on; with the rest he plays, each trick in its turn: replays what is
old, gives one hamlet what is another's, changes what he can reach, signs with keys of his own, tells reports
twice, and swallows answers. He turns no clock, and never lets the last word be his.
"""

from __future__ import annotations

import http.client
import json
import re
import ssl
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

from broadcaster.clock import SystemClock
from broadcaster.network.asking import Request, authorization
from broadcaster.network.authority import SERVER, SERVER_KEY
from broadcaster.network.envelope import Kind, seal
from broadcaster.network.keys import SigningKey

_DEVICE = re.compile(r"device=(\w+)")
_PASSED_ON = ("Authorization", "If-None-Match", "Prefer", "Range", "Content-Type")
_TOLD = ("ETag", "Content-Type", "Content-Range", "Retry-After")
_LONGEST_S = 60.0
_WAIT_S = (1, 3)
"""What he makes of a long poll's wait: he wants to be asked often."""
_SOON_MS = 4_000
FORGED = "f0f0f0f0"
"""How the ids of his own airings begin."""


_TURNS = {
    "timetable": ("own_key", "", "changed", "", "other_hamlet", "", "old", ""),
    "audio": ("flipped", "", "", "half", "", ""),
    "asrun": ("", "twice", "", "swallowed", "", "report_of_his_own"),
    "time": (*10 * ("",), "another_time"),
}
"""By what is asked: his tricks in their order; "": the truth."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    share: float = 1.0
    """Of the body, after which the line breaks; 0: before anything came."""


class Swallowed(Exception):
    """The line breaks before the answer came."""


class Hijacker:
    """`tricks`: whether he plays any; may be changed at any time."""

    def __init__(self, certificates: Path, station_port: int, chance: Random) -> None:
        self.tricks = True
        self.played: Counter[str] = Counter()
        self._certificates = certificates
        self._station_port = station_port
        self._chance = chance
        self._own = SigningKey.fresh()
        self._lock = threading.Lock()
        self._past: defaultdict[str, list[Answer]] = defaultdict(list)
        self._newest: dict[str, Answer] = {}
        self._reports: list[tuple[dict[str, str], bytes]] = []
        self._turns: defaultdict[tuple[str, str], int] = defaultdict(int)
        self._blind = ssl.create_default_context()
        self._blind.check_hostname, self._blind.verify_mode = False, ssl.CERT_NONE

    @contextmanager
    def at_work(self) -> Iterator[int]:
        """The port at which he listens."""
        hijacker = self

        class Handler(_Handler):
            def answer(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
                return hijacker.answer(self.command, path, headers, body)

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads, server.block_on_close = True, False
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._certificates / SERVER, self._certificates / SERVER_KEY)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            server.server_close()

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """What whoever asked hears. Swallowed: nothing."""
        found = _DEVICE.search(headers.get("Authorization", ""))
        device = found[1] if found else ""
        kind = path.partition("?")[0].split("/")[1 if path.startswith("/audio") else 2]
        if kind == "timetable":
            headers["Prefer"] = f"wait={self._chance.randint(*_WAIT_S)}"
        answer = self._tricked(kind, device, method, path, headers, body) if self.tricks else None
        if answer is not None:
            return answer
        answer = self._asked(method, path, headers, body)
        if kind == "timetable" and answer.status == 200:
            with self._lock:
                self._past[device].append(answer)
                self._newest[device] = answer
        return answer

    def _tricked(self, kind: str, device: str, *asked: Any) -> Answer | None:
        """The trick whose turn it is, once it can be played; None: the truth is to be heard."""
        turns = _TURNS.get(kind, ("",))
        with self._lock:
            trick = turns[self._turns[device, kind] % len(turns)]
        answer: Answer | None = getattr(self, f"_{trick}")(device, *asked) if trick else None
        if answer is not None or not trick:
            with self._lock:
                self._turns[device, kind] += 1
                self.played.update([trick] if trick else [])
        return answer

    def _asked(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        line = http.client.HTTPSConnection(
            "127.0.0.1", self._station_port, timeout=_LONGEST_S, context=self._blind
        )
        try:
            given = {name: headers[name] for name in _PASSED_ON if name in headers}
            line.request(method, path, body or None, given)
            response = line.getresponse()
            told = {name: value for name in _TOLD if (value := response.headers.get(name))}
            return Answer(response.status, told, response.read())
        except (OSError, http.client.HTTPException) as error:
            raise Swallowed from error
        finally:
            line.close()

    def _again(self, answer: Answer | None) -> Answer | None:
        """Under a name that was never heard, so that it is looked at."""
        etag = {"ETag": f'"{uuid4().hex}"'}
        return None if answer is None else Answer(200, answer.headers | etag, answer.body)

    def _old(self, device: str, *_asked: Any) -> Answer | None:
        newest = self._newest.get(device)
        older = [answer for answer in self._past[device] if newest and answer.body != newest.body]
        return self._again(self._chance.choice(older)) if older else None

    def _other_hamlet(self, device: str, *_asked: Any) -> Answer | None:
        others = [answer for name, answer in tuple(self._newest.items()) if name != device]
        return self._again(self._chance.choice(others)) if others else None

    def _changed(self, device: str, *_asked: Any) -> Answer | None:
        """The station's own word and signature, with one thing put in."""
        return self._forged(device, lambda envelope, payload: envelope | {"payload": payload})

    def _own_key(self, device: str, *_asked: Any) -> Answer | None:
        return self._forged(
            device, lambda _envelope, payload: seal(Kind.TIMETABLE, json.loads(payload), self._own)
        )

    def _forged(self, device: str, sealed: Callable[[dict[str, Any], str], dict[str, Any]]) -> Answer | None:
        """A newer version: what the PC has the audio of, in four seconds, and nothing else."""
        newest = self._newest.get(device)
        if newest is None:
            return None
        envelope = json.loads(newest.body)
        content = json.loads(envelope["payload"])
        with_audio = [airing for airing in content["airings"] if airing["audio"]]
        if not with_audio:
            return None
        starts_at = round(SystemClock().now().timestamp() * 1000) + _SOON_MS
        new = {"id": FORGED + uuid4().hex[8:], "edition": uuid4().hex, "starts_at": starts_at}
        content |= {"version": content["version"] + 1_000, "airings": [with_audio[0] | new]}
        return self._again(
            Answer(200, newest.headers, json.dumps(sealed(envelope, json.dumps(content))).encode())
        )

    def _flipped(self, _device: str, *asked: Any) -> Answer | None:
        answer = self._asked(*asked)
        if answer.status not in (200, 206) or not answer.body:
            return answer
        content = bytearray(answer.body)
        content[self._chance.randrange(len(content))] ^= 1 << self._chance.randrange(8)
        return replace(answer, body=bytes(content))

    def _half(self, _device: str, *asked: Any) -> Answer | None:
        return replace(self._asked(*asked), share=0.5)

    def _twice(self, _device: str, *asked: Any) -> Answer | None:
        """The report itself again, and one of long ago."""
        answer = self._asked(*asked)
        _method, path, headers, body = asked
        self._reports.append((headers, body))
        for told in ((headers, body), self._chance.choice(self._reports)):
            with suppress(Swallowed):
                self._asked("POST", path, *told)
        return answer

    def _swallowed(self, _device: str, *asked: Any) -> Answer | None:
        """It arrived, and its sender does not learn that."""
        return replace(self._asked(*asked), share=0.0)

    def _report_of_his_own(self, device: str, *asked: Any) -> Answer | None:
        """An end of something, as if the PC had told it; then the truth."""
        method, path, headers, body = asked
        report = json.loads(body)
        last: dict[str, Any] = {"epoch": 1, "seq": 0, "hash": ""}
        last = report["events"][-1] if report["events"] else last
        event = {"epoch": last["epoch"], "seq": last["seq"] + 1, "at": 1, "kind": "ended", "hash": "0" * 64}
        event |= {"airing": FORGED + uuid4().hex[8:], "payload": "{}", "prev_hash": last["hash"]}
        told = json.dumps(report | {"events": [event]}).encode()
        now = round(SystemClock().now().timestamp() * 1000)
        with suppress(Swallowed):
            asked_so = authorization(Request(method, path, told), device, self._own, now)
            self._asked(method, path, headers | {"Authorization": asked_so}, told)
        return self._asked(*asked)

    def _another_time(self, _device: str, *asked: Any) -> Answer | None:
        answer = self._asked(*asked)
        content = json.loads(json.loads(answer.body)["payload"])
        content |= {name: content[name] + 3_600_000 for name in ("received_at", "sent_at")}
        return Answer(200, answer.headers, json.dumps(seal(Kind.TIME, content, self._own)).encode())


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _LONGEST_S

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        raise NotImplementedError

    def do_GET(self) -> None:
        with suppress(OSError):
            self._do()

    do_POST = do_GET

    def _do(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            answer = self.answer(self.path, dict(self.headers), body)
        except Swallowed:
            answer = Answer(0, {}, b"", share=0.0)
        self.close_connection = self.close_connection or answer.share < 1
        if not answer.share:
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 304:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body[: round(len(answer.body) * answer.share)])

    def handle(self) -> None:
        with suppress(OSError, ValueError):
            super().handle()

    def log_message(self, format: str, *args: Any) -> None: ...
