"""What is kept of the wall clock: whether it is doubted, and when somebody last vouched for it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, insert, select

from broadcaster.playout.clock_gate import PROGRAM_MADE
from broadcaster.store.columns import from_ms, json_text, to_ms
from broadcaster.store.part import Part, record
from broadcaster.store.people import require_person
from broadcaster.store.tables import asrun_event, setting, station

_DOUBTED, _CONFIRMED = "clock doubted", "clock confirmed"


class ClockDoubt(Part):
    """Implements playout.clock_gate.ClockMemory."""

    def clock_surely_past(self) -> datetime:
        """Of the newest event in the as-run log; or, if the clock was confirmed since, of the confirmation.
        No true clock shows less than when the program was made."""
        with self._database.reading() as connection:
            newest, at = _newest_event(connection)
            confirmed = json.loads(_value(connection, _CONFIRMED) or "{}")
        told = from_ms(confirmed["at"]) if confirmed.get("after") == newest else at
        return max(told, PROGRAM_MADE)

    def clock_doubted(self) -> bool:
        with self._database.reading() as connection:
            return bool(_value(connection, _DOUBTED))

    def doubt_clock(self) -> None:
        with self._database.writing(told=False) as connection:
            _set(connection, _DOUBTED, "yes")

    def trust_clock(self) -> None:
        with self._database.writing(told=False) as connection:
            _set(connection, _DOUBTED, "")

    def confirm_clock(self, *, by: str, now: datetime) -> None:
        """A known person (NotFound) says that it is `now`: from here on the clock is believed."""
        with self._database.writing() as connection:
            require_person(connection, by)
            newest, _at = _newest_event(connection)
            _set(connection, _DOUBTED, "")
            _set(connection, _CONFIRMED, json_text({"after": newest, "at": to_ms(now)}))
            record(connection, by, now, "confirm clock", "")


def _newest_event(connection: Connection) -> tuple[str, datetime]:
    """(hash, instant) of this device's newest event; ("", long ago) when it has none."""
    own = asrun_event.c.device == select(station.c.device_id).scalar_subquery()
    order = (asrun_event.c.epoch.desc(), asrun_event.c.seq.desc())
    newest = select(asrun_event.c.hash, asrun_event.c.at).where(own).order_by(*order).limit(1)
    row = connection.execute(newest).first()
    return (row.hash, row.at) if row else ("", datetime.min.replace(tzinfo=UTC))


def _value(connection: Connection, name: str) -> str:
    return connection.scalar(select(setting.c.value).where(setting.c.name == name)) or ""


def _set(connection: Connection, name: str, value: str) -> None:
    connection.execute(delete(setting).where(setting.c.name == name))
    connection.execute(insert(setting), {"name": name, "value": value})
