"""Ten thousand messages that nobody should send: a player follows its station on, and a station serves on.

What varies is drawn by hypothesis; each example is a handful of messages, so that many of them are cheap.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from broadcaster.clock import TurnedClock
from broadcaster.errors import Refused
from broadcaster.network import plain, wire
from broadcaster.network.asking import Doorkeeper, Request, authorization
from broadcaster.network.envelope import Kind, seal
from broadcaster.network.follower import Follower, Trust
from broadcaster.network.keys import SigningKey
from broadcaster.network.line import Answer
from broadcaster.network.server import Server
from broadcaster.network.words import Word
from tests.network.messages import HAMLET, NOW_MS, SHA, STATION, airing, emergency, timetable
from tests.network.station import FakeStation
from tests.network.test_follower import EMERGENCY_KEY, KEY, NOW, Side

_AT_ONCE = 20
_EXAMPLES = 125
"""For each of four fuzzes: 4 × 125 × 20 messages."""
_WORDS = {word.value for word in Word}
many = settings(
    max_examples=_EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)

ODD: Sequence[Any] = (
    *(
        None,
        True,
        False,
        0,
        1,
        -1,
        2**53,
        2**53 + 1,
        -(2**53),
        10**30,
        "",
        " ",
        "\x00",
        "\ud800",
        "ấp",
        "a" * 65,
    ),
    *("a" * 501, "\u202e", "../../etc/passwd", "0" * 64, SHA.upper(), [], {}, [[]], [None] * 9, [{}] * 21),
    *({"a": {"b": {"c": []}}}, [0] * 2001, "9" * 400, "NaN", "-0", "1e9"),
)


def report() -> dict[str, Any]:
    event = {"epoch": 1, "seq": 1, "at": NOW_MS, "kind": "ended", "airing": "a1", "payload": "{}"}
    event |= {"prev_hash": "", "hash": SHA}
    status: dict[str, Any] = dict.fromkeys(("software", "why_not", "output", "next_airing"), "")
    status |= dict.fromkeys(("version", "wanted_version", "offset_ms", "offset_error_ms", "free_mb"), 7)
    status |= {"level_db_x10": -600, "faults": [], "next_ready": True}
    return {"device": "d1", "events": [event], "status": status}


def enrolling() -> dict[str, Any]:
    return {"device_key": SHA, "hamlet_hint": "", "software": "broadcaster 0.1.0", "proof": SHA}


@dataclass(frozen=True)
class Change:
    """One thing that is wrong in a message: which part of it, and what stands there instead."""

    part: int
    odd: int
    how: int

    def of(self, message: dict[str, Any]) -> dict[str, Any]:
        places = list(_places(message))
        holder, key = places[self.part % len(places)]
        match self.how % 8:
            case 0:
                holder.pop(key)
            case 1 if isinstance(holder, dict):
                holder[f"{key}x"] = ODD[self.odd % len(ODD)]
            case 2 if isinstance(holder[key], list):
                holder[key] *= self.odd
            case 3 if isinstance(holder[key], int):
                holder[key] += self.odd - 50
            case _:
                holder[key] = ODD[self.odd % len(ODD)]
        return message

    def of_bytes(self, raw: bytes) -> bytes:
        at = self.part % (len(raw) + 1)
        match self.how % 4:
            case 0:
                return raw[:at]
            case 1:
                return raw[:at] + bytes([self.odd % 256]) + raw[at + 1 :]
            case 2:
                return raw[:at] + raw[at // 2 :]
            case _:
                return (b"[", b'{"a":')[self.part % 2] * (self.odd * 200) + raw[at:]


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])


changes = st.lists(
    st.builds(Change, st.integers(0, 5000), st.integers(0, 255), st.integers(0, 255)),
    min_size=_AT_ONCE,
    max_size=_AT_ONCE,
)


class _Says:
    """A line that answers whatever it is told to."""

    def __init__(self, body: bytes, number: int) -> None:
        self.answer = Answer(200, body, f'"{number}"')

    def timetable(self, etag: str, wait_s: int) -> Answer:
        return self.answer


def _sealed(change: Change) -> bytes:
    """Signed by the right keys, and yet not right; or right, and then changed on the way."""
    content = timetable(emergencies=[_signed(Kind.EMERGENCY, emergency(), EMERGENCY_KEY)])
    match change.how % 3:
        case 0:
            return change.of_bytes(json.dumps(_signed(Kind.TIMETABLE, content, KEY)).encode())
        case 1:
            urgent = _signed(Kind.EMERGENCY, change.of(emergency()), EMERGENCY_KEY)
            content["emergencies"] = [change.of(urgent) if change.odd % 5 == 0 else urgent]
        case _:
            content = change.of(content)
    return json.dumps(_signed(Kind.TIMETABLE, content, KEY)).encode()


def _signed(kind: Kind, content: dict[str, Any], key: SigningKey) -> dict[str, Any]:
    """As `seal`, whatever stands in it."""
    payload = json.dumps(content)
    signature = key.sign(f"broadcaster/1 {kind}\n{payload}".encode())
    return {"key": key.public.id, "payload": payload, "signature": signature.hex()}


def _follower(folder: Path, side: Side) -> Follower:
    trust = Trust(STATION, HAMLET, KEY.public, EMERGENCY_KEY.public)
    return Follower(trust, side, folder, TurnedClock(NOW))


@many
@given(changes)
def test_a_player_follows_on_whatever_it_is_told(wrong: list[Change]) -> None:
    side = Side()
    with tempfile.TemporaryDirectory() as folder:
        follower = _follower(Path(folder), side)
        for number, change in enumerate(wrong):
            follower.poll(_Says(_sealed(change), number), 0)
            assert follower.why_not in {"", *_WORDS}

        true = timetable(version=2**53, airings=[])
        follower.poll(_Says(plain.text(seal(Kind.TIMETABLE, true, KEY)).encode(), 0), 0)

        assert follower.wanted_version == 2**53
    assert side.accepted == []


@many
@given(changes)
def test_a_message_is_read_or_refused(wrong: list[Change]) -> None:
    kinds: tuple[tuple[type[Any], Any], ...] = (
        (wire.Timetable, timetable),
        (wire.Emergency, emergency),
        (wire.Report, report),
        (wire.Enrolling, enrolling),
    )
    for change in wrong:
        kind, message = kinds[change.part % len(kinds)]
        with suppress(Refused):
            told = wire.read(kind, plain.parse(json.dumps(change.of(message())).encode(), 100_000))
            assert plain.text(told.model_dump(mode="json"))


@many
@given(changes)
def test_a_doorkeeper_lets_nobody_in_on_changed_words(wrong: list[Change]) -> None:
    key = SigningKey(b"k" * 32)
    asked = Request("GET", "/v1/timetable")
    doorkeeper = Doorkeeper({"d1": key.public}.__getitem__)
    true = authorization(asked, "d1", key, NOW_MS)
    for change in wrong:
        header = change.of_bytes(true.encode()).decode("latin-1")
        if header != true:
            with pytest.raises(Refused):
                doorkeeper.device(header, asked, NOW, NOW_MS)

    assert doorkeeper.device(true, asked, NOW, NOW_MS) == "d1"


class _Station:
    """A served station without a network: one request after the other, in one loop."""

    def __init__(self, folder: Path) -> None:
        self.key = SigningKey(b"k" * 32)
        self.station = FakeStation(folder)
        self.station.devices["d1"] = self.key.public
        self.server = Server(self.station, self.station.key, TurnedClock(NOW)).application()

    async def asked(self, method: str, target: str, body: bytes, header: str) -> tuple[int, bytes]:
        path, _mark, query = target.partition("?")
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
        }
        scope |= {"path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": ""}
        headers = [(b"authorization", header.encode("latin-1")), (b"host", b"x")]
        scope |= {"headers": headers, "scheme": "http", "client": None, "server": None, "extensions": {}}
        parts = [body[at : at + 65_536] for at in range(0, len(body), 65_536)] or [b""]
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.server(scope, receive, send)
        return int(sent[0]["status"]), b"".join(part.get("body", b"") for part in sent[1:])

    def signed(self, method: str, target: str, body: bytes) -> str:
        return authorization(Request(method, target, body), "d1", self.key, NOW_MS)


def _request(station: _Station, change: Change) -> tuple[str, str, bytes, str]:
    """One that its sender signed, whatever it says."""
    body, method, target = b"", "GET", "/v1/timetable"
    odd = json.dumps(ODD[change.odd % len(ODD)])[:80].replace(" ", "")
    match change.part % 5:
        case 0:
            method, target, body = "POST", "/v1/asrun", json.dumps(change.of(report())).encode()
        case 1:
            method, target, body = "POST", "/v1/enrol", json.dumps(change.of(enrolling())).encode()
        case 2:
            method, target, body = "POST", "/v1/asrun", change.of_bytes(json.dumps(report()).encode())
        case 3:
            target = f"/audio/{odd}" if change.how % 2 else f"/v1/time?nonce={odd}"
        case _:
            method = ("GET", "POST", "PUT", "HEAD", "X")[change.how % 5]
            target = f"/v1/timetable?{odd}"
    header = station.signed(method, target, body)
    return (
        method,
        target,
        body,
        change.of_bytes(header.encode()).decode("latin-1") if change.how % 7 == 6 else header,
    )


async def _all_answered(station: _Station, wrong: list[Change]) -> None:
    for change in wrong:
        method, target, body, header = _request(station, change)
        status, said = await station.asked(method, target, body, header)
        assert status in (200, 400, 401, 403, 404, 405, 409, 413), (status, said, method, target)
        if status in (400, 401, 403, 409, 413):
            assert json.loads(said)["error"] in _WORDS
    right = station.signed("GET", "/v1/timetable", b"")
    assert (await station.asked("GET", "/v1/timetable", b"", right))[0] == 200


@many
@given(changes)
def test_a_station_serves_on_whatever_it_is_asked(wrong: list[Change]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_all_answered(_Station(Path(folder)), wrong))


_LIMITS = {"/v1/asrun": wire.ASRUN_BYTES, "/v1/enrol": wire.ENROL_BYTES}


@pytest.mark.parametrize("target", list(_LIMITS))
@pytest.mark.parametrize("over", [-1, 0, 1, 9_000_000])
def test_a_body_may_be_so_large_and_no_larger(tmp_path: Path, target: str, over: int) -> None:
    station = _Station(tmp_path)
    body = b'{"a":"' + b"a" * (_LIMITS[target] + over - 8) + b'"}'

    status, said = asyncio.run(station.asked("POST", target, body, station.signed("POST", target, body)))

    assert len(body) == _LIMITS[target] + over
    word = Word.TOO_LARGE if over > 0 else Word.MALFORMED
    assert (status, json.loads(said)["error"]) == (413 if over > 0 else 400, word)


@pytest.mark.parametrize("over", [-1, 0, 1, 3_000_000])
def test_a_timetable_may_be_so_large_and_no_larger(tmp_path: Path, over: int) -> None:
    side = Side()
    follower = _follower(tmp_path, side)
    content = timetable(airings=[])
    room = wire.TIMETABLE_BYTES + over - len(plain.text(content | {"more": ""}).encode())
    envelope = seal(Kind.TIMETABLE, content | {"more": "a" * room}, KEY)

    follower.poll(_Says(plain.text(envelope).encode(), 1), 0)

    assert len(envelope["payload"].encode()) == wire.TIMETABLE_BYTES + over
    assert follower.why_not == (Word.TOO_LARGE if over > 0 else "")
    assert bool(follower.wanted_version) == (over <= 0)


def test_the_fullest_timetable_is_taken_at_once(tmp_path: Path) -> None:
    follower = _follower(tmp_path, Side())
    full = timetable(airings=[airing(id=f"a{number}") for number in range(2000)])

    follower.poll(_Says(plain.text(seal(Kind.TIMETABLE, full, KEY)).encode(), 1), 0)

    assert (follower.why_not, follower.wanted_version) == ("", 7)
