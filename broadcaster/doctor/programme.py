"""What is to be aired: the words' readings, their approval, the audio of the coming day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from broadcaster.desk.script import ScriptState
from broadcaster.doctor.finding import Finding, Level
from broadcaster.language import _
from broadcaster.station import Station
from broadcaster.timetable.reasons import shown
from broadcaster.timetable.slot import Plays

_AHEAD = timedelta(hours=24)


def lexicon(station: Station) -> Iterator[Finding]:
    faults = station.lexicon.faults
    for fault in faults:
        yield Finding(_("Lexicon"), Level.WARNING, str(fault), _("Correct that line of lexicon.tsv"))
    if not faults:
        yield Finding(_("Lexicon"), Level.GOOD, _("every row works"))


def approval(station: Station) -> Iterator[Finding]:
    """Scripts that are named to be aired, and may not be."""
    waiting = list(station.store.waiting_unapproved())
    for slot in station.store.slots():
        named = (slot.ref,) if slot.plays is Plays.SCRIPT else slot.rotation
        scripts = (station.store.script(script_id) for script_id in named)
        waiting += [
            (slot.code, script.code) for script in scripts if script.state is not ScriptState.APPROVED
        ]
    for slot_code, script_code in waiting:
        yield Finding(
            _("Approval"),
            Level.FAULT,
            _("{script} waits for {slot}, but nobody has approved it").format(
                script=script_code, slot=slot_code
            ),
            _("broadcaster script approve {script} --by NAME, or take it out of the queue").format(
                script=script_code
            ),
        )
    if not waiting:
        yield Finding(_("Approval"), Level.GOOD, _("whatever waits to be aired is approved"))


def coming(station: Station) -> Iterator[Finding]:
    now, unready = station.clock.now(), False
    for coming in station.desk.editions.coming(now, now + _AHEAD, now):
        when = f"{coming.plan.starts_at:%d/%m %H:%M} {coming.plan.slot.code}"
        if coming.plan.slot.plays is Plays.RELAY:
            continue
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
