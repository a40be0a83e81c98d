from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from broadcaster.desk import Desk, DeskRules
from broadcaster.documents import parse
from broadcaster.errors import DeskError, NotFound, PolicyError
from broadcaster.timetable.policy import Policy
from broadcaster.timetable.slot import Plays
from tests.desk.conftest import LEADER, NOW, ZONE, Office


def order(office: Office) -> list[tuple[str, int]]:
    return [(waiting.script.code, waiting.queued.owed) for waiting in office.desk.queue.list("chieu")]


def test_approved_scripts_wait_in_order(office: Office) -> None:
    office.slot()
    for name in ("a.txt", "b.txt"):
        office.script(name)

    office.desk.queue.add("a", "chieu", by=LEADER)
    queued = office.desk.queue.add("b", "chieu", editions=3, by=LEADER)
    office.desk.queue.add("a", "chieu", editions=2, by=LEADER)

    assert queued.owed == 3
    assert order(office) == [("a", 3), ("b", 3)]
    (first, _second) = office.desk.queue.list()
    assert (first.slot.code, first.script.title) == ("chieu", office.store.script("a").title)


def test_moving_and_removing(office: Office) -> None:
    office.slot()
    for name in ("a.txt", "b.txt", "c.txt"):
        office.script(name)
        office.desk.queue.add(name[0], "chieu", by=LEADER)

    office.desk.queue.move("c", "chieu", 1, by=LEADER)
    assert [code for code, _owed in order(office)] == ["c", "a", "b"]
    office.desk.queue.remove("a", "chieu", by=LEADER)
    assert [code for code, _owed in order(office)] == ["c", "b"]

    for position in (0, 3):
        with pytest.raises(DeskError, match="no such place in the queue"):
            office.desk.queue.move("c", "chieu", position, by=LEADER)
    with pytest.raises(NotFound, match="does not wait for that slot"):
        office.desk.queue.remove("a", "chieu", by=LEADER)
    with pytest.raises(NotFound, match="does not wait for that slot"):
        office.desk.queue.move("a", "chieu", 1, by=LEADER)


def test_what_cannot_wait_is_refused_by_name(office: Office) -> None:
    office.slot()
    office.script("fixed.txt")
    office.slot("luon", time(9), plays=Plays.SCRIPT, ref="fixed")
    draft = office.script("draft.txt", approved=False)

    with pytest.raises(DeskError, match=r"Only approved scripts.*draft"):
        office.desk.queue.add(draft.code, "chieu", by=LEADER)
    with pytest.raises(DeskError, match=r"has no queue.*luon"):
        office.desk.queue.add("fixed", "luon", by=LEADER)
    with pytest.raises(NotFound, match=r"No such slot: chieuu.*Did you mean chieu?"):
        office.desk.queue.add("fixed", "chieuu", by=LEADER)
    with pytest.raises(NotFound, match="No such script"):
        office.desk.queue.add("fixd", "chieu", by=LEADER)
    with pytest.raises(NotFound, match="No such person"):
        office.desk.queue.add("fixed", "chieu", by="Ai")
    for editions in (0, 367):
        with pytest.raises(DeskError, match="1 to 366 editions"):
            office.desk.queue.add("fixed", "chieu", editions=editions, by=LEADER)
    assert office.desk.queue.list() == ()


def test_a_script_must_outlive_the_slots_next_edition(office: Office) -> None:
    office.slot("sang", time(5, 30))
    for name, expires in (("today", date(2026, 9, 1)), ("tomorrow", date(2026, 9, 2))):
        office.desk.scripts.add(parse("Bà con nghe đài.", f"{name}.txt"), name, expires=expires)
        office.desk.scripts.approve(name, by=LEADER)

    office.desk.queue.add("tomorrow", "sang", by=LEADER)
    with pytest.raises(
        DeskError, match=r"expires before.*today \(2026-09-01\)\. Slot sang next airs on 2026-09-02"
    ):
        office.desk.queue.add("today", "sang", by=LEADER)


def test_a_slot_that_is_over_takes_nothing(office: Office) -> None:
    office.slot(last=date(2026, 9, 1))
    office.script("a.txt")
    office.turn_to(NOW + timedelta(days=1))

    with pytest.raises(DeskError, match="no more editions"):
        office.desk.queue.add("a", "chieu", by=LEADER)


def test_quiet_hours_that_came_after_the_slot_are_seen_when_queueing(office: Office) -> None:
    office.slot()
    office.script("a.txt")
    stricter = DeskRules(ZONE, Policy((time(16), time(18)), 60), "xã Tân Hưng")
    desk = Desk(
        office.store,
        read=office.lexicon.read,
        studio=office.studio,
        rules=stricter,
        clock=office.clock,
        folder=office.folder,
    )

    with pytest.raises(PolicyError, match=r"chieu, Ấp 1, 2026-09-01 17:00: quiet hours 16:00-18:00"):
        desk.queue.add("a", "chieu", by=LEADER)

    assert order(office) == []


def test_queueing_shows_in_the_forecast_at_once(office: Office) -> None:
    slot = office.slot()
    script = office.script("a.txt")

    office.desk.queue.add("a", "chieu", by=LEADER)

    (today,) = office.desk.editions.forecast(NOW, NOW + timedelta(days=1), office.now)
    assert today.slot == replace(slot)
    assert today.script_ids == (script.id,)
