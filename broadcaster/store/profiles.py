"""Day profiles, and the days that they are stamped on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection, delete, insert, select, update

from broadcaster.errors import DeskError
from broadcaster.language import _
from broadcaster.store.part import Part, among, record, shared_columns, shared_values
from broadcaster.store.tables import profile as table
from broadcaster.store.tables import profile_day, slot
from broadcaster.timetable.calendar import Profile

_COLUMNS = shared_columns(table, Profile)


class Profiles(Part):
    def profiles(self) -> tuple[Profile, ...]:
        return self._remembered("profiles", self._profiles)

    def _profiles(self) -> tuple[Profile, ...]:
        with self._database.reading() as connection:
            rows = connection.execute(select(*_COLUMNS).order_by(table.c.code))
            return tuple(Profile(**row._asdict()) for row in rows)

    def add_profile(self, profile: Profile, *, by: str, now: datetime) -> None:
        with self._database.writing() as connection:
            if connection.scalar(select(table.c.id).where(table.c.code == profile.code)) is not None:
                raise DeskError(
                    _("This code is taken by another day profile"), profile.code, _("Choose another code")
                )
            connection.execute(insert(table), shared_values(table, profile))
            record(connection, by, now, "add profile", profile.id, code=profile.code)

    def change_profile(self, profile: Profile, *, by: str, now: datetime) -> None:
        with self._database.writing() as connection:
            values = shared_values(table, profile)
            connection.execute(update(table).where(table.c.id == profile.id).values(values))
            record(connection, by, now, "change profile", profile.id, code=profile.code)

    def remove_profile(self, profile_id: str, today: date, *, by: str, now: datetime) -> None:
        with self._database.writing() as connection:
            code = connection.scalar(select(table.c.code).where(table.c.id == profile_id))
            _require_unused(connection, profile_id, str(code), today)
            connection.execute(delete(profile_day).where(profile_day.c.profile_id == profile_id))
            connection.execute(delete(table).where(table.c.id == profile_id))
            record(connection, by, now, "remove profile", profile_id, code=code)

    def profile_days(self) -> dict[date, Profile]:
        return dict(self._remembered("profile days", self._profile_days))

    def _profile_days(self) -> dict[date, Profile]:
        with self._database.reading() as connection:
            rows = connection.execute(
                select(profile_day.c.day, *_COLUMNS).join(table).order_by(profile_day.c.day)
            )
            return {row.day: Profile(**{c.name: row._mapping[c] for c in _COLUMNS}) for row in rows}

    def stamp(self, profile_id: str, days: Sequence[date], *, by: str, now: datetime) -> None:
        texts = [day.isoformat() for day in days]
        with self._database.writing() as connection:
            taken = connection.scalar(
                select(profile_day.c.day).where(
                    among(profile_day.c.day, texts), profile_day.c.profile_id != profile_id
                )
            )
            if taken is not None:
                raise DeskError(
                    _("This day has another profile"),
                    str(taken),
                    _("Take that away first: broadcaster profile unstamp"),
                )
            connection.execute(delete(profile_day).where(among(profile_day.c.day, texts)))
            if days:
                rows = [{"day": day, "profile_id": profile_id} for day in dict.fromkeys(days)]
                connection.execute(insert(profile_day), rows)
            record(connection, by, now, "stamp profile", profile_id, days=texts)

    def unstamp(self, days: Sequence[date], *, by: str, now: datetime) -> int:
        texts = [day.isoformat() for day in days]
        with self._database.writing() as connection:
            gone = connection.execute(delete(profile_day).where(among(profile_day.c.day, texts))).rowcount
            if gone:
                record(connection, by, now, "unstamp days", "", days=texts)
            return gone


def _require_unused(connection: Connection, profile_id: str, code: str, today: date) -> None:
    coming = select(profile_day.c.day).where(
        profile_day.c.profile_id == profile_id, profile_day.c.day >= today
    )
    if (day := connection.scalar(coming.order_by(profile_day.c.day))) is not None:
        raise DeskError(
            _("A day to come has this profile"), f"{code}, {day}", _("First: broadcaster profile unstamp")
        )
    rows = connection.execute(select(slot.c.code, slot.c.profiles).where(slot.c.removed.is_(False)))
    if named := [row.code for row in rows if code in row.profiles]:
        raise DeskError(
            _("A slot sounds on days of this profile"),
            f"{code}: {', '.join(sorted(named))}",
            _("First change it: broadcaster timetable set, or remove"),
        )
