"""The plan in the database: imported, changed by hand, put on scripts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from broadcaster.clock import TurnedClock
from broadcaster.desk.script import Person, ScriptState
from broadcaster.desk.topic_tree import branches, on_topics
from broadcaster.documents import parse
from broadcaster.errors import DeskError, NotFound
from broadcaster.reports.outline import Outline, outline
from broadcaster.reports.planning import Planning
from broadcaster.store import Store
from tests.contracts.desk_store import BY, NOW, script
from tests.reports.world import topic

PLAN = """Kế hoạch năm 2026
1. Phòng cháy
- Ở chợ
- Ở trường
2. Tiêm chủng
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "schedules.db", clock=TurnedClock(NOW), create=True)
    opened.add_person(Person("lan", BY), by=BY, now=NOW)
    yield opened
    opened.close()


@pytest.fixture
def planning(store: Store) -> Planning:
    return Planning(store, TurnedClock(NOW))


def read(text: str = PLAN) -> Outline:
    return outline(parse(text, "ke-hoach.txt"))


def shown(store: Store) -> list[tuple[int, str, str]]:
    return [(b.depth, b.topic.code, b.topic.title) for b in branches(store.topics(2026))]


def test_the_same_file_twice_changes_nothing(store: Store, planning: Planning) -> None:
    first = planning.take_in(read(), 2026, by=BY)
    before = store.topics()

    again = planning.take_in(read(), 2026, by=BY)

    assert (len(first.added), first.known) == (4, 0)
    assert (again.added, again.known) == ((), 4)
    assert store.topics() == before
    assert shown(store) == [
        (0, "1", "Phòng cháy"),
        (1, "1.1", "Ở chợ"),
        (1, "1.2", "Ở trường"),
        (0, "2", "Tiêm chủng"),
    ]


def test_what_was_edited_or_removed_stays_so_and_only_new_lines_come(
    store: Store, planning: Planning
) -> None:
    planning.take_in(read(), 2026, by=BY)
    planning.set("1.1", 2026, by=BY, title="Ở chợ và cửa hàng", times=12, minutes=60)
    planning.remove("1.2", 2026, by=BY)

    done = planning.take_in(read(PLAN.replace("- Ở trường", "- Ở nhà\n- Ở trường")), 2026, by=BY)

    assert [(topic.code, topic.title) for topic in done.added] == [("1.3", "Ở nhà")]
    assert shown(store) == [
        (0, "1", "Phòng cháy"),
        (1, "1.1", "Ở chợ và cửa hàng"),
        (1, "1.3", "Ở nhà"),
        (0, "2", "Tiêm chủng"),
    ]
    assert store.topics(2026)[1].times == 12


def test_a_new_line_below_a_removed_topic_moves_up(store: Store, planning: Planning) -> None:
    planning.take_in(read(), 2026, by=BY)
    planning.remove("1", 2026, by=BY)

    planning.take_in(read(PLAN.replace("- Ở trường", "- Ở trường\n- Ở nhà")), 2026, by=BY)

    assert all(depth == 0 for depth, _code, _title in shown(store))


def test_each_year_has_its_own_plan(store: Store, planning: Planning) -> None:
    planning.take_in(read(), 2026, by=BY)
    planning.take_in(read(), 2027, by=BY)

    planning.remove("1", 2027, by=BY)

    assert len(branches(store.topics(2026))) == 4
    assert len(branches(store.topics(2027))) == 3
    assert planning.topic("2026/1", 2027).year == 2026


def test_added_by_hand(store: Store, planning: Planning) -> None:
    planning.take_in(read(), 2026, by=BY)

    added = planning.add(2026, "1.3", "Ở rừng", parent="1", by=BY, times=4)

    assert (added.parent, added.times) == (planning.topic("phong chay", 2026).id, 4)
    assert shown(store)[3] == (1, "1.3", "Ở rừng")
    with pytest.raises(DeskError, match=r"2026/1\.3"):
        planning.add(2026, "1.3", "Khác", by=BY)
    with pytest.raises(DeskError, match="a/b"):
        planning.add(2026, "a/b", "Khác", by=BY)


