"""Backups are whole, or not there."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from pathlib import Path

import pytest

from broadcaster.clock import TurnedClock
from broadcaster.errors import StoreError
from broadcaster.store import Store
from tests.contracts.desk_store import BY, NOW, furnish, hamlet


def test_a_backup_is_a_station_of_its_own(store: Store, tmp_path: Path, clock: TurnedClock) -> None:
    furnish(store, "mot")
    copy = tmp_path / "usb" / "copy.db"

    store.backup(copy)
    store.save_hamlet(hamlet("ap-9"), by=BY, now=NOW)

    assert [file.name for file in copy.parent.iterdir()] == ["copy.db"]
    opened = Store.open(copy, clock=clock)
    assert [place.code for place in opened.hamlets()] == ["ap-1", "ap-2"]
    assert opened.check() == ()
    opened.close()


def test_a_backup_overwrites_nothing(store: Store, tmp_path: Path) -> None:
    precious = tmp_path / "precious.db"
    precious.write_text("mine")

    with pytest.raises(StoreError, match=r"precious\.db"):
        store.backup(precious)

    assert precious.read_text() == "mine"


def test_a_backup_that_cannot_be_made_leaves_nothing(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StoreError):
        store.backup(tmp_path / "file" / "copy.db")

    assert sorted(file.name for file in tmp_path.iterdir()) == ["file", "schedules.db"]


def test_a_backup_made_while_others_write_is_consistent(
    store: Store, tmp_path: Path, clock: TurnedClock
) -> None:
    furnish(store)
    over = threading.Event()

    def write() -> None:
        number = 10
        while not over.is_set():
            store.save_hamlet(hamlet(f"ap-{number}"), by=BY, now=NOW)
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    for number in range(5):
        store.backup(tmp_path / f"copy-{number}.db")
    over.set()
    writer.join()

    for number in range(5):
        opened = Store.open(tmp_path / f"copy-{number}.db", clock=clock)
        assert opened.check() == ()
        assert len(opened.hamlets()) >= 2
        opened.close()


def test_one_backup_a_day_and_the_newest_are_kept(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    first = date(2026, 11, 20)
    for day in range(5):
        made = store.daily_backup(folder, keep=3, today=first + timedelta(days=day))
    by_hand = folder / "schedules-before-0002-20261101T000000.db"
    store.backup(by_hand)
    stamp = made.stat().st_mtime_ns

    assert store.daily_backup(folder, keep=3, today=first + timedelta(days=4)) == made
    assert made.stat().st_mtime_ns == stamp
    assert sorted(file.name for file in folder.iterdir()) == [
        "schedules-2026-11-22.db",
        "schedules-2026-11-23.db",
        "schedules-2026-11-24.db",
        by_hand.name,
    ]
