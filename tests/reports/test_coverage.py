"""Topic × hamlet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from broadcaster.desk.topic import Topic
from broadcaster.pictures import png, svg
from broadcaster.pictures.heat_map import Line, Tile, heat_map
from broadcaster.pictures.shapes import LETTER, Box, Words
from broadcaster.playout.airing import AsRun, Outcome
from broadcaster.reports.coverage import Cell, Coverage, coverage
from broadcaster.reports.heard import heard
from broadcaster.reports.picture import drawn
from broadcaster.store.played import Played
from broadcaster.timetable.edition import PlannedEdition
from broadcaster.timetable.slot import Slot
from tests.pictures.test_pictures import pixels
from tests.reports.world import AT, ZONE, cues, hamlets, line, script, topic, year

YEAR = date(2026, 1, 1), date(2026, 12, 31)
PLACES = hamlets(2)
DVC, SXH, OTHER = script("dvc", "1.1"), script("sxh", "2"), script("other")
TOPICS = (topic("1", times=5, minutes=20), topic("1.1", parent="t1"), topic("2", times=2))


def covered(
    lines: Sequence[AsRun],
    held: Sequence[str],
    topics: Sequence[Topic] = TOPICS,
    planned: Sequence[PlannedEdition] = (),
    continues: Sequence[str] = (),
) -> Coverage:
    book = {one.id: one for one in (DVC, SXH, OTHER)}
    ids = {place.code: place.id for place in PLACES}
    facts = [
        Played(
            one.airing_id,
            ids.get(one.hamlet, one.hamlet),
            continues[n] if continues else "",
            tuple(held),
            cues(*(book[id_] for id_ in held)),
        )
        for n, one in enumerate(lines)
    ]
    return coverage(heard(lines, facts, book), [*book.values()], topics, PLACES, *YEAR, ZONE, planned)


def times(found: Coverage) -> dict[str, list[int]]:
    return {row.topic.code: [cell.times for cell in row.cells] for row in found.rows}


def test_a_topic_counts_what_its_parts_count_and_zeros_stand() -> None:
    lines = [line(1, PLACES[0], AT), line(2, PLACES[0], AT + timedelta(days=1))]

    found = covered(lines, [DVC.id, OTHER.id])

    assert times(found) == {"1": [2, 0], "1.1": [2, 0], "2": [0, 0]}
    assert found.rows[0].cells[0] == Cell(2, 600_000, 0, 3, 10)  # type: ignore[arg-type]
    assert found.rows[0].cells[1].missing == 5
    assert (found.rows[0].missing, found.rows[0].minutes_missing) == (5, 20)
    assert [cell.played for cell in found.off_plan] == [600_000, 0]
    assert [cell.times for cell in found.off_plan] == [0, 0]
    assert [(cell.times, cell.played) for cell in found.whole] == [(2, 1_200_000), (0, 0)]


def test_a_script_on_a_topic_and_its_part_counts_once() -> None:
    both = script("dvc", "1", "1.1")
    lines = [line(1, PLACES[0], AT)]
    facts = [Played("a1", "h1", "", (both.id,), cues(both))]

    found = coverage(heard(lines, facts, {both.id: both}), [both], TOPICS, PLACES, *YEAR, ZONE)

    assert times(found)["1"] == [1, 0]
    assert found.rows[0].played == 600_000


def test_interrupted_and_begun_again_counts_once_and_both_parts_sound() -> None:
    lines = [
        line(1, PLACES[0], AT, Outcome.PARTIAL, played=400.0, reason="emergency; begun again"),
        line(2, PLACES[0], AT + timedelta(minutes=20)),
    ]

    found = covered(lines, [DVC.id], continues=["", "a1"])

    assert times(found)["1"] == [1, 0]
    assert found.rows[0].played == 1_000_000


def test_only_days_of_the_period_and_of_the_topic_count() -> None:
    campaign = [topic("2", first=date(2026, 3, 2), last=date(2026, 3, 2))]
    last_year = datetime(2026, 1, 1, tzinfo=ZONE) - timedelta(seconds=1)
    lines = [
        line(1, PLACES[0], last_year),
        line(2, PLACES[0], AT),
        line(3, PLACES[0], AT + timedelta(days=1)),
    ]

    found = covered(lines, [SXH.id], campaign)

    assert times(found) == {"2": [1, 0]}
    assert [cell.times for cell in found.off_plan] == [1, 0]
    assert [cell.times for cell in found.whole] == [2, 0]


def test_what_the_timetable_holds_fills_the_want() -> None:
    slot = Slot("s", "sang", "Sáng", time(5, 30), ("h1",))
    planned = [PlannedEdition(slot, AT + timedelta(days=n), (SXH.id,), True) for n in range(3)]

    found = covered([line(1, PLACES[0], AT)], [OTHER.id], planned=planned)

    assert [(cell.coming, cell.missing) for cell in found.rows[2].cells] == [(3, 0), (0, 2)]
    assert [cell.coming for cell in found.rows[0].cells] == [0, 0]


def test_a_hamlet_that_is_gone_keeps_its_column() -> None:
    merged = line(1, replace(PLACES[0], code="ap-9", name="Ấp 9"), AT)

    found = covered([merged], [DVC.id])

    assert [place.name for place in found.places] == ["Ấp 1", "Ấp 2", "Ấp 9"]
    assert times(found)["1"] == [0, 0, 1]


def test_a_hamlet_that_was_off_for_march_shows_its_zeros() -> None:
    facts = year(4, days=120).facts
    march = date(2026, 3, 1), date(2026, 3, 31)

    found = coverage(facts.airings, [*facts.scripts.values()], facts.topics, facts.hamlets, *march, ZONE)

    third = [row.cells[2].times for row in found.rows]
    assert third == [0] * len(found.rows)
    assert all(row.cells[1].times for row in found.rows if row.topic.code != "3")


def test_the_picture_shows_wants_in_red() -> None:
    found = covered([line(1, PLACES[0], AT)], [DVC.id])

    picture = drawn(found, "Bản đồ tuyên truyền")

    words = [shape for shape in picture.shapes if isinstance(shape, Words)]
    zeros = [shape for shape in picture.shapes if isinstance(shape, Box) and shape.colour == "#c8202f"]
    assert len(zeros) == 4 + 1 + 1, "four cells, the hamlet that heard nothing at all, the legend"
    assert {"Bản đồ tuyên truyền", "Ấp 1", "Ấp 2", "5 times, 20 min", "lacks 5 times, 20 min"} <= {
        shape.text for shape in words
    }
    for shape in words:
        assert shape.x >= 0
        assert shape.x + LETTER * len(shape.text) <= picture.width, shape.text
        assert shape.baseline <= picture.height
    assert pixels(png(picture)).shape == (picture.height, picture.width, 3)
    assert "Bản đồ tuyên truyền".encode() in svg(picture)


def test_a_plan_without_topics_is_still_a_picture() -> None:
    assert drawn(covered([line(1, PLACES[0], AT)], [DVC.id], topics=()), "x").height > 100


def test_the_deeper_the_colour_the_more_was_heard() -> None:
    tiles = tuple(Tile(("1",), strength) for strength in (0.0, 0.5, 1.0, 7.0))
    label = "Một chủ đề có tên rất dài " * 8

    picture = heat_map("x", "y", ["a", "b", "c", "d"], [Line(label, tiles, depth=2)], "z", ("0", "1", "2"))

    boxes = [box for box in picture.shapes if isinstance(box, Box) and box.width > 100][1:]
    greens = [int(box.colour[1:3], 16) for box in boxes]
    assert greens[0] > greens[1] > greens[2] == greens[3]
    assert any(isinstance(shape, Words) and shape.text.endswith("…") for shape in picture.shapes)
