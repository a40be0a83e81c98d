"""Why an airing was not simply `aired`. Kept as fixed words in the as-run log; `shown` translates.

Several are joined by "; "; figures and names follow the known words.
"""

from __future__ import annotations

from broadcaster.language import _
from broadcaster.timetable import reasons as timetable
from broadcaster.timetable import rung

NOTHING_QUEUED = timetable.NOTHING_QUEUED
NO_AUDIO = "no audio ready"
NO_SOUND = "no sound"
NOT_HEARD = "not heard by the microphone"
AMPLIFIER = "amplifier hook failed"
FALLBACK = "fallback"
"""The Rung that sounded follows."""
EXPIRED = timetable.EXPIRED
RELAY = timetable.RELAY
AUDIO_LOST = "audio file missing"
AUDIO_DAMAGED = "audio file damaged"
CLOCK = "clock not to be trusted"
TOO_LATE = "too late by"
TOO_LITTLE_LEFT = "too little was left"
JOINED_LATE = "joined late by"
BEGAN_LATE = "began late by"
INTERRUPTED = "interrupted"
STOPPED = "stopped by"
EMERGENCY = "emergency"
CALLED_OFF = "called off by"
NEXT_NEAR = "the next airing was near"
NOT_RESUMED = "not gone on with"
BEGUN_AGAIN = "begun again"
STATION_STOPPED = "station stopped"
OUTPUT = "output"
LEDGER = "ledger"
NO_CARD = "no sound card, written to a file"
RESTORED = "restored from a backup, it may have sounded"
NOT_REPORTED = "not reported yet"
OUTDATED = "the timetable is too old"


def joined(*parts: str) -> str:
    """One reason out of several; empty ones and repeats are left out."""
    return "; ".join(dict.fromkeys(filter(None, parts)))


def seconds(known: str, length: float) -> str:
    """ "interrupted 12.4 s"."""
    return f"{known} {length:.1f} s"


def shown(reason: str) -> str:
    """`reason` in the language in use; figures and names are kept as they are."""
    return "; ".join(map(_shown, reason.split("; ")))


def _shown(reason: str) -> str:
    known, _colon, rest = reason.partition(": ")
    if known == FALLBACK:
        return _("instead sounded {what}").format(what=rung.shown(rest))
    words = {
        NO_AUDIO: _("no audio ready"),
        NO_SOUND: _("no sound"),
        NOT_HEARD: _("not heard by the microphone"),
        AMPLIFIER: _("amplifier hook failed"),
        AUDIO_LOST: _("audio file missing"),
        AUDIO_DAMAGED: _("audio file damaged"),
        CLOCK: _("clock not to be trusted"),
        TOO_LATE: _("too late by"),
        TOO_LITTLE_LEFT: _("too little was left"),
        JOINED_LATE: _("joined late by"),
        BEGAN_LATE: _("began late by"),
        INTERRUPTED: _("interrupted"),
        STOPPED: _("stopped by"),
        EMERGENCY: _("emergency"),
        CALLED_OFF: _("called off by"),
        NEXT_NEAR: _("the next airing was near"),
        NOT_RESUMED: _("not gone on with"),
        BEGUN_AGAIN: _("begun again"),
        STATION_STOPPED: _("station stopped"),
        OUTPUT: _("output"),
        LEDGER: _("ledger"),
        NO_CARD: _("no sound card, written to a file"),
        RESTORED: _("restored from a backup, it may have sounded"),
        NOT_REPORTED: _("not reported yet"),
        OUTDATED: _("the timetable is too old"),
    }
    for known, translated in words.items():
        if reason.startswith(known):
            return translated + reason.removeprefix(known)
    return timetable.shown(reason)
