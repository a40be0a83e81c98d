"""A simulated year, from the commune's plan to the year's report: `python -m tests.year [DAYS]`.

The example station takes in the real plan, puts its scripts on topics, queues them month by month and airs
them by a turned clock: the real desk, timetable, database and as-run log; only the voice (a stand-in that
writes one short tone) and the horns are not there. Ấp 3 is off for all of March. Then every paper is made,
and every total is held against the as-run log.
"""

from __future__ import annotations

import hashlib
import io
import sys
import tempfile
import time as stopwatch
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import soundfile

from broadcaster import language
from broadcaster.clock import TurnedClock
from broadcaster.desk import editions
from broadcaster.desk.script import Script, ScriptKind
from broadcaster.documents import load
from broadcaster.founding import found_example
from broadcaster.playout.airing import Airing, AsRun, Outcome
from broadcaster.production.bulletin import Bulletin, Cue, Programme
from broadcaster.reports.coverage import Coverage, coverage
from broadcaster.reports.diary import diary
from broadcaster.reports.facts import gathered
from broadcaster.reports.official import write_docx
from broadcaster.reports.outline import outline
from broadcaster.reports.paper import Length, Office, Paper, Table
from broadcaster.reports.period import Period, days, parse_period
from broadcaster.reports.picture import drawn
from broadcaster.reports.planning import Planning
from broadcaster.reports.report import report
from broadcaster.station import Station
from broadcaster.store import Store
from broadcaster.timetable.slot import Plays, Slot
from broadcaster.units import Decibels, Lufs, Milliseconds
from tests.kit import APPROVER, AUTHOR, PLAN, ROOT

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST = date(2029, 1, 1)
"""After any day on which the example station may have been made. No leap year."""
DAY, WEEK = timedelta(days=1), timedelta(days=7)
OFF, OFF_MONTH, OFF_REASON = "ap-3", 3, "output: no amplifier answered"
CUTS = frozenset({(2, 14), (3, 8), (7, 21)})
"""Days (month, day) whose afternoon bulletin a power cut ends."""
CUT_S = 12.345
COMMUNE = Office(
    "", "ỦY BAN NHÂN DÂN\nXÃ TÂN HƯNG", "Tân Hưng", "UBND", ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), APPROVER
)
MEMORY = Path("/dev/shm")
TARGET = 6
"""Times a month that each hamlet is to hear of each topic that a script is about."""


class Talk:
    """A studio whose bulletins last as long as their words would, and hold one short tone."""

    def __init__(self, audio_out: Path) -> None:
        self._audio_out = audio_out

    def recipe(self, programme: Programme) -> str:
        return hashlib.sha256(repr(programme).encode()).hexdigest()

    def make(
        self,
        programme: Programme,
        *,
        seconds: float,
        only: str | None = None,
        progress: Callable[[int, int], None] | None = None,
        on: date | None = None,
    ) -> Bulletin:
        recipe = self.recipe(programme)
        tone = 0.3 * np.sin(np.arange(400) * (0.2 + int(recipe[:4], 16) / 65_536))
        memory = io.BytesIO()
        soundfile.write(memory, tone, 8000, format="FLAC")
        audio = memory.getvalue()
        sha256 = hashlib.sha256(audio).hexdigest()
        (self._audio_out / f"{sha256}.flac").write_bytes(audio)
        lengths = [290 * len(item.words.split()) for item in programme.items]
        starts = accumulate(lengths, initial=9_000)
        cues = [
            Cue(item.title, Milliseconds(start), Milliseconds(length))
            for item, start, length in zip(programme.items, starts, lengths, strict=False)
        ]
        return Bulletin(
            sha256=sha256,
            file_name=f"{sha256}.flac",
            length=Milliseconds(sum(lengths) + 17_377),
            voice=only or "espeak",
            recipe=recipe,
            loudness=Lufs(-16),
            true_peak=Decibels(-1),
            cues=tuple(cues),
        )


@contextmanager
def hastened() -> Iterator[None]:
    """The desk looks a week ahead, and fixes all of it at once: looking is most of the work."""
    names = ("HORIZON", "SPEECH_AHEAD", "FIX_AHEAD")
    before = {name: getattr(editions, name) for name in names}
    for name in names:
        setattr(editions, name, WEEK)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(editions, name, value)


