"""The outbox of alarms: filed in one transaction, told once, never more than one of a kind in an hour."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, or_, select, tuple_, update

from broadcaster.alarms.alarm import Alarm, Channel, Delivery, Ended, Filed, Kind
from broadcaster.language import _
from broadcaster.playout.airing import AsRun
from broadcaster.store.chain import Event
from broadcaster.store.columns import NEVER, json_text, known
from broadcaster.store.part import AnyRow, Part
from broadcaster.store.tables import alarm as table
from broadcaster.store.tables import asrun_event, outcome, setting, station

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
PATIENCE = timedelta(days=1)
_LEAST_TRIES = 5
"""Before any is given up: a clock that was set forward makes no alarm old."""
_TOLD = "ends told"
_NO_CHANNEL = ""
_LIKE = (table.c.channel, table.c.kind, table.c.subject)
_UNTOLD = table.c.state.in_((Delivery.HELD, Delivery.COUNTED))


class Alarms(Part):
    def ended_untold(self) -> Ended:
        with self._database.reading() as connection:
            upto, since = _newest(connection), _told(connection)
            if since is None or since >= upto:
                return Ended((), upto)
            columns = [outcome.c[field.name] for field in fields(AsRun)]
            place = tuple_(asrun_event.c.epoch, asrun_event.c.seq)
            new = and_(
                asrun_event.c.device == select(station.c.device_id).scalar_subquery(),
                asrun_event.c.kind.in_((Event.ENDED, Event.HEARD)),
                place > since,
                place <= upto,
            )
            ids = select(asrun_event.c.airing_id).where(new)
            rows = connection.execute(select(*columns).where(outcome.c.airing_id.in_(ids))).all()
            return Ended(tuple(_line(row) for row in rows), upto)

    def file_alarms(
        self,
        alarms: Sequence[Alarm],
        channels: Sequence[Channel],
        *,
        now: datetime,
        apart: timedelta,
        told: tuple[int, int] | None = None,
    ) -> None:
        with self._database.writing(told=False) as connection:
            for alarm in alarms:
                for channel in channels or (_NO_CHANNEL,):
                    _file(connection, alarm, channel, now, apart)
            if told is not None:
                set_told(connection, told)

    def alarms_to_send(
        self, channel: Channel, *, now: datetime, apart: timedelta, most: int
    ) -> tuple[Filed, ...]:
        due = and_(table.c.channel == channel, table.c.state == Delivery.WAITING, _due(now))
        with self._database.reading() as connection:
            held = connection.scalar(select(table.c.id).where(table.c.state == Delivery.HELD).limit(1))
        if held is not None:
            with self._database.writing(told=False) as connection:
                _release(connection, channel, now, apart)
        with self._database.reading() as connection:
            rows = connection.execute(select(table).where(due).order_by(table.c.id).limit(most))
            return tuple(map(_filed, rows))

    def alarms_sent(self, ids: Sequence[int], now: datetime) -> None:
        sent = {"state": Delivery.SENT, "sent_at": now, "trouble": ""}
        with self._database.writing(told=False) as connection:
            connection.execute(update(table).where(table.c.id.in_(ids)).values(sent))

    def alarms_not_sent(self, ids: Sequence[int], trouble: str, *, now: datetime) -> None:
        with self._database.writing(told=False) as connection:
            for row in connection.execute(select(table).where(table.c.id.in_(ids))).all():
                tries = row.tries + 1
                given_up = now - row.at > PATIENCE and tries >= _LEAST_TRIES
                tried = {
                    "state": Delivery.GIVEN_UP if given_up else Delivery.WAITING,
                    "tries": tries,
                    "next_try": now + min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(tries - 1, 16)),
                    "trouble": trouble,
                }
                connection.execute(update(table).where(table.c.id == row.id).values(tried))

    def alarms(self, most: int) -> tuple[Filed, ...]:
        with self._database.reading() as connection:
            rows = connection.execute(select(table).order_by(table.c.id.desc()).limit(most))
            return tuple(map(_filed, rows))

    def forget_alarms(self, before: datetime) -> None:
        open_yet = table.c.state.in_((Delivery.WAITING, Delivery.HELD))
        with self._database.writing(told=False) as connection:
            connection.execute(delete(table).where(table.c.at < before, ~open_yet))


def close_alarms(connection: Connection, trouble: str) -> None:
    """Whatever waits to be sent is given up: it may have been told already."""
    waiting = table.c.state.in_((Delivery.WAITING, Delivery.HELD))
    connection.execute(update(table).where(waiting).values({"state": Delivery.GIVEN_UP, "trouble": trouble}))


def _due(now: datetime) -> ColumnElement[bool]:
    """Its time has come, or lies farther off than it can: the clock was set back since."""
    return or_(table.c.next_try <= now, table.c.next_try > now + LONGEST_WAIT)


def _file(connection: Connection, alarm: Alarm, channel: str, now: datetime, apart: timedelta) -> None:
    row = {
        **{"at": now, "kind": alarm.kind, "subject": alarm.subject, "text": alarm.text, "channel": channel},
        **{"tries": 0, "next_try": now, "sent_at": NEVER, "trouble": ""},
    }
    state = Delivery.WAITING if channel else Delivery.NOTED
    told = _last_told(connection, channel, alarm.kind, alarm.subject)
    if told is not None and abs(now - told) < apart:
        state = Delivery.HELD if channel else Delivery.COUNTED
    connection.execute(insert(table), row | {"state": state})


def _last_told(connection: Connection, channel: str, kind: str, subject: str) -> datetime | None:
    """When an alarm of that kind and subject was last filed to be told."""
    like = (table.c.channel == channel, table.c.kind == kind, table.c.subject == subject)
    newest: datetime | None = connection.scalar(select(func.max(table.c.at)).where(*like, ~_UNTOLD))
    return newest


def _release(connection: Connection, channel: Channel, now: datetime, apart: timedelta) -> None:
    """The newest of those held long enough becomes one to be sent, and counts the others."""
    held = select(*_LIKE, func.max(table.c.id).label("newest"), func.count().label("n")).where(
        table.c.channel == channel, table.c.state == Delivery.HELD
    )
    for group in connection.execute(held.group_by(*_LIKE)).all():
        told = _last_told(connection, group.channel, group.kind, group.subject)
        if told is not None and abs(now - told) < apart:
            continue
        newest = connection.execute(select(table).where(table.c.id == group.newest)).one()
        text = newest.text
        if group.n > 1:
            text += " " + _("(and {n} more like it)").format(n=group.n - 1)
        others = (
            *(column == newest._mapping[column.name] for column in _LIKE),
            *(table.c.state == Delivery.HELD, table.c.id != group.newest),
        )
        connection.execute(update(table).where(*others).values(state=Delivery.COUNTED))
        released = {"state": Delivery.WAITING, "at": now, "next_try": now, "text": text}
        connection.execute(update(table).where(table.c.id == group.newest).values(released))


def _newest(connection: Connection) -> tuple[int, int]:
    """(epoch, seq) of this device's newest event."""
    own = connection.execute(select(station.c.device_id, station.c.epoch)).one()
    newest = select(func.max(asrun_event.c.seq)).where(
        asrun_event.c.device == own.device_id, asrun_event.c.epoch == own.epoch
    )
    return own.epoch, connection.scalar(newest) or 0


def _told(connection: Connection) -> tuple[int, int] | None:
    value = connection.scalar(select(setting.c.value).where(setting.c.name == _TOLD))
    if value is None:
        return None
    epoch, seq = json.loads(value)
    return epoch, seq


def set_told(connection: Connection, told: tuple[int, int]) -> None:
    """The ends up to there are taken up."""
    value = {"value": json_text(list(told))}
    if not connection.execute(update(setting).where(setting.c.name == _TOLD).values(value)).rowcount:
        connection.execute(insert(setting), {"name": _TOLD} | value)


def _line(row: AnyRow) -> AsRun:
    return AsRun(**row._asdict() | {"started_at": known(row.started_at)})


def _filed(row: AnyRow) -> Filed:
    filed = Filed(
        id=row.id,
        at=row.at,
        alarm=Alarm(Kind(row.kind), row.subject, row.text),
        channel=row.channel,
        state=Delivery(row.state),
        tries=row.tries,
        trouble=row.trouble,
    )
    return replace(filed, sent_at=known(row.sent_at))
