"""What stands in the timetables of hamlet PCs now, from the store; sealed and numbered where it is news."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from broadcaster.desk.emergency import Emergency, EmergencyState
from broadcaster.network import plain, wire
from broadcaster.network.envelope import Kind, seal
from broadcaster.network.publishing import RENEWED, Standing, airing_content, issued, standing, to_ms
from broadcaster.network.station_keys import StationKeys
from broadcaster.playout.airing import Airing
from broadcaster.store import Store
from broadcaster.store.distant import Booked, HandedOver
from broadcaster.store.issued import IssuedTimetable, SealedEmergency
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.house_rules import house_rules
from broadcaster.timetable.policy import Policy
from broadcaster.timetable.slot import SlotKind
from broadcaster.units import Lufs

_log = logging.getLogger(__name__)
_DAY = timedelta(days=1)
_AT_ONCE = 50
_MOST_LETTERS, _MOST_ROUNDS = 500, 500
_EARLY = timedelta(milliseconds=wire.EARLY_MS)
_LARGEST_TOLD = 2**52
"""A device that tells of a larger version is not believed."""


@dataclass(frozen=True)
class House:
    """What is the same in all timetables of a station."""

    keys: StationKeys
    audio_out: Path
    policy: Policy
    loudest: Lufs
    audio_base: str


@dataclass(frozen=True)
class Receiver:
    """The PC of a hamlet."""

    enrolled_at: datetime
    """What began before is not for it to play, nor to tell."""
    version: int
    """Which it says it has; 0: it has said nothing."""


class Issuing:
    """One look at the store."""

    def __init__(self, store: Store, house: House, receivers: Mapping[str, Receiver], now: datetime) -> None:
        """`receivers`: by hamlet's id."""
        self._store = store
        self._house = house
        self._receivers = receivers
        self._now = now
        self._since = (now.astimezone(UTC) - _DAY).replace(hour=0, minute=0, second=0, microsecond=0)
        """From a midnight on, so that what has passed leaves a timetable once a day, not one by one."""
        self._handed = store.handed_over(self._since)
        self._sizes = _Sizes(self._handed, house.audio_out)
        self._contents = dict[str, dict[str, Any]]()
        self._stopped = store.stopped_elsewhere(self._since)
        self._emergencies = [one for one in store.emergencies() if one.until > now - _DAY]
        self._sealed = store.sealed_emergencies() if self._emergencies else {}
        self._newly_sealed = list[SealedEmergency]()
        self._floor = store.number_floor()

    def issue(self) -> Iterator[tuple[str, int]]:
        """(hamlet's id, version) of each that is new."""
        last, batch = self._store.issued(), list[IssuedTimetable]()
        for hamlet, active in self._store.distant_hamlets():
            found, before = self._standing(hamlet, active), last.get(hamlet.id)
            receiver = self._receivers.get(hamlet.id)
            known = receiver.version if receiver and receiver.version < _LARGEST_TOLD else 0
            if not self._is_news(found, active, before, known):
                continue
            version = max(before.version if before else 0, self._floor, known) + 1
            batch.append(self._timetable(hamlet, found, version))
            if len(batch) == _AT_ONCE:
                yield from self._keep(batch)
                batch = []
        yield from self._keep(batch)

    def _is_news(self, found: Standing, active: bool, before: IssuedTimetable | None, told: int) -> bool:
        if before is None or found.sha256 != before.sha256:
            return True
        if before.version <= self._floor or before.version < told:
            return True
        return active and not -_EARLY < self._now - before.issued_at < RENEWED

    def _keep(self, batch: Sequence[IssuedTimetable]) -> list[tuple[str, int]]:
        if not batch and not self._newly_sealed:
            return []
        kept = self._store.issue(batch, self._newly_sealed)
        self._newly_sealed.clear()
        return [(one.hamlet_id, one.version) for one in kept]

    def _timetable(self, hamlet: Hamlet, found: Standing, version: int) -> IssuedTimetable:
        content = issued(found, version, self._now)
        body = plain.text(seal(Kind.TIMETABLE, content, self._house.keys.timetable))
        return IssuedTimetable(hamlet.id, version, found.sha256, self._now, body)

    def _standing(self, hamlet: Hamlet, active: bool) -> Standing:
        booked = self._booked(hamlet) if active else []
        return standing(
            self._store.station_id,
            hamlet,
            [self._content(one) for one in booked if self._shape(one).kind is not SlotKind.EMERGENCY],
            house_rules(self._house.policy, hamlet, self._house.loudest),
            emergencies=self._urgent(hamlet, booked) if active else (),
            silence=sorted(self._stopped.get(hamlet.id, {}).items()) if active else (),
            audio_base=self._house.audio_base,
        )

    def _booked(self, hamlet: Hamlet) -> list[Booked]:
        receiver, every = self._receivers.get(hamlet.id), self._handed.airings.get(hamlet.id, ())
        since = receiver.enrolled_at if receiver else self._since
        return [one for one in every if self._shape(one).starts_at >= since]

    def _shape(self, booked: Booked) -> Airing:
        return self._handed.editions[booked.edition_id]

    def _content(self, booked: Booked) -> dict[str, Any]:
        content = self._contents.get(booked.edition_id)
        if content is None:
            content = self._contents[booked.edition_id] = airing_content(self._shape(booked), self._sizes.of)
        return content | {"id": booked.id, "continues": booked.continues}

    def _urgent(self, hamlet: Hamlet, booked: Sequence[Booked]) -> list[dict[str, Any]]:
        """The emergencies of the hamlet, newest first."""
        found = list[dict[str, Any]]()
        for emergency in self._emergencies:
            before = self._sealed.get((emergency.id, hamlet.id))
            on = emergency.state in (EmergencyState.ON, EmergencyState.EXPIRED)
            if hamlet.id not in emergency.slot.hamlets or (before is None and not on):
                continue
            its = [one for one in booked if self._shape(one).slot_code == emergency.code]
            airings = [self._content(one) for one in its] if on else []
            sealed = self._emergency(emergency, hamlet, airings, before)
            if sealed is not None:
                found.append(json.loads(sealed.body))
        return found

    def _emergency(
        self,
        emergency: Emergency,
        hamlet: Hamlet,
        airings: list[dict[str, Any]],
        before: SealedEmergency | None,
    ) -> SealedEmergency | None:
        """As it was sealed before, if it still says the same, or the key is not here."""
        content = _emergency_content(self._store.station_id, emergency, hamlet, airings)
        sha256 = hashlib.sha256(plain.text(content).encode()).hexdigest()
        if before and before.sha256 == sha256 and before.serial > self._floor:
            return before
        key = self._house.keys.emergency
        if key is None:
            _log.warning("event=emergency_not_sealed id=%s hamlet=%s", emergency.id, hamlet.code)
            return before
        serial = max(before.serial if before else 0, self._floor) + 1
        content |= {"serial": serial, "issued_at": to_ms(self._now)}
        body = plain.text(seal(Kind.EMERGENCY, content, key))
        new = SealedEmergency(emergency.id, hamlet.id, serial, sha256, body)
        self._newly_sealed.append(new)
        return new


