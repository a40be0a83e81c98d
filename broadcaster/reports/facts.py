"""What papers are made from: everything about a period, taken from the store once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from broadcaster.desk.emergency import EmergencyState
from broadcaster.desk.script import Script
from broadcaster.desk.topic import Topic
from broadcaster.reports.elsewhere import Elsewhere, elsewhere
from broadcaster.reports.heard import Heard, heard
from broadcaster.reports.period import Period
from broadcaster.store import Store
from broadcaster.timetable.hamlet import Hamlet


@dataclass(frozen=True)
class Facts:
    airings: tuple[Heard, ...]
    """All that ended in the period, by start and hamlet."""
    scripts: Mapping[str, Script]
    """All, by id."""
    topics: tuple[Topic, ...]
    """Those of the plan of the period's year."""
    hamlets: tuple[Hamlet, ...]
    zone: tzinfo
    drills: frozenset[str] = frozenset()
    """Codes of the slots that were drills."""
    unheard: Mapping[str, int] = field(default_factory=dict)
    """How many airings of the period each hamlet, by name, has not told the end of."""
    elsewhere: Sequence[Elsewhere] = ()

    @property
    def place(self) -> str:
        """What most of its hamlets are: ấp, thôn, bản."""
        kinds = Counter(hamlet.kind for hamlet in self.hamlets)
        return kinds.most_common(1)[0][0] if kinds else "ấp"

    def within(self, period: Period) -> Facts:
        """What of it belongs to a part of the period; `unheard` is that of the whole."""
        begin, end = period.instants(self.zone)
        some = tuple(one for one in self.airings if begin <= one.line.starts_at < end)
        outside = [one for one in self.elsewhere if period.first <= one.day <= period.last]
        return Facts(
            *(some, self.scripts, self.topics, self.hamlets, self.zone, self.drills, self.unheard, outside)
        )


def gathered(store: Store, period: Period, zone: tzinfo, now: datetime) -> Facts:
    """As the store has it at `now`."""
    begin, end = period.instants(zone)
    scripts = {script.id: script for script in store.scripts()}
    lines, played = store.as_run(begin, end), store.played(begin, end)
    return Facts(
        airings=heard(lines, played, scripts),
        scripts=scripts,
        topics=store.topics(period.year),
        hamlets=store.hamlets(),
        zone=zone,
        drills=frozenset(e.code for e in store.emergencies(*EmergencyState) if e.drill),
        unheard=store.unheard(begin, min(end, now - _SETTLED)),
        elsewhere=elsewhere(store, period, zone, scripts),
    )


_SETTLED = timedelta(hours=1)
"""An airing that began later may be on the air yet."""
