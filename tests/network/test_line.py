"""The real server and the real line, over TLS, in good and bad weather."""

from __future__ import annotations

import hashlib
import os
import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from broadcaster.errors import NetworkError, Refused
from broadcaster.network import plain, wire
from broadcaster.network.enrolment_code import EnrolmentCode
from broadcaster.network.envelope import Kind, unseal
from broadcaster.network.fetching import fetch, there
from broadcaster.network.keys import SigningKey
from broadcaster.network.line import DeviceLine, Line
from broadcaster.network.listening import Listening, parse_address
from broadcaster.network.offset import best
from broadcaster.network.server import Server
from broadcaster.network.words import Word
from tests.kit import until
from tests.network.proxy import Weather, proxied
from tests.network.station import CLOCK, FakeStation, serving

KEY = SigningKey.fresh()
STATUS = {
    "software": "0",
    "version": 1,
    "wanted_version": 1,
    "why_not": "",
    "offset_ms": -3,
    "offset_error_ms": 4,
    "free_mb": 100,
    "level_db_x10": -180,
    "output": "soundcard:",
    "faults": [],
    "next_airing": "",
    "next_ready": True,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("audio")


@pytest.fixture(scope="module")
def running(folder: Path) -> Iterator[tuple[FakeStation, Server, str, Path]]:
    station = FakeStation(folder)
    station.devices["d1"] = KEY.public
    with serving(station, folder / "certificate") as (server, url, authority):
        yield station, server, url, authority


@pytest.fixture
def station(running: tuple[FakeStation, Server, str, Path]) -> FakeStation:
    return running[0]


def now_ms() -> int:
    return round(CLOCK.now().timestamp() * 1000)


def device_line(url: str, authority: Path, device: str = "d1", key: SigningKey = KEY) -> DeviceLine:
    return DeviceLine(url, authority, CLOCK, device=device, key=key, station_ms=now_ms)


@pytest.fixture
def line(running: tuple[FakeStation, Server, str, Path]) -> Iterator[DeviceLine]:
    _station, _server, url, authority = running
    line = device_line(url, authority)
    yield line
    line.close()


def sound(folder: Path, size: int) -> wire.AudioName:
    content = random.Random(size).randbytes(size)
    sha256 = hashlib.sha256(content).hexdigest()
    (folder / sha256).write_bytes(content)
    return wire.AudioName(sha256=sha256, bytes=size, length_ms=1000, voice="espeak", why="")


def event(seq: int, digit: str = "a") -> wire.WireEvent:
    return wire.WireEvent(
        epoch=1, seq=seq, at=1, kind="began", airing="a1", payload="{}", prev_hash="", hash=digit * 64
    )


def report(*events: wire.WireEvent, device: str = "d1") -> wire.Report:
    return wire.Report(
        device=device, events=events, status=wire.DeviceStatus.model_validate(STATUS | {"faults": ()})
    )


def test_the_station_s_time_is_signed_and_near(station: FakeStation, line: DeviceLine) -> None:
    offset = best(line.time(station.key.public) for _sample in range(4))

    assert offset is not None
    assert abs(offset.seconds - (CLOCK.now().timestamp() - CLOCK.monotonic())) < offset.error + 0.005


def test_a_time_that_another_signed_is_no_time(line: DeviceLine) -> None:
    with pytest.raises(Refused) as error:
        line.time(KEY.public)

    assert error.value.what == Word.WRONG_KEY


def test_a_new_pc_is_enrolled_once(running: tuple[FakeStation, Server, str, Path]) -> None:
    station, _server, url, authority = running
    mine = SigningKey.fresh()
    line, code = Line(url, authority, CLOCK), EnrolmentCode.parse(str(station.code))
    asking = wire.Enrolling(
        device_key=mine.public.hex, hamlet_hint="", software="0", proof=code.proof(mine.public)
    )
    with pytest.raises(NetworkError, match=Word.WRONG_PROOF):
        line.enrol(asking.model_copy(update={"proof": "0" * 64}))

    enrolled = wire.read(
        wire.Enrolled, unseal(Kind.ENROLMENT, line.enrol(asking), [station.key.public], 40_000)
    )

    assert code.names(station.key.public)
    assert enrolled.hamlet.code == "ap-1"
    assert enrolled.device_key == mine.public.hex
    with pytest.raises(NetworkError, match=Word.CODE_ENDED):
        line.enrol(asking)
    own = device_line(url, authority, enrolled.device, mine)
    assert own.timetable("", 0).status == 200
    station.revoked.add(enrolled.device)
    with pytest.raises(NetworkError, match=Word.REVOKED):
        own.timetable("", 0)


def test_a_timetable_comes_sealed_and_once(station: FakeStation, line: DeviceLine) -> None:
    answer = line.timetable("", 0)
    content = unseal(Kind.TIMETABLE, plain.parse(answer.body, 10_000), [station.key.public], 10_000)

    assert wire.read(wire.Timetable, content).version == station.version
    assert line.timetable(answer.etag, 0).status == 304


def test_a_newer_version_wakes_who_waits(
    station: FakeStation, running: tuple[FakeStation, Server, str, Path], line: DeviceLine
) -> None:
    etag = line.timetable("", 0).etag
    found = []
    waiting = threading.Thread(target=lambda: found.append(line.timetable(etag, 25)))
    waiting.start()
    end = time.monotonic() + 10
    while not running[1]._waiting and time.monotonic() < end:
        time.sleep(0.01)
    time.sleep(0.1)
    station.version += 1
    asked = time.monotonic()
    running[1].wake(["d1"])
    waiting.join(10)

    assert [answer.status for answer in found] == [200]
    assert time.monotonic() - asked < 5
    assert found[0].etag == f'"{station.version}"'
    assert not running[1]._waiting


def test_who_waits_when_the_station_stops_is_told_that_nothing_is_new(tmp_path: Path) -> None:
    station = FakeStation(tmp_path)
    station.devices["d1"] = KEY.public
    found: list[int] = []
    with serving(station, tmp_path / "certificate") as (server, url, authority):
        line = device_line(url, authority)
        etag = line.timetable("", 0).etag

        def wait() -> None:
            found.append(line.timetable(etag, 25).status)
            line.close()

        waiting = threading.Thread(target=wait)
        waiting.start()
        until(lambda: server._waiting, what="the long poll")
    waiting.join(10)

    assert found == [304]


def test_as_run_is_stored_once_and_acknowledged_without_gaps(station: FakeStation, line: DeviceLine) -> None:
    assert line.report(report(event(2), event(3))) == (0, 0)
    assert line.report(report(event(1), event(2))) == (1, 3)
    assert line.report(report(event(1), event(2))) == (1, 3)
    assert len(station.events) == 3
    with pytest.raises(NetworkError, match=Word.FORKED):
        line.report(report(event(2, "b")))
    with pytest.raises(NetworkError, match=Word.NOT_YOURS):
        line.report(report(device="d2"))


def test_too_much_is_refused_before_it_is_read(line: DeviceLine) -> None:
    with pytest.raises(NetworkError, match=Word.TOO_LARGE):
        line._signed("POST", "/v1/asrun", {}, b"x" * (wire.ASRUN_BYTES + 1), 1_000)


def test_who_is_not_known_gets_nothing(running: tuple[FakeStation, Server, str, Path]) -> None:
    _station, _server, url, authority = running
    with pytest.raises(NetworkError, match=Word.UNKNOWN_DEVICE):
        device_line(url, authority, "d9").timetable("", 0)
    with pytest.raises(NetworkError, match=Word.BAD_SIGNATURE):
        device_line(url, authority, key=SigningKey.fresh()).timetable("", 0)


def test_another_s_certificate_is_not_believed(
    running: tuple[FakeStation, Server, str, Path], folder: Path, tmp_path: Path
) -> None:
    with (
        serving(FakeStation(folder), tmp_path / "other") as (_server, _url, other),
        pytest.raises(NetworkError, match="certificate"),
    ):
        device_line(running[2], other).timetable("", 0)


@pytest.mark.parametrize("url", ["http://station.example:8443", "ftp://x", "station", "https://x/?a=1"])
def test_only_an_encrypted_line_is_used(url: str) -> None:
    with pytest.raises(NetworkError):
        Line(url, None, CLOCK)


@pytest.mark.parametrize("text", ["", "8443", "host", "host:", "host:99999", ":1"])
def test_an_address_that_is_none(text: str) -> None:
    with pytest.raises(NetworkError):
        parse_address(text)


def test_addresses() -> None:
    assert parse_address("0.0.0.0:8443") == ("0.0.0.0", 8443)
    assert parse_address("[::1]:0") == ("::1", 0)


def test_an_address_that_is_taken_and_one_without_a_certificate() -> None:
    async def nothing(_scope: object, _receive: object, _send: object) -> None: ...

    first = Listening(nothing, "127.0.0.1", 0, None)
    first.start()
    try:
        with pytest.raises(NetworkError, match="listen"):
            Listening(nothing, "127.0.0.1", first.port, None).start()
        with pytest.raises(NetworkError, match="certificate"):
            Listening(nothing, "0.0.0.0", 0, None)
    finally:
        first.stop()


def test_an_answer_that_drips_in_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broadcaster.network.line._WHOLE_S", 0.5)

    def drip(server: socket.socket) -> None:
        connection, _address = server.accept()
        with connection, suppress(OSError):
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            for _drop in range(1000):
                connection.sendall(b"{")
                time.sleep(0.05)

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=drip, args=(server,), daemon=True).start()
        line = Line(f"http://127.0.0.1:{server.getsockname()[1]}", None, CLOCK)
        began = time.monotonic()
        with pytest.raises(NetworkError, match="too long"):
            line.time(KEY.public)
        assert time.monotonic() - began < 20
        line.close()


