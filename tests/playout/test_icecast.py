"""Listening in, with a real Icecast server."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import soundfile

from broadcaster.audio import RATE
from broadcaster.clock import SystemClock
from broadcaster.config.icecast import IcecastAddress
from broadcaster.errors import OutputError
from broadcaster.network.authority import AUTHORITY, make_authority
from broadcaster.playout.outputs.icecast import Stream
from broadcaster.playout.outputs.opening import Outputs, shared_key
from broadcaster.playout.outputs.output import BLOCK, Output
from tests.contracts.output import OutputContract, take
from tests.kit import Duty, book, free_port, refused
from tests.kit import here as here_cli
from tests.playout.conftest import tone
from tests.playout.icecast import PASSWORD, heard, icecast

FRAME = 192
"""Bytes of one MP3 frame: 64 kbit/s at 24 kHz."""
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    number = free_port()
    with icecast(tmp_path_factory.mktemp("icecast"), number):
        yield number


def url(port: int, mount: str) -> str:
    return f"icecast://source:env:STREAM@127.0.0.1:{port}{mount}"


def outputs(folder: Path, secret: str = PASSWORD, **other: object) -> Outputs:
    return Outputs(folder, SystemClock(), ZONE, secret=lambda _where: secret, **other)  # type: ignore[arg-type]


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Outputs]:
    opened = outputs(tmp_path)
    yield opened
    opened.close()


class TestIcecast(OutputContract):
    lead = 0.45

    @pytest.fixture
    def output(self, here: Outputs, port: int, request: pytest.FixtureRequest) -> Output:
        return here.open(url(port, f"/{request.node.name}.mp3"), "ap-1")


def play(output: Output, sound: np.ndarray[tuple[int], np.dtype[np.int16]]) -> None:
    output.start(take(), time.monotonic() + 0.2)
    for begin in range(0, len(sound), BLOCK):
        output.write(sound[begin : begin + BLOCK])
    output.finish()


def listening(port: int, mount: str, seconds: float) -> tuple[threading.Thread, list[bytes]]:
    got: list[bytes] = []
    thread = threading.Thread(target=lambda: got.append(heard(port, mount, seconds)))
    thread.start()
    time.sleep(0.3)
    return thread, got


def decoded(mp3: bytes) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    begin = next(at for at in range(FRAME) if mp3[at : at + 5 * FRAME : FRAME] == b"\xff" * 5)
    sound, rate = soundfile.read(io.BytesIO(mp3[begin:]), dtype="float32")
    assert rate == RATE
    found: np.ndarray[tuple[int], np.dtype[np.float32]] = sound
    return found


def loud_seconds(mp3: bytes) -> float:
    sound = decoded(mp3)
    pieces = np.abs(sound[: len(sound) // BLOCK * BLOCK].reshape(-1, BLOCK)).max(axis=1)
    return float((pieces > 0.1).sum()) * BLOCK / RATE


def test_who_listens_hears_silence_then_the_sound_then_silence_on_one_connection(
    here: Outputs, port: int
) -> None:
    output = here.open(url(port, "/ap-1.mp3"), "ap-1")
    thread, got = listening(port, "/ap-1.mp3", 1.7)
    play(output, tone(0.6))
    thread.join()
    assert len(decoded(got[0])) > RATE
    assert loud_seconds(got[0]) == pytest.approx(0.6, abs=0.25)
    assert not np.abs(decoded(got[0])[: RATE // 10]).max() > 0.1


def test_a_hamlet_is_listened_in_to_beside_its_output_and_nobody_there_notices(
    tmp_path: Path, port: int
) -> None:
    stream = url(port, "/beside.mp3")
    both = outputs(tmp_path, listening_in={shared_key("file:", "ap-1"): stream})
    both.stream(stream).require()
    thread, got = listening(port, "/beside.mp3", 2.4)
    output = both.open("file:", "ap-1")
    play(output, tone(0.6))
    (recorded,) = (tmp_path / "ap-1").iterdir()
    np.testing.assert_array_equal(soundfile.read(recorded, dtype="int16")[0], tone(0.6))
    thread.join()
    assert loud_seconds(got[0]) == pytest.approx(0.6, abs=0.25)
    both.close()


def test_a_real_output_sounds_on_time_while_its_stream_has_no_server(tmp_path: Path) -> None:
    stream = url(free_port(), "/nowhere.mp3")
    both = outputs(tmp_path, listening_in={shared_key("file:", "ap-1"): stream})
    output = both.open("file:", "ap-1")
    begun = time.monotonic()
    play(output, tone(0.5))
    assert time.monotonic() - begun < 2.5
    assert output.sounded() == len(tone(0.5))
    both.close()


def test_the_stream_comes_back_when_its_server_does(tmp_path: Path) -> None:
    port = free_port()
    folder = tmp_path / "server"
    stream = Stream(_address(port), PASSWORD, SystemClock())
    try:
        with pytest.raises(OutputError):
            stream.check()
        with icecast(folder, port):
            _until(lambda: stream.works)
        _until(lambda: not stream.works)
        with icecast(folder, port):
            _until(lambda: stream.works)
            assert heard(port, "/back.mp3", 0.3)
    finally:
        stream.close()


def test_over_tls_only_to_a_server_with_a_certificate_that_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_authority(tmp_path, ["localhost"], SystemClock().now())
    port = free_port()
    with icecast(tmp_path / "server", port, made.chain.read_bytes() + made.key.read_bytes()):
        address = IcecastAddress.parse(f"icecasts://source:env:X@localhost:{port}/tls.mp3")
        stranger = Stream(address, PASSWORD, SystemClock())
        with pytest.raises(OutputError, match="certificate"):
            stranger.require()
        stranger.close()
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / AUTHORITY))
        known = Stream(address, PASSWORD, SystemClock())
        known.require()
        known.close()


def test_a_wrong_password_is_told_and_stands_in_no_message(tmp_path: Path, port: int) -> None:
    opened = outputs(tmp_path, secret="khong-phai")
    with pytest.raises(OutputError) as refused:
        opened.open(url(port, "/wrong.mp3"), "ap-1")
    assert "401" in str(refused.value)
    assert "khong-phai" not in str(refused.value)
    opened.close()


def test_the_daemon_streams_as_the_settings_say_and_shows_no_secret(small: Path, port: int) -> None:
    (small / "icecast.secret").write_text(f"{PASSWORD}\n")
    stream = f"icecast://source:file:icecast.secret@127.0.0.1:{port}/daemon.mp3"
    with (small / "broadcaster.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[network]\nlistening_in = {{ "ap-1" = "{stream}" }}\n')
    assert here_cli(small, "hamlet", "set", "ap-2", "--output", stream.replace("daemon", "ap-2")).code == 0
    refused(here_cli(small, "hamlet", "set", "ap-2", "--output", "icecast://source:mat-khau@h/x"), 1, "env:")
    duty = Duty(small)
    try:
        duty.hears("on duty")
        starts_at = book(small, seconds=1, within=2)
        thread, got = listening(port, "/daemon.mp3", starts_at.timestamp() - time.time() + 3.5)
        assert heard(port, "/ap-2.mp3", 0.2), "it waits for its listeners"
        thread.join()
    finally:
        assert duty.end() == 0
    assert loud_seconds(got[0]) == pytest.approx(1.0, abs=0.3)
    listed = here_cli(small, "hamlet", "list").out
    assert "file:icecast.secret" in listed.replace("\n", "")
    log = (small / "log" / "broadcaster.log").read_text(encoding="utf-8")
    for text in (duty.words, listed, log):
        assert PASSWORD not in text


def _address(port: int) -> IcecastAddress:
    return IcecastAddress.parse(url(port, "/back.mp3"))


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 40
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)
