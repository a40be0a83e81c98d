"""The page handed out: to anybody, whole, and nothing beside it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from broadcaster.network.listening import Listening
from broadcaster.site.server import application
from tests.kit import NO_GOOGLE, ROOT, command
from tests.site.conftest import Web

SECRET = b"mat khau"


@pytest.fixture(scope="module")
def site(shared: Web, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Beside it a secret, and ways out to it that somebody has left in it."""
    beside = tmp_path_factory.mktemp("beside")
    (beside / "secret.txt").write_bytes(SECRET)
    site = Path(shutil.copytree(shared.site, beside / "web"))
    (site / "ra").symlink_to(beside)
    (site / "ra.txt").symlink_to(beside / "secret.txt")
    return site


@pytest.fixture(scope="module")
def port(site: Path) -> Iterator[int]:
    listening = Listening(application(site), "127.0.0.1", 0, None)
    listening.start()
    yield listening.port
    listening.stop()


def asked(port: int, request: str) -> tuple[int, bytes]:
    """(status, everything that came back), to a request that is sent as it is written."""
    with socket.create_connection(("127.0.0.1", port), 5) as line:
        line.sendall(f"{request} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        got = b"".join(iter(lambda: line.recv(65_536), b""))
    return int(got.split(b" ", 2)[1]), got


def test_pages_sounds_and_the_feed_have_their_kinds(port: int, site: Path) -> None:
    at = f"http://127.0.0.1:{port}"
    front = requests.get(f"{at}/", timeout=5)
    assert front.content == (site / "index.html").read_bytes()
    assert front.headers["content-type"] == "text/html; charset=utf-8"
    assert front.headers["x-content-type-options"] == "nosniff"
    assert requests.get(f"{at}/chu-de/", timeout=5).ok
    feed = requests.get(f"{at}/podcast.xml", timeout=5)
    assert feed.headers["content-type"].startswith("application/rss+xml")
    (sound,) = (site / "am-thanh").glob("hop-*.mp3")
    part = requests.get(f"{at}/am-thanh/{sound.name}", headers={"Range": "bytes=10-19"}, timeout=5)
    assert (part.status_code, part.content) == (206, sound.read_bytes()[10:20])
    assert part.headers["content-type"] == "audio/mpeg"
    assert "immutable" in part.headers["cache-control"]
    head = requests.head(f"{at}/bai/hop.html", timeout=5)
    assert (head.status_code, head.content) == (200, b"")


PATHS = (
    *("/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/bai/../../secret.txt"),
    *("/bai/..%5c..%5csecret.txt", "/ra.txt", "/bai/", "/khong-co", "/" + "x" * 9_000),
    *("//secret.txt", "/%2fetc%2fpasswd", "//etc/passwd", "/ra", "/ra/secret.txt", "/hop%00.html"),
    *("/.broadcaster.json", "/.broadcaster.lock", "/bai/.broadcaster.json"),
)


@pytest.mark.parametrize("path", PATHS, ids=[path[:30] for path in PATHS])
def test_nothing_else_is_handed_out(port: int, site: Path, path: str) -> None:
    status, got = asked(port, f"GET {path}")

    assert status in (400, 404), got[:200]
    assert SECRET not in got
    assert b"root:" not in got
    assert str(site).encode() not in got


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_it_can_only_be_read(port: int, method: str) -> None:
    assert asked(port, f"{method} /index.html")[0] == 405


def test_it_is_served_until_told_to_stop(web: Web) -> None:
    process = subprocess.Popen(
        command(web.station, "publish", str(web.site), "--serve", "127.0.0.1:0"),
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=os.environ | NO_GOOGLE | {"BROADCASTER_LANG": "en", "PYTHONUNBUFFERED": "1"},
        text=True,
    )
    try:
        assert process.stdout is not None
        with process.stdout as said:
            url = next(line for line in said if "http://" in line).split()[-1]
            assert requests.get(f"{url}bai/hop.html", timeout=5).ok
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
        with pytest.raises(requests.ConnectionError):
            requests.get(url, timeout=5)
    finally:
        process.kill()


def test_the_whole_folder_is_readable_by_a_web_server(shared: Web) -> None:
    shown = [path for path in shared.site.rglob("*") if path.is_file() and not path.name.startswith(".")]

    assert len(shown) > 10
    assert all(path.stat().st_mode & 0o044 == 0o044 for path in shown)
