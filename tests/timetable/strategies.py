"""Random but sensible timetables, in zones with and without daylight saving."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from broadcaster.timetable.edition import Queued, Rules, State
from broadcaster.timetable.slot import Plays, Slot, Weekday

ZONES = ("Asia/Ho_Chi_Minh", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo")
SLOT_IDS = ("s0", "s1", "s2", "s3")
SCRIPTS = tuple(f"script-{n}" for n in range(6))
START = date(2026, 3, 1)
"""Spring: the northern zones change their clocks within the days that follow."""

days = st.dates(START, START + timedelta(days=60))
instants_ = st.builds(
    lambda minutes: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=minutes),
    st.integers(0, 60 * 24 * 60),
)


@st.composite
def slots(draw: st.DrawFn, slot_id: str) -> Slot:
    plays = draw(st.sampled_from((Plays.QUEUE, Plays.SCRIPT, Plays.REPEAT)))
    first, last = draw(st.none() | days), draw(st.none() | days)
    if first and last and last < first:
        first, last = last, first
    refs = {
        Plays.QUEUE: st.just(""),
        Plays.SCRIPT: st.sampled_from(SCRIPTS),
        Plays.REPEAT: st.sampled_from(SLOT_IDS),
    }
    return Slot(
        id=slot_id,
        code=slot_id,
        name=slot_id,
        at=draw(st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 45)))),
        hamlets=("h1",),
        weekdays=draw(st.frozensets(st.sampled_from(Weekday), min_size=1)),
        first=first,
        last=last,
        skips=draw(st.frozensets(days, max_size=3)),
        plays=plays,
        ref=draw(refs[plays]),
        max_items=draw(st.integers(1, 3)),
    )


@st.composite
def rules(draw: st.DrawFn) -> Rules:
    return Rules(
        ZoneInfo(draw(st.sampled_from(ZONES))),
        tuple(draw(slots(slot_id)) for slot_id in SLOT_IDS[: draw(st.integers(1, 4))]),
        draw(st.dictionaries(st.sampled_from(SCRIPTS), days, max_size=3)),
        draw(st.frozensets(st.sampled_from(SCRIPTS), max_size=1)),
    )


@st.composite
def states(draw: st.DrawFn) -> State:
    entries = draw(
        st.lists(
            st.tuples(
                st.sampled_from(SLOT_IDS), st.sampled_from(SCRIPTS), st.integers(1, 4), st.none() | days
            ),
            max_size=8,
            unique_by=lambda entry: entry[:2],
        )
    )
    queue = tuple(
        Queued(f"q{n}", slot, script, n, owed, expires)
        for n, (slot, script, owed, expires) in enumerate(entries)
    )
    return State(draw(instants_), queue)
