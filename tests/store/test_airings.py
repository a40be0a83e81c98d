"""What the desk and the player see of each other through the tables."""

from __future__ import annotations

import sqlite3
import time as stopwatch
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from broadcaster.desk.ports import EditionState, Reconciled, StandBy
from broadcaster.errors import NotFound
from broadcaster.playout.airing import Airing, Outcome
from broadcaster.store import Store
from broadcaster.timetable.rung import Rung
from broadcaster.timetable.slot import SlotKind
from broadcaster.units import Milliseconds
from tests.contracts.desk_store import (
    BY,
    DAY,
    NOW,
    START,
    UNTIL,
    bulletin,
    furnish,
    hamlet,
    plan,
    slot,
    waiting,
)

QUARTER = timedelta(minutes=15)


def on_the_way(store: Store) -> tuple[Airing, ...]:
    """A fixed edition with audio in two hamlets, claimed."""
    morning = furnish(store, "mot")
    store.add_bulletin(bulletin(), "Bản tin", now=NOW)
    store.reconcile([plan(morning, scripts=["id-mot"])], now=NOW, until=UNTIL)
    store.fix(store.editions(NOW, UNTIL)[0].id, ["id-mot"], "Bản tin", bulletin().sha256, now=NOW)
    return store.claim(START, START)


def test_what_was_claimed_survives_every_change_of_the_timetable(store: Store) -> None:
    claimed = on_the_way(store)
    morning = store.slots()[0]

    moved = store.reconcile([plan(morning, START + QUARTER)], now=NOW, until=UNTIL)
    store.remove_slot(morning.id, by=BY, now=NOW)

    assert moved == Reconciled(added=2, cancelled=0)
    assert store.unfinished() == claimed
    (edition,) = store.editions(START, START + QUARTER)
    assert (edition.state, edition.script_ids) == (EditionState.FIXED, ("id-mot",))
    assert waiting(store) == []


def test_what_has_ended_is_not_due_again(store: Store) -> None:
    first, second = on_the_way(store)
    morning = store.slots()[0]
    store.end([first.id], Outcome.AIRED, "", 60.0, START)
    store.end([second.id], Outcome.CANCELLED, "stopped by Lan", 0.0, START)

    assert store.reconcile([plan(morning)], now=NOW, until=UNTIL) == Reconciled(0, 0)
    assert store.next_due() is None


def test_a_changed_timetable_stands_in_the_log_until_it_is_changed_back(store: Store) -> None:
    morning = furnish(store)
    store.reconcile([plan(morning)], now=NOW, until=UNTIL)

    store.reconcile([], now=NOW, until=UNTIL)
    lines = store.as_run(START, START + QUARTER)
    assert [(line.hamlet, line.outcome, line.reason) for line in lines] == [
        ("ap-1", Outcome.CANCELLED, "timetable changed"),
        ("ap-2", Outcome.CANCELLED, "timetable changed"),
    ]

    store.reconcile([plan(morning)], now=NOW, until=UNTIL)
    assert store.as_run(START, START + QUARTER) == ()
    assert len(store.claim(START, START)) == 2
    assert store.verify_as_run()[0].broken_at is None


def test_a_retired_hamlet_hears_nothing_more(store: Store) -> None:
    store.reconcile([plan(furnish(store))], now=NOW, until=UNTIL)

    store.retire_hamlet("id-ap-1", by=BY, now=NOW)

    assert [airing.hamlet.code for airing in store.claim(START, START)] == ["ap-2"]
    assert [line.hamlet for line in store.as_run(START, START + DAY)] == ["ap-1"]


def test_a_renamed_hamlet_keeps_its_old_name_in_what_was_aired(store: Store) -> None:
    claimed = on_the_way(store)
    store.end([airing.id for airing in claimed], Outcome.AIRED, "", 60.0, START)
    store.reconcile([plan(store.slots()[0], START + DAY)], now=START + QUARTER, until=UNTIL)

    store.save_hamlet(replace(hamlet("ap-1"), code="ap-moi", name="Ấp Mới"), by=BY, now=START)
    tomorrow = store.claim(START + DAY, START + DAY)
    store.end([airing.id for airing in tomorrow], Outcome.MISSED, "late", 0.0, START + DAY)

    names = [(line.hamlet, line.hamlet_name) for line in store.as_run(START, UNTIL)]
    assert names == [("ap-1", "Ấp 1"), ("ap-2", "Ấp 2"), ("ap-2", "Ấp 2"), ("ap-moi", "Ấp Mới")]


