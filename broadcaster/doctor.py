"""Checks everything that could stop tomorrow's 05:30, and says what to do."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from broadcaster import lock
from broadcaster.errors import BroadcasterError
from broadcaster.language import _
from broadcaster.playout.clock_gate import ntp_synchronised
from broadcaster.playout.outputs.opening import SOUNDCARD, split
from broadcaster.playout.outputs.probe import sound_cards
from broadcaster.production.material import load_jingle
from broadcaster.station import Station
from broadcaster.timetable.reasons import shown

_LEAST_FREE_BYTES = 500_000_000
_PROGRAM_MADE = datetime(2026, 11, 1, tzinfo=UTC)
"""No true clock shows less."""
_AHEAD = timedelta(hours=24)


class Level(StrEnum):
    GOOD = "good"
    WARNING = "warning"
    """Tomorrow's 05:30 will sound, but a person should look."""
    FAULT = "fault"


@dataclass(frozen=True)
class Finding:
    subject: str
    level: Level
    what: str
    todo: str = ""


def examine(station: Station) -> Iterator[Finding]:
    """Every check, in the order of the journey; a check that breaks is itself a fault."""
    checks: tuple[tuple[str, Callable[[Station], Iterator[Finding]]], ...] = (
        (_("Clock"), _clock),
        (_("Disk"), _disk),
        (_("Database"), _database),
        (_("Lexicon"), _lexicon),
        (_("Voices"), _voices),
        (_("Jingles"), _jingles),
        (_("Outputs"), _outputs),
        (_("Coming day"), _coming),
        (_("Daemon"), _daemon),
    )
    for subject, check in checks:
        try:
            yield from check(station)
        except BroadcasterError as error:
            yield Finding(subject, Level.FAULT, str(error))


def _clock(station: Station) -> Iterator[Finding]:
    subject, now = _("Clock"), station.clock.now()
    if now < _PROGRAM_MADE:
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


def _disk(station: Station) -> Iterator[Finding]:
    free = shutil.disk_usage(station.folder).free
    good = free >= _LEAST_FREE_BYTES
    yield Finding(
        _("Disk"),
        Level.GOOD if good else Level.FAULT,
        _("{n} MB free").format(n=free // 1_000_000),
        "" if good else _("Make room, or lower [storage] audio_mb"),
    )


def _database(station: Station) -> Iterator[Finding]:
    faults = station.store.check()
    faults += tuple(
        _("as-run log of {device} is broken at event {seq}").format(device=chain.device, seq=chain.broken_at)
        for chain in station.store.verify_as_run()
        if chain.broken_at is not None
    )
    for fault in faults:
        yield Finding(
            _("Database"), Level.FAULT, fault, _("Keep the file, and put back a copy from backups/")
        )
    if not faults:
        yield Finding(_("Database"), Level.GOOD, _("whole, as-run log unbroken"))


def _lexicon(station: Station) -> Iterator[Finding]:
    faults = station.lexicon.faults
    for fault in faults:
        yield Finding(_("Lexicon"), Level.WARNING, str(fault), _("Correct that line of lexicon.tsv"))
    if not faults:
        yield Finding(_("Lexicon"), Level.GOOD, _("every row works"))


def _voices(station: Station) -> Iterator[Finding]:
    statuses = station.speaker.statuses()
    subject = _("Voices")
    for status in statuses:
        level = Level.GOOD if status.works else Level.WARNING
        yield Finding(f"{subject}: {status.name}", level, status.why or _("works"))
    if not any(status.works for status in statuses):
        yield Finding(_("Voices"), Level.FAULT, _("no voice works"), _("Install broadcaster again"))


def _jingles(station: Station) -> Iterator[Finding]:
    made, faulty = station.settings.production, False
    for name in ("chime", "opening", "separator", "closing"):
        try:
            load_jingle(station.folder / getattr(made, name))
        except BroadcasterError as error:
            faulty = True
            yield Finding(_("Jingles"), Level.FAULT, f"{error.what}: {error.item}", error.todo)
    if not faulty:
        yield Finding(_("Jingles"), Level.GOOD, _("all four can be played"))


def _outputs(station: Station) -> Iterator[Finding]:
    hamlets = station.store.hamlets()
    if not hamlets:
        yield Finding(
            _("Outputs"), Level.FAULT, _("there is no hamlet"), _("Add one with: broadcaster hamlet add")
        )
    wanting = [hamlet.code for hamlet in hamlets if split(hamlet.output)[0] == SOUNDCARD]
    if wanting and not sound_cards():
        yield Finding(
            _("Outputs"),
            Level.FAULT,
            _("no sound card for {hamlets}").format(hamlets=", ".join(wanting)),
            _("Plug it in; until then their sound is only written to files"),
        )
    elif hamlets:
        files = len(hamlets) - len(wanting)
        words = _("{cards} hamlets on a sound card, {files} on files").format(cards=len(wanting), files=files)
        yield Finding(_("Outputs"), Level.GOOD, words)


def _coming(station: Station) -> Iterator[Finding]:
    now, unready = station.clock.now(), False
    for coming in station.desk.editions.coming(now, now + _AHEAD, now):
        when = f"{coming.plan.starts_at:%d/%m %H:%M} {coming.plan.slot.code}"
        if coming.plan.reason:
            unready = True
            yield Finding(
                when,
                Level.WARNING,
                shown(coming.plan.reason),
                _("Put a script into its queue: broadcaster queue add"),
            )
        elif station.desk.editions.ready(coming) is None:
            unready = True
            yield Finding(
                when,
                Level.FAULT,
                _("its audio is not made yet"),
                _("Run: broadcaster render (a running daemon does it by itself)"),
            )
    if not unready:
        yield Finding(_("Coming day"), Level.GOOD, _("every edition has its audio"))


def _daemon(station: Station) -> Iterator[Finding]:
    runs = lock.held(station.folder)
    yield Finding(
        _("Daemon"),
        Level.GOOD if runs else Level.WARNING,
        _("running") if runs else _("not running: nothing will sound"),
        "" if runs else _("Start it: broadcaster daemon, or with the computer: broadcaster daemon install"),
    )
