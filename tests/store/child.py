"""What the crash tests do in a process of its own: `python -m tests.store.child WHAT PATH`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from broadcaster.clock import SystemClock
from broadcaster.errors import StoreError
from broadcaster.store import Store
from tests.contracts.desk_store import BY, NOW, START, hamlet, script


def write_for_ever(path: Path) -> None:
    """Say a number when its two rows (a script and an entry in the queue) are committed."""
    store = Store.open(path, clock=SystemClock())
    number = len(store.scripts())
    while True:
        code = f"bai-{number}"
        store.add_script(script(code), by=BY, now=NOW)
        _say(f"script {number}")
        store.enqueue("id-sang", f"id-{code}", 1, by=BY, now=NOW)
        _say(f"queued {number}")
        number += 1


def claim(path: Path) -> None:
    """Claim what is due, over and over, until a line comes in; say each airing's id."""
    store = Store.open(path, clock=SystemClock())
    _say("ready")
    sys.stdin.readline()
    for _turn in range(40):
        for airing in store.claim(START, START):
            _say(airing.id)


def fill_the_disk(path: Path) -> None:
    """Files may not grow past 600 kB, then 100 kB: say how many scripts went in, then the errors of a script,
    a backup and a new station."""
    import resource

    store = Store.open(path, clock=SystemClock())
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
        for number in range(1_000):
            long = replace(script(f"bai-{number}"), text="chữ " * 2_000)
            store.add_script(long, by=BY, now=NOW)
            _say(str(number + 1))
    except StoreError as error:
        _say(f"{type(error).__name__}: {error}")
        assert store.check() == ()
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 600_000))
        store.backup(path.with_name("copy.db"))
    except StoreError as error:
        _say(f"{type(error).__name__}: {error}")
    try:
        Store.open(path.with_name("new.db"), clock=SystemClock(), create=True)
    except StoreError as error:
        _say(f"{type(error).__name__}: {error}")


def read_only(path: Path) -> None:
    """As nobody: create, read and write in a folder that belongs to root."""
    if os.getuid() == 0:
        os.setuid(65534)
    acts: tuple[Callable[[], object], ...] = (
        lambda: Store.open(path.with_name("new.db"), clock=SystemClock(), create=True),
        lambda: [place.code for place in Store.open(path, clock=SystemClock()).hamlets()],
        lambda: Store.open(path, clock=SystemClock()).save_hamlet(hamlet("ap-9"), by=BY, now=NOW),
        lambda: Store.open(path, clock=SystemClock()).backup(path.with_name("copy.db")),
    )
    for act in acts:
        try:
            _say(str(act()))
        except StoreError as error:
            _say(f"{type(error).__name__}: {error}")


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    {act.__name__: act for act in (write_for_ever, claim, fill_the_disk, read_only)}[sys.argv[1]](
        Path(sys.argv[2])
    )
