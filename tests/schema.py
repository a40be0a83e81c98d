"""What the migrations make of an empty SQLite file, made again without them."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

_TABLES = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid"


class Schema:
    """`upgrade`, but run once only for empty SQLite files."""

    def __init__(self, upgrade: Callable[[Connection], None]) -> None:
        self._upgrade = upgrade
        self._made: list[str] = []

    def __call__(self, connection: Connection) -> None:
        if connection.dialect.name != "sqlite" or _tables(connection):
            self._upgrade(connection)
        elif self._made:
            for statement in self._made:
                connection.exec_driver_sql(statement)
        else:
            self._upgrade(connection)
            self._made = [*_tables(connection), *_rows(connection)]


def _tables(connection: Connection) -> list[str]:
    return list(connection.exec_driver_sql(_TABLES).scalars())


def _rows(connection: Connection) -> list[str]:
    """The revision is the only row that migrations leave in a new file."""
    names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars()
    filled = [name for name in names if connection.exec_driver_sql(f'SELECT 1 FROM "{name}"').first()]
    assert filled == ["alembic_version"], filled
    revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
    return [f"INSERT INTO alembic_version VALUES ('{revision}')"]
