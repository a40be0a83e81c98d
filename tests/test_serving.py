"""What hamlet PCs get from the station's own daemon: the real command line, the real store, TLS."""

from __future__ import annotations

import json
import re
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from broadcaster.alarms.alarm import Kind
from broadcaster.clock import SystemClock
from broadcaster.daemon import Daemon
from broadcaster.daemon.serving import Serving
from broadcaster.errors import NetworkError
from broadcaster.network import plain, wire
from broadcaster.network.enrolment_code import EnrolmentCode
from broadcaster.network.envelope import Kind as Sealed
from broadcaster.network.envelope import unseal
from broadcaster.network.identity import Identity, enrol
from broadcaster.network.line import DeviceLine
from broadcaster.station import Station
from tests.kit import AUTHOR, free_port, here, in_child, refused, until
from tests.network.test_line import STATUS

CLOCK = SystemClock()


def now_ms() -> int:
    return round(CLOCK.now().timestamp() * 1000)


@contextmanager
def on_duty(folder: Path, listen: str | None = None) -> Iterator[list[str]]:
    """The daemon in a thread; what it says."""
    said: list[str] = []
    stopped = threading.Event()
    station = Station(folder)

    def run() -> None:
        with station:
            Daemon(station, said.append, listen).run(stopped, seconds=None, rehearse=False)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        until(lambda: any("on duty" in line for line in said), what="start")
        yield said
    finally:
        stopped.set()
        thread.join(60)


