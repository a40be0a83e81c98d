"""Several server processes on one database: what one changes wakes the long polls of all."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from broadcaster.clock import SystemClock
from broadcaster.errors import StoreError
from broadcaster.network.keys import SigningKey
from broadcaster.network.line import Answer, DeviceLine
from broadcaster.network.ports import Published
from broadcaster.network.waking import Waking
from broadcaster.store import Store
from broadcaster.store.issued import IssuedTimetable
from tests.contracts.desk_store import BY, NOW, hamlet
from tests.network.station import FakeStation, serving
from tests.network.test_at_scale import eventually
from tests.network.test_line import now_ms
from tests.store.postgres import installed, running

CLOCK = SystemClock()
PROGRAMS = installed()


class _Stored(FakeStation):
    """Its version counts what was issued."""

    def __init__(self, audio: Path, store: Store) -> None:
        super().__init__(audio)
        self.store = store

    def versions(self) -> Mapping[str, int]:
        self.version = self.store.issues() + 1
        return super().versions()

    def published(self, device: str) -> Published:
        self.version = self.store.issues() + 1
        return super().published(device)


@pytest.fixture(params=["sqlite", "postgresql"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Store, Store, Store]]:
    """One database as three processes open it."""
    with ExitStack() as stack:
        if request.param == "postgresql":
            if PROGRAMS is None:
                pytest.skip("PostgreSQL is not installed")
            url = stack.enter_context(running(PROGRAMS)).make("dai")
            Store.at(url, clock=CLOCK, backups=tmp_path, create=True).close()
            opened = [Store.at(url, clock=CLOCK, backups=tmp_path) for _store in range(3)]
        else:
            path = tmp_path / "schedules.db"
            opened = [Store.open(path, clock=CLOCK, create=True) for _store in range(3)]
        for store in opened:
            stack.callback(store.close)
        first, second, third = opened
        yield first, second, third


def test_a_change_wakes_the_long_polls_of_every_server(
    stores: tuple[Store, Store, Store], tmp_path: Path
) -> None:
    desk, *serving_stores = stores
    key = SigningKey.fresh()
    with ExitStack() as stack:
        lines, servers = [], []
        for number, store in enumerate(serving_stores):
            station = _Stored(tmp_path, store)
            station.devices["d1"] = key.public
            server, url, authority = stack.enter_context(serving(station, tmp_path / f"server-{number}"))
            waking = Waking(store, server.wake, CLOCK)
            waking.start()
            stack.callback(waking.stop)
            line = DeviceLine(url, authority, CLOCK, device="d1", key=key, station_ms=now_ms)
            stack.callback(line.close)
            lines.append(line)
            servers.append(server)
        pool = stack.enter_context(ThreadPoolExecutor(2))
        waiting = [pool.submit(line.timetable, '"1"', 20) for line in lines]
        assert eventually(lambda: all(server._waiting for server in servers))

        desk.save_hamlet(hamlet("ap-1"), by=BY, now=NOW)
        desk.issue([IssuedTimetable("id-ap-1", 1, "", NOW)])

        answers: list[Answer] = [answer.result(10) for answer in waiting]
    assert [(answer.status, answer.etag) for answer in answers] == [(200, '"2"')] * 2


class _Ailing:
    """A store whose server goes away once."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def await_change(self, seen: int, seconds: float) -> int:
        self.asked.append(seen)
        if len(self.asked) == 2:
            raise StoreError("The database server cannot be used", "db")
        return seen + 1

    def issues(self) -> int:
        return len(self.asked)


class _Patient(SystemClock):
    def wait(self, event: threading.Event, seconds: float) -> bool:
        return event.is_set()


def test_what_happened_while_it_could_not_hear_is_not_lost() -> None:
    store, woken, enough = _Ailing(), list[int](), threading.Event()

    def wake() -> None:
        woken.append(len(store.asked))
        if len(woken) == 3:
            enough.set()

    waking = Waking(store, wake, _Patient())
    waking.start()
    assert enough.wait(10)
    waking.stop()
    assert store.asked[:4] == [-1, 0, 0, 1]
    assert woken[:3] == [1, 3, 4]
