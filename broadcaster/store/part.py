"""What the parts of the Store share: the database, and how rows become values."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, Row, Table, insert, select

from broadcaster.errors import NotFound
from broadcaster.language import _
from broadcaster.store.columns import json_text
from broadcaster.store.database import Database
from broadcaster.store.dialects import texts_of
from broadcaster.store.tables import act

AnyRow: TypeAlias = Row[*tuple[Any, ...]]


Value = TypeVar("Value")


class Part:
    """One aggregate's share of the Store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def _remembered(self, name: str, read: Callable[[], Value]) -> Value:
        """What `read` gives, kept under `name` until somebody changes anything: for the small registries that
        every check and every airing looks into."""
        version = self._database.version()
        held = self._database.remembered.get(name)
        if held is None or held[0] != version:
            held = self._database.remembered[name] = (version, read())
        value: Value = held[1]
        return value


def record(connection: Connection, by: str, now: datetime, what: str, subject: str, **detail: object) -> None:
    """Write the act of a person down: `by` did `what` to the thing named by its id, `subject`."""
    row = {"by": by, "at": now, "act": what, "subject": subject, "detail": json_text(detail)}
    connection.execute(insert(act), row)


def shared_columns(table: Table, value: type[Any]) -> list[Column[Any]]:
    """The columns of `table` that are named as fields of the dataclass `value`."""
    return [table.c[field.name] for field in fields(value) if field.name in table.c]


def shared_values(table: Table, value: Any) -> dict[str, Any]:
    """The fields of the dataclass instance `value` for which `table` has a column."""
    return {field.name: getattr(value, field.name) for field in fields(value) if field.name in table.c}


def not_found(what: str, name: str, known: Iterable[str]) -> NotFound:
    """`what` is a finished sentence; close names are offered."""
    near = difflib.get_close_matches(name, list(known), n=3)
    return NotFound(what, name, _("Did you mean {names}?").format(names=", ".join(near)) if near else "")


def among(column: Column[Any], ids: Iterable[str]) -> ColumnElement[bool]:
    """`column` is one of `ids`, however many they are: one JSON parameter, where IN has a limit."""
    listed = texts_of(json_text(list(ids))).table_valued("value")
    return column.in_(select(listed.c.value))