def test_what_was_removed_is_added_again_as_the_same_topic(store: Store, planning: Planning) -> None:
    planning.take_in(read(), 2026, by=BY)
    gone = planning.remove("2", 2026, by=BY)

    back = planning.add(2026, "2", "Tiêm chủng mở rộng", by=BY)

    assert (back.id, back.origin) == (gone.id, gone.origin)
    assert planning.take_in(read(), 2026, by=BY).added == ()


def test_a_topic_never_stands_below_itself(store: Store, planning: Planning) -> None:
    planning.take_in(read(), 2026, by=BY)

    planning.set("2", 2026, by=BY, parent="1.1")
    with pytest.raises(DeskError, match="1"):
        planning.set("1", 2026, by=BY, parent="2")

    planning.set("2", 2026, by=BY, parent="")
    assert [depth for depth, _code, _title in shown(store)] == [0, 1, 1, 0]


def test_what_cannot_be_is_refused(store: Store, planning: Planning) -> None:
    planning.take_in(read(), 2026, by=BY)
    before = store.topics()

    with pytest.raises(NotFound, match="Did you mean"):
        planning.set("1.11", 2026, by=BY, times=1)
    with pytest.raises(NotFound, match="Ai đó"):
        planning.remove("1", 2026, by="Ai đó")
    with pytest.raises(DeskError, match="2026-05-01"):
        planning.set("1", 2026, by=BY, first=date(2026, 5, 1), last=date(2026, 4, 1))
    with pytest.raises(NotFound):
        store.save_topics([topic("9")], by="Ai đó", now=NOW, act="add topic")
    assert store.topics() == before


def test_a_script_is_put_on_topics_and_stays_approved(store: Store, planning: Planning) -> None:
    planning.take_in(read(), 2026, by=BY)
    store.add_script(script("chay"), by=BY, now=NOW)

    tagged = planning.tag("chay", ["1.1", "Tiêm chủng", "1.1"], 2026, by=BY)

    assert store.script("chay") == tagged
    assert tagged.topics == ("2026/1.1", "2026/2")
    assert tagged.state is ScriptState.APPROVED
    assert planning.tag("chay", [], 2026, by=BY).topics == ()
    with pytest.raises(NotFound, match=r"7\.7"):
        planning.tag("chay", ["7.7"], 2026, by=BY)


def test_a_withdrawn_script_is_left_alone(store: Store, planning: Planning) -> None:
    planning.take_in(read(), 2026, by=BY)
    store.add_script(script("cu", ScriptState.WITHDRAWN), by=BY, now=NOW)

    with pytest.raises(DeskError, match="cu"):
        planning.tag("cu", ["1"], 2026, by=BY)


def test_codes_are_in_the_order_of_numbers_and_an_orphan_stands_on_top() -> None:
    some = [topic("1.10", parent="t1"), topic("1.9", parent="t1"), topic("1"), topic("5", parent="gone")]

    assert [(b.topic.code, b.depth) for b in branches(some)] == [("1", 0), ("1.9", 1), ("1.10", 1), ("5", 0)]
    assert branches(some)[0].within == {"t1", "t1.9", "t1.10"}


def test_a_script_names_topics_by_code_year_or_title() -> None:
    plan = [
        topic("1", "Dịch vụ công"),
        replace(topic("2"), removed=True),
        replace(topic("1", year=2025), id="old"),
    ]
    scripts = [
        replace(script(code), topics=tags)
        for code, tags in (("a", ("dich vu cong",)), ("b", ("1",)), ("c", ("2025/1", "2")), ("d", ()))
    ]

    about = on_topics(scripts, plan)

    assert [about[f"id-{code}"] for code in "abcd"] == [{"t1"}, {"t1", "old"}, {"old"}, set()]
