"""Bulletins: what finished audio there is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, or_, select, update

from broadcaster.errors import NotFound
from broadcaster.language import _
from broadcaster.production.bulletin import Bulletin
from broadcaster.store.part import Part, among, shared_columns, shared_values
from broadcaster.store.tables import bulletin as table
from broadcaster.store.tables import edition, edition_fallback, outcome

_COLUMNS = shared_columns(table, Bulletin)
_KEPT = table.c.deleted.is_(False)


class Bulletins(Part):
    def bulletins(self, recipe: str | None = None) -> tuple[Bulletin, ...]:
        which = (_KEPT,) if recipe is None else (_KEPT, table.c.recipe == recipe)
        newest_first = (table.c.made_at.desc(), table.c.sha256)
        with self._database.reading() as connection:
            rows = connection.execute(select(*_COLUMNS).where(*which).order_by(*newest_first))
            return tuple(Bulletin(**row._asdict()) for row in rows)

    def bulletin(self, sha256: str) -> Bulletin:
        with self._database.reading() as connection:
            row = connection.execute(select(*_COLUMNS).where(table.c.sha256 == sha256, _KEPT)).first()
        if row is None:
            raise NotFound(_("No such bulletin"), sha256, _("Make it again: broadcaster render"))
        return Bulletin(**row._asdict())

    def add_bulletin(self, bulletin: Bulletin, title: str, *, now: datetime) -> None:
        row = shared_values(table, bulletin) | {"title": title, "made_at": now, "deleted": False}
        with self._database.writing() as connection:
            deleted = connection.scalar(select(table.c.deleted).where(table.c.sha256 == bulletin.sha256))
            if deleted is None:
                connection.execute(insert(table), row)
                return
            values = row if deleted else {"recipe": bulletin.recipe, "title": title}
            connection.execute(update(table).where(table.c.sha256 == bulletin.sha256).values(values))

    def forget_bulletins(self, sha256s: Sequence[str]) -> None:
        forgotten = among(table.c.sha256, sha256s)
        named = or_(
            table.c.sha256.in_(select(edition.c.bulletin)),
            table.c.sha256.in_(select(edition_fallback.c.bulletin)),
            table.c.sha256.in_(select(outcome.c.bulletin)),
        )
        with self._database.writing() as connection:
            connection.execute(delete(table).where(forgotten, ~named))
            connection.execute(update(table).where(forgotten, _KEPT).values(deleted=True))

    def last_use(self) -> dict[str, datetime]:
        newest = func.coalesce(func.max(edition.c.starts_at), table.c.made_at, type_=table.c.made_at.type)
        used = (
            select(table.c.sha256, newest.label("used"))
            .outerjoin(edition, edition.c.bulletin == table.c.sha256)
            .where(_KEPT)
            .group_by(table.c.sha256, table.c.made_at)
        )
        with self._database.reading() as connection:
            return {row.sha256: row.used for row in connection.execute(used)}
