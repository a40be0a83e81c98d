"""Random but sensible timetables, in zones with and without daylight saving."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from broadcaster.timetable.calendar import Calendar, Profile
from broadcaster.timetable.edition import LastPlay, Queued, Rules, State
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


_month_days = st.sampled_from(
    ("days 1,15", "days 31", "days last", "days 30/4,8/3", "lunar 1,15", "lunar 10/3,30")
)
_terms = (
    _month_days
    | st.integers(2, 5).map(lambda weeks: f"every {weeks} weeks")
    | st.tuples(st.sampled_from(("1st", "2nd", "5th", "last")), st.sampled_from(Weekday)).map(" ".join)
    | st.sampled_from(("holidays", "not holidays", "lunar last"))
)
day_rules = st.lists(_terms, max_size=2, unique=True).map(" + ".join)
"""In the spelling that is kept."""
MOURNING = Profile("p0", "tang", "Quốc tang", music=False)
TET = Profile("p1", "tet", "Tết", ordinary=False)
EXAM = Profile("p2", "thi", "Thi", quiet_hours=(time(7), time(17)))
PROFILES = (MOURNING, TET, EXAM)
calendars = st.builds(
    Calendar,
    st.frozensets(days, max_size=2),
    st.frozensets(days, max_size=2),
    st.dictionaries(days, st.sampled_from(PROFILES), max_size=12),
)


@st.composite
def slots(draw: st.DrawFn, slot_id: str) -> Slot:
    plays = draw(st.sampled_from(Plays))
    first, last = draw(st.none() | days), draw(st.none() | days)
    if first and last and last < first:
        first, last = last, first
    refs = {
        Plays.SCRIPT: st.sampled_from(SCRIPTS),
        Plays.REPEAT: st.sampled_from(SLOT_IDS),
        Plays.RELAY: st.just("VOV1"),
    }
    rotations = st.lists(st.sampled_from(SCRIPTS), min_size=1, max_size=5, unique=True).map(tuple)
    return Slot(
        id=slot_id,
        code=slot_id,
        name=slot_id,
        at=draw(st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 45)))),
        hamlets=draw(st.sampled_from((("h1",), ("h1", "h2"), ("h2",)))),
        weekdays=draw(st.frozensets(st.sampled_from(Weekday), min_size=1)),
        first=first,
        last=last,
        day_rule=draw(st.just("") | day_rules),
        profiles=draw(st.sampled_from(((), (), (TET.code,), (TET.code, EXAM.code)))),
        replaces=draw(st.sampled_from(((), (), *((other,) for other in SLOT_IDS if other != slot_id)))),
        skips=draw(st.frozensets(days, max_size=3)),
        plays=plays,
        ref=draw(refs.get(plays, st.just(""))),
        rotation=draw(rotations) if plays is Plays.ROTATION else (),
        max_items=draw(st.integers(1, 3)),
    )


@st.composite
def rules(draw: st.DrawFn) -> Rules:
    return Rules(
        ZoneInfo(draw(st.sampled_from(ZONES))),
        tuple(draw(slots(slot_id)) for slot_id in SLOT_IDS[: draw(st.integers(1, 4))]),
        draw(st.dictionaries(st.sampled_from(SCRIPTS), days, max_size=3)),
        draw(st.frozensets(st.sampled_from(SCRIPTS), max_size=1)),
        draw(calendars),
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
    as_of = draw(instants_)
    before = st.integers(1, 60 * 24 * 30).map(lambda minutes: as_of - timedelta(minutes=minutes))
    turns = st.builds(
        LastPlay, st.sampled_from(SLOT_IDS), st.sampled_from(SCRIPTS), before, st.integers(0, 2)
    )
    plays = draw(st.lists(turns, max_size=6, unique_by=lambda play: (play.slot_id, play.script_id)))
    return State(as_of, queue, plays=tuple(plays))
