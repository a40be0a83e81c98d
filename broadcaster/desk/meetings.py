"""Meetings put on record."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from broadcaster.desk.bench import Bench
from broadcaster.desk.meeting import Meeting
from broadcaster.errors import DeskError
from broadcaster.language import _
from broadcaster.timetable.hamlet import Hamlet

_MOST_PEOPLE = 100_000
_LONGEST = 120


class Meetings:
    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def record(
        self,
        hamlet: Hamlet,
        day: date,
        *,
        chair: str,
        attendees: int,
        by: str,
        topics: Sequence[str] = (),
        scripts: Sequence[str] = (),
    ) -> Meeting:
        """`chair`: the post of who led it; `topics`: of the plan, as "2026/1.2"; `scripts`: codes.

        DeskError: it has not been held yet, nobody came, or no post is named; NotFound: no such script or
        person.
        """
        person = self._bench.person(by)
        chair = " ".join(chair.split())
        if day > self._bench.today():
            raise DeskError(_("This meeting has not been held yet"), str(day), _("Record it when it is over"))
        if not 1 <= attendees <= _MOST_PEOPLE:
            raise DeskError(
                _("A meeting has from 1 to {most} attendees").format(most=_MOST_PEOPLE), str(attendees)
            )
        if not chair or len(chair) > _LONGEST:
            raise DeskError(_("A meeting has a chair"), chair[:_LONGEST], _('Name the post: "Trưởng ấp"'))
        held = Meeting(
            id=uuid.uuid4().hex,
            day=day,
            hamlet_id=hamlet.id,
            hamlet=hamlet.name,
            chair=chair,
            attendees=attendees,
            by=person.name,
            topics=tuple(dict.fromkeys(topics)),
            script_ids=tuple(dict.fromkeys(self._bench.store.script(code).id for code in scripts)),
        )
        self._bench.store.add_meeting(held, now=self._bench.now())
        return held
