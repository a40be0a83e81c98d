"""The ladder of an edition: what sounds when its bulletin cannot."""

from __future__ import annotations

from enum import StrEnum

from broadcaster.language import _


class Rung(StrEnum):
    """Best first; below the last one there is silence, which is logged and raises an alarm."""

    VOICE = "offline voice"
    """The same scripts by a voice that needs no network."""
    LAST = "last edition"
    """What the slot played last and may still play: every script approved, none expired."""
    SLOGAN = "slogan"


def shown(rung: str) -> str:
    """`rung` in the language in use."""
    words = {
        Rung.VOICE: _("the same by the offline voice"),
        Rung.LAST: _("the last edition"),
        Rung.SLOGAN: _("a slogan"),
    }
    return next((word for known, word in words.items() if known == rung), rung)
