"""Checks everything that could stop tomorrow's 05:30, and says what to do. It changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from broadcaster.clock import Clock
from broadcaster.doctor import machine, programme, sound
from broadcaster.doctor.finding import Finding, Level
from broadcaster.errors import BroadcasterError, ConfigError
from broadcaster.language import _
from broadcaster.station import Station
from broadcaster.station.store import DATABASE
from broadcaster.store.migrate import stale_revision
from broadcaster.timetable.hamlet import PLAYER

__all__ = ["Finding", "Level", "examine"]


def examine(folder: Path, clock: Clock | None = None) -> Iterator[Finding]:
    """Every check of the station in `folder` (StationError: there is none), in the order of the journey; a
    check that breaks is itself a fault. What would change the station if it went on (an old database) ends
    the examination."""
    if not machine.has_zone_data():
        yield Finding(
            _("Time zones"),
            Level.FAULT,
            _("this computer has no time zone data"),
            _("Install it: pip install tzdata"),
        )
        return
    try:
        station = Station(folder, clock)
    except ConfigError as error:
        yield Finding(_("Settings"), Level.FAULT, f"{error.what}: {error.item}", error.todo)
        return
    with station:
        if older := stale_revision(station.folder / DATABASE):
            yield machine.stale(older, station.folder)
        else:
            yield from _checked(station)


def _checked(station: Station) -> Iterator[Finding]:
    checks: tuple[tuple[str, Callable[[Station], Iterator[Finding]]], ...] = (
        (_("Clock"), machine.clock),
        (_("Disk"), machine.disk),
        (_("Database"), machine.database),
        (_("Lexicon"), programme.lexicon),
        (_("Voices"), sound.voices),
        (_("Jingles"), sound.jingles),
        (_("Siren"), sound.siren),
        (_("Outputs"), sound.outputs),
        (_("Hamlet PCs"), _hamlet_pcs),
        (_("Approval"), programme.approval),
        (_("Coming day"), programme.coming),
        (_("Alarms"), machine.alarms),
        (_("Daemon"), machine.daemon),
    )
    for subject, check in checks:
        try:
            yield from check(station)
        except BroadcasterError as error:
            yield Finding(subject, Level.FAULT, str(error))


def _hamlet_pcs(station: Station) -> Iterator[Finding]:
    """Nothing where no hamlet has a computer of its own."""
    here = all(hamlet.output != PLAYER for hamlet in station.store.hamlets())
    if here and station.settings.network.listen is None:
        return
    from broadcaster.doctor.hamlet_pcs import hamlet_pcs  # what most stations do without

    yield from hamlet_pcs(station)
