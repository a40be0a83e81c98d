"""Killed, crowded, out of room, forbidden: what was committed stays, and nothing is half done."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from broadcaster.clock import TurnedClock
from broadcaster.store import Store
from tests.contracts.desk_store import BY, NOW, START, UNTIL, furnish, hamlet, plan, slot

posix_only = pytest.mark.skipif(os.name != "posix", reason="needs setuid and RLIMIT_FSIZE")


def child(what: str, path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.store.child", what, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def lines_of(what: str, path: Path) -> list[str]:
    with child(what, path) as process:
        said = process.communicate(timeout=60)[0].splitlines()
    assert process.returncode == 0
    return said


def test_killed_a_dozen_times_nothing_committed_is_lost(store: Store, path: Path, clock: TurnedClock) -> None:
    furnish(store)
    store.close()
    said: set[str] = set()

    for turn in range(12):
        with child("write_for_ever", path) as process:
            assert process.stdout is not None
            said.add(process.stdout.readline().strip())
            time.sleep(0.011 * turn)
            process.kill()
            said.update(line.strip() for line in process.stdout if line.endswith("\n"))

    survivor = Store.open(path, clock=clock)
    scripts = {f"script {entry.code.removeprefix('bai-')}" for entry in survivor.scripts()}
    queued = {f"queued {entry.script_id.removeprefix('id-bai-')}" for entry in survivor.queue()}
    assert said <= scripts | queued
    # At most the one transaction that each kill hit may stand without having been told.
    assert len((scripts | queued) - said) <= 12
    assert survivor.check() == ()
    survivor.close()
    with closing(sqlite3.connect(path)) as reader:
        acts = reader.execute("SELECT act, count(*) FROM act GROUP BY act").fetchall()
    assert dict(acts)["add script"] == len(scripts)
    assert dict(acts)["enqueue"] == len(queued)


def test_two_processes_claim_each_airing_once(store: Store, path: Path) -> None:
    places = [hamlet(f"ap-{number}") for number in range(10)]
    for place in places:
        store.save_hamlet(place, by=BY, now=NOW)
    wide = slot("sang", [place.id for place in places])
    store.save_slot(wide, by=BY, now=NOW)

    with child("claim", path) as one, child("claim", path) as two:
        for process in (one, two):
            assert process.stdout is not None
            assert process.stdin is not None
            assert process.stdout.readline() == "ready\n"
        for process in (one, two):
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        planned = []
        for minute in range(20):
            planned.append(plan(wide, START.replace(minute=minute)))
            store.reconcile(planned, now=NOW, until=UNTIL)
        claimed = [line for process in (one, two) for line in process.communicate(timeout=60)[0].split()]

    claimed += [airing.id for airing in store.claim(START, START)]
    assert len(claimed) == len(set(claimed)) == 200
    assert len(store.unfinished()) == 200


@posix_only
def test_a_full_disk_loses_nothing(store: Store, path: Path, clock: TurnedClock) -> None:
    store.close()

    *written, no_script, no_backup, no_station = lines_of("fill_the_disk", path)

    assert no_script.startswith(f"StoreFull: The database cannot be written: no room on the disk: {path}")
    assert no_backup.startswith("StoreFull: ")
    assert no_station.startswith("StoreFull: ")
    assert int(written[-1]) > 10
    survivor = Store.open(path, clock=clock)
    assert len(survivor.scripts()) == int(written[-1])
    assert survivor.check() == ()
    survivor.save_hamlet(hamlet(), by=BY, now=NOW)
    survivor.close()
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.fixture
def forbidden(clock: TurnedClock) -> Iterator[Path]:
    """A station in a folder that others may enter and read, not write."""
    folder = Path(tempfile.mkdtemp())
    store = Store.open(folder / "schedules.db", clock=clock, create=True)
    store.save_hamlet(hamlet(), by=BY, now=NOW)
    store.close()
    folder.chmod(0o555)
    yield folder / "schedules.db"
    folder.chmod(0o755)
    shutil.rmtree(folder)


@posix_only
@pytest.mark.parametrize("file_mode", [0o444, 0o666])
def test_a_read_only_folder_can_be_read_and_says_why_it_cannot_be_written(
    forbidden: Path, file_mode: int
) -> None:
    forbidden.chmod(file_mode)

    created, read, written, copied = lines_of("read_only", forbidden)

    assert read == "['ap-1']"
    for refusal in (created, written, copied):
        assert refusal.startswith("StoreError: ")
        assert "Check who may read and write" in refusal
    assert [file.name for file in forbidden.parent.iterdir()] == ["schedules.db"]
