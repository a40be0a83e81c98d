"""Hamlets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from broadcaster.errors import DeskError
from broadcaster.language import _
from broadcaster.playout.airing import AiringState
from broadcaster.store.endings import cancel
from broadcaster.store.part import Part, not_found, record, shared_columns, shared_values
from broadcaster.store.tables import airing, slot_hamlet
from broadcaster.store.tables import hamlet as table
from broadcaster.timetable.hamlet import PLAYER, Hamlet

COLUMNS = shared_columns(table, Hamlet)
_IN_SERVICE = table.c.retired.is_(False)


class Hamlets(Part):
    def hamlets(self) -> tuple[Hamlet, ...]:
        return self._remembered("hamlets", self._hamlets)

    def _hamlets(self) -> tuple[Hamlet, ...]:
        with self._database.reading() as connection:
            rows = connection.execute(select(*COLUMNS).where(_IN_SERVICE).order_by(table.c.code))
            return tuple(Hamlet(**row._asdict()) for row in rows)

    def save_hamlet(self, hamlet: Hamlet, *, by: str, now: datetime) -> None:
        with self._database.writing() as connection:
            _require_free_code(connection, hamlet)
            if hamlet.output != PLAYER:
                _leave_to_its_pc(connection, hamlet.id, now)
            row = shared_values(table, hamlet) | {"retired": False}
            if connection.execute(update(table).where(table.c.id == hamlet.id).values(row)).rowcount:
                _relabel_due_airings(connection, hamlet)
            else:
                connection.execute(insert(table), row)
            record(connection, by, now, "save hamlet", hamlet.id, code=hamlet.code, output=hamlet.output)

    def retire_hamlet(self, hamlet_id: str, *, by: str, now: datetime) -> None:
        with self._database.writing() as connection:
            require_hamlets(connection, [hamlet_id])
            connection.execute(update(table).where(table.c.id == hamlet_id).values(retired=True))
            connection.execute(delete(slot_hamlet).where(slot_hamlet.c.hamlet_id == hamlet_id))
            cancel(connection, now, airing.c.hamlet_id == hamlet_id, airing.c.starts_at >= now)
            record(connection, by, now, "retire hamlet", hamlet_id)


def labels(connection: Connection) -> dict[str, tuple[str, str]]:
    """Code and name of each hamlet in service, by id."""
    rows = connection.execute(select(table.c.id, table.c.code, table.c.name).where(_IN_SERVICE))
    return {row.id: (row.code, row.name) for row in rows}


def require_hamlets(connection: Connection, ids: Iterable[str]) -> None:
    """NotFound when one of them is not in service."""
    known = labels(connection)
    for hamlet_id in ids:
        if hamlet_id not in known:
            raise not_found(_("No such hamlet"), hamlet_id, known)


def _require_free_code(connection: Connection, hamlet: Hamlet) -> None:
    taken = select(table.c.id).where(table.c.code == hamlet.code, table.c.id != hamlet.id, _IN_SERVICE)
    if connection.scalar(taken) is not None:
        raise DeskError(_("This code is taken by another hamlet"), hamlet.code, _("Choose another code"))


def _leave_to_its_pc(connection: Connection, hamlet_id: str, now: datetime) -> None:
    """Of a hamlet that had a PC of its own: what began there is for that PC to tell."""
    had_one = select(table.c.id).where(table.c.id == hamlet_id, table.c.output == PLAYER)
    begun = (airing.c.hamlet_id.in_(had_one), airing.c.state == AiringState.DUE, airing.c.starts_at <= now)
    connection.execute(update(airing).where(*begun).values(state=AiringState.UNHEARD))


def _relabel_due_airings(connection: Connection, hamlet: Hamlet) -> None:
    due = (airing.c.hamlet_id == hamlet.id, airing.c.state == AiringState.DUE)
    connection.execute(update(airing).where(*due).values(hamlet_code=hamlet.code, hamlet_name=hamlet.name))
