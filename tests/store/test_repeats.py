"""How often a hamlet heard a script: counted by what really aired."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from broadcaster.playout.airing import Outcome
from broadcaster.store import Store
from tests.contracts.desk_store import NOW, START, furnish, plan, slot

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("outcome", "times"), [(Outcome.AIRED, 1), (Outcome.PARTIAL, 0), (Outcome.MISSED, 0)]
)
def test_only_what_was_heard_whole_in_that_hamlet_counts(store: Store, outcome: Outcome, times: int) -> None:
    made = furnish(store, "a", "b")
    store.save_slot(replace(made, hamlets=("id-ap-1", "id-ap-2")), by="Lan", now=NOW)
    made = next(one for one in store.slots() if one.id == slot().id)
    plans = [plan(made, START + n * HOUR, ["id-a", "id-b"] if n < 2 else ["id-b"]) for n in range(3)]
    store.reconcile(plans, now=NOW, until=NOW + timedelta(days=14))
    for edition, planned in zip(store.editions(NOW, NOW + timedelta(days=14)), plans, strict=True):
        store.fix(edition.id, planned.script_ids, "", "", now=NOW)
    airings = store.claim(START + 3 * HOUR, NOW)
    in_first = [a for a in airings if a.hamlet.code == "ap-1"]
    in_second = [a for a in airings if a.hamlet.code == "ap-2"]
    store.end([in_first[0].id], outcome, "", 60.0, START)
    store.end([in_second[0].id, in_second[1].id], Outcome.AIRED, "", 60.0, START)

    assert store.times_heard(in_first[0].id, NOW) == 0
    assert store.times_heard(in_first[1].id, NOW) == times
    assert store.times_heard(in_first[1].id, START + HOUR / 2) == 0, "yesterday's do not count"
    assert store.times_heard(in_second[2].id, NOW) == 2