class TestAudio:
    def test_it_is_whole_under_its_name(self, folder: Path, line: DeviceLine, tmp_path: Path) -> None:
        audio = sound(folder, 300_000)

        assert not there(tmp_path, audio)
        assert fetch(line, tmp_path, audio).read_bytes() == (folder / audio.sha256).read_bytes()
        assert there(tmp_path, audio)
        assert os.listdir(tmp_path) == [audio.sha256]

    def test_what_is_not_there_or_not_ours(self, line: DeviceLine, tmp_path: Path) -> None:
        nowhere = wire.AudioName(sha256="1" * 64, bytes=5, length_ms=1, voice="", why="")
        with pytest.raises(NetworkError, match=Word.NOT_HERE):
            fetch(line, tmp_path, nowhere)
        with pytest.raises(NetworkError, match=Word.NOT_YOURS):
            fetch(line, tmp_path, nowhere.model_copy(update={"sha256": "0" * 64}))
        assert os.listdir(tmp_path) == []

    def test_a_cut_is_gone_on_from(
        self, running: tuple[FakeStation, Server, str, Path], folder: Path, tmp_path: Path
    ) -> None:
        audio = sound(folder, 2_000_000)
        weather = Weather(cut_after=900_000)
        with proxied(int(running[2].rpartition(":")[2]), weather) as port:
            line = device_line(f"https://127.0.0.1:{port}", running[3])
            with pytest.raises(NetworkError):
                fetch(line, tmp_path, audio)
            before = (tmp_path / f"{audio.sha256}.part").stat().st_size
            assert 0 < before < audio.bytes
            with line.audio(audio.sha256, before) as (begins, _rest):
                assert begins == before
            weather.cut_after = audio.bytes - before + 100_000
            fetch(line, tmp_path, audio)

        assert (tmp_path / audio.sha256).read_bytes() == (folder / audio.sha256).read_bytes()

    @pytest.mark.parametrize("left", ["short", "other", "longer"])
    def test_what_lies_there_half_done_is_never_believed(
        self, folder: Path, line: DeviceLine, tmp_path: Path, left: str
    ) -> None:
        audio = sound(folder, 50_000)
        lying = {"short": b"x" * 7, "other": b"x" * 50_000, "longer": b"x" * 50_001}[left]
        (tmp_path / f"{audio.sha256}.part").write_bytes(lying)

        for _again in range(2):
            try:
                fetch(line, tmp_path, audio)
                break
            except Refused as error:
                assert error.what == Word.AUDIO_DAMAGED  # noqa: PT017
                assert os.listdir(tmp_path) == []

        assert (tmp_path / audio.sha256).read_bytes() == (folder / audio.sha256).read_bytes()

    def test_what_is_not_what_its_name_says_is_thrown_away(
        self, folder: Path, line: DeviceLine, tmp_path: Path
    ) -> None:
        audio = sound(folder, 60_000)
        (folder / audio.sha256).write_bytes(b"y" * 60_000)
        with pytest.raises(Refused) as error:
            fetch(line, tmp_path, audio)
        assert error.value.what == Word.AUDIO_DAMAGED
        (folder / audio.sha256).write_bytes(b"y" * 90_000)
        with pytest.raises(Refused):
            fetch(line, tmp_path, audio)

        assert [name for name in os.listdir(tmp_path) if not name.endswith(".part")] == []