def live(folder: Path, count: int) -> Station:
    """The example station, which is made where there is none in `folder`, after `count` days; whoever asks
    closes it."""
    clock = TurnedClock(datetime.combine(FIRST, time(0, 5), ZONE))
    if not (folder / "broadcaster.toml").exists():
        found_example(folder, clock=clock, say=lambda _line: None)
    settings = folder / "broadcaster.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace('"gtts", ', ""), encoding="utf-8")
    station = Station(folder, clock)
    station.__dict__["studio"] = Talk(station.audio_out)
    with hastened():
        take_in_plan(station)
        for number in range(count):
            day = FIRST + number * DAY
            turn(clock, datetime.combine(day, time(3), ZONE))
            if day.day == 1:
                queue_month(station, day)
            if day.day == 1 or number % WEEK.days == 0:
                station.desk.editions.prepare(clock.now())
            air(station, clock, day)
    turn(clock, datetime.combine(FIRST + count * DAY, time(8), ZONE))
    return station


def take_in_plan(station: Station) -> None:
    """The plan's topics, the scripts on them, a target for each, and the slogans' own slot."""
    plan = Planning(station.store, station.clock)
    file = PLAN if PLAN.exists() else ROOT / "scripts" / "ke-hoach-cchc.txt"
    plan.take_in(outline(load(file)), FIRST.year, by=AUTHOR)
    topics = station.store.topics(FIRST.year)
    above = {topic.parent for topic in topics}
    leaves = [topic for topic in topics if topic.id not in above]
    slogans = [script for script in station.store.scripts() if script.kind is ScriptKind.SPOT]
    for script, topic in zip(_programme_scripts(station)[1:] + slogans, leaves, strict=False):
        plan.tag(script.code, [topic.code], FIRST.year, by=AUTHOR)
        plan.set(topic.code, FIRST.year, by=AUTHOR, times=12 * TARGET)
    places = tuple(hamlet.id for hamlet in station.store.hamlets())
    turns = tuple(script.code for script in slogans)
    slot = Slot("", "trua", "Khẩu hiệu", time(11), places, plays=Plays.ROTATION, rotation=turns, max_items=2)
    station.desk.slots.add(slot, by=AUTHOR)


def _programme_scripts(station: Station) -> list[Script]:
    """Those that stay good all the year; the first one belongs to no topic."""
    scripts = station.store.scripts()
    return [one for one in scripts if one.kind is not ScriptKind.SPOT and one.expires is None]


def queue_month(station: Station, first: date) -> None:
    """Two scripts in turn for each of the month's mornings, and two for its afternoons."""
    scripts = _programme_scripts(station)
    length = ((first + 31 * DAY).replace(day=1) - first).days
    for place in range(4):
        script = scripts[(first.month * 3 + place) % len(scripts)]
        slot = ("sang", "chieu")[place % 2]
        station.desk.queue.add(script.code, slot, editions=length, by=AUTHOR)


def turn(clock: TurnedClock, to: datetime) -> None:
    clock.advance(max(0.0, (to - clock.now()).total_seconds()))


def air(station: Station, clock: TurnedClock, day: date) -> None:
    """All that is due on that day, through the player's ledger."""
    store, midnight = station.store, datetime.combine(day + DAY, time(), ZONE)
    while (due := store.next_due()) is not None and due < midnight:
        turn(clock, due)
        claimed = store.claim(due, clock.now())
        silent = [one for one in claimed if one.hamlet.code == OFF and day.month == OFF_MONTH]
        store.end(_ids(silent), Outcome.FAILED, OFF_REASON, 0.0, due)
        _sound(store, [one for one in claimed if one not in silent], due)


def _sound(store: Store, airings: Sequence[Airing], due: datetime) -> None:
    """They sound together; on some afternoons the power fails."""
    ids, length = _ids(airings), airings[0].length
    local = due.astimezone(ZONE)
    store.begin(ids, due, Milliseconds(0))
    if (local.month, local.day) in CUTS and local.hour >= 12:
        store.end(ids, Outcome.PARTIAL, "station stopped", CUT_S, due + timedelta(seconds=CUT_S))
        return
    store.mark(ids, length)
    store.end(ids, Outcome.AIRED, "", length / 1000, due + timedelta(milliseconds=length))


