"""The verdict: the as-run log beside what the witness heard."""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from broadcaster.audio import RATE
from tests.soak.evidence import Heard, Line, Record, lines, shown, timeline, witnessed

COLUMNS = ("without outcome", "twice", "in quiet hours", "contradicted")
LAST_KILL_S, EARLIER_KILL_S = 1.4, 2.5
"""How far the log may be from the truth for each kill: one step of marks, the last one halved."""
_UNSURE_S = 0.15
_NOTICEABLE_S = 1.1
"""An airing that lost no more may be called `aired`."""
_NEAR_S = 3.0
_CLOCK_OFF_S = 86_400.0 + 200
"""The station's clock may be a day off when something is due."""
_BUFFER_S = 0.5
"""What lies in the card's own buffer when the computer falls asleep sounds when it wakes."""


@dataclass
class Verdict:
    airings: int = 0
    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """By column: what is wrong, with the timeline around it. *Twice* has one for each (airing, second)."""

    def counts(self) -> str:
        return ", ".join(f"{name} {len(self.faults[name])}" for name in COLUMNS)

    @property
    def clean(self) -> bool:
        return self.airings > 0 and not any(self.faults.values())


def judge(record: Record) -> Verdict:
    """All that can be held against the station."""
    due = [line for line in lines(record.folder) if line.starts_at < record.end]
    heard = witnessed(record.heard, {line.id: line.planned for line in due})
    verdict = Verdict(len(due))
    for line in due:
        blocks = heard.pop(line.id, [])
        for column, why in _held_against(record, line, blocks):
            verdict.faults[column].append(f"{why}\n{timeline(record, line, blocks)}")
    for airing_id, blocks in heard.items():
        if blocks[0].true < record.end:
            verdict.faults["without outcome"].append(f"{airing_id} was heard and stands in no log")
    known = {(line.hamlet, line.starts_at) for line in due}
    for hamlet, start in record.promised:
        if (hamlet, start) not in known:
            verdict.faults["without outcome"].append(f"{hamlet} has no airing at {shown(start)}")
    return verdict


def _held_against(record: Record, line: Line, blocks: Sequence[Heard]) -> Iterator[tuple[str, str]]:
    if line.outcome is None:
        yield "without outcome", "it has no outcome"
    elif why := _contradiction(record, line, blocks):
        yield "contradicted", why
    for second in sorted(_twice(blocks)):
        yield "twice", f"second {second} sounded twice"
    if line.kind == "programme" and (why := _in_quiet_hours(record, line, blocks)):
        yield "in quiet hours", why


def _twice(blocks: Sequence[Heard]) -> set[int]:
    """Seconds of the bulletin of which some sample sounded more than once."""
    twice: set[int] = set()
    end = 0
    for block in sorted(blocks, key=lambda block: (block.first, block.true)):
        if block.first < end:
            again = min(end, block.first + block.count)
            twice.update(range(block.first // RATE, (again - 1) // RATE + 1))
        end = max(end, block.first + block.count)
    return twice


def _in_quiet_hours(record: Record, line: Line, blocks: Sequence[Heard]) -> str:
    for block in blocks:
        for begin, end in record.quiet(line.hamlet, block.true):
            if min(end, block.end) - max(begin, block.true) > _BUFFER_S:
                return f"it sounded at {shown(max(block.true, begin))}, in quiet hours"
    return ""


def _contradiction(record: Record, line: Line, blocks: Sequence[Heard]) -> str:
    sounded = sum(block.count for block in blocks) / RATE
    unsure = _UNSURE_S + _unsure(record.deaths, line, blocks)
    if abs(line.played - sounded) > unsure:
        return f"the log says {line.played:.2f} s, the witness heard {sounded:.2f} s (±{unsure:.2f})"
    if line.outcome == "aired" and sounded < line.planned - _NOTICEABLE_S:
        return f"aired, but the witness heard only {sounded:.2f} of {line.planned:.2f} s"
    if line.outcome not in ("aired", "partial") and sounded:
        return f"{line.outcome}, but the witness heard {sounded:.2f} s"
    wrong = next((block.wrong for block in blocks if block.wrong), "")
    return f"the witness heard something else than its bulletin: {wrong}" if wrong else ""


def _unsure(deaths: Sequence[float], line: Line, blocks: Sequence[Heard]) -> float:
    """What kills leave open: the marks of one that was hit were ahead of its sound; and a start that was
    written, and killed before it was heard, is taken for one that was."""
    hits = len(set(_near(deaths, ((block.true, block.end) for block in blocks), _NEAR_S)))
    if any(_near(deaths, [(line.starts_at, line.starts_at)], _CLOCK_OFF_S)):
        hits += max(0, line.begun - len(blocks))
    return LAST_KILL_S + EARLIER_KILL_S * (hits - 1) if hits else 0.0


def _near(deaths: Sequence[float], spans: Iterable[tuple[float, float]], within: float) -> Iterator[float]:
    """Those of them that lie in one of the spans, or so near."""
    for begin, end in spans:
        first = bisect.bisect_left(deaths, begin - within)
        yield from deaths[first : bisect.bisect_right(deaths, end + within)]
