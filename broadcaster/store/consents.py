"""Consents of people who are named in scripts."""

from __future__ import annotations

from sqlalchemy import insert, select

from broadcaster.desk.consent import Consent
from broadcaster.errors import DeskError
from broadcaster.language import _
from broadcaster.store.part import Part, record, shared_columns, shared_values
from broadcaster.store.people import folded, require_person
from broadcaster.store.tables import consent as table


class Consents(Part):
    def consents(self, script_id: str) -> tuple[Consent, ...]:
        columns = shared_columns(table, Consent)
        with self._database.reading() as connection:
            of_script = select(*columns).where(table.c.script_id == script_id)
            rows = connection.execute(of_script.order_by(table.c.at, table.c.folded_name))
            return tuple(Consent(**row._asdict()) for row in rows)

    def add_consent(self, consent: Consent) -> None:
        with self._database.writing() as connection:
            require_person(connection, consent.by)
            same = (table.c.script_id == consent.script_id, table.c.folded_name == folded(consent.name))
            if connection.scalar(select(table.c.name).where(*same)) is not None:
                raise DeskError(_("This person's consent is on record already"), consent.name)
            row = shared_values(table, consent) | {"folded_name": folded(consent.name)}
            connection.execute(insert(table), row)
            record(connection, consent.by, consent.at, "record consent", consent.script_id, name=consent.name)
