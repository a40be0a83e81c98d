"""The as-run log cannot be changed quietly."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from broadcaster.playout.airing import Outcome
from broadcaster.store import Chain, Store
from broadcaster.units import Milliseconds
from tests.contracts.desk_store import NOW, START, UNTIL, furnish, plan

_REPLACE = """INSERT OR REPLACE INTO asrun_event SELECT station_id, device, epoch, seq, at, kind, airing_id,
'{}', prev_hash, hash FROM asrun_event WHERE seq = 2"""


@pytest.fixture
def logged(store: Store) -> Store:
    """Four events: two airings began and ended."""
    store.reconcile([plan(furnish(store))], now=NOW, until=UNTIL)
    ids = [airing.id for airing in store.claim(START, START)]
    store.begin(ids, START, Milliseconds(0))
    store.end(ids, Outcome.AIRED, "", 60.0, START)
    return store


@pytest.fixture
def intruder(logged: Store, path: Path) -> Iterator[sqlite3.Connection]:
    """Somebody with another program, who does not even set our pragmas."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def _chain(store: Store) -> Chain:
    (chain,) = store.verify_as_run()
    return chain


def test_an_untouched_chain_is_whole(logged: Store) -> None:
    chain = _chain(logged)

    assert (chain.events, chain.broken_at) == (4, None)
    assert len(chain.device) == 32


def test_an_empty_log_has_no_chain(store: Store) -> None:
    assert store.verify_as_run() == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE asrun_event SET payload = '{}'",
        "DELETE FROM asrun_event",
        _REPLACE,
        "UPDATE act SET act = 'nothing'",
        "DELETE FROM act",
        "INSERT OR REPLACE INTO act SELECT station_id, id, at, by, 'nothing', subject, detail FROM act",
    ],
)
def test_records_are_append_only(intruder: sqlite3.Connection, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        intruder.execute(statement)


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("UPDATE asrun_event SET payload = replace(payload, '60.0', '59.0') WHERE seq = 4", 4),
        ("UPDATE asrun_event SET at = at + 1 WHERE seq = 1", 1),
        ("UPDATE asrun_event SET airing_id = 'other' WHERE seq = 2", 2),
        ("UPDATE asrun_event SET seq = 9 WHERE seq = 4", 9),
        ("DELETE FROM asrun_event WHERE seq = 2", 3),
        ("DELETE FROM asrun_event WHERE seq = 1", 2),
        ("UPDATE asrun_event SET hash = 'ab' WHERE seq = 3", 3),
    ],
)
def test_who_removes_the_triggers_is_still_found_out(
    logged: Store, intruder: sqlite3.Connection, statement: str, broken_at: int
) -> None:
    intruder.execute("DROP TRIGGER asrun_event_no_UPDATE")
    intruder.execute("DROP TRIGGER asrun_event_no_DELETE")
    assert intruder.execute(statement).rowcount == 1

    assert _chain(logged).broken_at == broken_at


def test_each_device_has_a_chain_of_its_own(logged: Store, intruder: sqlite3.Connection) -> None:
    intruder.execute(
        "INSERT INTO asrun_event SELECT station_id, 'a hamlet PC', 1, 1, at, kind, airing_id, payload, '', ''"
        " FROM asrun_event WHERE seq = 1"
    )

    assert [(chain.events, chain.broken_at) for chain in logged.verify_as_run()] in (
        [(4, None), (1, 1)],
        [(1, 1), (4, None)],
    )
