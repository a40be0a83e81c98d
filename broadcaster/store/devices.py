"""Hamlet PCs: their enrolment, their keys, how they stand, and what forked of their as-run chains."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, select, update

from broadcaster.store.columns import NEVER, known
from broadcaster.store.hamlets import require_hamlets
from broadcaster.store.part import AnyRow, Part, record
from broadcaster.store.people import require_person
from broadcaster.store.tables import device as table
from broadcaster.store.tables import enrolment, forked_event

_MOST_TRIES = 5
_IN_SERVICE = table.c.revoked_at == NEVER


@dataclass(frozen=True)
class Device:
    id: str
    hamlet_id: str
    public_key: str
    """64 hex digits."""
    software: str
    enrolled_at: datetime
    revoked_at: datetime | None = None
    last_seen: datetime | None = None
    """When it last reported."""
    status: str = ""
    """JSON, as it last told it; empty: it has told nothing yet."""


class Devices(Part):
    def device(self, device_id: str) -> Device:
        """KeyError: there is none."""
        with self._database.reading() as connection:
            row = connection.execute(select(table).where(table.c.id == device_id)).first()
        if row is None:
            raise KeyError(device_id)
        return _device(row)

    def devices(self) -> tuple[Device, ...]:
        """All there ever were, newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(select(table).order_by(table.c.enrolled_at.desc(), table.c.id))
            return tuple(map(_device, rows))

    def open_enrolment(self, hamlet_id: str, secret: str, expires_at: datetime) -> None:
        """A code for a PC of that hamlet (NotFound), in the place of an earlier one."""
        fresh = {"secret": secret, "expires_at": expires_at, "wrong_tries": 0, "used": False}
        with self._database.writing(told=False) as connection:
            require_hamlets(connection, [hamlet_id])
            of_it = enrolment.c.hamlet_id == hamlet_id
            if not connection.execute(update(enrolment).where(of_it).values(fresh)).rowcount:
                connection.execute(insert(enrolment), fresh | {"hamlet_id": hamlet_id})

    def open_enrolments(self, now: datetime) -> dict[str, str]:
        """The secret of each hamlet that has an open code, by hamlet's id."""
        still = (enrolment.c.secret != "", enrolment.c.expires_at > now)
        with self._database.reading() as connection:
            rows = connection.execute(select(enrolment).where(*still))
            return {row.hamlet_id: row.secret for row in rows}

    def count_wrong_proof(self) -> None:
        """Against every open code: nobody knows which was meant. The fifth ends it."""
        with self._database.writing(told=False) as connection:
            still = enrolment.c.secret != ""
            tried = {"wrong_tries": enrolment.c.wrong_tries + 1}
            connection.execute(update(enrolment).where(still).values(tried))
            _end_codes(connection, enrolment.c.wrong_tries >= _MOST_TRIES)

    def enrol(self, device: Device, secret: str) -> bool:
        """By the code of that secret, which is used up; the hamlet's earlier PC is revoked. False: the code
        has ended."""
        with self._database.writing() as connection:
            its_code = (enrolment.c.hamlet_id == device.hamlet_id, enrolment.c.secret == secret)
            used = update(enrolment).where(*its_code).values(secret="", used=True)
            if not secret or not connection.execute(used).rowcount:
                return False
            _revoke(connection, device.hamlet_id, device.enrolled_at)
            connection.execute(insert(table), _row(device))
            record(connection, "", device.enrolled_at, "enrol hamlet PC", device.hamlet_id, device=device.id)
            return True

    def revoke_devices(self, hamlet_id: str, *, by: str, now: datetime) -> int:
        """No PC of the hamlet is known any more, and no code for one; how many there were."""
        with self._database.writing() as connection:
            require_person(connection, by)
            require_hamlets(connection, [hamlet_id])
            _end_codes(connection, enrolment.c.hamlet_id == hamlet_id)
            revoked = _revoke(connection, hamlet_id, now)
            record(connection, by, now, "revoke hamlet PC", hamlet_id, devices=revoked)
            return revoked

    def forked_events(self) -> dict[str, int]:
        """How many events stand aside because they contradict what was told before, by device."""
        with self._database.reading() as connection:
            devices = connection.scalars(select(forked_event.c.device)).all()
            return {device: devices.count(device) for device in dict.fromkeys(devices)}


def _end_codes(connection: Connection, which: ColumnElement[bool]) -> None:
    ended = update(enrolment).where(enrolment.c.secret != "", which)
    connection.execute(ended.values(secret=""))


def _revoke(connection: Connection, hamlet_id: str, now: datetime) -> int:
    theirs = (table.c.hamlet_id == hamlet_id, _IN_SERVICE)
    return connection.execute(update(table).where(*theirs).values(revoked_at=now)).rowcount


def _row(device: Device) -> dict[str, object]:
    return {
        "id": device.id,
        "hamlet_id": device.hamlet_id,
        "public_key": device.public_key,
        "software": device.software,
        "enrolled_at": device.enrolled_at,
        "revoked_at": device.revoked_at or NEVER,
        "last_seen": device.last_seen or NEVER,
        "status": device.status,
    }


def _device(row: AnyRow) -> Device:
    return Device(
        *(row.id, row.hamlet_id, row.public_key, row.software, row.enrolled_at),
        *(known(row.revoked_at), known(row.last_seen), row.status),
    )
