"""Why something does not play. Kept as fixed words in the forecast and the as-run log; `shown` translates."""

from __future__ import annotations

from broadcaster.language import _

NOTHING_QUEUED = "nothing queued"
NOTHING_TO_REPEAT = "nothing to repeat"
EXPIRED = "expired"
TOO_EARLY = "before its first day"
NOT_APPROVED = "not approved"
QUIET_HOURS = "quiet hours"
MINUTES_PER_DAY = "minutes per day"
OUTSIDE_HOURS = "outside the allowed hours"
REPEATS_PER_DAY = "repeats per day"
RELAY = "relay"
SKIPPED_DAY = "skipped on this day"
PROFILE = "day profile"
REPLACED = "replaced by"
TOO_LONG = "longer than its slot"


def shown(reason: str) -> str:
    """`reason` in the language in use; figures after the known words are kept as they are."""
    words = {
        NOTHING_QUEUED: _("nothing queued"),
        NOTHING_TO_REPEAT: _("nothing to repeat"),
        EXPIRED: _("expired"),
        TOO_EARLY: _("before its first day"),
        NOT_APPROVED: _("not approved"),
        QUIET_HOURS: _("quiet hours"),
        MINUTES_PER_DAY: _("minutes per day"),
        OUTSIDE_HOURS: _("outside the allowed hours"),
        REPEATS_PER_DAY: _("repeats per day"),
        RELAY: _("relay"),
        SKIPPED_DAY: _("skipped on this day"),
        PROFILE: _("day profile"),
        REPLACED: _("replaced by"),
        TOO_LONG: _("longer than its slot"),
    }
    for known, translated in words.items():
        if reason.startswith(known):
            return translated + reason.removeprefix(known)
    return reason
