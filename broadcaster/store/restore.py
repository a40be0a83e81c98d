"""A backup's database made fit to go on: nothing that may have sounded since it was made sounds again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, and_, select, update

from broadcaster.clock import Clock
from broadcaster.desk.emergency import EmergencyState
from broadcaster.errors import StoreCorrupt
from broadcaster.language import _
from broadcaster.playout import reasons
from broadcaster.playout.airing import AiringState, Outcome
from broadcaster.store.alarms import close_alarms, set_told
from broadcaster.store.asrun import append, head, newest_instant
from broadcaster.store.chain import Event
from broadcaster.store.distant import note_unheard
from broadcaster.store.endings import end
from broadcaster.store.engine import SqliteDatabase
from broadcaster.store.ledger import HERE
from broadcaster.store.migrate import bring_up, station_id
from broadcaster.store.part import AnyRow, record
from broadcaster.store.people import require_person
from broadcaster.store.tables import airing, edition, emergency, slot, station, stop_request
from broadcaster.timetable.slot import SlotKind

MARGIN = timedelta(minutes=1)
"""How far the clock of the PC that was lost may have been ahead of this one."""
_BUSY_S = 10.0


@dataclass(frozen=True)
class Standing:
    """How far a station's database has come."""

    station_id: str
    epoch: int
    seq: int
    hash: str
    """Of the newest event of its own chain; 0 and empty: none."""
    changes: int
    newest: datetime | None
    """The newest instant on its records."""

    def is_beyond(self, other: Standing) -> bool:
        """Whether it knows anything that `other` does not."""
        return (self.epoch, self.seq) > (other.epoch, other.seq) or self.changes > other.changes


@dataclass(frozen=True)
class Resumed:
    """What `resume` wrote down."""

    epoch: int
    missed: int
    """Airings whose time passed between the backup and now, those of hamlet PCs aside."""


def standing(path: Path, clock: Clock, backups: Path) -> Standing:
    """Of the database at `path`, which is brought to the newest schema.

    StoreError: it is missing, damaged, no station's, or made by a newer program.
    """
    database = SqliteDatabase(path, busy_s=_BUSY_S, backups=backups)
    try:
        if faults := database.faults():
            raise StoreCorrupt(_("The database is damaged"), faults[0])
        bring_up(database, clock)
        return _standing(database, station_id(database))
    finally:
        database.close()


def resume(
    path: Path, clock: Clock, backups: Path, *, made_at: datetime, by: str, replaced: Standing | None
) -> Resumed:
    """Let the database of a backup that was made at `made_at` go on from now, in one transaction.

    Its as-run chain continues in a new epoch, past that of the database it replaces, if one is known. What
    was claimed, or due until now, ends: it may have sounded. What was on its way to the operator is not told
    again. Emergencies that were on are drafts, which a person must confirm. NotFound: `by` is nobody there.
    """
    database = SqliteDatabase(path, busy_s=_BUSY_S, backups=backups)
    try:
        database.bind(station_id(database))
        with database.writing() as connection:
            return _resume(connection, clock.now(), made_at, by, replaced)
    finally:
        database.close()


def _standing(database: SqliteDatabase, its_id: str) -> Standing:
    with database.reading() as connection:
        own = connection.execute(select(station)).one()
        seq, its_hash = head(connection, own.device_id)
        newest = newest_instant(connection)
        return Standing(its_id, own.epoch, seq, its_hash, own.changes, newest)


def _resume(
    connection: Connection, now: datetime, made_at: datetime, by: str, replaced: Standing | None
) -> Resumed:
    if by:
        require_person(connection, by)
    own = connection.execute(select(station)).one()
    seq, its_hash = head(connection, own.device_id)
    set_told(connection, (own.epoch, seq))
    epoch = max(own.epoch, replaced.epoch if replaced else 0) + 1
    connection.execute(update(station).values(epoch=epoch))
    marker = {"backup_of": made_at.isoformat(), "by": by, "after_epoch": own.epoch, "after_seq": seq}
    if replaced:
        marker |= {
            "replaced_epoch": replaced.epoch,
            "replaced_seq": replaced.seq,
            "replaced_hash": replaced.hash,
        }
    append(connection, now, Event.EPOCH, [("", marker)])
    missed = _end_what_may_have_sounded(connection, now)
    _let_rest(connection, now)
    record(connection, by, now, "restore", "", epoch=epoch, after=its_hash, backup_of=made_at.isoformat())
    return Resumed(epoch, missed)


def _end_what_may_have_sounded(connection: Connection, now: datetime) -> int:
    claimed = airing.c.state == AiringState.CLAIMED
    begun = connection.execute(select(airing).where(claimed, airing.c.sounded_to > airing.c.lost)).all()
    for row in begun:
        end(connection, [row.id], Outcome.PARTIAL, reasons.RESTORED, _heard_s(row), now)
    note_unheard(connection, now)
    past = and_(airing.c.state == AiringState.DUE, airing.c.starts_at <= now + MARGIN, HERE)
    unknown = [*_ids(connection, claimed), *_ids(connection, past)]
    end(connection, unknown, Outcome.MISSED, reasons.RESTORED, 0.0, now)
    return len(begun) + len(unknown)


def _let_rest(connection: Connection, now: datetime) -> None:
    """What people asked for then holds no longer unasked."""
    unasked = (SlotKind.EMERGENCY, SlotKind.REHEARSAL)
    one_off = select(edition.c.id).join(slot, slot.c.id == edition.c.slot_id).where(slot.c.kind.in_(unasked))
    due = _ids(connection, and_(airing.c.state == AiringState.DUE, airing.c.edition_id.in_(one_off)))
    end(connection, due, Outcome.CANCELLED, reasons.RESTORED, 0.0, now)
    on = emergency.c.state == EmergencyState.ON
    connection.execute(update(emergency).where(on).values(state=str(EmergencyState.DRAFT)))
    connection.execute(update(stop_request).values(handled=True))
    close_alarms(connection, reasons.RESTORED)


def _heard_s(row: AnyRow) -> float:
    return float(row.sounded_to - row.lost) / 1000


def _ids(connection: Connection, which: ColumnElement[bool]) -> list[str]:
    return list(connection.scalars(select(airing.c.id).where(which)))
