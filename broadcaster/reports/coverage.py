"""Topic × hamlet: what each hamlet has heard of the plan, and what the timetable still holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

from broadcaster.desk.script import Script
from broadcaster.desk.topic import Topic
from broadcaster.desk.topic_tree import Branch, branches, on_topics
from broadcaster.reports.heard import Heard, ours
from broadcaster.timetable.edition import PlannedEdition
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.units import Milliseconds

_NONE = Milliseconds(0)


@dataclass(frozen=True)
class Place:
    """A hamlet as a column."""

    id: str
    code: str
    name: str


@dataclass(frozen=True)
class Cell:
    """One topic in one hamlet."""

    times: int = 0
    """Airings in which it was told; one that was interrupted and begun again counts once."""
    played: Milliseconds = _NONE
    coming: int = 0
    """Airings that the timetable holds until the year's end."""
    missing: int = 0
    """How many more than those the target asks for."""
    minutes_missing: int = 0
    """Of the target's minutes, to the next whole one; what is coming is not counted."""


@dataclass(frozen=True)
class Row:
    topic: Topic
    depth: int
    cells: tuple[Cell, ...]
    """One for each place."""

    @property
    def played(self) -> Milliseconds:
        return Milliseconds(sum(cell.played for cell in self.cells))

    @property
    def missing(self) -> int:
        """In the hamlet that lacks most."""
        return max((cell.missing for cell in self.cells), default=0)

    @property
    def minutes_missing(self) -> int:
        return max((cell.minutes_missing for cell in self.cells), default=0)


@dataclass(frozen=True)
class Coverage:
    first: date
    last: date
    places: tuple[Place, ...]
    rows: tuple[Row, ...]
    """Each topic before its parts; a topic counts what its parts count."""
    off_plan: tuple[Cell, ...]
    """What belongs to no topic of the plan, for each place."""
    whole: tuple[Cell, ...]
    """All that was heard, for each place: the sum of the as-run log."""


class _Columns:
    """Airings and milliseconds, counted for each place."""

    def __init__(self) -> None:
        self.airings: dict[str, set[str]] = defaultdict(set)
        self.played: dict[str, int] = defaultdict(int)
        self.coming: dict[str, int] = defaultdict(int)

    def cells(self, places: Sequence[Place], topic: Topic | None = None) -> tuple[Cell, ...]:
        return tuple(self._cell(place.id, topic) for place in places)

    def _cell(self, place: str, topic: Topic | None) -> Cell:
        times, played, coming = len(self.airings[place]), self.played[place], self.coming[place]
        missing = max(0, (topic.times or 0) - times - coming) if topic else 0
        short = max(0, (topic.minutes or 0) * 60_000 - played) if topic else 0
        return Cell(times, Milliseconds(played), coming, missing, -(-short // 60_000))


def coverage(
    airings: Sequence[Heard],
    scripts: Sequence[Script],
    topics: Sequence[Topic],
    hamlets: Sequence[Hamlet],
    first: date,
    last: date,
    zone: tzinfo,
    planned: Iterable[PlannedEdition] = (),
) -> Coverage:
    """Of airings with starts_at from `first` to `last`; a topic with days of its own counts on those alone.

    Hamlets that are no longer in service but were heard of stand last. `planned`: what is to come.
    """
    places = _places(airings, hamlets)
    tree = branches(topics)
    about = _branches_of(scripts, topics, tree)
    columns = [_Columns() for _branch in tree]
    off_plan, whole = _Columns(), _Columns()
    for one in ours(airings):
        day = one.line.starts_at.astimezone(zone).date()
        if one.played and first <= day <= last:
            whole.airings[one.hamlet].add(one.airing)
            whole.played[one.hamlet] += one.played
            off_plan.played[one.hamlet] += _count(one, day, about, tree, columns)
            if not any(_on(day, tree[n].topic) for told in one.told for n in about.get(told.script, ())):
                off_plan.airings[one.hamlet].add(one.airing)
    for edition in planned:
        numbers = {n for script in edition.script_ids for n in about.get(script, ())}
        for number in numbers:
            if _on(edition.starts_at.astimezone(zone).date(), tree[number].topic):
                for hamlet in edition.slot.hamlets:
                    columns[number].coming[hamlet] += 1
    rows = (
        Row(branch.topic, branch.depth, column.cells(places, branch.topic))
        for branch, column in zip(tree, columns, strict=True)
    )
    return Coverage(first, last, places, tuple(rows), off_plan.cells(places), whole.cells(places))


def _count(
    one: Heard,
    day: date,
    about: Mapping[str, frozenset[int]],
    tree: Sequence[Branch],
    columns: list[_Columns],
) -> int:
    """Count it for each topic that it told of; the milliseconds that belong to none."""
    left = int(one.played)
    for told in one.told:
        numbers = [n for n in about.get(told.script, ()) if _on(day, tree[n].topic)]
        for number in numbers:
            columns[number].played[one.hamlet] += told.length
            if told.enough:
                columns[number].airings[one.hamlet].add(one.airing)
        if numbers:
            left -= told.length
    return left


def _branches_of(
    scripts: Sequence[Script], topics: Sequence[Topic], tree: Sequence[Branch]
) -> Mapping[str, frozenset[int]]:
    """Numbers of the branches that each script belongs to."""
    return {
        script: frozenset(n for n, branch in enumerate(tree) if ids & branch.within)
        for script, ids in on_topics(scripts, topics).items()
        if ids
    }


def _on(day: date, topic: Topic) -> bool:
    return (topic.first or day) <= day <= (topic.last or day)


def _places(airings: Sequence[Heard], hamlets: Sequence[Hamlet]) -> tuple[Place, ...]:
    places = {hamlet.id: Place(hamlet.id, hamlet.code, hamlet.name) for hamlet in hamlets}
    for one in ours(airings):
        places.setdefault(one.hamlet, Place(one.hamlet, one.line.hamlet, one.line.hamlet_name))
    return tuple(places.values())
