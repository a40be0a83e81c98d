"""A station's tables, taken from one database into another, newly made one: all of it or nothing."""

from __future__ import annotations

from sqlalchemy import Connection, Table, delete, func, insert, select, text

from broadcaster.errors import StoreError
from broadcaster.language import _
from broadcaster.store.database import Database
from broadcaster.store.tables import metadata, person, station

_AT_ONCE = 1000


def move(here: Database, there: Database) -> int:
    """How many rows it was; `there` becomes the station that `here` is, with its history.

    StoreError: somebody has used `there` already.
    """
    with here.reading() as source, there.writing(told=False) as target:
        if target.scalar(select(station.c.changes)) or target.scalar(
            select(func.count()).select_from(person)
        ):
            raise StoreError(
                _("There is a station in that database already"), there.name, _("Name an empty one")
            )
        target.execute(delete(station))
        rows = copy_rows(source, target)
        _go_on_counting(target)
        return rows


def copy_rows(source: Connection, target: Connection) -> int:
    """All of them, into tables that are empty; how many it was."""
    return sum(_moved(source, target, table) for table in metadata.sorted_tables)


def _moved(source: Connection, target: Connection, table: Table) -> int:
    moved = 0
    found = source.execute(select(table).execution_options(yield_per=_AT_ONCE))
    for rows in found.partitions():
        target.execute(insert(table), [row._asdict() for row in rows])
        moved += len(rows)
    return moved


def _go_on_counting(target: Connection) -> None:
    """Numbers that PostgreSQL gives out follow those that came."""
    for table in metadata.sorted_tables:
        if table.c.get("id") is not None and table.c["id"].type.python_type is int:
            counter = f"pg_get_serial_sequence('{table.name}', 'id')"
            target.execute(text(f"SELECT setval({counter}, max(id)) FROM {table.name}"))  # noqa: S608
