"""What a station publishes for one hamlet: its airings as the wire has them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from broadcaster.network import plain, wire
from broadcaster.playout.airing import Airing
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.slot import Priority, SlotKind
from broadcaster.units import Lufs

_MS = timedelta(milliseconds=1)
_MOST = 5
RENEWED = wire.LIFE / 2
"""How old a version that still says the truth may grow before it is issued anew."""


@dataclass(frozen=True)
class HouseRules:
    """What a hamlet PC keeps to whatever its airings say."""

    quiet: tuple[tuple[time, time], ...]
    minutes_per_day: int
    loudest: Lufs


@dataclass(frozen=True)
class Standing:
    """What stands in a timetable, apart from its number and its date."""

    content: Mapping[str, Any]

    @property
    def sha256(self) -> str:
        """Two that are equal say the same."""
        return hashlib.sha256(plain.text(self.content).encode()).hexdigest()


def standing(
    station: str,
    hamlet: Hamlet,
    airings: Sequence[Airing],
    rules: HouseRules,
    size_of: Callable[[str], int],
    emergencies: Iterable[Mapping[str, str]] = (),
    silence: Iterable[tuple[str, datetime]] = (),
) -> Standing:
    """`airings`: those of the hamlet that have not ended, routine and priority; `size_of`: bytes of an audio
    by its hash (0: not on the disk); `emergencies`: sealed envelopes; `silence`: stopped airings, and when.
    """
    return Standing(
        {
            "protocol": 1,
            "station": station,
            "hamlet": hamlet.id,
            "limits": {
                "quiet": [[_minute(begin), _minute(end)] for begin, end in rules.quiet],
                "minutes_per_day": rules.minutes_per_day,
                "loudest_lufs_x10": round(rules.loudest * 10),
            },
            "label": {"code": hamlet.code, "name": hamlet.name},
            "gain_trim_mb": round(hamlet.gain_trim * 100),
            "band_hz": [round(hz) for hz in hamlet.band_hz or ()],
            "airings": [
                airing_content(airing, size_of)
                for airing in sorted(airings, key=lambda airing: (airing.starts_at, airing.id))
                if airing.kind is not SlotKind.EMERGENCY and airing.priority is not Priority.EMERGENCY
            ],
            "emergencies": list(emergencies),
            "silence": [{"id": airing_id, "at": to_ms(at)} for airing_id, at in silence],
        }
    )


def issued(standing: Standing, version: int, now: datetime) -> dict[str, Any]:
    """The content of one version, as it is sealed."""
    dates = {"version": version, "issued_at": to_ms(now), "expires_at": to_ms(now + wire.LIFE)}
    return {**standing.content, **dates}


def airing_content(airing: Airing, size_of: Callable[[str], int]) -> dict[str, Any]:
    ladder = [
        (airing.bulletin, airing.length, airing.voice, ""),
        *((spare.bulletin, spare.length, spare.voice, spare.why) for spare in airing.fallbacks),
    ]
    audio = [
        {"sha256": sha256, "bytes": size_of(sha256), "length_ms": length, "voice": voice, "why": why}
        for sha256, length, voice, why in ladder
        if sha256 and size_of(sha256)
    ]
    return {
        "id": airing.id,
        "edition": airing.edition_id,
        "slot": airing.slot_code,
        "kind": airing.kind.value,
        "priority": airing.priority.value,
        "title": airing.title,
        "starts_at": to_ms(airing.starts_at),
        "lateness_s": airing.lateness_s,
        "interrupted": airing.interrupted.value,
        "continues": airing.continues,
        "reason": "" if airing.has_scripts else "nothing queued",
        "audio": audio[:_MOST],
    }


def to_ms(instant: datetime) -> int:
    """Milliseconds since 1970; the datetime is aware."""
    return round(instant.timestamp() * 1000)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
