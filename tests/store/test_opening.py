"""Opening: what is there, what is missing, what is broken."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from broadcaster.clock import TurnedClock
from broadcaster.errors import SchemaTooNew, StoreCorrupt, StoreError, StoreLocked
from broadcaster.store import Store
from tests.contracts.desk_store import BY, NOW, furnish, hamlet, script


def _execute(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(statement)


def test_what_was_written_is_there_after_opening_again(store: Store, path: Path, clock: TurnedClock) -> None:
    furnish(store, "mot")
    store.close()

    again = Store.open(path, clock=clock, create=True)

    assert [place.code for place in again.hamlets()] == ["ap-1", "ap-2"]
    assert again.check() == ()
    again.close()


def test_every_station_has_ids_of_its_own(tmp_path: Path, clock: TurnedClock) -> None:
    ids = set()
    for name in ("one.db", "two.db"):
        Store.open(tmp_path / name, clock=clock, create=True).close()
        with closing(sqlite3.connect(tmp_path / name)) as reader:
            ids.update(reader.execute("SELECT id, device_id FROM station").fetchone())
    assert len(ids) == 4


def test_a_missing_database_is_only_made_when_asked(path: Path, clock: TurnedClock) -> None:
    with pytest.raises(StoreError, match="broadcaster init"):
        Store.open(path, clock=clock)
    assert not path.exists()


def test_an_empty_file_holds_no_station_and_may_become_one(path: Path, clock: TurnedClock) -> None:
    path.touch()

    with pytest.raises(StoreError, match="no station"):
        Store.open(path, clock=clock)
    Store.open(path, clock=clock, create=True).close()
    Store.open(path, clock=clock).close()


@pytest.mark.parametrize("create", [True, False])
def test_a_file_that_is_no_database_is_left_alone(path: Path, clock: TurnedClock, create: bool) -> None:
    path.write_text("Đây không phải cơ sở dữ liệu.\n" * 200, encoding="utf-8")
    before = path.read_bytes()

    with pytest.raises(StoreCorrupt, match="no backup"):
        Store.open(path, clock=clock, create=create)

    assert path.read_bytes() == before


def test_a_damaged_database_names_its_newest_backup(store: Store, path: Path, clock: TurnedClock) -> None:
    for number in range(50):
        store.add_script(script(f"bai-{number}"), by=BY, now=NOW)
    store.daily_backup(path.parent / "backups", keep=5, today=date(2026, 11, 23))
    newest = store.daily_backup(path.parent / "backups", keep=5, today=date(2026, 11, 24))
    store.close()
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    with pytest.raises(StoreCorrupt) as caught:
        Store.open(path, clock=clock)

    assert str(newest) in caught.value.todo
    Store.open(newest, clock=clock).close()


def test_the_database_of_another_program_is_refused(path: Path, clock: TurnedClock) -> None:
    _execute(path, "CREATE TABLE moz_places (url TEXT)")

    for create in (True, False):
        with pytest.raises(StoreCorrupt, match="no station"):
            Store.open(path, clock=clock, create=create)


@pytest.mark.parametrize(
    "stations", ["DELETE FROM station", "INSERT INTO station VALUES ('2', '2', 1, 0, 0)"]
)
def test_a_file_holds_exactly_one_station(
    store: Store, path: Path, clock: TurnedClock, stations: str
) -> None:
    store.close()
    _execute(path, stations)

    with pytest.raises(StoreCorrupt, match="stations"):
        Store.open(path, clock=clock)


def test_a_newer_schema_is_refused_untouched(store: Store, path: Path, clock: TurnedClock) -> None:
    store.close()
    _execute(path, "UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()

    for create in (True, False):
        with pytest.raises(SchemaTooNew, match="9999"):
            Store.open(path, clock=clock, create=create)

    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_locked_database_says_so_after_its_patience(store: Store, path: Path, clock: TurnedClock) -> None:
    store.close()
    hasty = Store.open(path, clock=clock, busy_s=0.1)
    uses: list[Callable[[], object]] = [
        lambda: hasty.save_hamlet(hamlet(), by=BY, now=NOW),
        lambda: hasty.hamlets(),
        lambda: hasty.version(),
        lambda: hasty.backup(path.with_name("copy.db")),
        lambda: Store.open(path, clock=clock, busy_s=0.1),
    ]

    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for use in uses:
            with pytest.raises(StoreLocked, match="another program"):
                use()
        other.execute("ROLLBACK")

    for use in uses[:4]:
        use()
    assert [place.code for place in hasty.hamlets()] == ["ap-1"]
    hasty.close()


def test_check_finds_what_points_nowhere(store: Store, path: Path) -> None:
    furnish(store)
    _execute(path, "DELETE FROM hamlet")

    assert store.check() == (
        "slot_hamlet row 1 names no hamlet",
        "slot_hamlet row 2 names no hamlet",
    )
