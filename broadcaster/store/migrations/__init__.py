"""The history of the schema, run by `store.migrate`; a step is written out in full, then never edited."""

REVISIONS = ("0001",)
"""Oldest first; kept here so that opening a current database need not load Alembic."""
