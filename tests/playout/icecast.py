"""A real Icecast server of a test's own, on a free port."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

PASSWORD = "nghe-thu"

_CONFIG = """
<icecast>
  <limits><clients>60</clients><sources>20</sources><burst-on-connect>0</burst-on-connect>
    <source-timeout>5</source-timeout></limits>
  <authentication><source-password>{password}</source-password><admin-user>admin</admin-user>
    <admin-password>{password}</admin-password></authentication>
  <hostname>localhost</hostname>
  <listen-socket><port>{port}</port><bind-address>127.0.0.1</bind-address>{tls}</listen-socket>
  <paths><logdir>/tmp</logdir><webroot>/usr/share/icecast2/web</webroot>
    <adminroot>/usr/share/icecast2/admin</adminroot>{certificate}</paths>
  <logging><accesslog>-</accesslog><errorlog>-</errorlog><loglevel>2</loglevel></logging>
  <security><chroot>0</chroot>{owner}</security>
</icecast>
"""
_NOBODY = "<changeowner><user>nobody</user><group>nogroup</group></changeowner>"


@contextmanager
def icecast(folder: Path, port: int, certificate: bytes = b"") -> Iterator[None]:
    """Runs until the end of the block; without the program the test is skipped. `certificate`: a PEM with its
    key, for TLS."""
    program = shutil.which("icecast2")
    if program is None:
        pytest.skip("icecast2 is not installed: listening in was not tried")
    folder.mkdir(exist_ok=True)
    config = folder / "icecast.xml"
    owner = _NOBODY if os.geteuid() == 0 else ""
    tls = "<ssl>1</ssl>" if certificate else ""
    readable = Path(tempfile.mkdtemp())
    readable.chmod(0o755)  # pytest's own folders are closed to the user that the server becomes
    (readable / "server.pem").write_bytes(certificate)
    pem = f"<ssl-certificate>{readable}/server.pem</ssl-certificate>" if certificate else ""
    config.write_text(_CONFIG.format(password=PASSWORD, port=port, owner=owner, tls=tls, certificate=pem))
    log = (folder / "output.log").open("wb")
    server = subprocess.Popen([program, "-c", str(config)], stdout=log, stderr=log)
    try:
        _await(port, server, "https" if certificate else "http")
        yield
    finally:
        server.kill()
        server.wait(10)
        log.close()
        shutil.rmtree(readable)


def _await(port: int, server: subprocess.Popen[bytes], scheme: str) -> None:
    """Until it answers: it opens its port a first time before it does."""
    anyone = ssl.create_default_context()
    anyone.check_hostname, anyone.verify_mode = False, ssl.CERT_NONE
    for _try in range(200):
        assert server.poll() is None, "icecast2 ended"
        try:
            urllib.request.urlopen(f"{scheme}://127.0.0.1:{port}/", timeout=2, context=anyone).close()
            return
        except urllib.error.HTTPError as error:
            error.close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("icecast2 does not answer")


def heard(port: int, mount: str, seconds: float) -> bytes:
    """What a listener gets in so many seconds, from when there is something to listen to."""
    sound = bytearray()
    with _opened(f"http://127.0.0.1:{port}{mount}") as stream:
        assert stream.headers["content-type"] == "audio/mpeg"
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            sound += stream.read(1)
            sound += stream.read1(4096)
    return bytes(sound)


def _opened(url: str) -> Any:
    for _try in range(200):
        try:
            return urllib.request.urlopen(url, timeout=5)
        except urllib.error.HTTPError as error:
            error.close()
            time.sleep(0.05)
    raise AssertionError(f"nothing at {url}")