@pytest.fixture(scope="module")
def served(_small: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A station of three hamlets with keys, and a daemon that listens."""
    folder = tmp_path_factory.mktemp("served") / "station"
    shutil.copytree(_small, folder)
    port = free_port()
    for args in (("hamlet", "add", "ap-3", "--name", "Ấp 3"), ("network", "init", "127.0.0.1")):
        assert here(folder, *args).code == 0
    with (folder / "broadcaster.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[network]\nlisten = "127.0.0.1:{port}"\n')
    with on_duty(folder) as said:
        assert any(f"https://127.0.0.1:{port}" in line for line in said)
        yield folder


def enrolled(folder: Path, code: str, at: Path) -> Identity:
    """A hamlet PC, by the line that `hamlet enrol` prints."""
    run = here(folder, "hamlet", "enrol", code)
    assert run.code == 0, run.err
    told = re.search(r"broadcaster player --server (\S+) --code (\S+)", run.out)
    assert told, run.out
    return enrol(told[1], EnrolmentCode.parse(told[2]), at, CLOCK, "test")


def line_of(identity: Identity, folder: Path) -> DeviceLine:
    return identity.line(folder, CLOCK, now_ms)


def opened(identity: Identity, body: bytes) -> wire.Timetable:
    content = unseal(
        Sealed.TIMETABLE, plain.parse(body, 4_000_000), [identity.trust.timetable_key], 2_000_000
    )
    return wire.read(wire.Timetable, content)


def test_a_change_reaches_who_waits_within_a_second_and_the_rest_when_they_ask(
    served: Path, tmp_path: Path
) -> None:
    folder = served
    identity = enrolled(folder, "ap-1", tmp_path / "pc")
    line = line_of(identity, tmp_path / "pc")
    first = line.timetable("", 0)
    before = opened(identity, first.body)
    assert before.label == wire.Label(code="ap-1", name="Ấp 1")

    asked: list[float] = []

    def rename() -> None:
        time.sleep(0.3)
        assert here(folder, "hamlet", "set", "ap-1", "--code", "ap-moi", "--name", "Ấp Mới").code == 0
        asked.append(time.monotonic())

    acting = threading.Thread(target=rename)
    acting.start()
    answer = line.timetable(first.etag, 20)
    told = time.monotonic()
    acting.join()
    after = opened(identity, answer.body)
    assert after.label == wire.Label(code="ap-moi", name="Ấp Mới")
    assert after.hamlet == before.hamlet
    assert after.version > before.version
    assert told - asked[0] < 3, "a slow machine; on an idle one it is under half a second"
    line.close()


def test_an_emergency_reaches_who_waits_at_once(served: Path, tmp_path: Path) -> None:
    folder = served
    identity = enrolled(folder, "ap-2", tmp_path / "pc")
    line = line_of(identity, tmp_path / "pc")
    with Station(folder) as station:
        until(lambda: not station.desk.rounds.siren_problem(), within=30)
    first = line.timetable("", 0)
    raised: list[float] = []

    def call() -> None:
        run = in_child(
            *(folder, "emergency", "raise", "Lũ về. Sơ tán ngay.", "--hamlet", "ap-2"),
            *("--by", AUTHOR, "--reason", "lũ về"),
        )
        raised.append(time.monotonic())
        assert run.code == 0, run

    acting = threading.Thread(target=call)
    acting.start()
    etag, emergencies = first.etag, tuple[dict[str, Any], ...]()
    end = time.monotonic() + 30
    while not emergencies and time.monotonic() < end:
        answer = line.timetable(etag, 20)
        etag, emergencies = answer.etag, opened(identity, answer.body).emergencies if answer.body else ()
    told = time.monotonic()
    acting.join()
    (envelope,) = emergencies
    content = unseal(Sealed.EMERGENCY, envelope, [identity.trust.emergency_key], 500_000)
    emergency = wire.read(wire.Emergency, content)
    assert emergency.state == "on"
    assert emergency.airings
    assert told - raised[0] < 3
    line.close()


def test_who_raises_an_emergency_without_its_key_hears_who_does_not_hear_it(served: Path) -> None:
    with Station(served) as station:
        until(lambda: not station.desk.rounds.siren_problem(), within=30)
    assert here(served, "hamlet", "set", "ap-2", "--output", "player:").code == 0
    key, away = served / "network" / "emergency.key", served / "network" / "away"
    key.rename(away)
    try:
        raised = here(
            served, "emergency", "raise", "Cháy chợ.", "--hamlet", "ap-2", "--by", AUTHOR, "--reason", "cháy"
        )
        assert raised.code == 0, raised.err
        until(lambda: "key for emergencies is not here" in here(served, "alarms", "list").out)
    finally:
        away.rename(key)


def test_how_hamlet_pcs_stand_is_shown_told_and_rung(served: Path, tmp_path: Path) -> None:
    folder = served
    identity = enrolled(folder, "ap-3", tmp_path / "pc")
    line = line_of(identity, tmp_path / "pc")
    version = opened(identity, line.timetable("", 0).body).version
    status = {**STATUS, "version": version, "wanted_version": version, "faults": ["loa hỏng"]}
    line.report(wire.read(wire.Report, {"device": identity.enrolled.device, "events": [], "status": status}))

    run = here(folder, "hamlet", "status", "--json")
    (row,) = [row for row in json.loads(run.out) if row["device"] == identity.enrolled.device]
    assert (row["hamlet"], row["device"], row["version"]) == ("ap-3", identity.enrolled.device, version)
    assert (row["offset_ms"], row["level_db"], row["next_ready"]) == (-3, -18.0, True)
    assert row["faults"] == ["loa hỏng"]
    assert row["last_seen"]
    assert "loa hỏng" in here(folder, "hamlet", "status").out
    assert "loa hỏng" in here(folder, "doctor").out
    refused(here(folder, "hamlet", "test", "ap-3"), 1, "ap-3", "hamlet status")
    with Station(folder) as station:
        Serving(station, "127.0.0.1:0", print).look()
        assert station.bell.file()
        told = station.store.alarms(9)
        assert (Kind.HAMLET_PC, "Ấp 3: loa hỏng") in [(one.alarm.kind, one.alarm.text) for one in told]

    gone = here(folder, "hamlet", "revoke", "ap-3", "--by", AUTHOR)
    assert gone.code == 0, gone.err
    with pytest.raises(NetworkError, match="revoked"):
        line.timetable("", 0)
    line.close()

    again = enrolled(folder, "ap-3", tmp_path / "another")
    assert again.enrolled.hamlet.id == identity.enrolled.hamlet.id
    assert again.enrolled.device != identity.enrolled.device


def test_without_keys_or_an_address_of_its_own_the_daemon_does_not_start(small: Path) -> None:
    with Station(small) as station:
        with pytest.raises(NetworkError, match="network init"):
            Daemon(station, print, "127.0.0.1:0")
        assert here(small, "network", "init", "127.0.0.1").code == 0
        with pytest.raises(NetworkError, match="no such address"):
            Daemon(station, print, "8443")
        with socket.create_server(("127.0.0.1", 0)) as taken:
            daemon = Daemon(station, print, f"127.0.0.1:{taken.getsockname()[1]}")
            with pytest.raises(NetworkError, match="cannot listen"):
                daemon.run(threading.Event(), seconds=0, rehearse=False)
    refused(here(small, "hamlet", "enrol", "ap-9"), 1, "ap-9")
