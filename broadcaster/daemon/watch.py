"""What the daemon looks after beside playing, so that the operator hears of it before the village does."""

from __future__ import annotations

import logging
import os
import platform
import shutil
import uuid
from datetime import UTC, datetime, timedelta

from broadcaster.alarms import web
from broadcaster.alarms.alarm import Kind
from broadcaster.desk.coming import Coming
from broadcaster.desk.editions import FIX_AHEAD
from broadcaster.language import _
from broadcaster.station import Station
from broadcaster.store.duty import Duty
from broadcaster.timetable.reasons import shown
from broadcaster.timetable.slot import Plays

_log = logging.getLogger(__name__)

_UNCLAIMED = timedelta(minutes=1)
_CALM = timedelta(minutes=5)
_DAY = timedelta(hours=23)
_MEGABYTE = 1_000_000
_ALARMS_KEPT = timedelta(days=90)


class Watch:
    def __init__(self, station: Station) -> None:
        self._station = station
        self._bell = station.bell
        self._checked = datetime.fromtimestamp(0, UTC)
        self._duty = Duty(uuid.uuid4().hex, platform.node(), os.getpid(), str(station.folder))

    def begin(self) -> None:
        """This daemon is on duty; what ended since the last one filed its alarms is told."""
        self._station.store.sign_on(self._duty, self._station.clock.now())
        self._bell.file()

    def end(self) -> None:
        self._bell.file()
        self._station.store.sign_off(self._duty)

    def sign(self) -> None:
        """Once a minute: this daemon runs, and should be the only one."""
        store, now = self._station.store, self._station.clock.now()
        store.sign(self._duty, now)
        for other in store.on_duty(now):
            if other.run != self._duty.run:
                words = _("A second daemon runs this station, everything may sound twice: {where}")
                self._bell.ring(Kind.DAEMON, other.where, words.format(where=other.where))

    def look(self) -> None:
        """Once a minute: the disk, and the sound of what airs next."""
        self._disk()
        self._next_audio()

    def records(self) -> None:
        """Once a day, when nothing is about to sound: whether the database is whole and its log unbroken."""
        store, now = self._station.store, self._station.clock.now()
        due = store.next_due()
        if abs(now - self._checked) < _DAY or (due is not None and due - now < _CALM):
            return
        self._checked = now
        faults = [*store.check(), *store.unlogged()]
        faults += [chain.device for chain in store.verify_as_run() if chain.broken_at is not None]
        if faults:
            words = _("The station's records are damaged: {fault}. See: broadcaster doctor")
            self._bell.ring(Kind.RECORDS, "", words.format(fault=faults[0]))
        store.forget_alarms(now - _ALARMS_KEPT)

    def beat(self) -> None:
        """Tell whoever waits for it that the station plays; silent when something due lies unclaimed.

        AlarmError: it could not be told.
        """
        due = self._station.store.next_due()
        if due is not None and due < self._station.clock.now() - _UNCLAIMED:
            _log.error("event=no-heartbeat due=%s", due.isoformat())
            return
        web.beat(self._station.settings.alarms, self._station.folder)

    def _disk(self) -> None:
        free = shutil.disk_usage(self._station.folder).free // _MEGABYTE
        if free < self._station.settings.storage.least_free_mb:
            self._bell.ring(Kind.DISK, "", _("Only {n} MB are free on the station's disk").format(n=free))

    def _next_audio(self) -> None:
        """Editions of the next half hour that nothing can sound for."""
        now, editions = self._station.clock.now(), self._station.desk.editions
        for coming in editions.coming(now, now + FIX_AHEAD, now):
            if coming.plan.slot.plays is Plays.RELAY or coming.stored.fallbacks:
                continue
            if editions.ready(coming) is None:
                self._bell.ring(Kind.NO_AUDIO, coming.plan.slot.code, _silent(coming))


def _silent(coming: Coming) -> str:
    why = shown(coming.plan.reason) if coming.plan.reason else _("its audio is not made yet")
    return _("{when} {slot} will be silent: {why}").format(
        when=f"{coming.plan.starts_at:%d/%m %H:%M}", slot=coming.plan.slot.name, why=why
    )
