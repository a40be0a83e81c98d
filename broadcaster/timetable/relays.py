"""Which other station has the air of a hamlet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from broadcaster.timetable.calendar import Calendar
from broadcaster.timetable.recurrence import local_instant
from broadcaster.timetable.replacing import sounding_on
from broadcaster.timetable.slot import Plays, Slot


def relay_on(at: datetime, hamlet_id: str, slots: Sequence[Slot], zone: ZoneInfo, calendar: Calendar) -> str:
    """The name of the station that is relayed in the hamlet at that instant; "" when none is."""
    today = at.astimezone(zone).date()
    for day in (today - timedelta(days=1), today):
        for slot in sounding_on(day, slots, calendar):
            begin = local_instant(day, slot.at, zone)
            if slot.plays is not Plays.RELAY or hamlet_id not in slot.hamlets or begin is None:
                continue
            if begin <= at.astimezone(UTC) < begin + timedelta(seconds=slot.length_s):
                return slot.ref
    return ""
