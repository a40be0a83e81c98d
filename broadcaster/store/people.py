"""People."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from sqlalchemy import Connection, insert, select

from broadcaster.desk.script import Person
from broadcaster.errors import DeskError
from broadcaster.language import _
from broadcaster.store.part import Part, not_found, record, shared_columns, shared_values
from broadcaster.store.tables import person as table


class People(Part):
    def people(self) -> tuple[Person, ...]:
        return self._remembered("people", self._people)

    def _people(self) -> tuple[Person, ...]:
        with self._database.reading() as connection:
            rows = connection.execute(select(*shared_columns(table, Person)).order_by(table.c.folded_name))
            return tuple(Person(**row._asdict()) for row in rows)

    def add_person(self, person: Person, *, by: str, now: datetime) -> None:
        with self._database.writing() as connection:
            if is_known(connection, person.name):
                raise DeskError(_("This name is taken"), person.name)
            row = shared_values(table, person) | {"folded_name": folded(person.name)}
            connection.execute(insert(table), row)
            record(connection, by, now, "add person", person.id, name=person.name, role=person.role)


def is_known(connection: Connection, name: str) -> bool:
    found = select(table.c.id).where(table.c.folded_name == folded(name))
    return connection.scalar(found) is not None


def require_person(connection: Connection, name: str) -> None:
    if not is_known(connection, name):
        raise not_found(_("No such person"), name, connection.scalars(select(table.c.name)))


def folded(name: str) -> str:
    """A person's name as it is compared."""
    return unicodedata.normalize("NFC", name).casefold().strip()
