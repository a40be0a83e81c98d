"""Meetings."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import insert, select

from broadcaster.desk.meeting import Meeting
from broadcaster.language import _
from broadcaster.store.part import Part, not_found, record, shared_columns, shared_values
from broadcaster.store.people import require_person
from broadcaster.store.tables import hamlet
from broadcaster.store.tables import meeting as table


class Meetings(Part):
    def meetings(self, first: date | None = None, last: date | None = None) -> tuple[Meeting, ...]:
        held = select(*shared_columns(table, Meeting)).order_by(table.c.day, table.c.hamlet, table.c.at)
        if first is not None:
            held = held.where(table.c.day >= first)
        if last is not None:
            held = held.where(table.c.day <= last)
        with self._database.reading() as connection:
            return tuple(Meeting(**row._asdict()) for row in connection.execute(held))

    def add_meeting(self, meeting: Meeting, *, now: datetime) -> None:
        with self._database.writing() as connection:
            require_person(connection, meeting.by)
            if connection.scalar(select(hamlet.c.id).where(hamlet.c.id == meeting.hamlet_id)) is None:
                raise not_found(
                    _("No such hamlet"), meeting.hamlet_id, connection.scalars(select(hamlet.c.id))
                )
            connection.execute(insert(table), shared_values(table, meeting) | {"at": now})
            detail = {"day": str(meeting.day), "hamlet": meeting.hamlet, "attendees": meeting.attendees}
            record(connection, meeting.by, now, "record meeting", meeting.id, **detail)
