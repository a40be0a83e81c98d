"""What SQLite and PostgreSQL spell differently in a query. (How they connect: engine.py, postgresql.py.)"""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class texts_of(GenericFunction[Any]):
    """The texts in a JSON list, as a table with the column "value"."""

    inherit_cache = True


@compiles(texts_of, "sqlite")
def _on_sqlite(element: texts_of, compiler: Any, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(texts_of, "postgresql")
def _on_postgresql(element: texts_of, compiler: Any, **options: Any) -> str:
    return f"json_array_elements_text(CAST({compiler.process(element.clauses, **options)} AS json))"
