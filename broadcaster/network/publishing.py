"""What a station publishes for one hamlet: its airings as the wire has them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from broadcaster.network import plain, wire
from broadcaster.playout import reasons
from broadcaster.playout.airing import Airing
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.house_rules import HouseRules as HouseRules
from broadcaster.timetable.slot import Priority, SlotKind

_MS = timedelta(milliseconds=1)
_MOST = 5
_MOST_AIRINGS, _MOST_EMERGENCIES, _MOST_LETTERS = 2000, 20, 500
RENEWED = wire.LIFE / 2
"""How old a version that still says the truth may grow before it is issued anew."""


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
    airings: Sequence[Mapping[str, Any]],
    rules: HouseRules,
    *,
    emergencies: Iterable[Mapping[str, str]] = (),
    silence: Iterable[tuple[str, datetime]] = (),
    audio_base: str = "",
) -> Standing:
    """`airings`: the contents of those of the hamlet that have not ended; of them, the emergencies are left
    out. `emergencies`: sealed envelopes; `silence`: stopped airings, and when; `audio_base`: where audio is
    fetched, empty: here.
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
                airing
                for airing in sorted(airings, key=lambda airing: (airing["starts_at"], airing["id"]))
                if airing["kind"] != SlotKind.EMERGENCY and airing["priority"] != Priority.EMERGENCY
            ][:_MOST_AIRINGS],
            "emergencies": list(emergencies)[:_MOST_EMERGENCIES],
            "silence": [{"id": airing_id, "at": to_ms(at)} for airing_id, at in silence][:_MOST_AIRINGS],
            "audio_base": audio_base,
        }
    )


def issued(standing: Standing, version: int, now: datetime) -> dict[str, Any]:
    """The content of one version, as it is sealed."""
    dates = {"version": version, "issued_at": to_ms(now), "expires_at": to_ms(now + wire.LIFE)}
    return {**standing.content, **dates}


def airing_content(airing: Airing, size_of: Callable[[str], int]) -> dict[str, Any]:
    """`size_of`: bytes of an audio by its hash (0: not on the disk)."""
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
        "title": airing.title[:_MOST_LETTERS],
        "starts_at": to_ms(airing.starts_at),
        "lateness_s": airing.lateness_s,
        "interrupted": airing.interrupted.value,
        "continues": airing.continues,
        "reason": _why_silent(airing)[:_MOST_LETTERS],
        "audio": audio[:_MOST],
    }


def _why_silent(airing: Airing) -> str:
    if airing.relay:
        return f"{reasons.RELAY} {airing.relay}"
    return "" if airing.has_scripts else reasons.NOTHING_QUEUED


def to_ms(instant: datetime) -> int:
    """Milliseconds since 1970; the datetime is aware."""
    return round(instant.timestamp() * 1000)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
