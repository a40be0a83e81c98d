"""The year's plan as people keep it: taken in from a file, changed by hand, put on scripts."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from broadcaster.clock import Clock
from broadcaster.desk.ports import DeskStore
from broadcaster.desk.script import Script, ScriptState
from broadcaster.desk.topic import Topic
from broadcaster.desk.topic_tree import branches, by_name
from broadcaster.documents.line import fold
from broadcaster.errors import DeskError, NotFound
from broadcaster.language import _
from broadcaster.reports.outline import Outline
from broadcaster.store.part import not_found

_LONGEST_CODE = 40
_OF_A_YEAR = re.compile(r"(20\d\d)/(.+)")


@dataclass(frozen=True)
class Imported:
    added: tuple[Topic, ...]
    known: int
    """How many lines of the plan had been taken in before; they are left as they stand."""


class Planning:
    """`by` always names a known person (NotFound: nobody is called so)."""

    def __init__(self, store: DeskStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def take_in(self, proposed: Outline, year: int, *, by: str) -> Imported:
        """Add the topics that the year's plan does not have yet. What was edited or removed stays so."""
        plan = {topic.origin: topic for topic in self._store.topics(year) if topic.origin}
        taken = {topic.code for topic in self._store.topics(year)}
        above = {proposal.origin: proposal.parent for proposal in proposed.topics}
        added: list[Topic] = []
        for position, proposal in enumerate(proposed.topics):
            if proposal.origin in plan:
                continue
            topic = Topic(
                id=uuid.uuid4().hex,
                year=year,
                code=_free_code(proposal.code, taken),
                title=proposal.title,
                parent=_living(proposal.parent, plan, above),
                position=position,
                words=proposal.words,
                origin=proposal.origin,
            )
            plan[proposal.origin] = topic
            taken.add(topic.code)
            added.append(topic)
        if added:
            self._save(added, by, "import plan")
        return Imported(tuple(added), len(proposed.topics) - len(added))

    def add(self, year: int, code: str, title: str, *, parent: str = "", by: str, **more: Any) -> Topic:
        """`parent`: a code. One that was removed is there again, with what is said of it now. DeskError: the
        code is taken, or cannot be typed."""
        code = code.strip()
        if not code or len(code) > _LONGEST_CODE or any(letter in "/,;" for letter in code):
            raise DeskError(
                _("This cannot be a topic's code"), code, _("Write up to 40 letters, without / , and ;")
            )
        gone = next((t for t in self._store.topics(year) if t.code == code and t.removed), None)
        topic = gone or Topic(uuid.uuid4().hex, year, code, title, position=len(self._store.topics(year)) + 1)
        above = self.topic(parent, year).id if parent else ""
        return self._save([replace(topic, title=title, parent=above, removed=False, **more)], by, "add topic")

    def set(self, code: str, year: int, *, by: str, parent: str | None = None, **more: Any) -> Topic:
        """Change what is named of it. `parent`: a code; empty: it stands at the top."""
        topic = replace(self.topic(code, year), **more)
        if parent is not None:
            topic = replace(topic, parent=self.topic(parent, year).id if parent else "")
            self._refuse_circle(topic)
        if topic.first and topic.last and topic.last < topic.first:
            raise DeskError(_("The last day lies before the first"), f"{topic.first} – {topic.last}")
        return self._save([topic], by, "change topic")

    def remove(self, code: str, year: int, *, by: str) -> Topic:
        """Take it out of the plan; its parts move up to the topic above."""
        gone = self.topic(code, year)
        parts = [replace(t, parent=gone.parent) for t in self._store.topics(year) if t.parent == gone.id]
        return self._save([replace(gone, removed=True), *parts], by, "remove topic")

    def tag(self, script: str, codes: Sequence[str], year: int, *, by: str) -> Script:
        """Make the script one about these topics alone; its approval stays. No codes: about none."""
        tagged = self._store.script(script)
        if tagged.state is ScriptState.WITHDRAWN:
            raise DeskError(_("This script has been withdrawn"), tagged.code)
        names = [f"{topic.year}/{topic.code}" for topic in (self.topic(code, year) for code in codes)]
        changed = replace(tagged, topics=tuple(dict.fromkeys(names)))
        person = self._person(by)
        self._store.change_script(
            changed, was=tagged.state, by=person, now=self._now(), act="put script on topics"
        )
        return changed

    def topic(self, code: str, year: int) -> Topic:
        """By `1.2`, by `2026/1.2`, or by its title; NotFound, with near codes."""
        if (named := _OF_A_YEAR.fullmatch(code.strip())) is not None:
            year, code = int(named[1]), named[2]
        plan = self._store.topics(year)
        found = by_name(plan).get(fold(code.strip()), frozenset())
        if len(found) != 1:
            known = [topic.code for topic in plan if not topic.removed]
            raise not_found(_("No such topic in the plan of {year}").format(year=year), code, known)
        return next(topic for topic in plan if topic.id in found)

    def _refuse_circle(self, topic: Topic) -> None:
        changed = [topic if other.id == topic.id else other for other in self._store.topics(topic.year)]
        if topic.id not in {branch.topic.id for branch in branches(changed)}:
            raise DeskError(_("A topic cannot stand below itself"), topic.code)

    def _save(self, topics: Sequence[Topic], by: str, act: str) -> Topic:
        self._store.save_topics(topics, by=self._person(by), now=self._now(), act=act)
        return topics[0]

    def _person(self, name: str) -> str:
        for person in self._store.people():
            if person.name.casefold() == name.strip().casefold():
                return person.name
        raise NotFound(_("No such person"), name)

    def _now(self) -> datetime:
        return self._clock.now()


def _free_code(code: str, taken: Collection[str]) -> str:
    """`code`, or the next of its neighbours that is free."""
    above, dot, number = code.rpartition(".")
    return next(
        free for n in range(len(taken) + 1) if (free := f"{above}{dot}{int(number) + n}") not in taken
    )


def _living(origin: str, plan: Mapping[str, Topic], above: Mapping[str, str]) -> str:
    """Id of the nearest topic above that was not removed; empty: there is none."""
    while origin and plan[origin].removed:
        origin = above[origin]
    return plan[origin].id if origin else ""
