"""How often a hamlet has heard the scripts of an airing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from broadcaster.playout.airing import Outcome
from broadcaster.store.part import Part
from broadcaster.store.tables import airing, edition_script, outcome


class Repeats(Part):
    def times_heard(self, airing_id: str, since: datetime) -> int:
        """How often its hamlet heard, whole, the script of it that it heard most often, from `since` until
        its own start."""
        this = airing.alias()
        its_scripts = (
            select(edition_script.c.script_id)
            .join(this, this.c.edition_id == edition_script.c.edition_id)
            .where(this.c.id == airing_id)
        )
        times = func.count().label("times")
        heard = (
            select(times)
            .select_from(outcome)
            .join(airing, airing.c.id == outcome.c.airing_id)
            .join(this, (this.c.id == airing_id) & (this.c.hamlet_id == airing.c.hamlet_id))
            .join(edition_script, edition_script.c.edition_id == airing.c.edition_id)
            .where(
                outcome.c.outcome == Outcome.AIRED,
                airing.c.starts_at >= since,
                airing.c.starts_at < this.c.starts_at,
                edition_script.c.script_id.in_(its_scripts),
            )
            .group_by(edition_script.c.script_id)
            .order_by(times.desc())
            .limit(1)
        )
        with self._database.reading() as connection:
            return connection.scalar(heard) or 0
