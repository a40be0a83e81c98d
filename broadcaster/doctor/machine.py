"""The computer and the station's own house: clock, disk, database, alarms, daemon."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from broadcaster import lock
from broadcaster.alarms.alarm import Delivery
from broadcaster.config import Station as StationSettings
from broadcaster.doctor.finding import Finding, Level
from broadcaster.language import _
from broadcaster.playout.clock_gate import PROGRAM_MADE, ntp_synchronised
from broadcaster.station import Station

_CLOCKS_APART = timedelta(minutes=1)
_MEGABYTE = 1_000_000


def has_zone_data() -> bool:
    try:
        ZoneInfo.no_cache(StationSettings().timezone)
    except (KeyError, ValueError, OSError):
        return False
    return True


def stale(revision: str, folder: Path) -> Finding:
    running = lock.held(folder)
    first = _("Stop the daemon, which is of an older program; then any command brings the database up")
    return Finding(
        _("Database"),
        Level.FAULT,
        _("it is of an older version ({revision}) than this program").format(revision=revision),
        first if running else _("Run: broadcaster hamlet list. It is brought up, after a copy into backups/"),
    )


def clock(station: Station) -> Iterator[Finding]:
    subject, now = _("Clock"), station.clock.now()
    newest = station.store.newest_record()
    if now < PROGRAM_MADE or (newest is not None and now + _CLOCKS_APART < newest):
        yield Finding(
            subject,
            Level.FAULT,
            _("the clock shows {now}, which is past").format(now=now.date()),
            _("Set the clock, and change the battery on the mainboard"),
        )
    elif not ntp_synchronised():
        yield Finding(
            subject,
            Level.WARNING,
            _("no sign that the clock is kept by the network; it shows {now}").format(
                now=f"{now.astimezone(station.settings.station.zone):%d/%m/%Y %H:%M:%S}"
            ),
            _("Compare it with a telephone, and turn automatic time on"),
        )
    else:
        yield Finding(subject, Level.GOOD, _("kept by the network"))


def disk(station: Station) -> Iterator[Finding]:
    free = shutil.disk_usage(station.folder).free // _MEGABYTE
    good = free >= station.settings.storage.least_free_mb
    yield Finding(
        _("Disk"),
        Level.GOOD if good else Level.FAULT,
        _("{n} MB free").format(n=free),
        "" if good else _("Make room, or lower [storage] audio_mb"),
    )


def database(station: Station) -> Iterator[Finding]:
    store = station.store
    faults = store.check()
    faults += tuple(
        _("as-run log of {device} is broken at event {seq}").format(device=chain.device, seq=chain.broken_at)
        for chain in store.verify_as_run()
        if chain.broken_at is not None
    )
    if unlogged := store.unlogged():
        faults += (_("the as-run log lacks the ends of {n} airings").format(n=len(unlogged)),)
    for fault in faults:
        yield Finding(
            _("Database"),
            Level.FAULT,
            fault,
            _("Keep a copy of the file; then restore the newest of backups/"),
        )
    if not faults:
        yield Finding(_("Database"), Level.GOOD, _("whole, as-run log unbroken"))


def alarms(station: Station) -> Iterator[Finding]:
    subject, channels = _("Alarms"), station.bell.channels
    if not channels:
        yield Finding(
            subject,
            Level.WARNING,
            _("nobody is told when something goes wrong"),
            _("Set [alarms] up, then: broadcaster alarms test"),
        )
        return
    newest = next((one for one in station.store.alarms(50) if one.state is not Delivery.NOTED), None)
    stuck = newest is not None and bool(newest.trouble)
    yield Finding(
        subject,
        Level.WARNING if stuck else Level.GOOD,
        newest.trouble if newest and stuck else _("sent by {ways}").format(ways=", ".join(channels)),
        _("See: broadcaster alarms list") if stuck else "",
    )


def daemon(station: Station) -> Iterator[Finding]:
    duties = station.store.on_duty(station.clock.now())
    if len(duties) > 1:
        yield Finding(
            _("Daemon"),
            Level.FAULT,
            _("{n} daemons run this station: {where}").format(
                n=len(duties), where=", ".join(duty.where for duty in duties)
            ),
            _("Stop all but one"),
        )
        return
    runs = lock.held(station.folder)
    yield Finding(
        _("Daemon"),
        Level.GOOD if runs else Level.WARNING,
        _("running") if runs else _("not running: nothing will sound"),
        "" if runs else _("Start it: broadcaster daemon, or with the computer: broadcaster daemon install"),
    )
