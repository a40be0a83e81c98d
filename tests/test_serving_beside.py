"""A large station: tables on PostgreSQL, one daemon that decides, and a further process that serves."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from broadcaster.daemon.beside import ServingBeside
from broadcaster.network.identity import enrol
from broadcaster.station import Station
from broadcaster.station.network import station_side
from tests.kit import free_port, here, until
from tests.store.postgres import installed, running
from tests.test_serving import CLOCK, line_of, on_duty, opened

PROGRAMS = installed()
pytestmark = pytest.mark.skipif(PROGRAMS is None, reason="PostgreSQL is not installed")


@pytest.fixture
def large(small: Path) -> Iterator[Path]:
    """With keys, and its tables on a server."""
    assert PROGRAMS is not None
    assert here(small, "hamlet", "set", "ap-1", "--output", "player:").code == 0
    assert here(small, "network", "init", "127.0.0.1").code == 0
    with running(PROGRAMS) as server:
        with (small / "broadcaster.toml").open("a") as file:
            file.write(f'\n[store]\nurl = "{server.make("dai")}"\n')
        assert here(small, "store", "move").code == 0
        yield small


@contextmanager
def beside(folder: Path) -> Iterator[ServingBeside]:
    stopped = threading.Event()
    with Station(folder) as station, ThreadPoolExecutor(1) as pool:
        serving = ServingBeside(station, "127.0.0.1:0", lambda line: None)
        running = pool.submit(serving.run, stopped)
        try:
            until(lambda: serving.port != 0, what="a port")
            yield serving
        finally:
            stopped.set()
            running.result(20)


def test_what_the_daemon_publishes_wakes_who_waits_at_the_other_process(large: Path, tmp_path: Path) -> None:
    with on_duty(large, f"127.0.0.1:{free_port()}"), beside(large) as other, Station(large) as desk:
        (hamlet,) = [place for place in desk.store.hamlets() if place.output == "player:"]
        code = station_side(desk).open_enrolment(hamlet.id, CLOCK.now())
        pc = enrol(f"https://127.0.0.1:{other.port}", code, tmp_path / "pc", CLOCK, "test")
        line = line_of(pc, tmp_path / "pc")
        first = line.timetable("", 0)
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(line.timetable, first.etag, 25)
            assert here(large, "hamlet", "set", "ap-1", "--name", "Ấp Mới").code == 0
            answer = waiting.result(30)
        line.close()

    assert answer.status == 200
    assert opened(pc, first.body).label.name != opened(pc, answer.body).label.name == "Ấp Mới"
