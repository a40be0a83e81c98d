"""What is remembered by name in the table `setting`, as JSON objects."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from broadcaster.store.columns import json_text
from broadcaster.store.tables import setting


def kept(connection: Connection, name: str) -> dict[str, Any]:
    """Empty: nothing is."""
    found = connection.scalar(select(setting.c.value).where(setting.c.name == name))
    value: dict[str, Any] = json.loads(found) if found else {}
    return value


def keep(connection: Connection, name: str, value: object) -> None:
    connection.execute(delete(setting).where(setting.c.name == name))
    connection.execute(insert(setting), {"name": name, "value": json_text(value)})
