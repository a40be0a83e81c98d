"""What comes over the line, as the hamlet PC's own tables have it: implements PlayerSide and Outbox."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from broadcaster.audio import decode, loudness, samples
from broadcaster.clock import Clock
from broadcaster.errors import AudioError
from broadcaster.network import wire
from broadcaster.playout import reasons
from broadcaster.playout.airing import Airing, Fallback
from broadcaster.store.booking import UNMEASURED
from broadcaster.store.player_store import PlayerStore, named
from broadcaster.store.received import Alert, InForce
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.house_rules import HouseRules
from broadcaster.units import Decibels, Lufs, Milliseconds

_log = logging.getLogger(__name__)
_SOFTEST = Lufs(-70.0)
_ALL_DAY = time(23, 59, 59, 999_999)
_REPORT_BYTES = 800_000
_EVENT = ("epoch", "seq", "at", "kind", "payload", "prev_hash", "hash")


class Received:
    """`place` is the hamlet as it was at enrolment, with this PC's own output; `by` the station's name."""

    def __init__(self, store: PlayerStore, place: Hamlet, by: str, audio: Path, clock: Clock) -> None:
        self._store = store
        self._place = place
        self._by = by
        self._audio = audio
        self._clock = clock

    def version(self) -> int:
        known = self._store.in_force()
        return known.version if known else 0

    def accept(self, timetable: wire.Timetable) -> None:
        low_high = tuple(float(hz) for hz in timetable.band_hz)
        place = replace(
            self._place,
            code=timetable.label.code,
            name=timetable.label.name,
            gain_trim=Decibels(timetable.gain_trim_mb / 100),
            band_hz=(low_high[0], low_high[1]) if low_high else None,
        )
        airings = [_airing(one, place) for one in timetable.airings]
        self._measure_ahead(airings)
        self._store.take_over(
            _in_force(timetable),
            place,
            airings,
            [stopped.id for stopped in timetable.silence],
            by=self._by,
            now=self._clock.now(),
        )

    def emergency_serial(self, emergency: str) -> int:
        return self._store.emergency_serial(emergency)

    def accept_emergency(self, emergency: wire.Emergency) -> None:
        until = _instant(emergency.until_at)
        (place,) = self._store.hamlets()
        airings = [_ending_with(_airing(one, place), until) for one in emergency.airings]
        on = emergency.state == "on"
        alert = Alert(emergency.id, emergency.serial, on, emergency.by or self._by, tuple(airings))
        self._measure_ahead(airings)
        self._store.take_over_emergency(alert, self._clock.now())

    def silence(self, airings: Sequence[str]) -> None:
        if airings:
            self._store.silence(airings, by=self._by, now=self._clock.now())

    def measure(self) -> None:
        """Learn how loud the audio is that came; what is not here yet is learned about next time."""
        self._learn(self._store.unmeasured())

    def _measure_ahead(self, airings: Sequence[Airing]) -> None:
        """Before they are due: what sounds before its loudness is known sounds far too soft."""
        self._store.add_audio(airings, self._clock.now())
        names = [sha256 for one in airings for sha256 in named(one)]
        known = self._store.loudness(names)
        self._learn(dict.fromkeys(sha256 for sha256 in names if known[sha256] == UNMEASURED))

    def _learn(self, sha256s: Iterable[str]) -> None:
        for sha256 in sha256s:
            path = self._audio / sha256
            if not path.exists():
                continue
            try:
                measured = max(_SOFTEST, loudness(samples(decode(path))))
            except AudioError as error:
                _log.warning("event=unmeasured audio=%s trouble=%s", sha256, error)
                continue
            self._store.note_loudness(sha256, Lufs(min(measured, -0.01)))

    def acknowledged(self) -> tuple[int, int]:
        return self._store.acknowledged()

    def acknowledge(self, epoch: int, seq: int) -> None:
        self._store.acknowledge(epoch, seq)

    def events_after(self, epoch: int, seq: int, most: int) -> tuple[wire.WireEvent, ...]:
        events, left = [], _REPORT_BYTES
        for kept in self._store.events_after(epoch, seq, most):
            left -= len(kept["payload"].encode()) + 500
            if left < 0:
                break
            events.append(wire.WireEvent(**{name: kept[name] for name in _EVENT}, airing=kept["airing_id"]))
        return tuple(events)


def _in_force(timetable: wire.Timetable) -> InForce:
    limits = timetable.limits
    rules = HouseRules(
        tuple((_time(begin), _time(end)) for begin, end in limits.quiet),
        limits.minutes_per_day,
        Lufs(limits.loudest_lufs_x10 / 10),
    )
    return InForce(timetable.version, _instant(timetable.expires_at), rules, timetable.audio_base)


def _airing(one: wire.WireAiring, place: Hamlet) -> Airing:
    """The first audio is its own, unless something stands in for that already."""
    own = next((audio for audio in one.audio[:1] if not audio.why), None)
    relayed = one.reason.startswith(f"{reasons.RELAY} ")
    return Airing(
        id=one.id,
        edition_id=one.edition,
        slot_code=one.slot,
        kind=one.kind,
        priority=one.priority,
        title=one.title,
        hamlet=place,
        starts_at=_instant(one.starts_at),
        lateness_s=one.lateness_s,
        has_scripts=bool(one.audio) or not one.reason,
        bulletin=own.sha256 if own else "",
        file_name=own.sha256 if own else "",
        length=Milliseconds(own.length_ms if own else 0),
        voice=own.voice if own else "",
        fallbacks=tuple(
            Fallback(audio.sha256, audio.sha256, Milliseconds(audio.length_ms), audio.voice, audio.why)
            for audio in one.audio
            if audio is not own
        ),
        interrupted=one.interrupted,
        continues=one.continues,
        relay=one.reason.removeprefix(reasons.RELAY).strip() if relayed else "",
    )


def _ending_with(airing: Airing, until: datetime) -> Airing:
    """It comes too late once its emergency is over."""
    left = (until - airing.starts_at) // timedelta(seconds=1)
    return replace(airing, lateness_s=max(0, min(airing.lateness_s, left)))


def _instant(ms: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=ms)


def _time(minute: int) -> time:
    return time(minute // 60, minute % 60) if minute < 24 * 60 else _ALL_DAY
