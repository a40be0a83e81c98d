"""Why an airing was not simply `aired`. Kept as fixed words in the as-run log; `shown` translates.

Several are joined by "; "; figures and names follow the known words.
"""

from __future__ import annotations

from broadcaster.language import _
from broadcaster.timetable import reasons as timetable

NOTHING_QUEUED = timetable.NOTHING_QUEUED
NO_AUDIO = "no audio ready"
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
STATION_STOPPED = "station stopped"
OUTPUT = "output"
LEDGER = "ledger"
NO_CARD = "no sound card, written to a file"


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
    words = {
        NO_AUDIO: _("no audio ready"),
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
        STATION_STOPPED: _("station stopped"),
        OUTPUT: _("output"),
        LEDGER: _("ledger"),
        NO_CARD: _("no sound card, written to a file"),
    }
    for known, translated in words.items():
        if reason.startswith(known):
            return translated + reason.removeprefix(known)
    return timetable.shown(reason)
