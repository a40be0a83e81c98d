"""What a large station puts beside itself: a broker as doorbell, a web server for the audio. Real ones."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from broadcaster.daemon.serving import Serving
from broadcaster.errors import NetworkError
from broadcaster.network.doorbell import Doorbell
from broadcaster.network.fetching import fetch
from broadcaster.network.keys import SigningKey
from broadcaster.network.line import DeviceLine
from broadcaster.player_pc import settings as player_settings
from broadcaster.station import Station
from tests.kit import ROOT, free_port, here
from tests.network.hamlet import Publisher, enrolled, on_duty, serving
from tests.network.messages import HAMLET, STATION
from tests.network.station import CLOCK
from tests.network.test_line import now_ms, sound


def eventually(holds: Callable[[], bool], seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)
    return holds()


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[int]:
    program = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    if program is None:
        pytest.skip("mosquitto is not installed")
    port = free_port()
    (tmp_path / "broker.conf").write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    running = subprocess.Popen([program, "-c", str(tmp_path / "broker.conf")], stderr=subprocess.DEVNULL)
    assert eventually(lambda: listens(port))
    yield port
    running.terminate()
    running.wait()


def test_a_ring_is_heard_also_by_who_comes_later(broker: int) -> None:
    url = f"mqtt://127.0.0.1:{broker}"
    heard, late, other = threading.Event(), threading.Event(), threading.Event()
    station, pc = Doorbell(url, STATION), Doorbell(url, STATION)
    elsewhere, comes_later = Doorbell(url, STATION), Doorbell(url, STATION)
    pc.listen(HAMLET, heard.set)
    elsewhere.listen("other", other.set)
    comes_later.listen(HAMLET, late.set)
    for bell in (pc, elsewhere, station):
        bell.start()
    try:
        assert eventually(lambda: _rung(station, heard))
        comes_later.start()
        assert late.wait(10)
        assert not other.is_set()
    finally:
        for bell in (pc, elsewhere, station, comes_later):
            bell.stop()


def _rung(station: Doorbell, heard: threading.Event) -> bool:
    station.ring(HAMLET, 7)
    return heard.wait(0.2)


def test_the_daemon_rings_the_doorbell_of_the_settings(
    small: Path, broker: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOORBELL", f"mqtt://127.0.0.1:{broker}")
    assert here(small, "network", "init", "127.0.0.1").code == 0
    with (small / "broadcaster.toml").open("a", encoding="utf-8") as file:
        file.write('\n[network]\ndoorbell = "env:DOORBELL"\n')
    heard = threading.Event()
    with Station(small) as station:
        (hamlet, *_others) = station.store.hamlets()
        pc = Doorbell(f"mqtt://127.0.0.1:{broker}", station.store.station_id)
        pc.listen(hamlet.id, heard.set)
        serving = Serving(station, "127.0.0.1:0", lambda _line: None)
        serving.start()
        pc.start()
        try:
            assert here(small, "hamlet", "set", hamlet.code, "--output", "player:").code == 0
            assert heard.wait(10)
        finally:
            pc.stop()
            serving.stop(5)


def test_a_hamlet_pc_asks_when_it_rings(tmp_path: Path, broker: int) -> None:
    """Its long poll hangs for 25 s; nobody wakes that."""
    (tmp_path / "audio").mkdir()
    station = Publisher(tmp_path / "audio")
    station.publish()
    bell = Doorbell(f"mqtt://127.0.0.1:{broker}", STATION)
    with serving(station, tmp_path / "certificate") as (_server, port):
        pc = enrolled(tmp_path / "pc", station, f"https://127.0.0.1:{port}")
        with (pc / "player.toml").open("a", encoding="utf-8") as file:
            file.write(f'doorbell = "mqtt://127.0.0.1:{broker}"\n')
        player_settings.set_output(pc, "file:")
        bell.start()
        try:
            with on_duty(pc):
                assert eventually(lambda: _version_at(station) == 1, 20)
                station.publish()
                assert not eventually(lambda: _version_at(station) == 2, 1)
                bell.ring(HAMLET, 2)
                assert eventually(lambda: _version_at(station) == 2, 15)
        finally:
            bell.stop()


def _version_at(station: Publisher) -> int:
    """That the hamlet PC says it has."""
    return station.status.version if station.status else 0


def test_without_a_broker_nothing_goes_wrong() -> None:
    bell = Doorbell(f"mqtt://127.0.0.1:{free_port()}", STATION)
    bell.start()
    bell.ring(HAMLET, 7)
    bell.stop()


@pytest.mark.parametrize("url", ["http://x", "mqtt://", "broker"])
def test_an_address_that_is_no_broker_s(url: str) -> None:
    with pytest.raises(NetworkError):
        Doorbell(url, STATION)


@pytest.fixture
def web_server(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    if program is None:
        pytest.skip("nginx is not installed")
    port, audio = free_port(), tmp_path / "audio_out"
    audio.mkdir()
    page = (ROOT / "docs" / "installer" / "scaling.md").read_text(encoding="utf-8")
    advised = page.partition("```nginx\n")[2].partition("```")[0].replace("/srv/dai/audio_out", str(audio))
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log {tmp_path}/error.log; events {{}}\n"
        f"http {{ access_log off; client_body_temp_path {tmp_path}/b; proxy_temp_path {tmp_path}/p;\n"
        f"fastcgi_temp_path {tmp_path}/f; uwsgi_temp_path {tmp_path}/u; scgi_temp_path {tmp_path}/s;\n"
        f"server {{ listen 127.0.0.1:{port}; {advised} }} }}\n"
    )
    running = subprocess.Popen(
        [program, "-c", str(tmp_path / "nginx.conf"), "-g", "daemon off; user root;"],
        stderr=subprocess.DEVNULL,
    )
    assert eventually(lambda: listens(port))
    yield port, audio
    running.terminate()
    running.wait()


def test_audio_may_lie_on_another_server(web_server: tuple[int, Path], tmp_path: Path) -> None:
    """Set up as scaling.md says."""
    port, audio_folder = web_server
    audio = sound(audio_folder, 400_000)
    whole = (audio_folder / audio.sha256).rename(audio_folder / f"{audio.sha256}.mp3").read_bytes()
    line = DeviceLine(
        f"http://127.0.0.1:{free_port()}",
        None,
        CLOCK,
        device="d1",
        key=SigningKey.fresh(),
        station_ms=now_ms,
        audio_base=f"http://127.0.0.1:{port}",
    )
    folder = tmp_path / "pc"
    folder.mkdir()
    (folder / f"{audio.sha256}.part").write_bytes(whole[:150_000])

    assert fetch(line, folder, audio).read_bytes() == whole
