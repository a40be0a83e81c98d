"""Scripts."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, delete, insert, or_, select, update

from broadcaster.desk.script import Script, ScriptState
from broadcaster.errors import DeskError
from broadcaster.language import _
from broadcaster.store.part import Part, not_found, record, shared_columns, shared_values
from broadcaster.store.tables import airing, edition_script, queue_entry
from broadcaster.store.tables import script as table

_COLUMNS = shared_columns(table, Script)


class Scripts(Part):
    def scripts(self) -> tuple[Script, ...]:
        return self._remembered("scripts", self._scripts)

    def _scripts(self) -> tuple[Script, ...]:
        with self._database.reading() as connection:
            rows = connection.execute(select(*_COLUMNS).order_by(table.c.added_at.desc(), table.c.code))
            return tuple(Script(**row._asdict()) for row in rows)

    def script(self, code_or_id: str) -> Script:
        with self._database.reading() as connection:
            named = or_(table.c.code == code_or_id, table.c.id == code_or_id)
            row = connection.execute(select(*_COLUMNS).where(named)).first()
            if row is None:
                raise not_found(_("No such script"), code_or_id, connection.scalars(select(table.c.code)))
            return Script(**row._asdict())

    def add_script(self, script: Script, *, by: str, now: datetime) -> None:
        with self._database.writing() as connection:
            insert_script(connection, script, by, now)

    def change_script(self, script: Script, *, was: ScriptState, by: str, now: datetime, act: str) -> None:
        with self._database.writing() as connection:
            _require_free_code(connection, script)
            stands = (table.c.id == script.id, table.c.state == was)
            changed = connection.execute(update(table).where(*stands).values(shared_values(table, script)))
            if not changed.rowcount:
                raise DeskError(
                    _("This script has been changed meanwhile"),
                    script.code,
                    _("Look at it again, then decide"),
                )
            if script.state is ScriptState.WITHDRAWN:
                connection.execute(delete(queue_entry).where(queue_entry.c.script_id == script.id))
            _record(connection, by, now, act, script)

    def expiries(self) -> dict[str, date]:
        return dict(self._remembered("expiries", self._expiries))

    def _expiries(self) -> dict[str, date]:
        with self._database.reading() as connection:
            rows = connection.execute(select(table.c.id, table.c.expires).where(table.c.expires.is_not(None)))
            return {row.id: row.expires for row in rows}

    def earliest(self) -> dict[str, date]:
        return dict(self._remembered("earliest", self._earliest))

    def _earliest(self) -> dict[str, date]:
        with self._database.reading() as connection:
            held_back = select(table.c.id, table.c.not_before).where(table.c.not_before.is_not(None))
            return {row.id: row.not_before for row in connection.execute(held_back)}

    def too_early(self, airing_id: str, day: date) -> bool:
        """Whether a script of the airing's edition may air only after that day."""
        with self._database.reading() as connection:
            held_back = (
                select(table.c.id)
                .join(edition_script, edition_script.c.script_id == table.c.id)
                .join(airing, airing.c.edition_id == edition_script.c.edition_id)
                .where(airing.c.id == airing_id, table.c.not_before > day)
            )
            return connection.scalar(held_back) is not None

    def barred(self) -> frozenset[str]:
        return self._remembered("barred", self._barred)

    def _barred(self) -> frozenset[str]:
        with self._database.reading() as connection:
            found = connection.scalars(select(table.c.id).where(table.c.state != ScriptState.APPROVED))
            return frozenset(found)


def insert_script(connection: Connection, script: Script, by: str, now: datetime) -> None:
    """DeskError: the code is taken."""
    _require_free_code(connection, script)
    connection.execute(insert(table), shared_values(table, script) | {"added_at": now})
    _record(connection, by, now, "add script", script)


def _require_free_code(connection: Connection, script: Script) -> None:
    taken = select(table.c.id).where(table.c.code == script.code, table.c.id != script.id)
    if connection.scalar(taken) is not None:
        raise DeskError(_("This code is taken by another script"), script.code, _("Choose another code"))


def _record(connection: Connection, by: str, now: datetime, what: str, script: Script) -> None:
    approved = {
        "text_sha256": script.text_sha256,
        "reading_sha256": script.reading_sha256,
        "recording": script.recording,
        "marks": script.marks,
        "names": script.names,
    }
    record(connection, by, now, what, script.id, code=script.code, state=script.state, **approved)
