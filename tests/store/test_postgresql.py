"""The same Store on a real PostgreSQL: its contracts, and what only a server can do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from broadcaster.clock import TurnedClock
from broadcaster.errors import StationError, StoreError, StoreLocked
from broadcaster.playout.airing import Outcome
from broadcaster.store import Store
from broadcaster.store.tables import metadata
from broadcaster.units import Milliseconds
from tests.contracts.desk_store import BY, NOW, START, DeskStoreContract, furnish, hamlet, person
from tests.contracts.ledger import Book, LedgerContract
from tests.contracts.station_side import StationSideContract, enrolled
from tests.network.test_station_side import RealSite, ended, station_over, tell
from tests.network.test_station_side import furnish as furnish_site
from tests.store.postgres import Server, installed, running

PROGRAMS = installed()
pytestmark = pytest.mark.skipif(PROGRAMS is None, reason="PostgreSQL is not installed")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    assert PROGRAMS is not None
    with running(PROGRAMS) as server:
        Store.at(server.make("dai"), clock=TurnedClock(NOW), backups=Path(), create=True).close()
        with psycopg.connect(server.url("dai"), autocommit=True) as connection:
            connection.execute("CREATE SCHEMA kept")
            connection.execute("CREATE TABLE kept.station AS SELECT * FROM station")
        yield server


@pytest.fixture
def url(server: Server) -> str:
    """Of a database with a new station: quicker than a new database."""
    emptied = "; ".join(f"DELETE FROM {table.name}" for table in metadata.sorted_tables)
    with psycopg.connect(server.url("dai"), autocommit=True) as connection:
        connection.execute(
            f"DROP SCHEMA IF EXISTS xa_ben CASCADE; SET session_replication_role = replica; {emptied};"
            " INSERT INTO station SELECT * FROM kept.station".encode()
        )
    return server.url("dai")


@pytest.fixture
def store(url: str, clock: TurnedClock, tmp_path: Path) -> Iterator[Store]:
    opened = Store.at(url, clock=clock, backups=tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def another(url: str, store: Store, clock: TurnedClock, tmp_path: Path) -> Iterator[Store]:
    """As another computer opens it."""
    opened = Store.at(url, clock=clock, backups=tmp_path)
    yield opened
    opened.close()


class TestDeskStore(DeskStoreContract):
    """On PostgreSQL."""


class TestLedger(LedgerContract):
    """On PostgreSQL."""


class TestStationSide(StationSideContract):
    """On PostgreSQL."""

    @pytest.fixture
    def site(self, store: Store, clock: TurnedClock, tmp_path: Path) -> RealSite:
        furnish_site(store, tmp_path)
        return RealSite(store, station_over(store, tmp_path), tmp_path, clock)

    def test_what_is_told_is_in_the_log(self, site: RealSite) -> None:
        (airing,) = site.airings()
        device = enrolled(site).device
        assert site.lines(START) == [("ap-1", "unheard", "not reported yet")]

        tell(site, device, [ended(airing, START)], START)

        assert site.lines(START) == [("ap-1", "aired", "")]
        site.store.ask_stop([], by=BY, now=START)
        assert site.station.publish(START) == (("id-ap-1", 2),)


def test_migrations_make_the_schema_of_the_tables(server: Server) -> None:
    engine = create_engine(server.url("dai").replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        told = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()

    assert [change for change in told if "alembic_version" not in str(change)] == []


def test_each_airing_is_claimed_once_however_many_computers_ask(
    store: Store, another: Store, book: Book
) -> None:
    for second in range(20):
        book(START + timedelta(seconds=second), f"ap-{second % 3 + 1}")
    claimed: list[str] = []

    def claim(number: int) -> None:
        until = START + timedelta(seconds=number)
        claimed.extend(airing.id for airing in (store, another)[number % 2].claim(until, NOW))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(claim, range(20)))

    assert len(claimed) == len(set(claimed)) == 20
    assert {chain.broken_at for chain in store.verify_as_run()} <= {None}


def test_what_one_computer_changes_wakes_another(store: Store, another: Store) -> None:
    seen = another.version()
    assert another.await_change(seen, 0.05) == seen

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(another.await_change, seen, 20.0)
        store.add_person(person(), by=BY, now=NOW)
        assert waiting.result(10) == store.version() != seen


def test_what_the_player_notes_for_itself_wakes_nobody(store: Store, another: Store) -> None:
    seen = another.version()

    store.doubt_clock()

    assert another.await_change(seen, 0.2) == seen
    assert another.clock_doubted()


def test_one_daemon_is_on_duty(store: Store, another: Store) -> None:
    with store.on_duty_alone():
        with pytest.raises(StationError, match="Another daemon"), another.on_duty_alone():
            pytest.fail("two daemons")
        store.add_person(person(), by=BY, now=NOW)
    with another.on_duty_alone():
        assert another.people() == (person(),)


def test_who_is_cut_off_is_on_duty_no_more(store: Store, another: Store, url: str) -> None:
    with store.on_duty_alone():
        _cut_everybody_off(url)
        with another.on_duty_alone():
            assert another.hamlets() == ()


def test_a_server_that_was_away_is_found_again(store: Store, url: str) -> None:
    furnish(store)
    seen = store.version()
    store.await_change(seen, 0.05)

    _cut_everybody_off(url)

    assert len(store.hamlets()) == 2
    store.save_hamlet(hamlet("ap-3"), by=BY, now=NOW)
    with pytest.raises(StoreError, match="server"):
        store.await_change(store.version(), 0.05)
    assert store.await_change(seen, 0.05) == seen + 1


def _cut_everybody_off(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        connection.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}".encode())


def test_two_stations_share_a_database_each_in_its_schema(
    store: Store, url: str, clock: TurnedClock, tmp_path: Path
) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA xa_ben")
    beside = Store.at(
        f"{url}?options=-csearch_path%3Dxa_ben", clock=clock, backups=tmp_path, create=True, busy_s=5
    )
    furnish(store)

    with store.on_duty_alone(), beside.on_duty_alone():
        assert beside.hamlets() == ()
        assert beside.station_id != store.station_id
        assert beside.version() == 0
    beside.close()


def test_a_writer_waits_for_another_only_so_long(
    store: Store, url: str, clock: TurnedClock, tmp_path: Path
) -> None:
    hasty = Store.at(url, clock=clock, backups=tmp_path, busy_s=0.1)
    inside, done = threading.Event(), threading.Event()

    def write() -> None:
        with store._database.writing():
            inside.set()
            done.wait(10)

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        assert inside.wait(10)
        assert hasty.hamlets() == ()
        with pytest.raises(StoreLocked):
            hasty.add_person(person(), by=BY, now=NOW)
        done.set()
        writing.result(10)
    hasty.close()


_AGAIN = "ON CONFLICT (device, epoch, seq) DO UPDATE SET at = 0"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE asrun_event SET payload = '{}'",
        "DELETE FROM asrun_event",
        "TRUNCATE asrun_event",
        "UPDATE act SET detail = ''",
        "DELETE FROM act",
        "TRUNCATE act",
        "INSERT INTO act SELECT * FROM act",
        f"INSERT INTO asrun_event SELECT * FROM asrun_event {_AGAIN}",
    ],
)
def test_records_only_grow(store: Store, book: Book, url: str, change: str) -> None:
    book(START)
    store.begin([store.claim(START, NOW)[0].id], START, Milliseconds(0))

    with psycopg.connect(url) as connection, pytest.raises(psycopg.Error):
        connection.execute(change.encode())

    (chain,) = store.verify_as_run()
    assert (chain.events, chain.broken_at) == (1, None)


def test_the_front_of_the_log_can_be_taken_out_behind_a_checkpoint(store: Store, book: Book) -> None:
    book(START)
    airing = store.claim(START, NOW)[0]
    store.end([airing.id], Outcome.AIRED, "", 60.0, START)
    before = store.verify_as_run()[0].events

    assert store.prune_as_run(1, by="Lan", now=START) == 1

    (chain,) = store.verify_as_run()
    assert (chain.events, chain.pruned, chain.broken_at) == (before, 1, None)


def test_names_stand_in_one_order_everywhere(store: Store) -> None:
    for code in ("b", "B", "a_1", "a1", "đ", "z"):
        store.save_hamlet(replace(hamlet(f"ap-{code}"), name=code), by=BY, now=NOW)

    codes = [place.code for place in store.hamlets()]

    assert codes == sorted(codes)


def test_a_backup_is_the_same_station_in_a_file(
    store: Store, book: Book, clock: TurnedClock, tmp_path: Path
) -> None:
    book(START)
    store.end([store.claim(START, NOW)[0].id], Outcome.AIRED, "", 60.0, START)

    store.backup(tmp_path / "copy.db")

    copy = Store.open(tmp_path / "copy.db", clock=clock)
    assert (copy.station_id, copy.people(), copy.hamlets()) == (
        store.station_id,
        store.people(),
        store.hamlets(),
    )
    assert copy.as_run(NOW, START + timedelta(days=1)) == store.as_run(NOW, START + timedelta(days=1))
    assert copy.verify_as_run() == store.verify_as_run()
    assert copy.check() == store.check() == ()
    copy.close()
    assert copy.in_a_file
    assert not store.in_a_file
    with pytest.raises(StoreError, match="exists already"):
        store.backup(tmp_path / "copy.db")


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    store.close()

    for use in (store.hamlets, store.version, store.check, lambda: store.await_change(0, 0.1)):
        with pytest.raises(StoreError, match="closed"):
            use()


def test_an_address_that_leads_nowhere(server: Server, clock: TurnedClock, tmp_path: Path) -> None:
    nowhere = server.url("no_such").replace("postgres@", "lan@")
    with pytest.raises(StoreError) as caught:
        Store.at(nowhere, clock=clock, backups=tmp_path, password="mat-khau-bi-mat")

    assert "mat-khau" not in str(caught.value) + caught.value.item
    assert "lan@127.0.0.1" in caught.value.item
    assert caught.value.todo
    unmade = server.make("unmade")
    with pytest.raises(StoreError, match="no station"):
        Store.at(unmade, clock=clock, backups=tmp_path)
    with psycopg.connect(unmade, autocommit=True) as connection:
        connection.execute("CREATE TABLE customers (id int)")
    with pytest.raises(StoreError, match="no station"):
        Store.at(unmade, clock=clock, backups=tmp_path, create=True)
