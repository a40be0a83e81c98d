"""What there is to judge by: what the database says of each airing, and what the witness heard of it."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from broadcaster.audio import RATE
from tests.soak.studio import level_at

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_LEVEL = 0.06
_LEAST_JUDGED = RATE // 20
_JOINED_S = 0.005
_AROUND_S = 600.0

Span = tuple[float, float]
"""From, to: true Unix times."""


@dataclass(frozen=True)
class Record:
    """One station's life, to its end."""

    folder: Path
    heard: Path
    """The witness's file."""
    end: float
    """What was due from then on is not judged."""
    deaths: Sequence[float]
    """When its process was killed, ascending."""
    story: Sequence[tuple[float, str]]
    """What happened, by true time."""
    promised: Sequence[tuple[str, float]]
    """(hamlet's code, start) of what must have an airing, as the timetable was meant."""
    quiet: Callable[[str, float], Iterable[Span]]
    """(hamlet's code, instant) → quiet hours there, around then."""


@dataclass(frozen=True)
class Heard:
    """What the witness heard without a break."""

    true: float
    first: int
    count: int
    wrong: str = ""
    """Where its level was not that of the bulletin there."""

    @property
    def end(self) -> float:
        return self.true + self.count / RATE


@dataclass(frozen=True)
class Line:
    """An airing as the database has it; `outcome` None: it has none."""

    id: str
    hamlet: str
    slot: str
    kind: str
    starts_at: float
    outcome: str | None
    reason: str
    played: float
    planned: float
    begun: int
    """How often a start was written down."""


def lines(folder: Path) -> Iterator[Line]:
    """Every airing that there ever was."""
    wanted = """
        SELECT airing.id, airing.hamlet_code, slot.code, slot.kind, airing.starts_at / 1000.0,
               outcome.outcome, coalesce(outcome.reason, ''), coalesce(outcome.seconds_played, 0.0),
               coalesce(outcome.seconds_planned, 0.0),
               (SELECT count(*) FROM asrun_event WHERE airing_id = airing.id AND kind = 'began')
        FROM airing JOIN edition ON edition.id = edition_id JOIN slot ON slot.id = slot_id
        LEFT JOIN outcome ON outcome.airing_id = airing.id
        ORDER BY airing.starts_at, airing.hamlet_code"""
    return (Line(*row) for row in _rows(folder, wanted))


def witnessed(path: Path, planned: Mapping[str, float]) -> dict[str, list[Heard]]:
    """What was heard of each airing, in the order in which it sounded; unbroken stretches are one.

    `planned`: the length of its bulletin, in seconds.
    """
    heard: dict[str, list[Heard]] = defaultdict(list)
    with path.open(encoding="utf-8") as file:
        for text in file:
            block = json.loads(text)
            for airing_id in block["airings"]:
                wrong = _wrong_level(block, planned.get(airing_id, 0.0))
                new = Heard(block.get("true", block["at"]), block["first"], block["count"], wrong)
                _add(heard[airing_id], new)
    return heard


def _add(stretches: list[Heard], new: Heard) -> None:
    last = stretches[-1] if stretches else None
    if last and last.first + last.count == new.first and abs(last.end - new.true) < _JOINED_S:
        stretches[-1] = replace(last, count=last.count + new.count, wrong=last.wrong or new.wrong)
    else:
        stretches.append(new)


def _wrong_level(block: Mapping[str, Any], planned: float) -> str:
    middle = (block["first"] + block["count"] / 2) / RATE
    if not planned or block["count"] < _LEAST_JUDGED:
        return ""
    off = abs(block["level"] - level_at(middle, planned))
    return f"a level of {block['level']} at {middle:.1f} s" if off > _LEVEL else ""


def timeline(record: Record, line: Line, blocks: Sequence[Heard]) -> str:
    """What happened around an airing, by true time."""
    begin = min([line.starts_at, *(block.true for block in blocks)]) - _AROUND_S
    end = max([line.starts_at, *(block.end for block in blocks)]) + _AROUND_S
    told = [(true, what) for true, what in record.story if begin <= true <= end]
    told += [(true, "killed") for true in record.deaths if begin <= true <= end]
    told += [(b.true, f"witness: from {b.first / RATE:.2f} s") for b in blocks[:1]]
    told += [
        (a.end, f"witness: to {(a.first + a.count) / RATE:.2f} s, then from {b.first / RATE:.2f} s")
        for a, b in pairwise(blocks)
        if b.first != a.first + a.count or b.true - a.end > 0.5
    ]
    told += [(b.end, f"witness: to {(b.first + b.count) / RATE:.2f} s") for b in blocks[-1:]]
    told += _events(record.folder, line.id)
    head = (
        f"  airing {line.id} {line.slot} {line.hamlet} due {shown(line.starts_at)}: {line.outcome} "
        f"({line.reason}), {line.played:.2f} of {line.planned:.2f} s"
    )
    return "\n".join([head, *(f"    {shown(true)}  {what}" for true, what in sorted(told))])


def _events(folder: Path, airing_id: str) -> Iterator[tuple[float, str]]:
    wanted = "SELECT at, kind, payload FROM asrun_event WHERE airing_id = ? ORDER BY seq"
    for at, kind, payload in _rows(folder, wanted, airing_id):
        yield at / 1000, f"as-run, by the station's clock: {kind} {payload}"


def _rows(folder: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "schedules.db")) as connection:
        return connection.execute(sql, values).fetchall()


def shown(true: float) -> str:
    return f"{datetime.fromtimestamp(true, ZONE):%Y-%m-%d %H:%M:%S.%f}"[:-3]
