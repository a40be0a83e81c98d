"""Other channels put on record: banners hung, leaflets handed out, posts."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from broadcaster.desk.bench import Bench
from broadcaster.desk.outreach import Channel, Outreach
from broadcaster.errors import DeskError
from broadcaster.language import _

_MOST = 1_000_000


class Channels:
    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def record(
        self,
        channel: Channel,
        day: date,
        count: int,
        *,
        by: str,
        hamlet: str = "",
        topics: Sequence[str] = (),
        scripts: Sequence[str] = (),
    ) -> Outreach:
        """`hamlet`: its name; `topics`: of the plan, as "2026/1.2"; `scripts`: codes.

        DeskError: it lies ahead, or it is none; NotFound: no such script or person.
        """
        person = self._bench.person(by)
        if day > self._bench.today():
            raise DeskError(_("This has not been done yet"), str(day), _("Record it when it is over"))
        if not 1 <= count <= _MOST:
            raise DeskError(_("Write a number from 1 to {most}").format(most=_MOST), str(count))
        done = Outreach(
            id=uuid.uuid4().hex,
            day=day,
            channel=channel,
            count=count,
            by=person.name,
            hamlet=hamlet,
            topics=tuple(dict.fromkeys(topics)),
            script_ids=tuple(dict.fromkeys(self._bench.store.script(code).id for code in scripts)),
        )
        self._bench.store.add_outreach(done, now=self._bench.now())
        return done
