"""Amplifiers, switched by real programs, a real HTTP server and a real pseudo-terminal."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest

from broadcaster.clock import SystemClock
from broadcaster.config import parse
from broadcaster.errors import ConfigError, OutputError
from broadcaster.playout.airing import Outcome
from broadcaster.playout.amplifiers import Amplifiers, Switch, Timing, switches
from broadcaster.playout.hooks import Command, Hook, Request, SerialBytes
from broadcaster.playout.sounding import Sounding
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.slot import SlotKind
from tests.playout.conftest import Rig, tone
from tests.playout.test_position import airing

CLOCK = SystemClock()
QUICK = Timing(lead=0.3, tail=0.2, longest=5.0)


class Script:
    """A program that notes each call with its instant."""

    def __init__(self, folder: Path) -> None:
        self._told = folder / "told.txt"
        self._program = folder / "switch.py"
        self._program.write_text(
            "import sys, time\n"
            f"with open({str(self._told)!r}, 'a') as file:\n"
            "    file.write(f'{sys.argv[1]} {time.monotonic()}\\n')\n"
            "print('relay says', sys.argv[1])\n"
        )

    def hook(self, way: str) -> Command:
        return Command((sys.executable, "-S", str(self._program), way))

    def calls(self) -> list[tuple[str, float]]:
        lines = self._told.read_text().splitlines() if self._told.exists() else []
        return [(line.split()[0], float(line.split()[1])) for line in lines]

    def ways(self) -> list[str]:
        return [way for way, _ in self.calls()]


@pytest.fixture
def script(tmp_path: Path) -> Script:
    return Script(tmp_path)


def sounding(name: str, starts_in: float = 0.0, codes: tuple[str, ...] = ("ap-1",)) -> Sounding:
    due = replace(airing(), starts_at=CLOCK.now() + timedelta(seconds=starts_in))
    group = tuple(replace(due, id=f"{name}{code}", hamlet=Hamlet(code, code, code)) for code in codes)
    return Sounding(group, group[0], np.zeros(0, np.int16))


def eventually(holds: Callable[[], bool], within: float = 20.0) -> None:
    end = time.monotonic() + within
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def made(notices: list[str], *all_: Switch, timing: Timing = QUICK) -> Amplifiers:
    return Amplifiers(all_, CLOCK, notices.append, timing)


def test_it_is_on_before_the_sound_stays_on_between_two_and_goes_off_after(script: Script) -> None:
    amplifiers = made([], Switch("", script.hook("on"), script.hook("off")))
    first, second = sounding("a", 0.8), sounding("b", 0.8)
    asked = time.monotonic()
    amplifiers.expect(first)
    eventually(lambda: script.ways() == ["on"])
    assert script.calls()[0][1] - asked > 0.4
    eventually(lambda: not amplifiers.trouble(first))
    amplifiers.expect(second)
    amplifiers.over(first)
    time.sleep(0.4)
    assert script.ways() == ["on"]
    amplifiers.over(second)
    over = time.monotonic()
    eventually(lambda: script.ways() == ["on", "off"])
    assert script.calls()[1][1] - over > 0.15
    amplifiers.stop(5.0)
    assert script.ways() == ["on", "off"]


def test_the_end_of_the_station_switches_off_at_once(script: Script) -> None:
    amplifiers = made([], Switch("", script.hook("on"), script.hook("off")), timing=replace(QUICK, tail=600))
    playing = sounding("a")
    amplifiers.expect(playing)
    eventually(lambda: not amplifiers.trouble(playing))
    amplifiers.over(playing)
    amplifiers.stop(20.0)
    assert script.ways() == ["on", "off"]
    amplifiers.expect(playing)
    time.sleep(0.1)
    assert script.ways() == ["on", "off"]


def test_each_hamlet_has_its_own_and_a_rehearsal_has_none(script: Script) -> None:
    amplifiers = made([], *(Switch(code, script.hook(code)) for code in ("ap-1", "ap-2", "ap-3")))
    both = sounding("a", codes=("ap-1", "ap-3"))
    rehearsal = replace(both, airing=replace(both.airing, kind=SlotKind.REHEARSAL))
    amplifiers.expect(rehearsal)
    assert not amplifiers.trouble(rehearsal)
    amplifiers.expect(both)
    eventually(lambda: not amplifiers.trouble(both))
    assert sorted(script.ways()) == ["ap-1", "ap-3"]
    amplifiers.stop(5.0)


def test_one_that_hangs_delays_no_other_and_is_told(script: Script) -> None:
    hangs = Command((sys.executable, "-S", "-c", "import time; time.sleep(60)"))
    notices: list[str] = []
    amplifiers = made(
        notices, Switch("ap-1", hangs), Switch("ap-2", script.hook("on")), timing=replace(QUICK, longest=0.5)
    )
    one, two = sounding("a"), sounding("b", codes=("ap-2",))
    before = time.monotonic()
    for each in (one, two):
        amplifiers.expect(each)
    assert time.monotonic() - before < 0.2
    eventually(lambda: bool(notices))
    assert notices[0].startswith("The amplifier of ap-1 could not be switched on: The amplifier was not")
    assert "no end after" in notices[0]
    assert amplifiers.trouble(one) == "amplifier hook failed"
    eventually(lambda: not amplifiers.trouble(two))
    amplifiers.stop(5.0)


def test_what_never_answers_at_all_is_left_behind() -> None:
    class Stuck:
        def run(self, timeout: float) -> str:
            threading.Event().wait()
            return ""

    notices: list[str] = []
    amplifiers = made(notices, Switch("", Stuck()), timing=Timing(0, 0, 0.1))
    amplifiers.expect(sounding("a"))
    eventually(lambda: notices == ["The amplifier of the station could not be switched on: no answer"])
    amplifiers.stop(5.0)


def test_a_failing_hook_neither_delays_nor_spoils_the_airing_and_the_log_says_it(
    rig: Rig, script: Script
) -> None:
    rig.amplifiers = made(rig.notices, Switch("", Command(("/no/such/program",)), script.hook("off")))
    booked = rig.book(1.0, tone(0.5))
    rig.start()
    line = rig.outcome(booked)
    assert (line.outcome, line.reason) == (Outcome.AIRED, "amplifier hook failed")
    assert "/no/such/program" in rig.notices[0]
    (heard,) = rig.takes()
    assert len(heard.samples) == len(tone(0.5))
    eventually(lambda: script.ways() == ["off"])


def test_a_command_tells_its_failure_and_its_words(tmp_path: Path, script: Script) -> None:
    assert script.hook("on").run(20) == "relay says on"
    with pytest.raises(OutputError, match=r"exit code 3: no relay here"):
        Command((sys.executable, "-c", "print('no relay here'); raise SystemExit(3)")).run(20)
    with pytest.raises(OutputError, match="not switched"):
        Command((str(tmp_path / "nothing"),)).run(20)


def test_what_a_command_leaves_running_holds_nobody_up() -> None:
    program = (
        "import subprocess, sys; subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(4)'])"
    )
    before = time.monotonic()
    Command((sys.executable, "-S", "-c", program)).run(20)
    assert time.monotonic() - before < 3.5


class Relay(BaseHTTPRequestHandler):
    asked: list[tuple[str, str, str]]

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.asked.append((self.command, self.path, body))
        if self.path == "/hangs":
            time.sleep(1.0)
        self.send_response(500 if self.path == "/broken" else 200)
        self.end_headers()
        self.wfile.write(b"OK relay")

    do_GET = do_POST = _answer

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def relay() -> Iterator[str]:
    Relay.asked = []
    server = HTTPServer(("127.0.0.1", 0), Relay)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_relay_on_the_network(relay: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert Request(f"{relay}/on?n=1").run(5) == "200 OK relay"
    Request(f"{relay}/relay", '{"on": true}').run(5)
    assert Relay.asked == [("GET", "/on?n=1", ""), ("POST", "/relay", '{"on": true}')]
    for path, why in (("/broken", "500"), ("/hangs", "timed out")):
        with pytest.raises(OutputError, match=why):
            Request(f"{relay}{path}").run(0.3)
    with pytest.raises(OutputError, match="refused"):
        Request("http://127.0.0.1:9/").run(1)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_relay_on_a_serial_port() -> None:
    pytest.importorskip("serial")
    ours, theirs = os.openpty()
    try:
        SerialBytes(os.ttyname(theirs), bytes.fromhex("A0 01 01 A2")).run(5)
        assert os.read(ours, 16) == bytes.fromhex("A0 01 01 A2")
    finally:
        os.close(ours)
        os.close(theirs)
    with pytest.raises(OutputError, match="/dev/nothing"):
        SerialBytes("/dev/nothing", b"x").run(1)


def test_without_the_package_for_serial_ports_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "serial", None)
    with pytest.raises(OutputError, match=r'pip install "broadcaster\[serial\]"'):
        SerialBytes("COM3", b"x").run(1)


def test_the_settings_become_switches() -> None:
    hooks = parse(
        {
            "hooks": {
                "on": {"command": ["amp", "on"]},
                "off": {"get": "http://relay/off"},
                "hamlet": {
                    "ap-1": {"on": {"serial": "COM3", "send": "A0 01", "baud": 2400}},
                    "ap-2": {"on": {"post": "http://relay/", "body": "on"}},
                    "ap-3": {},
                },
            }
        }
    ).hooks
    nothing: Hook | None = None
    assert switches(hooks) == [
        Switch("", Command(("amp", "on")), Request("http://relay/off")),
        Switch("ap-1", SerialBytes("COM3", b"\xa0\x01", 2400), nothing),
        Switch("ap-2", Request("http://relay/", "on"), nothing),
    ]


@pytest.mark.parametrize(
    ("hook", "why"),
    [
        ({}, "a hook has one of"),
        ({"command": ["x"], "get": "http://x"}, "a hook has one of"),
        ({"serial": "COM3"}, "send belongs to serial"),
        ({"get": "http://x", "body": "x"}, "body to post"),
        ({"get": "ftp://x"}, "hooks.on.get"),
        ({"serial": "COM3", "send": "A0 0"}, "bytes are written like"),
    ],
)
def test_a_hook_that_cannot_be_is_refused(hook: dict[str, object], why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        parse({"hooks": {"on": hook}})
