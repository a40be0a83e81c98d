"""A year of a small station, as its as-run log and its plan have it: made up, without a database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from broadcaster.desk.script import Script, ScriptKind, ScriptState
from broadcaster.desk.topic import Topic
from broadcaster.playout.airing import AsRun, Outcome
from broadcaster.production.bulletin import Cue
from broadcaster.reports.facts import Facts
from broadcaster.reports.heard import heard
from broadcaster.store.played import Played
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.slot import SlotKind
from broadcaster.units import Milliseconds

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
WRITER, LEADER = "Nguyễn Thị Lan", "Trần Văn Bảo"
AT = datetime(2026, 3, 2, 5, 30, tzinfo=ZONE)
DAY = timedelta(days=1)


def hamlets(count: int = 3) -> tuple[Hamlet, ...]:
    return tuple(Hamlet(f"h{n}", f"ap-{n}", f"Ấp {n}") for n in range(1, count + 1))


def script(code: str, *topics: str, title: str = "", words: int = 10) -> Script:
    return Script(
        id=f"id-{code}",
        code=code,
        title=title or f"Bài {code}",
        kind=ScriptKind.NEWS,
        state=ScriptState.APPROVED,
        text="chữ " * words,
        spoken="chữ " * words,
        text_sha256="",
        reading_sha256="",
        author=WRITER,
        approved_by=LEADER,
        topics=topics,
    )


def topic(code: str, title: str = "", parent: str = "", year: int = 2026, **more: object) -> Topic:
    return replace(Topic(f"t{code}", year, code, title or f"Chủ đề {code}", parent), **more)  # type: ignore[arg-type]


def line(
    number: int,
    hamlet: Hamlet,
    starts_at: datetime,
    outcome: Outcome = Outcome.AIRED,
    *,
    played: float = 600.0,
    planned: float = 600.0,
    **more: object,
) -> AsRun:
    return replace(
        AsRun(
            airing_id=f"a{number}",
            hamlet=hamlet.code,
            hamlet_name=hamlet.name,
            slot="sang",
            title="Bản tin sáng",
            kind=SlotKind.PROGRAMME,
            starts_at=starts_at,
            outcome=outcome,
            reason="",
            started_at=starts_at if played else None,
            seconds_played=played,
            seconds_planned=planned,
            voice="espeak",
            bulletin="b" * 64,
        ),
        **more,  # type: ignore[arg-type]
    )


def cues(*scripts: Script, length: int = 600_000) -> tuple[Cue, ...]:
    """One after the other, of one length."""
    each = length // max(1, len(scripts))
    return tuple(Cue(s.title, Milliseconds(n * each), Milliseconds(each)) for n, s in enumerate(scripts))


@dataclass(frozen=True)
class Year:
    lines: tuple[AsRun, ...]
    played: tuple[Played, ...]
    scripts: tuple[Script, ...]
    topics: tuple[Topic, ...]
    hamlets: tuple[Hamlet, ...]

    @property
    def facts(self) -> Facts:
        by_id = {one.id: one for one in self.scripts}
        return Facts(heard(self.lines, self.played, by_id), by_id, self.topics, self.hamlets, ZONE)


PLAN = (
    topic("1", "Cải cách hành chính", times=60, position=1),
    topic("1.1", "Dịch vụ công trực tuyến", "t1", times=40, minutes=120, position=2),
    topic("1.2", "Các chỉ số: PAR INDEX, SIPAS, PAPI, PCI", "t1", times=30, position=3),
    topic("2", "Phòng, chống dịch bệnh", times=80, position=4),
    topic("3", "Gương điển hình", times=12, position=5),
)
SCRIPTS = (
    script("dvc", "1.1"),
    script("chi-so", "2026/1.2"),
    script("sot-xuat-huyet", "phòng, chống dịch bệnh"),
    script("mat-dien"),
)


def year(count: int = 10, days: int = 365, off: Sequence[str] = ("ap-3",)) -> Year:
    """Two slots a day in `count` hamlets; those that are `off` were silent in March; some break down."""
    places, lines, played = hamlets(count), list[AsRun](), list[Played]()
    for day in range(days):
        for number, at in enumerate((time(5, 30), time(17))):
            starts_at = datetime.combine(date(2026, 1, 1) + day * DAY, at, ZONE).astimezone(UTC)
            held = (SCRIPTS[day % 4], SCRIPTS[(day + 1 + number) % 4])
            for hamlet in places:
                lines.append(_ended(len(lines), hamlet, starts_at, off))
                played.append(
                    Played(lines[-1].airing_id, hamlet.id, "", tuple(s.id for s in held), cues(*held))
                )
    return Year(tuple(lines), tuple(played), SCRIPTS, PLAN, places)


def _ended(number: int, hamlet: Hamlet, starts_at: datetime, off: Sequence[str]) -> AsRun:
    slot = "sang" if starts_at.astimezone(ZONE).hour < 12 else "chieu"
    here: dict[str, Any] = {"slot": slot, "title": f"Bản tin {slot}"}
    if hamlet.code in off and starts_at.astimezone(ZONE).month == 3:
        reason = "output: no amplifier answered"
        return line(number, hamlet, starts_at, Outcome.FAILED, played=0.0, reason=reason, **here)
    if number % 97 == 0:
        reason = f"joined late by {number % 60}.0 s"
        return line(number, hamlet, starts_at, Outcome.PARTIAL, played=450.25, reason=reason, **here)
    if number % 151 == 0:
        return line(
            number, hamlet, starts_at, Outcome.MISSED, played=0.0, reason="too late by 130.5 s", **here
        )
    return line(number, hamlet, starts_at, played=600.0, **here)
