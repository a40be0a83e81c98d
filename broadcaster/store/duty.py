"""Which daemons run the station, as they say themselves: the folder's lock does not hold on every disk."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from broadcaster.store.columns import from_ms, json_text, to_ms
from broadcaster.store.part import Part
from broadcaster.store.tables import setting

FRESH = timedelta(minutes=3)
"""A daemon that has not signed for so long is gone."""
_PREFIX = "daemon "
_OURS = setting.c.name.startswith(_PREFIX)


@dataclass(frozen=True)
class Duty:
    """One run of a daemon."""

    run: str
    """A random id."""
    host: str
    pid: int
    folder: str

    @property
    def where(self) -> str:
        return f"{self.host}: {self.pid} ({self.folder})"


class Duties(Part):
    def sign_on(self, duty: Duty, now: datetime) -> None:
        """This daemon begins; what others have signed is wiped out: whoever still runs signs again."""
        with self._database.writing(told=False) as connection:
            connection.execute(delete(setting).where(_OURS))
            _sign(connection, duty, now)

    def sign(self, duty: Duty, now: datetime) -> None:
        """This daemon runs: said once a minute."""
        with self._database.writing(told=False) as connection:
            _sign(connection, duty, now)

    def sign_off(self, duty: Duty) -> None:
        with self._database.writing(told=False) as connection:
            connection.execute(delete(setting).where(setting.c.name == _PREFIX + duty.run))

    def on_duty(self, now: datetime) -> tuple[Duty, ...]:
        """Every daemon that has signed within the last minutes."""
        with self._database.reading() as connection:
            signed = [json.loads(value) for value in connection.scalars(select(setting.c.value).where(_OURS))]
        return tuple(_duty(one) for one in signed if abs(now - from_ms(one["seen"])) < FRESH)


def _sign(connection: Connection, duty: Duty, now: datetime) -> None:
    name = _PREFIX + duty.run
    value = json_text(asdict(duty) | {"seen": to_ms(now)})
    if not connection.execute(update(setting).where(setting.c.name == name).values(value=value)).rowcount:
        connection.execute(insert(setting), {"name": name, "value": value})


def _duty(signed: Mapping[str, object]) -> Duty:
    return Duty(str(signed["run"]), str(signed["host"]), int(str(signed["pid"])), str(signed["folder"]))
