"""Stop requests: how the command line silences a running daemon, through the database alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from broadcaster.store.hamlets import require_hamlets
from broadcaster.store.part import Part, record
from broadcaster.store.people import require_person
from broadcaster.store.tables import stop_request as table

_FRESH = timedelta(minutes=1)
_OPEN = table.c.handled.is_(False)


class Stops(Part):
    def ask_stop(self, hamlet_ids: Sequence[str], *, by: str, now: datetime) -> None:
        with self._database.writing() as connection:
            require_person(connection, by)
            require_hamlets(connection, hamlet_ids)
            row = {"at": now, "by": by, "hamlet_ids": tuple(hamlet_ids), "handled": False}
            connection.execute(insert(table), row)
            record(connection, by, now, "stop", "", hamlets=list(hamlet_ids))

    def stop_requests(self, now: datetime) -> tuple[tuple[tuple[str, ...], str], ...]:
        with self._database.reading() as connection:
            if connection.scalar(select(table.c.id).where(_OPEN).limit(1)) is None:
                return ()
        with self._database.writing(told=False) as connection:
            rows = connection.execute(select(table).where(_OPEN).order_by(table.c.id)).all()
            connection.execute(update(table).where(_OPEN).values(handled=True))
        return tuple((row.hamlet_ids, row.by) for row in rows if row.at >= now - _FRESH)
