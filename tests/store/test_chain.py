"""The chain across epochs and checkpoints, in the database and in exported files."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from broadcaster.clock import TurnedClock
from broadcaster.errors import NotFound, StoreError
from broadcaster.playout.airing import Outcome
from broadcaster.store import Store
from broadcaster.store.chain import COLUMNS, Event, Fields, hash_of, verify
from broadcaster.store.chain_file import read_chain, write_chain
from broadcaster.store.restore import resume, standing
from tests.contracts.desk_store import BY, DAY, NOW, START, UNTIL, furnish, plan

Events = list[dict[str, object]]


def chained(*kinds: tuple[int, Event, str], device: str = "pc") -> Events:
    """(epoch, kind, payload) each, one after the other."""
    events: Events = []
    before = ""
    for seq, (epoch, kind, payload) in enumerate(kinds, 1):
        values = ("s", device, epoch, seq, seq * 1000, str(kind), "a", payload, before, "")
        event: dict[str, object] = dict(zip(COLUMNS, values, strict=True))
        before = hash_of(event)
        events.append(event | {"hash": before})
    return events


PLAIN = [(1, Event.BEGAN, "{}")] * 4


def forked() -> Events:
    """Four events; a backup of after the second one was restored and went on."""
    old = chained(*PLAIN)
    new = chained(*PLAIN[:2], (2, Event.EPOCH, "{}"), (2, Event.BEGAN, "{}"))
    return old + new[2:]


def pruned(through: int = 2) -> Events:
    whole = chained(*PLAIN)
    cut = whole[through - 1]
    note = f'{{"hash":"{cut["hash"]}","through":{through}}}'
    return chained(*PLAIN, (1, Event.CHECKPOINT, note))[through:]


def test_a_new_epoch_follows_from_where_the_backup_stood() -> None:
    (chain,) = verify(chained(*PLAIN[:2], (2, Event.EPOCH, "{}"), (2, Event.BEGAN, "{}")))

    assert (chain.events, chain.broken_at, chain.restored) == (4, None, 1)


def test_what_was_written_after_the_backup_may_stand_beside_it() -> None:
    (chain,) = verify(forked())

    assert (chain.events, chain.broken_at, chain.restored) == (6, None, 1)


def test_a_restored_backup_without_events_begins_with_its_epoch() -> None:
    (chain,) = verify(chained((2, Event.EPOCH, "{}"), (2, Event.BEGAN, "{}")))

    assert chain.broken_at is None


def test_a_checkpoint_vouches_for_what_was_taken_out() -> None:
    (chain,) = verify(pruned())

    assert (chain.events, chain.broken_at, chain.pruned) == (3, None, 2)


Break = Callable[[Events], Events]


@pytest.mark.parametrize(
    ("events", "spoil", "broken_at"),
    [
        (chained(*PLAIN[:2], (2, Event.BEGAN, "{}")), list, 3),
        (chained(*PLAIN[:2], (1, Event.BEGAN, "{}"), (1, Event.EPOCH, "{}"))[1:], list, 2),
        (forked(), lambda events: events[:1] + events[2:], 3),
        (forked(), lambda events: [*events[:4], *events[5:]], 4),
        (pruned(), lambda events: events[1:], 4),
        (pruned(), lambda events: events[:-1], 3),
        (chained(*PLAIN), lambda events: events[1:], 2),
        (chained(*PLAIN), lambda events: [*events[:2], events[3]], 4),
        (chained(*PLAIN), lambda events: [*events[:3], events[3] | {"at": 1}], 4),
        (chained(*PLAIN, (1, Event.CHECKPOINT, "no JSON"))[2:], list, 3),
        (chained(*PLAIN, (1, Event.CHECKPOINT, '{"through":2,"hash":"ab"}'))[2:], list, 3),
    ],
    ids=[
        "a new epoch without its marker",
        "a front that no checkpoint knows",
        "an old epoch with a gap",
        "a new epoch without its first event",
        "more taken out than the checkpoint says",
        "the checkpoint taken out",
        "the first taken out",
        "one taken out",
        "one changed",
        "a checkpoint of nonsense",
        "a checkpoint of another hash",
    ],
)
def test_every_break_is_found(events: Events, spoil: Break, broken_at: int) -> None:
    (chain,) = verify(spoil(events))

    assert chain.broken_at == broken_at


@pytest.fixture
def logged(store: Store) -> Store:
    """Two airings ended, an event each; Lan is known."""
    store.reconcile([plan(furnish(store))], now=NOW, until=UNTIL)
    ids = [airing.id for airing in store.claim(START, START)]
    for airing_id in ids:
        store.end([airing_id], Outcome.MISSED, "too late", 0.0, START)
    return store


def test_pruning_takes_out_and_vouches(logged: Store, path: Path) -> None:
    assert logged.before(START) == 0
    through = logged.before(START + DAY)
    assert through == 2

    assert logged.prune_as_run(1, by=BY, now=START + DAY) == 1

    (chain,) = logged.verify_as_run()
    assert (chain.events, chain.pruned, chain.broken_at) == (2, 1, None)
    assert logged.unlogged() == ()
    assert logged.prune_as_run(2, by=BY, now=START + 2 * DAY) == 1
    (chain,) = logged.verify_as_run()
    assert (chain.events, chain.pruned, chain.broken_at) == (2, 2, None)
    with (
        closing(sqlite3.connect(path)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        connection.execute("delete from asrun_event where seq = 4")


def test_only_a_known_person_prunes(logged: Store) -> None:
    with pytest.raises(NotFound):
        logged.prune_as_run(2, by="Ai đó", now=NOW)
    assert logged.prune_as_run(0, by=BY, now=NOW) == 0
    assert logged.verify_as_run()[0].events == 2


def test_a_cut_off_end_is_found_though_the_chain_is_whole(logged: Store, path: Path) -> None:
    assert logged.unlogged() == ()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("drop trigger asrun_event_no_DELETE")
        connection.execute("delete from asrun_event where seq = 2")
        connection.commit()

    assert logged.verify_as_run()[0].broken_at is None
    assert len(logged.unlogged()) == 1


@pytest.mark.parametrize("suffix", [".json", ".csv"])
def test_an_exported_chain_can_be_checked_without_a_database(
    logged: Store, tmp_path: Path, suffix: str
) -> None:
    file = tmp_path / f"chain{suffix}"

    assert write_chain(file, logged.as_run_events()) == 2

    events = read_chain(file)
    assert [dict(event) for event in events] == [dict(event) for event in logged.as_run_events()]
    assert verify(events) == logged.verify_as_run()
    changed: list[Fields] = [event | {"payload": "{}"} for event in map(dict, events)]
    assert verify(changed)[0].broken_at == 1
    with pytest.raises(StoreError, match="exists"):
        write_chain(file, [])


@pytest.mark.parametrize("suffix", [".json", ".csv"])
def test_an_empty_log_is_exported(store: Store, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"chain{suffix}"
    assert write_chain(file, store.as_run_events()) == 0
    assert read_chain(file) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", b"{}"),
        ("a.json", b"[1]"),
        ("a.json", b"\xff\xfe"),
        ("a.json", b"[" * 100_000),
        ("a.json", b'[{"seq": 1}]'),
        ("a.csv", b"a,b\n1,2\n"),
        ("a.csv", ",".join(COLUMNS).encode() + b"\ns,pc,one,1,1,began,a,{},,ab\n"),
        ("a.txt", b""),
        ("gone.json", None),
    ],
)
def test_a_file_that_is_no_chain_is_refused(tmp_path: Path, name: str, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)

    with pytest.raises(StoreError, match=name):
        read_chain(tmp_path / name)


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no-folder"):
        write_chain(tmp_path / "no-folder" / "a.json", [])


def test_a_resumed_database_goes_on_in_a_new_epoch(logged: Store, path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    logged.backup(copy)
    clock = TurnedClock(START + timedelta(hours=1))
    was = standing(path, clock, tmp_path)

    done = resume(copy, clock, tmp_path, made_at=START, by=BY, replaced=was)

    assert (done.epoch, done.missed) == (2, 0)
    now = standing(copy, clock, tmp_path)
    assert (now.epoch, now.seq, now.station_id) == (2, 3, was.station_id)
    assert now.is_beyond(was)
    assert not was.is_beyond(now)
    opened = Store.open(copy, clock=clock)
    (chain,) = opened.verify_as_run()
    assert (chain.restored, chain.broken_at) == (1, None)
    opened.close()
    with pytest.raises(NotFound):
        resume(copy, clock, tmp_path, made_at=START, by="Ai đó", replaced=None)
