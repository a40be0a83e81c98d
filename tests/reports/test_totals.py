"""Every total equals the sum of the as-run log's lines, whatever happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from broadcaster.playout.airing import AsRun, Outcome
from broadcaster.reports.coverage import coverage
from broadcaster.reports.diary import diary
from broadcaster.reports.facts import Facts
from broadcaster.reports.heard import heard
from broadcaster.reports.paper import Cell, Length, Office, Paper, Table
from broadcaster.reports.period import parse_period
from broadcaster.reports.report import report
from broadcaster.store.played import Played
from broadcaster.timetable.slot import SlotKind
from tests.reports.world import PLAN, SCRIPTS, ZONE, cues, hamlets, line

PLACES = hamlets(3)
OFFICE = Office("UBND XÃ TÂN HƯNG", "ĐÀI TRUYỀN THANH", "Tân Hưng")
YEAR = parse_period("2026")
BOOK = {one.id: one for one in SCRIPTS}

lengths = st.integers(0, 3_600_000).map(lambda ms: ms / 1000)


ENDED = [outcome for outcome in Outcome if outcome is not Outcome.UNHEARD]
"""Only these stand in the log."""


@st.composite
def logs(draw: st.DrawFn) -> tuple[list[AsRun], list[Played]]:
    """Any log of a year: every outcome and kind, airings begun again (once, twice), marks or none."""
    lines, played = list[AsRun](), list[Played]()
    for number in range(draw(st.integers(0, 25))):
        place = draw(st.sampled_from(PLACES))
        outcome = draw(st.sampled_from(ENDED))
        planned, seconds = draw(lengths), draw(lengths)
        sounded = outcome in (Outcome.AIRED, Outcome.PARTIAL)
        starts_at = datetime(2026, 1, 1, tzinfo=ZONE) + timedelta(minutes=draw(st.integers(0, 525_599)))
        made = line(
            *(number, place, starts_at, outcome),
            played=min(seconds, planned) if sounded else 0.0,
            planned=planned,
            kind=draw(st.sampled_from([SlotKind.PROGRAMME, SlotKind.PROGRAMME, *SlotKind])),
            slot=draw(st.sampled_from(["sang", "chieu"])),
            voice=draw(st.sampled_from(["espeak", "gtts", ""])),
            reason=draw(st.sampled_from(["", "emergency", "joined late by 3.0 s", "relay VOV1"])),
            bulletin=draw(st.sampled_from(["", "b" * 64])),
        )
        again = bool(lines) and draw(st.booleans())
        if again:
            before = lines[-1]
            made = replace(
                made,
                hamlet=before.hamlet,
                hamlet_name=before.hamlet_name,
                kind=before.kind,
                voice=before.voice,
                starts_at=min(before.starts_at + timedelta(minutes=1), YEAR.instants(ZONE)[1] - _TICK),
            )
        held = draw(st.lists(st.sampled_from(SCRIPTS), unique=True, max_size=3))
        id_ = next(one.id for one in PLACES if one.code == made.hamlet)
        lines.append(made)
        continues = lines[-2].airing_id if again else ""
        marks = cues(*held) if draw(st.booleans()) else ()
        played.append(Played(made.airing_id, id_, continues, tuple(s.id for s in held), marks))
    return lines, played


_TICK = timedelta(milliseconds=1)


def ours(lines: list[AsRun]) -> list[AsRun]:
    """Told here once more, from the log alone."""
    return [
        one
        for one in lines
        if one.kind is SlotKind.PROGRAMME
        and not (one.outcome is Outcome.SKIPPED and one.reason.startswith("relay") and not one.bulletin)
    ]


def ms(lines: list[AsRun]) -> int:
    return sum(round(one.seconds_played * 1000) for one in lines)


def table(paper: Paper, name: str) -> Table:
    return next(table for table in paper.tables if table.name == name)


def column(rows: tuple[tuple[Cell, ...], ...], place: int) -> int:
    cells = (row[place] for row in rows)
    return sum(cell.ms if isinstance(cell, Length) else int(cell) for cell in cells)


@given(logs())
@settings(max_examples=120, deadline=None)
def test_totals_are_the_sums_of_the_log(log: tuple[list[AsRun], list[Played]]) -> None:
    lines, played = log
    facts = Facts(heard(lines, played, BOOK), BOOK, PLAN, PLACES, ZONE)
    continued = {one.airing_id for one in played if one.continues}
    counted = ours(lines)

    paper = report(facts, YEAR, OFFICE, date(2027, 1, 5))

    first_ones = [one for one in counted if one.airing_id not in continued]
    planned = sum(
        round(one.seconds_planned * 1000) for one in first_ones if one.outcome is not Outcome.CANCELLED
    )
    for name in ("Theo tháng", "Theo ấp", "Theo giọng đọc"):
        found = table(paper, name)
        assert isinstance(found.total[7], Length)
        assert found.total[7].ms == column(found.rows, 7) == ms(counted)
        assert isinstance(found.total[6], Length)
        assert found.total[6].ms == column(found.rows, 6) == planned
    by_hamlet = table(paper, "Theo ấp")
    for place, row in zip(PLACES, by_hamlet.rows, strict=True):
        assert isinstance(row[7], Length)
        assert row[7].ms == ms([one for one in counted if one.hamlet == place.code])
    airings = int(str(by_hamlet.total[2]))
    ended = [int(str(by_hamlet.total[n])) for n in (3, 4, 5)]
    assert airings == sum(ended) == column(by_hamlet.rows, 2)


@given(logs())
@settings(max_examples=120, deadline=None)
def test_coverage_loses_no_millisecond(log: tuple[list[AsRun], list[Played]]) -> None:
    lines, played = log
    tagged = [replace(one, topics=one.topics[:1]) for one in SCRIPTS]
    airings = heard(lines, played, {one.id: one for one in tagged})

    found = coverage(airings, tagged, PLAN, PLACES, YEAR.first, YEAR.last, ZONE)

    tops = [row for row in found.rows if row.depth == 0]
    for number, place in enumerate(PLACES):
        here = ms([one for one in ours(lines) if one.hamlet == place.code])
        assert found.whole[number].played == here
        on_plan = sum(row.cells[number].played for row in tops)
        assert on_plan + found.off_plan[number].played == here, "each script is on one topic at most"


@given(logs())
@settings(max_examples=120, deadline=None)
def test_the_diary_s_sum_is_that_of_every_line_but_rehearsals(log: tuple[list[AsRun], list[Played]]) -> None:
    lines, played = log
    facts = Facts(heard(lines, played, BOOK), BOOK, PLAN, PLACES, ZONE)

    (found,) = diary(facts, YEAR, OFFICE, date(2027, 1, 5)).tables

    kept = [one for one in lines if one.kind is not SlotKind.REHEARSAL]
    assert isinstance(found.total[7], Length)
    assert found.total[7].ms == column(found.rows, 7) == ms(kept)
    assert len(found.rows) == len({(one.starts_at, one.slot) for one in kept})
