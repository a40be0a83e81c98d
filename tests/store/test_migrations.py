"""The migrations lead to the tables of tables.py, and never half way."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from broadcaster.clock import TurnedClock
from broadcaster.errors import StoreError
from broadcaster.store import Store, migrate
from broadcaster.store.migrations import REVISIONS
from broadcaster.store.tables import metadata
from tests.contracts.desk_store import furnish

_STEP = """
from alembic import op
revision, down_revision = "0002", "0001"
def upgrade():
    op.execute("ALTER TABLE person ADD COLUMN phone TEXT NOT NULL DEFAULT ''")
    op.execute("{statement}")
"""


def _schema(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL"
        )
        return {name: sql for name, sql in rows if name not in ("alembic_version", "sqlite_sequence")}


def _rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture
def newer_program(store: Store, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that knows one migration more; the file it is to be written into."""
    furnish(store)
    store.close()
    history = tmp_path / "migrations 100%"
    shutil.copytree(migrate._HISTORY, history)
    monkeypatch.setattr(migrate, "_HISTORY", history)
    monkeypatch.setattr(migrate, "REVISIONS", ("0001", "0002"))
    return history / "versions" / "0002_phone.py"


def test_migrations_make_the_schema_of_the_tables(store: Store, path: Path, tmp_path: Path) -> None:
    direct = tmp_path / "direct.db"
    engine = create_engine(f"sqlite:///{direct}")
    metadata.create_all(engine)
    engine.dispose()

    assert _schema(path) == _schema(direct)


def test_the_known_revisions_are_those_of_the_folder() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrate._HISTORY))
    steps = ScriptDirectory.from_config(config).walk_revisions()

    assert tuple(step.revision for step in steps)[::-1] == REVISIONS


def test_an_older_schema_is_backed_up_then_migrated(
    newer_program: Path, path: Path, clock: TurnedClock
) -> None:
    newer_program.write_text(_STEP.format(statement="UPDATE person SET phone = '0123'"), encoding="utf-8")

    Store.open(path, clock=clock).close()

    assert _rows(path, "SELECT name, phone FROM person") == [("Lan", "0123")]
    (backup,) = (path.parent / "backups").iterdir()
    assert backup.name == "schedules-before-0002-20261124T030000.db"
    assert _rows(backup, "SELECT version_num FROM alembic_version") == [("0001",)]
    assert _rows(backup, "SELECT name FROM person") == [("Lan",)]


@pytest.mark.parametrize("statement", ["SELECT no_such_function()", "DELETE FROM hamlet"])
def test_a_migration_that_fails_changes_nothing(
    newer_program: Path, path: Path, clock: TurnedClock, statement: str
) -> None:
    newer_program.write_text(_STEP.format(statement=statement), encoding="utf-8")
    before = path.read_bytes()

    with pytest.raises(StoreError):
        Store.open(path, clock=clock)

    assert path.read_bytes() == before
