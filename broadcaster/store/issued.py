"""What was issued to hamlet PCs: the newest timetable of each hamlet, and emergencies, sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Connection, Text, and_, cast, insert, select, update

from broadcaster.store.columns import NEVER
from broadcaster.store.part import Part, among
from broadcaster.store.tables import device, issued_timetable, sealed_emergency, setting, station

_PER_EPOCH = 1_000_000_000
_ISSUES = setting.c.name == "issues"


@dataclass(frozen=True)
class IssuedTimetable:
    hamlet_id: str
    version: int
    sha256: str
    """Of what stands in it, its number and date apart."""
    issued_at: datetime
    body: str = ""
    """The envelope as JSON."""


@dataclass(frozen=True)
class SealedEmergency:
    """An emergency as one hamlet is told of it."""

    emergency_id: str
    hamlet_id: str
    serial: int
    sha256: str
    """Of what it says, its number and date apart."""
    body: str
    """The envelope as JSON."""


class Issued(Part):
    def number_floor(self) -> int:
        """Below every number that is given from now on: a database that was put back from a backup does not
        know the numbers that were given after it was made."""
        with self._database.reading() as connection:
            return _PER_EPOCH * ((connection.scalar(select(station.c.epoch)) or 1) - 1)

    def issued(self) -> dict[str, IssuedTimetable]:
        """Of each hamlet the newest, its body left out, by hamlet's id."""
        columns = [column for column in issued_timetable.c if column.name not in ("body", "station_id")]
        with self._database.reading() as connection:
            rows = connection.execute(select(*columns))
            return {row.hamlet_id: IssuedTimetable(**row._asdict()) for row in rows}

    def issued_to(self, hamlet_id: str) -> IssuedTimetable | None:
        with self._database.reading() as connection:
            of_it = issued_timetable.c.hamlet_id == hamlet_id
            row = connection.execute(select(issued_timetable).where(of_it)).first()
        if row is None:
            return None
        return IssuedTimetable(row.hamlet_id, row.version, row.sha256, row.issued_at, row.body)

    def issued_to_devices(self, devices: Sequence[str]) -> dict[str, tuple[int, str]]:
        """(version, body) for each of these that is in service and for whose hamlet there is one."""
        its = issued_timetable.c.hamlet_id == device.c.hamlet_id
        found = select(device.c.id, issued_timetable.c.version, issued_timetable.c.body)
        found = found.join(issued_timetable, its)
        with self._database.reading() as connection:
            rows = connection.execute(found.where(among(device.c.id, devices), device.c.revoked_at == NEVER))
            return {device_id: (version, body) for device_id, version, body in rows}

    def issue(
        self, timetables: Sequence[IssuedTimetable], emergencies: Sequence[SealedEmergency] = ()
    ) -> tuple[IssuedTimetable, ...]:
        """Keep them in the place of those before; those that were kept: numbers only grow."""
        with self._database.writing(told=False) as connection:
            for one in emergencies:
                _keep_emergency(connection, one)
            kept = tuple(one for one in timetables if _keep_timetable(connection, one))
            _count(connection)
            self._database.announce(connection)
            return kept

    def issues(self) -> int:
        """Grows with every `issue`, of whichever process."""
        with self._database.reading() as connection:
            return int(connection.scalar(select(setting.c.value).where(_ISSUES)) or 0)

    def versions(self) -> dict[str, int]:
        """Of the newest timetable of each device in service."""
        theirs = issued_timetable.c.hamlet_id == device.c.hamlet_id
        found = select(device.c.id, issued_timetable.c.version).join(issued_timetable, theirs)
        with self._database.reading() as connection:
            rows = connection.execute(found.where(device.c.revoked_at == NEVER))
            return {row.id: row.version for row in rows}

    def sealed_emergencies(self) -> dict[tuple[str, str], SealedEmergency]:
        """By emergency's and hamlet's id."""
        with self._database.reading() as connection:
            rows = connection.execute(select(sealed_emergency)).all()
        return {
            (row.emergency_id, row.hamlet_id): SealedEmergency(
                row.emergency_id, row.hamlet_id, row.serial, row.sha256, row.body
            )
            for row in rows
        }


def _count(connection: Connection) -> None:
    once_more = update(setting).where(_ISSUES).values(value=cast(cast(setting.c.value, BigInteger) + 1, Text))
    if not connection.execute(once_more).rowcount:
        connection.execute(insert(setting), {"name": "issues", "value": "1"})


def _keep_timetable(connection: Connection, one: IssuedTimetable) -> bool:
    table, its = issued_timetable, issued_timetable.c.hamlet_id == one.hamlet_id
    row = {
        "hamlet_id": one.hamlet_id,
        "version": one.version,
        "sha256": one.sha256,
        "issued_at": one.issued_at,
        "body": one.body,
    }
    if connection.execute(update(table).where(its, table.c.version < one.version).values(row)).rowcount:
        return True
    if connection.scalar(select(table.c.version).where(its)) is not None:
        return False
    connection.execute(insert(table), row)
    return True


def _keep_emergency(connection: Connection, one: SealedEmergency) -> None:
    table = sealed_emergency
    its = and_(table.c.emergency_id == one.emergency_id, table.c.hamlet_id == one.hamlet_id)
    row = {
        "emergency_id": one.emergency_id,
        "hamlet_id": one.hamlet_id,
        "serial": one.serial,
        "sha256": one.sha256,
        "body": one.body,
    }
    if connection.execute(update(table).where(its, table.c.serial < one.serial).values(row)).rowcount:
        return
    if connection.scalar(select(table.c.serial).where(its)) is None:
        connection.execute(insert(table), row)