def test_audio_that_was_deleted_is_no_audio_but_stays_in_the_log(store: Store) -> None:
    claimed = on_the_way(store)
    sha256 = bulletin().sha256
    assert {airing.bulletin for airing in claimed} == {sha256}

    store.forget_bulletins([sha256])

    assert {airing.bulletin for airing in store.unfinished()} == {""}
    with pytest.raises(NotFound):
        store.bulletin(sha256)
    store.end([airing.id for airing in claimed], Outcome.PARTIAL, "killed", 4.0, START)
    assert {(line.bulletin, line.voice) for line in store.as_run(START, UNTIL)} == {(sha256, "espeak:vi")}


def test_audio_of_a_claimed_edition_no_longer_changes(store: Store) -> None:
    edition_id = on_the_way(store)[0].edition_id

    assert not store.attach(edition_id, bulletin("hai").sha256)
    assert store.editions(NOW, UNTIL)[0].bulletin == bulletin().sha256


def test_nothing_else_stands_by_for_a_claimed_edition(store: Store) -> None:
    edition_id = on_the_way(store)[0].edition_id

    assert not store.stand_by(edition_id, [StandBy(Rung.SLOGAN, bulletin().sha256)])
    assert store.editions(NOW, UNTIL)[0].fallbacks == ()


def test_a_fallback_whose_audio_was_deleted_is_none(store: Store) -> None:
    morning = furnish(store, "mot")
    store.add_bulletin(bulletin(), "Bản tin", now=NOW)
    store.reconcile([plan(morning, scripts=["id-mot"])], now=NOW, until=UNTIL)
    edition_id = store.editions(NOW, UNTIL)[0].id
    assert store.stand_by(edition_id, [StandBy(Rung.SLOGAN, bulletin().sha256)])

    store.forget_bulletins([bulletin().sha256])

    assert store.claim(START, START)[0].fallbacks == ()


def test_an_edition_whose_moment_has_come_uses_up_nothing_any_more(store: Store) -> None:
    morning = furnish(store, "mot")
    store.reconcile([plan(morning, scripts=["id-mot"])], now=NOW, until=UNTIL)
    store.claim(START, START)

    store.fix(store.editions(NOW, UNTIL)[0].id, ["id-mot"], "Bản tin", "", now=START)

    assert waiting(store) == [("mot", 1, 1)]
    assert store.editions(NOW, UNTIL)[0].state is EditionState.PLANNED


def test_an_emergency_goes_to_the_hamlets_own_output(store: Store) -> None:
    emergency = replace(slot("khan", furnish(store).hamlets), kind=SlotKind.EMERGENCY)
    store.add_one_off(emergency, START, "Lũ về", "", by=BY, now=NOW)

    assert {airing.hamlet.output for airing in store.claim(START, START)} == {"soundcard:"}


def test_every_act_of_a_person_is_on_record(store: Store, path: Path) -> None:
    on_the_way(store)
    store.ask_stop((), by=BY, now=START)

    with sqlite3.connect(path) as reader:
        acts = reader.execute('SELECT "by", act, subject FROM act ORDER BY id').fetchall()
    reader.close()
    assert {by for by, _act, _subject in acts} == {BY}
    assert [(act, subject) for _by, act, subject in acts[:4]] == [
        ("add person", "id-Lan"),
        ("save hamlet", "id-ap-1"),
        ("save hamlet", "id-ap-2"),
        ("save slot", "id-sang"),
    ]
    assert acts[-1][1] == "stop"


def test_a_thousand_hamlets_are_reconciled_and_claimed_in_time(store: Store) -> None:
    places = [hamlet(f"ap-{number}", f"Ấp {number}") for number in range(100)]
    for place in places:
        store.save_hamlet(place, by=BY, now=NOW)
    wide = slot("sang", [place.id for place in places])
    store.save_slot(wide, by=BY, now=NOW)
    planned = [plan(wide, START + days * DAY + hours * QUARTER) for days in range(10) for hours in range(10)]

    began = stopwatch.perf_counter()
    assert store.reconcile(planned, now=NOW, until=UNTIL).added == 10_000
    assert store.reconcile([], now=NOW, until=UNTIL).cancelled == 10_000
    assert store.reconcile(planned, now=NOW, until=UNTIL).added == 10_000
    reconciled = stopwatch.perf_counter()
    assert len(store.claim(START + 9 * QUARTER, START)) == 1_000
    claimed = stopwatch.perf_counter()

    # Measured about 2 s and 0.05 s; what is guarded against is a quadratic plan, which takes minutes.
    assert reconciled - began < 15
    assert claimed - reconciled < 1


def test_a_mark_costs_little(store: Store) -> None:
    ids = [airing.id for airing in on_the_way(store)]

    began = stopwatch.perf_counter()
    for step in range(20):
        store.mark(ids, Milliseconds(step * 2_000))

    assert stopwatch.perf_counter() - began < 2
    assert store.unfinished()[0].sounded_to == 38_000