class TestBadWeather:
    @pytest.fixture
    def weather(self) -> Weather:
        return Weather(up_ms=(35, 15), down_ms=(25, 10))

    @pytest.fixture
    def far(self, running: tuple[FakeStation, Server, str, Path], weather: Weather) -> Iterator[DeviceLine]:
        with proxied(int(running[2].rpartition(":")[2]), weather) as port:
            line = device_line(f"https://127.0.0.1:{port}", running[3])
            yield line
            line.close()

    def test_the_clock_is_known_within_the_error_it_claims(
        self, station: FakeStation, far: DeviceLine
    ) -> None:
        offset = best(far.time(station.key.public) for _sample in range(6))

        assert offset is not None
        truth = CLOCK.now().timestamp() - CLOCK.monotonic()
        assert abs(offset.seconds - truth) <= offset.error + 0.002
        assert offset.error < 0.5

    def test_a_line_that_is_down_says_so_and_comes_back(
        self, station: FakeStation, far: DeviceLine, weather: Weather
    ) -> None:
        assert far.timetable("", 0).status == 200
        weather.down = True
        with pytest.raises(NetworkError):
            far.timetable("", 0)
        weather.down = False
        assert far.timetable("", 0).status == 200

    def test_half_open_is_noticed(
        self, far: DeviceLine, weather: Weather, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("broadcaster.network.line._READ_S", 0.3)
        assert far.timetable("", 0).status == 200
        weather.mute = True
        with pytest.raises(NetworkError):
            far.timetable("", 0)
