"""Topics of the yearly plans."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from broadcaster.desk.topic import Topic
from broadcaster.errors import DeskError
from broadcaster.language import _
from broadcaster.store.part import Part, record, shared_columns, shared_values
from broadcaster.store.people import require_person
from broadcaster.store.tables import topic as table

_COLUMNS = shared_columns(table, Topic)


class Topics(Part):
    def topics(self, year: int | None = None) -> tuple[Topic, ...]:
        ordered = select(*_COLUMNS).order_by(table.c.year, table.c.position, table.c.code)
        with self._database.reading() as connection:
            rows = connection.execute(ordered if year is None else ordered.where(table.c.year == year))
            return tuple(Topic(**row._asdict()) for row in rows)

    def save_topics(self, topics: Sequence[Topic], *, by: str, now: datetime, act: str) -> None:
        with self._database.writing() as connection:
            require_person(connection, by)
            for topic in topics:
                _require_free_code(connection, topic)
                row = shared_values(table, topic)
                if not connection.execute(update(table).where(table.c.id == topic.id).values(row)).rowcount:
                    connection.execute(insert(table), row)
            codes = [f"{topic.year}/{topic.code}" for topic in topics]
            record(connection, by, now, act, topics[0].id if len(topics) == 1 else "", codes=codes)


def _require_free_code(connection: Connection, topic: Topic) -> None:
    same = (table.c.year == topic.year, table.c.code == topic.code, table.c.id != topic.id)
    if connection.scalar(select(table.c.id).where(*same)) is not None:
        raise DeskError(
            _("This code is taken by another topic of the year's plan"),
            f"{topic.year}/{topic.code}",
            _("Choose another code"),
        )
