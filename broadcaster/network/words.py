"""The protocol's words for why a message is not obeyed."""

from __future__ import annotations

from enum import StrEnum

from broadcaster.errors import Refused


class Word(StrEnum):
    MALFORMED = "malformed"
    TOO_LARGE = "too-large"
    STALE = "stale"
    REPLAYED = "replayed"
    BAD_SIGNATURE = "bad-signature"
    UNKNOWN_DEVICE = "unknown-device"
    REVOKED = "revoked"
    WRONG_PROOF = "wrong-proof"
    CODE_ENDED = "code-ended"
    NOT_YOURS = "not-yours"
    NOT_HERE = "not-here"
    FORKED = "forked"
    TOO_MANY = "too-many"
    WRONG_KEY = "wrong-key"
    OTHER_STATION = "other-station"
    OTHER_HAMLET = "other-hamlet"
    OLD_VERSION = "old-version"
    EXPIRED = "expired"
    FROM_THE_FUTURE = "from-the-future"
    AUDIO_MISSING = "audio-missing"
    AUDIO_DAMAGED = "audio-damaged"
    DISK_FULL = "disk-full"
    CLOCK = "clock"


def refused(word: Word, detail: object = "") -> Refused:
    return Refused(word.value, str(detail)[:200])
