"""What a hamlet PC has told its station of its as-run log, and what it has not."""

from __future__ import annotations

from sqlalchemy import and_, or_, select

from broadcaster.store.chain import COLUMNS, Fields
from broadcaster.store.columns import to_ms
from broadcaster.store.kept import keep, kept
from broadcaster.store.part import Part
from broadcaster.store.tables import asrun_event, station

ACKNOWLEDGED = "acknowledged"


class Reported(Part):
    def acknowledged(self) -> tuple[int, int]:
        """(epoch, seq) up to which the station has everything; (0, 0): nothing."""
        with self._database.reading() as connection:
            epoch, seq = kept(connection, ACKNOWLEDGED).get("up to", (0, 0))
        return epoch, seq

    def acknowledge(self, epoch: int, seq: int) -> None:
        with self._database.writing(told=False) as connection:
            keep(connection, ACKNOWLEDGED, {"up to": (epoch, seq)})

    def events_after(self, epoch: int, seq: int, most: int) -> tuple[Fields, ...]:
        """Of this device's as-run chain, in its order."""
        own = asrun_event.c.device == select(station.c.device_id).scalar_subquery()
        later = or_(asrun_event.c.epoch > epoch, and_(asrun_event.c.epoch == epoch, asrun_event.c.seq > seq))
        order = (asrun_event.c.epoch, asrun_event.c.seq)
        wanted = select(asrun_event).where(own, later).order_by(*order).limit(most)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
        return tuple({name: getattr(row, name) for name in COLUMNS} | {"at": to_ms(row.at)} for row in rows)
