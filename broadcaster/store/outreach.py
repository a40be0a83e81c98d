"""Banners, leaflets, boards, social networks: what was done there."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import insert, select

from broadcaster.desk.outreach import Outreach
from broadcaster.store.part import Part, record, shared_columns, shared_values
from broadcaster.store.people import require_person
from broadcaster.store.tables import outreach as table


class Outreaches(Part):
    def outreach(self, first: date | None = None, last: date | None = None) -> tuple[Outreach, ...]:
        done = select(*shared_columns(table, Outreach)).order_by(table.c.day, table.c.channel, table.c.at)
        if first is not None:
            done = done.where(table.c.day >= first)
        if last is not None:
            done = done.where(table.c.day <= last)
        with self._database.reading() as connection:
            return tuple(Outreach(**row._asdict()) for row in connection.execute(done))

    def add_outreach(self, done: Outreach, *, now: datetime) -> None:
        with self._database.writing() as connection:
            require_person(connection, done.by)
            connection.execute(insert(table), shared_values(table, done) | {"at": now})
            detail = {"day": str(done.day), "channel": done.channel.value, "count": done.count}
            record(connection, done.by, now, "record outreach", done.id, **detail)
