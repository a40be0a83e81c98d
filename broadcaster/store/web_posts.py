"""Which scripts have stood on the web page, and since when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, select

from broadcaster.store.part import Part
from broadcaster.store.tables import web_post as table


class WebPosts(Part):
    def note_published(self, script_ids: Iterable[str], now: datetime) -> None:
        """They stand on the web page at `now`; kept of each is the first time."""
        shown = dict.fromkeys(script_ids)
        with self._database.reading() as connection:
            if shown.keys() <= _known(connection):
                return
        with self._database.writing() as connection:
            new = shown.keys() - _known(connection)
            if new:
                connection.execute(insert(table), [{"script_id": id_, "first_at": now} for id_ in new])

    def published(self, start: datetime, end: datetime) -> Mapping[str, datetime]:
        """When each of them first stood there, by script id; of those for which that lies in [start, end)."""
        first = select(table.c.script_id, table.c.first_at).where(
            table.c.first_at >= start, table.c.first_at < end
        )
        with self._database.reading() as connection:
            return {row.script_id: row.first_at for row in connection.execute(first)}


def _known(connection: Connection) -> set[str]:
    return set(connection.scalars(select(table.c.script_id)))
