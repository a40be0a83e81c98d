"""The real Store keeps the contracts of the desk and of the player."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from broadcaster.clock import TurnedClock
from broadcaster.desk.ports import DeskStore
from broadcaster.playout.airing import Ledger
from broadcaster.store import Store, engine
from tests.contracts.desk_store import DeskStoreContract
from tests.contracts.ledger import LedgerContract


@pytest.fixture(params=["DELETE", "WAL"])
def store(
    path: Path, clock: TurnedClock, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Store]:
    """In both journal modes: which one is used depends on the library's version."""
    monkeypatch.setattr(engine, "journal_mode", lambda _library: request.param)
    opened = Store.open(path, clock=clock, create=True)
    yield opened
    opened.close()


def test_one_object_implements_both_protocols(store: Store) -> None:
    desk: DeskStore = store
    player: Ledger = store
    assert desk.hamlets() == ()
    assert player.next_due() is None


class TestDeskStore(DeskStoreContract):
    """On SQLite."""


class TestLedger(LedgerContract):
    """On SQLite."""