def _ids(airings: Sequence[Airing]) -> list[str]:
    return [airing.id for airing in airings]


@dataclass(frozen=True)
class Papers:
    """What is made of a year, and how long that took."""

    log: tuple[AsRun, ...]
    covered: Coverage
    diary: Paper
    months: tuple[Paper, ...]
    whole: Paper
    seconds: float


def papers(station: Station, folder: Path, whole: Period, months: Sequence[Period]) -> Papers:
    """Coverage with its picture, the diary, the report of each month and of the whole, as files."""
    began = stopwatch.perf_counter()
    now, store = station.clock.now(), station.store
    today = now.astimezone(ZONE).date()
    facts = gathered(store, whole, ZONE, now)
    covered = coverage(
        *(facts.airings, [*facts.scripts.values()], facts.topics, facts.hamlets, whole.first, whole.last),
        ZONE,
    )
    drawn(covered, "Bản đồ")
    book = diary(facts, whole, COMMUNE, today)
    monthly = [report(gathered(store, month, ZONE, now), month, COMMUNE, today) for month in months]
    yearly = report(facts, whole, COMMUNE, today)
    for number, paper in enumerate((book, yearly, *monthly)):
        write_docx(paper, folder / f"{number:02d}.docx")
    log = store.as_run(*whole.instants(ZONE))
    return Papers(log, covered, book, tuple(monthly), yearly, stopwatch.perf_counter() - began)


def table(paper: Paper, name: str) -> Table:
    return next(table for table in paper.tables if table.name == name)


def disagreements(made: Papers) -> list[str]:
    """Totals that are not the sums of the as-run log, to the millisecond; empty: there are none."""
    played = sum(round(line.seconds_played * 1000) for line in made.log)
    planned = sum(round(line.seconds_planned * 1000) for line in made.log)
    outcomes = Counter(line.outcome for line in made.log)
    airings = len(made.log) - outcomes[Outcome.CANCELLED]
    figures = table(made.whole, "Theo ấp").total
    by_month = [table(paper, "Theo ấp").total for paper in made.months]
    found = {
        "played, coverage": (sum(cell.played for cell in made.covered.whole), played),
        "played, diary": (_ms(made.diary.tables[0].total[7]), played),
        "planned, diary": (_ms(made.diary.tables[0].total[6]), planned),
        "played, year": (_ms(figures[7]), played),
        "planned, year": (_ms(figures[6]), planned),
        "airings, year": (figures[2], airings),
        "aired, year": (figures[3], outcomes[Outcome.AIRED]),
        "partial, year": (figures[4], outcomes[Outcome.PARTIAL]),
        "played, months": (sum(_ms(total[7]) for total in by_month), played),
        "planned, months": (sum(_ms(total[6]) for total in by_month), planned),
        "airings, months": (sum(int(str(total[2])) for total in by_month), airings),
    }
    return [f"{what}: {said} instead of {true}" for what, (said, true) in found.items() if said != true]


def _ms(cell: object) -> int:
    assert isinstance(cell, Length), cell
    return cell.ms


def march_of(made: Papers, hamlet: str) -> tuple[object, ...]:
    """That hamlet's line in March's report."""
    return next(row for row in table(made.months[OFF_MONTH - 1], "Theo ấp").rows if row[0] == hamlet)


def main() -> int:
    """Live a year and make its papers; 1 where a total is wrong or they took a minute or longer."""
    count = int(sys.argv[1]) if sys.argv[1:] else 365
    language.use("vi")
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.exists() else None) as folder:
        began = stopwatch.perf_counter()
        station = live(Path(folder) / "station", count)
        lived = stopwatch.perf_counter() - began
        whole = parse_period(str(FIRST.year)) if count == 365 else days(FIRST, FIRST + (count - 1) * DAY)
        months = [parse_period(f"{FIRST.year}-{n:02d}") for n in range(1, (whole.last.month) + 1)]
        made = papers(station, Path(folder), whole, months)
        station.close()
    for wrong in (found := disagreements(made)):
        print(wrong)
    print(f"{count} days lived in {lived:.1f} s; papers in {made.seconds:.1f} s;")
    print(f"airings {len(made.log)}, totals that disagree with the as-run log {len(found)}")
    return int(bool(found) or made.seconds >= 60)


if __name__ == "__main__":
    sys.exit(main())
