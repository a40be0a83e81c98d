"""A station moves from its file to a PostgreSQL server, and is the same there."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from broadcaster.cli.main import main
from broadcaster.clock import TurnedClock
from broadcaster.daemon import Daemon
from broadcaster.errors import ConfigError, StationError, StoreError
from broadcaster.lock import DaemonLock
from broadcaster.playout.airing import Outcome
from broadcaster.station import Station
from broadcaster.station.store import move_store
from broadcaster.store import Store
from tests.contracts.desk_store import BY, NOW, START, hamlet
from tests.contracts.ledger import Book
from tests.store.postgres import Server, installed, running

PROGRAMS = installed()
needs_postgresql = pytest.mark.skipif(PROGRAMS is None, reason="PostgreSQL is not installed")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    assert PROGRAMS is not None
    with running(PROGRAMS) as server:
        yield server


def _written(folder: Path, url: str) -> Station:
    lines = ["[station]", 'name = "Tân Hưng"', "[store]", f'url = "{url}"'] if url else []
    (folder / "broadcaster.toml").write_text("\n".join(lines), encoding="utf-8")
    return Station(folder, TurnedClock(NOW))


@needs_postgresql
def test_it_goes_on_there_with_all_that_it_was(
    server: Server, store: Store, book: Book, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book(START)
    book(START, "ap-2")
    first, second = store.claim(START, NOW)
    store.end([first.id], Outcome.AIRED, "", 60.0, START)
    log, chains, its_id = store.as_run(NOW, START.replace(year=2027)), store.verify_as_run(), store.station_id
    station = _written(path.parent, server.make("moved"))
    store.close()

    with pytest.raises(SystemExit, match="0"):
        main(["--station", str(path.parent), "store", "move"])

    assert "schedules.db" in capsys.readouterr().out
    with station:
        there = station.store
        assert (there.station_id, there.verify_as_run()) == (its_id, chains)
        assert there.as_run(NOW, START.replace(year=2027)) == log
        assert there.unfinished() == (second,)
        there.end([second.id], Outcome.AIRED, "", 60.0, START)
        there.save_hamlet(hamlet("ap-9"), by=BY, now=NOW)
        assert [chain.broken_at for chain in there.verify_as_run()] == [None]
        with pytest.raises(StoreError, match="already"):
            move_store(station.folder, station.settings.store, station.clock)
    assert path.exists()


@needs_postgresql
def test_nothing_moves_while_the_daemon_runs(server: Server, store: Store, path: Path) -> None:
    station = _written(path.parent, server.make("not-yet"))
    with DaemonLock(path.parent), pytest.raises(StationError):
        move_store(station.folder, station.settings.store, station.clock)
    with pytest.raises(StoreError, match="no station"):
        _ = station.store


def test_the_settings_must_say_where_to(store: Store, path: Path) -> None:
    station = _written(path.parent, "")
    with pytest.raises(ConfigError, match="no other database"):
        move_store(station.folder, station.settings.store, station.clock)


@pytest.mark.parametrize(
    "url",
    ["postgresql://lan:secret@db/dai", "mysql://db/dai", "postgresql://db", "postgresql://db/dai?password=x"],
)
def test_an_address_that_is_none_or_tells_a_secret(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigError, match=r"store\.url"):
        _written(tmp_path, url)


def test_a_password_that_is_not_there_is_asked_for(tmp_path: Path) -> None:
    station = _written(tmp_path, "postgresql://lan@127.0.0.1:1/dai")
    named = station.settings.store.model_copy(update={"password": "env:NO_SUCH_PASSWORD"})
    station.settings = station.settings.model_copy(update={"store": named})
    with pytest.raises(ConfigError, match="NO_SUCH_PASSWORD"):
        _ = station.store


@needs_postgresql
def test_a_second_computer_does_not_run_the_same_station(
    server: Server, clock: TurnedClock, tmp_path: Path
) -> None:
    url, computers = server.make("two"), []
    Store.at(url, clock=clock, backups=tmp_path, create=True).close()
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        computers.append(_written(tmp_path / name, url))
    first, second = computers

    with first, second, first.store.on_duty_alone(), pytest.raises(StationError, match="Another daemon"):
        Daemon(second, lambda line: None).run(threading.Event(), seconds=0, rehearse=False)