def _emergency_content(
    station: str, emergency: Emergency, hamlet: Hamlet, airings: list[dict[str, Any]]
) -> dict[str, Any]:
    on = emergency.state in (EmergencyState.ON, EmergencyState.EXPIRED)
    return {
        "station": station,
        "id": emergency.id,
        "state": "on" if on else "cancelled",
        "until_at": to_ms(emergency.until),
        "hamlets": [hamlet.id],
        "by": (emergency.changed_by or emergency.by)[:_MOST_LETTERS],
        "reason": emergency.reason[:_MOST_LETTERS],
        "drill": emergency.drill,
        "airings": airings[-_MOST_ROUNDS:],
    }


class _Sizes:
    """How large each audio is, looked up once."""

    def __init__(self, handed: HandedOver, audio_out: Path) -> None:
        self._audio_out = audio_out
        self._files = dict[str, str]()
        for shape in handed.editions.values():
            self._files[shape.bulletin] = shape.file_name
            self._files |= {spare.bulletin: spare.file_name for spare in shape.fallbacks}
        self._known = dict[str, int]()

    def of(self, sha256: str) -> int:
        """Bytes; 0: it is not on the disk."""
        if sha256 not in self._known:
            try:
                size = (self._audio_out / self._files[sha256]).stat().st_size
            except OSError:
                size = 0
            self._known[sha256] = size if size <= wire.AUDIO_BYTES else 0
        return self._known[sha256]
