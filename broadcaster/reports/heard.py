"""As-run lines → what was really told: which script, for how long, in which hamlet.

An airing that was interrupted and begun again stands in the log twice and counts once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from broadcaster.desk.script import Script
from broadcaster.playout import reasons
from broadcaster.playout.airing import AsRun, Outcome
from broadcaster.store.played import Played
from broadcaster.timetable.slot import SlotKind
from broadcaster.units import Milliseconds

_ENOUGH = 0.5

Stretch = tuple[float, float]
"""From, to: milliseconds in the audio."""


@dataclass(frozen=True)
class Told:
    """One script in one airing."""

    script: str
    """Its id."""
    length: Milliseconds
    """Its share of the time that sounded: tunes and pauses are dealt out among the scripts."""
    enough: bool
    """Half of its words sounded at least: it counts as told."""


@dataclass(frozen=True)
class Heard:
    """One line of the as-run log, with what it told."""

    line: AsRun
    hamlet: str
    """Its id."""
    airing: str
    """Id of the airing; that of the first one where it was begun again."""
    told: tuple[Told, ...] = ()

    @property
    def again(self) -> bool:
        """It went on with an airing that has been counted."""
        return self.airing != self.line.airing_id

    @property
    def played(self) -> Milliseconds:
        return as_ms(self.line.seconds_played)

    @property
    def planned(self) -> Milliseconds:
        """0 where it is no airing of its own, or none was to be any more."""
        if self.again or self.line.outcome is Outcome.CANCELLED:
            return Milliseconds(0)
        return as_ms(self.line.seconds_planned)


def as_ms(seconds: float) -> Milliseconds:
    return Milliseconds(round(seconds * 1000))


def is_relay(line: AsRun) -> bool:
    """Another station sounded, not ours."""
    return line.outcome is Outcome.SKIPPED and line.reason.startswith(reasons.RELAY) and not line.bulletin


def ours(airings: Iterable[Heard]) -> tuple[Heard, ...]:
    """Those of our programmes: no relay of another station, no rehearsal, no emergency and no drill."""
    return tuple(one for one in airings if one.line.kind is SlotKind.PROGRAMME and not is_relay(one.line))


def heard(
    lines: Sequence[AsRun], played: Sequence[Played], scripts: Mapping[str, Script]
) -> tuple[Heard, ...]:
    """One for each line, in their order: by start and hamlet. `scripts`: all, by id."""
    known = {one.airing_id: one for one in played}
    firsts: dict[str, str] = {}
    found = []
    for line in lines:
        facts = known.get(line.airing_id) or Played(line.airing_id, line.hamlet, "")
        firsts[line.airing_id] = firsts.get(facts.continues, facts.continues) or line.airing_id
        told = tuple(_told(line, facts, scripts))
        found.append(Heard(line, facts.hamlet_id, firsts[line.airing_id], told))
    return tuple(found)


def _told(line: AsRun, facts: Played, scripts: Mapping[str, Script]) -> Iterator[Told]:
    places = _places(line, facts, scripts)
    begin, end = _sounded(line)
    shares = {script: [_shared(place, begin, end) for place in at] for script, at in places.items()}
    sums = [sum(parts) for parts in shares.values()]
    whole = sum(sums)
    if not whole:
        return
    total = as_ms(line.seconds_played)
    edges = [round(total * part / whole) for part in accumulate(sums, initial=0.0)]
    for (script, parts), (left, right) in zip(shares.items(), pairwise(edges), strict=True):
        enough = any(
            part >= _ENOUGH * (place[1] - place[0]) for part, place in zip(parts, places[script], strict=True)
        )
        if right > left:
            yield Told(script, Milliseconds(right - left), enough)


def _sounded(line: AsRun) -> Stretch:
    """Which part of the audio: all of it, or as much as was played from where it was joined."""
    if line.outcome is Outcome.AIRED or not line.seconds_played:
        return 0.0, line.seconds_played and float("inf")
    joined = reasons.JOINED_LATE in line.reason and line.started_at is not None
    begin = (line.started_at - line.starts_at).total_seconds() * 1000 if joined and line.started_at else 0.0
    return begin, begin + line.seconds_played * 1000


def _shared(place: Stretch, begin: float, end: float) -> float:
    return max(0.0, min(place[1], end) - max(place[0], begin))


def _places(line: AsRun, facts: Played, scripts: Mapping[str, Script]) -> Mapping[str, list[Stretch]]:
    """Where in the audio each script stands; one after the other by their words where no cues tell."""
    titles = {scripts[script].title: script for script in reversed(facts.scripts) if script in scripts}
    places: dict[str, list[Stretch]] = defaultdict(list)
    for cue in facts.cues:
        if cue.title in titles and cue.length:
            places[titles[cue.title]].append((cue.starts_at, cue.starts_at + cue.length))
    wanted = dict.fromkeys(facts.scripts)
    if set(places) == set(wanted):
        return places
    words = [len(scripts[one].spoken.split()) + 1 if one in scripts else 1 for one in wanted]
    length = max(line.seconds_planned, line.seconds_played) * 1000
    edges = [length * part / sum(words) for part in accumulate(words, initial=0)]
    return {script: [stretch] for script, stretch in zip(wanted, pairwise(edges), strict=True)}
