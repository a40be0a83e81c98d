"""Sessions, airings, minutes: counted over any part of the as-run log."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from broadcaster.playout import reasons
from broadcaster.playout.airing import Outcome
from broadcaster.reports.heard import Heard
from broadcaster.units import Milliseconds

K = TypeVar("K")
_FIGURES = re.compile(r"\s*\d[\d.,:]*(?: (?:s|min)\b)?")
_PLACE = re.compile(rf"(?P<known>{re.escape(reasons.AUDIO_LOST)}|{re.escape(reasons.AUDIO_DAMAGED)})[^;]*")


@dataclass(frozen=True)
class Tally:
    sessions: int
    """Editions that sounded in one hamlet at least."""
    airings: int
    """One edition in one hamlet each; what was called off is not among them."""
    outcomes: Mapping[Outcome, int]
    """How the airings ended, and how many were called off."""
    planned: Milliseconds
    played: Milliseconds

    def ended(self, *outcomes: Outcome) -> int:
        return sum(self.outcomes.get(outcome, 0) for outcome in outcomes)


def tally(lines: Iterable[Heard]) -> Tally:
    """`played` and `planned` are the sums of the lines; airings that were begun again count once, and end as
    the last of them did: `aired` where that sounded whole, else `partial`."""
    sessions: set[tuple[str, object]] = set()
    outcomes: dict[str, Outcome] = {}
    starts: dict[str, object] = {}
    planned = played = 0
    for one in lines:
        line = one.line
        planned, played = planned + one.planned, played + one.played
        starts.setdefault(one.airing, line.starts_at)
        if one.played:
            sessions.add((line.slot, starts[one.airing]))
        if not one.again or line.outcome is Outcome.AIRED or one.airing not in outcomes:
            outcomes[one.airing] = line.outcome
    counted = Counter(outcomes.values())
    airings = counted.total() - counted[Outcome.CANCELLED]
    return Tally(len(sessions), airings, counted, Milliseconds(planned), Milliseconds(played))


def grouped(lines: Iterable[Heard], key: Callable[[Heard], K]) -> dict[K, Tally]:
    """A tally for each key, in the order in which they first appear."""
    groups: dict[K, list[Heard]] = defaultdict(list)
    for one in lines:
        groups[key(one)].append(one)
    return {name: tally(group) for name, group in groups.items()}


@dataclass(frozen=True)
class Failure:
    """Airings that did not sound whole, of one outcome and one cause."""

    outcome: Outcome
    cause: str
    """As the as-run log has it, without its figures."""
    airings: int
    hamlets: tuple[str, ...]
    """Their names."""
    lost: Milliseconds
    """How much was planned and did not sound."""


def failures(lines: Sequence[Heard]) -> tuple[Failure, ...]:
    """The most frequent first."""
    groups: dict[tuple[Outcome, str], list[Heard]] = defaultdict(list)
    for one in lines:
        if one.line.outcome is not Outcome.AIRED:
            groups[one.line.outcome, cause(one.line.reason)].append(one)
    found = (
        Failure(
            outcome,
            why,
            len(group),
            tuple(sorted({one.line.hamlet_name for one in group}, key=lambda name: (len(name), name))),
            Milliseconds(sum(max(0, one.planned - one.played) for one in group)),
        )
        for (outcome, why), group in groups.items()
    )
    return tuple(sorted(found, key=lambda failure: (-failure.airings, failure.outcome, failure.cause)))


def cause(reason: str) -> str:
    """`reason` without its figures and file names, so that the same cause is one."""
    return _FIGURES.sub("", _PLACE.sub(lambda match: match["known"], reason)).strip()
