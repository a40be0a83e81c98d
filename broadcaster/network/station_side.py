"""The station as hamlet PCs meet it, over its store and its keys."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from broadcaster.errors import NotFound, Refused
from broadcaster.network import plain, wire
from broadcaster.network.device_state import DeviceState
from broadcaster.network.enrolment_code import EnrolmentCode
from broadcaster.network.issuing import House, Issuing, Receiver
from broadcaster.network.keys import PublicKey
from broadcaster.network.ports import Published
from broadcaster.network.station_keys import StationKeys
from broadcaster.network.words import Word, refused
from broadcaster.store import Store
from broadcaster.store.devices import Device
from broadcaster.store.issued import IssuedTimetable
from broadcaster.store.told import Verdict
from broadcaster.timetable.hamlet import PLAYER, Hamlet
from broadcaster.timetable.policy import Policy
from broadcaster.units import Lufs

CODE_LIFE = timedelta(minutes=15)
_LOOK_AGAIN = timedelta(minutes=30)
"""Time alone changes what stands in a timetable: what has passed, versions that grow old."""
_REFUSED = {
    Verdict.FORKED: Word.FORKED,
    Verdict.FALSE: Word.MALFORMED,
    Verdict.UNKNOWN: Word.REVOKED,
}


class StoreStation:
    """Implements ports.StationSide. Threads may share it; processes share the store."""

    def __init__(
        self,
        store: Store,
        *,
        keys: StationKeys,
        audio_out: Path,
        name: str,
        zone: ZoneInfo,
        policy: Policy,
        loudest: Lufs,
        audio_base: str = "",
    ) -> None:
        """`name`: "xã Tân Hưng"; `policy`, `loudest`: what hamlet PCs keep to; `audio_base`: where they fetch
        audio, empty: here."""
        self.keys = keys
        self._store = store
        self._house = House(keys, audio_out, policy, loudest, audio_base)
        self._name = name
        self._zone = zone
        self._publishing = threading.Lock()
        self._looked: tuple[int, datetime] | None = None

    def publish(self, now: datetime) -> tuple[tuple[str, int], ...]:
        """A new version for each hamlet whose timetable has changed or is old; (hamlet's id, version).

        Cheap while nobody changes anything. StoreError.
        """
        with self._publishing:
            version = self._store.version()
            if self._looked and self._looked[0] == version and now - self._looked[1] < _LOOK_AGAIN:
                return ()
            new = self._publish(now)
            self._looked = version, now
            return new

    def _publish(self, now: datetime) -> tuple[tuple[str, int], ...]:
        self._store.note_unheard(now)
        receivers = {
            device.hamlet_id: Receiver(device.enrolled_at, status.version if status else 0)
            for device in self._store.devices()
            if device.revoked_at is None
            for status in (_status(device),)
        }
        return tuple(Issuing(self._store, self._house, receivers, now).issue())

    def open_enrolment(self, hamlet_id: str, now: datetime) -> EnrolmentCode:
        """A code for the hamlet's (next) PC, good for 15 minutes; an earlier one ends. NotFound."""
        code = EnrolmentCode.fresh(self.keys.timetable.public)
        self._store.open_enrolment(hamlet_id, code.secret, now + CODE_LIFE)
        return code

    def revoke(self, hamlet_id: str, now: datetime, *, by: str) -> None:
        """The hamlet's PC is obeyed no more, nor told anything. NotFound: no such hamlet, or person."""
        self._store.revoke_devices(hamlet_id, by=by, now=now)

    def device_states(self, now: datetime) -> tuple[DeviceState, ...]:
        """Of each hamlet whose output is `player:`, by code: its PC, or the last that it had."""
        issued, forked = self._store.issued(), self._store.forked_events()
        newest = dict[str, Device]()
        for device in sorted(
            self._store.devices(), key=lambda one: (one.revoked_at is None, one.enrolled_at)
        ):
            newest[device.hamlet_id] = device
        return tuple(
            _state(hamlet, newest.get(hamlet.id), issued.get(hamlet.id), forked)
            for hamlet in self._store.hamlets()
            if hamlet.output == PLAYER
        )

    def device_key(self, device: str) -> PublicKey:
        return PublicKey.from_hex(self._known(device).public_key)

    def _known(self, device: str) -> Device:
        """KeyError: unknown; Refused: revoked."""
        found = self._store.device(device)
        if found.revoked_at is not None:
            raise refused(Word.REVOKED, device)
        return found

    def enrol(self, asked: wire.Enrolling, now: datetime) -> Mapping[str, Any]:
        key = PublicKey.from_hex(asked.device_key)
        open_ones = self._store.open_enrolments(now)
        if not open_ones:
            raise refused(Word.CODE_ENDED)
        hamlet_id = _proven(open_ones, key, asked.proof)
        if hamlet_id is None:
            self._store.count_wrong_proof()
            raise refused(Word.WRONG_PROOF)
        device = Device(uuid4().hex, hamlet_id, asked.device_key, asked.software, now)
        hamlet = next((one for one in self._store.hamlets() if one.id == hamlet_id), None)
        if hamlet is None or not self._store.enrol(device, open_ones[hamlet_id]):
            raise refused(Word.CODE_ENDED)
        self.publish(now)
        return self._welcome(device, hamlet)

    def _welcome(self, device: Device, hamlet: Hamlet) -> Mapping[str, Any]:
        return {
            "device": device.id,
            "station": {"id": self._store.station_id, "name": self._name, "zone": self._zone.key},
            "hamlet": {"id": hamlet.id, "code": hamlet.code, "name": hamlet.name},
            "timetable_key": self.keys.timetable.public.hex,
            "emergency_key": self.keys.emergency_public.hex,
            "authority": self.keys.authority,
            "device_key": device.public_key,
        }

    def published(self, device: str) -> Published:
        published = self.published_to([device]).get(device)
        if published is None:
            self._known(device)
            raise refused(Word.NOT_HERE, device)
        return published

    def published_to(self, devices: Sequence[str]) -> Mapping[str, Published]:
        issued = self._store.issued_to_devices(devices)
        return {device: Published(version, body.encode()) for device, (version, body) in issued.items()}

    def versions(self) -> Mapping[str, int]:
        return self._store.versions()

    def audio(self, device: str, sha256: str) -> Path:
        if sha256.encode() not in self.published(device).body:
            raise refused(Word.NOT_YOURS, sha256)
        try:
            path = self._house.audio_out / self._store.bulletin(sha256).file_name
        except NotFound as error:
            raise refused(Word.NOT_HERE, sha256) from error
        if not path.is_file():
            raise refused(Word.NOT_HERE, sha256)
        return path

    def take_in(self, device: str, report: wire.Report, now: datetime) -> tuple[int, int]:
        status = plain.text(report.status.model_dump(mode="json"))
        taken = self._store.take_in(device, tuple(_fields(report.events)), status, now)
        if taken.verdict is not Verdict.TAKEN:
            raise refused(_REFUSED[taken.verdict], device)
        issued = self._store.issued_to(self._known(device).hamlet_id)
        if issued is None or report.status.version > issued.version:
            with self._publishing:
                self._looked = None
            self.publish(now)
        return taken.upto


def _fields(events: Iterable[wire.WireEvent]) -> Iterable[dict[str, Any]]:
    for event in events:
        fields = event.model_dump()
        fields["airing_id"] = fields.pop("airing")
        yield fields


def _proven(open_ones: Mapping[str, str], key: PublicKey, proof: str) -> str | None:
    """The hamlet whose code made the proof."""
    proven = [
        hamlet_id for hamlet_id, secret in open_ones.items() if EnrolmentCode(secret, "").proves(key, proof)
    ]
    return proven[0] if proven else None


def _status(device: Device) -> wire.DeviceStatus | None:
    if not device.status:
        return None
    try:
        return wire.read(wire.DeviceStatus, json.loads(device.status))
    except (Refused, ValueError):
        return None


def _state(
    hamlet: Hamlet, device: Device | None, issued: IssuedTimetable | None, forked: Mapping[str, int]
) -> DeviceState:
    return DeviceState(
        hamlet=hamlet,
        device=device.id if device else "",
        enrolled_at=device.enrolled_at if device else None,
        revoked_at=device.revoked_at if device else None,
        last_seen=device.last_seen if device else None,
        published=issued.version if issued else 0,
        published_at=issued.issued_at if issued else None,
        status=_status(device) if device else None,
        forked=bool(device and forked.get(device.id)),
    )
