"""A rule: a pattern and how what it finds is said. Rules run one after another over a line.

What one rule has claimed the next cannot see: claimed characters are covered by a mark that tells only
the kind of thing that stands there, so that "7h00-11h30" leaves the dash between two moments to its rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from broadcaster.reading.reading import Certainty
from broadcaster.reading.scene import Scene

CLAIMED = "\ue000"
MOMENT = "\ue001"
"""Covers a date, an hour, a weekday."""
PLACE = "\ue002"
"""Covers a place along a road."""
QUANTITY = "\ue003"
"""Covers a number or a unit of measurement."""
COVERS = f"{CLAIMED}{MOMENT}{PLACE}{QUANTITY}"
ASCII_DIGITS = "0123456789"


class Said(NamedTuple):
    spoken: str
    certainty: Certainty = Certainty.SURE


class Claim(NamedTuple):
    start: int
    end: int
    said: Said
    rule: str
    cover: str = CLAIMED


def doubtful(spoken: str) -> Said:
    return Said(spoken, Certainty.DOUBTFUL)


Say = Callable[["re.Match[str]", Scene], "str | Said | None"]
Finder = Callable[[str, Scene], Iterable[Claim]]


@dataclass
class Rule:
    """Finds `pattern` in what is still unclaimed of a line; the group "said", if any, is what it claims.

    A rule is passed over, and its pattern never compiled, where the line holds none of the characters in
    `needs`, or no digit though it wants `digits`.
    """

    name: str
    pattern: str
    say: Say
    needs: str
    cover: str
    digits: bool

    def applies(self, present: frozenset[str]) -> bool:
        """Whether a line of these characters can hold what the rule looks for."""
        return not (
            (self.digits and present.isdisjoint(ASCII_DIGITS))
            or (self.needs and present.isdisjoint(self.needs))
        )

    def __call__(self, work: str, scene: Scene) -> Iterator[Claim]:
        for match in self._compiled.finditer(work):
            said = self.say(match, scene)
            if said is not None:
                start, end = match.span(self._group)
                yield Claim(start, end, Said(said) if isinstance(said, str) else said, self.name, self.cover)

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern)

    @cached_property
    def _group(self) -> str | int:
        return "said" if "said" in self._compiled.groupindex else 0


def rule(
    name: str, pattern: str, needs: str = "", cover: str = CLAIMED, digits: bool = True
) -> Callable[[Say], Rule]:
    """Makes a rule of the function that says a match."""
    return lambda say: Rule(name, pattern, say, needs, cover, digits)
