"""Threads, transactions, the version number, and the mapping of foreign errors."""

from __future__ import annotations

import errno
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import exc

from broadcaster.clock import TurnedClock
from broadcaster.errors import StoreCorrupt, StoreError, StoreFull, StoreLocked
from broadcaster.store import Store
from broadcaster.store.engine import SqliteDatabase, journal_mode
from broadcaster.store.failures import mapped
from tests.contracts.desk_store import BY, NOW, START, UNTIL, furnish, hamlet, plan


@pytest.mark.parametrize(
    ("library", "mode"),
    [
        ((3, 40, 1), "DELETE"),
        ((3, 44, 5), "DELETE"),
        ((3, 44, 6), "WAL"),
        ((3, 44, 7), "DELETE"),
        ((3, 50, 7), "WAL"),
        ((3, 51, 2), "DELETE"),
        ((3, 51, 3), "WAL"),
        ((3, 52, 0), "WAL"),
    ],
)
def test_wal_only_where_its_bug_is_fixed(library: tuple[int, int, int], mode: str) -> None:
    assert journal_mode(library) == mode


def test_every_connection_is_durable_and_checks_foreign_keys(store: Store, path: Path) -> None:
    database = SqliteDatabase(path, busy_s=1, backups=path.parent)
    with database.raw() as raw:
        assert raw.execute("PRAGMA synchronous").fetchone() == (3,)
        assert raw.execute("PRAGMA foreign_keys").fetchone() == (1,)
        assert raw.execute("PRAGMA busy_timeout").fetchone() == (1000,)
    database.close()


def _sqlite(kind: type[sqlite3.Error], code: int) -> sqlite3.Error:
    error = kind("it went wrong")
    error.sqlite_errorcode = code
    return error


def _wrapped(kind: type[sqlite3.Error], code: int) -> exc.DBAPIError:
    return exc.DBAPIError("INSERT", None, _sqlite(kind, code))


@pytest.mark.parametrize(
    ("foreign", "ours"),
    [
        (_wrapped(sqlite3.OperationalError, sqlite3.SQLITE_BUSY), StoreLocked),
        (_wrapped(sqlite3.OperationalError, sqlite3.SQLITE_BUSY_SNAPSHOT), StoreLocked),
        (_wrapped(sqlite3.OperationalError, sqlite3.SQLITE_LOCKED), StoreLocked),
        (exc.TimeoutError("no connection is free"), StoreLocked),
        (_wrapped(sqlite3.OperationalError, sqlite3.SQLITE_FULL), StoreFull),
        (_wrapped(sqlite3.OperationalError, sqlite3.SQLITE_IOERR_WRITE), StoreFull),
        (OSError(errno.ENOSPC, "No space left on device"), StoreFull),
        (OSError(errno.EFBIG, "File too large"), StoreFull),
        (_wrapped(sqlite3.DatabaseError, sqlite3.SQLITE_NOTADB), StoreCorrupt),
        (_wrapped(sqlite3.DatabaseError, sqlite3.SQLITE_CORRUPT_INDEX), StoreCorrupt),
        (_sqlite(sqlite3.OperationalError, sqlite3.SQLITE_IOERR_SHORT_READ), StoreCorrupt),
        (_wrapped(sqlite3.OperationalError, sqlite3.SQLITE_READONLY), StoreError),
        (_wrapped(sqlite3.OperationalError, sqlite3.SQLITE_CANTOPEN), StoreError),
        (PermissionError(errno.EACCES, "Permission denied", "schedules.db"), StoreError),
        (_wrapped(sqlite3.IntegrityError, sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY), StoreError),
        (_wrapped(sqlite3.ProgrammingError, sqlite3.SQLITE_MISUSE), StoreError),
        (sqlite3.ProgrammingError("Cannot operate on a closed database."), StoreError),
        (exc.StatementError("a naive datetime", "INSERT", None, ValueError("naive")), StoreError),
        (exc.NoResultFound("No row was found"), StoreError),
    ],
)
def test_every_foreign_error_leaves_as_ours(
    tmp_path: Path, foreign: Exception, ours: type[StoreError]
) -> None:
    with pytest.raises(StoreError) as caught, mapped(tmp_path / "schedules.db", tmp_path):
        raise foreign

    assert type(caught.value) is ours
    assert "schedules.db" in caught.value.item
    assert caught.value.__cause__ is foreign


def test_a_naive_instant_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="zone"):
        store.save_hamlet(hamlet(), by=BY, now=datetime(2026, 11, 24, 5, 30))  # noqa: DTZ001
    assert store.hamlets() == ()


def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    furnish(store, "mot")
    unknown = replace(plan(store.slots()[0]))
    store.reconcile([unknown], now=NOW, until=UNTIL)
    (edition,) = store.editions(NOW, UNTIL)

    with pytest.raises(StoreError):
        store.fix(edition.id, ["id-mot", "no such script"], "Bản tin", "", now=NOW)

    assert store.editions(NOW, UNTIL) == (edition,)
    assert store.queue()[0].owed == 1


def test_threads_share_one_store(store: Store) -> None:
    morning = furnish(store)
    store.reconcile([plan(morning)], now=NOW, until=UNTIL)
    together = threading.Barrier(8)

    def work(number: int) -> int:
        together.wait(10)
        for turn in range(5):
            store.save_hamlet(hamlet(f"ap-{number}-{turn}"), by=BY, now=NOW)
            assert store.next_due() is None or store.hamlets()
        return len(store.claim(START, START))

    with ThreadPoolExecutor(8) as pool:
        claimed = list(pool.map(work, range(8)))

    assert sorted(claimed) == [0] * 7 + [2]
    assert len(store.hamlets()) == 2 + 8 * 5


def test_the_version_sees_other_connections_and_other_threads(
    store: Store, path: Path, clock: TurnedClock
) -> None:
    other = Store.open(path, clock=clock)
    versions = [store.version()]

    other.save_hamlet(hamlet("ap-1"), by=BY, now=NOW)
    versions.append(store.version())
    with ThreadPoolExecutor(1) as pool:
        pool.submit(store.save_hamlet, hamlet("ap-2"), by=BY, now=NOW).result()
    versions.append(store.version())
    store.hamlets()
    other.close()

    assert len(set(versions)) == 3
    assert store.version() == versions[-1]


def test_a_closed_store_says_so(store: Store) -> None:
    store.version()
    store.close()
    store.close()

    for use in (store.hamlets, store.version, store.check):
        with pytest.raises(StoreError, match="closed"):
            use()
