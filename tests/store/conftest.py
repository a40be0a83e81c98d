"""A real Store on a real file, and a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from broadcaster.clock import TurnedClock
from broadcaster.store import Store
from tests.contracts.desk_store import NOW


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock(NOW)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "schedules.db"


@pytest.fixture
def store(path: Path, clock: TurnedClock) -> Iterator[Store]:
    opened = Store.open(path, clock=clock, create=True)
    yield opened
    opened.close()
