"""When the scripts of rotations last had their turn."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from broadcaster.desk.ports import EditionState
from broadcaster.store.tables import edition, edition_script, slot
from broadcaster.timetable.edition import LastPlay
from broadcaster.timetable.slot import Plays


def last_plays(connection: Connection, as_of: datetime) -> tuple[LastPlay, ...]:
    """Of each script that a slot with a rotation has played, the last fixed edition before `as_of`."""
    newest_first = func.row_number().over(
        partition_by=(edition.c.slot_id, edition_script.c.script_id),
        order_by=(edition.c.starts_at.desc(), edition_script.c.position),
    )
    plays = (
        select(edition.c.slot_id, edition_script.c.script_id, edition.c.starts_at, edition_script.c.position)
        .add_columns(newest_first.label("nth"))
        .join(edition_script, edition_script.c.edition_id == edition.c.id)
        .join(slot, slot.c.id == edition.c.slot_id)
        .where(
            slot.c.plays == Plays.ROTATION,
            edition.c.state == EditionState.FIXED,
            edition.c.starts_at < as_of,
        )
        .subquery()
    )
    rows = connection.execute(select(plays).where(plays.c.nth == 1))
    return tuple(LastPlay(row.slot_id, row.script_id, row.starts_at, row.position) for row in rows)
