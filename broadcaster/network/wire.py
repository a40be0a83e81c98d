"""The messages, every field within its bounds. docs/developer/protocol.md says what each means."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from broadcaster.network import plain
from broadcaster.network.words import Word, refused
from broadcaster.timetable.slot import Interrupted, Priority, SlotKind

TIMETABLE_BYTES = 2_000_000
ENROL_BYTES = 4_000
ASRUN_BYTES = 1_000_000
AUDIO_BYTES = 200_000_000
LIFE = timedelta(days=14)
EARLY_MS = 600_000
"""How far ahead of our clock a version may have been issued."""

Id = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Text = Annotated[str, Field(max_length=500)]
Instant = Annotated[int, Field(ge=0, le=7_258_118_400_000)]
"""Until the year 2200: no calendar overflows, whatever a message says."""
Count = Annotated[int, Field(ge=0, le=2**53)]
Hertz = Annotated[int, Field(ge=20, le=11_500)]
Minute = Annotated[int, Field(ge=0, le=1440)]


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class AudioName(_Message):
    sha256: Sha256
    bytes: Annotated[int, Field(ge=1, le=AUDIO_BYTES)]
    length_ms: Annotated[int, Field(ge=1, le=24 * 3_600_000)]
    voice: Text
    why: Text


class WireAiring(_Message):
    id: Id
    edition: Id
    slot: Text
    kind: SlotKind
    priority: Priority
    title: Text
    starts_at: Instant
    lateness_s: Annotated[int, Field(ge=0, le=86_400)]
    interrupted: Interrupted
    continues: Annotated[str, Field(max_length=64)]
    reason: Text
    audio: Annotated[tuple[AudioName, ...], Field(max_length=5)]


class Label(_Message):
    code: Id
    name: Text


class StationName(_Message):
    id: Id
    name: Text
    zone: Text


class HamletName(_Message):
    id: Id
    code: Id
    name: Text


class Limits(_Message):
    quiet: Annotated[list[tuple[Minute, Minute]], Field(max_length=24)]
    minutes_per_day: Minute
    loudest_lufs_x10: Annotated[int, Field(ge=-400, le=0)]


class Silenced(_Message):
    id: Id
    at: Instant


class Emergency(_Message):
    station: Id
    id: Id
    serial: Count
    state: Literal["on", "cancelled"]
    issued_at: Instant
    until_at: Instant
    hamlets: Annotated[tuple[Id, ...], Field(max_length=2000)]
    by: Text
    reason: Text
    drill: bool
    airings: Annotated[tuple[WireAiring, ...], Field(max_length=500)]

    @model_validator(mode="after")
    def _of_its_kind(self) -> Emergency:
        if any(airing.kind is not SlotKind.EMERGENCY for airing in self.airings):
            raise ValueError("an emergency holds emergencies")
        return self


class Timetable(_Message):
    protocol: Literal[1]
    station: Id
    hamlet: Id
    version: Annotated[int, Field(ge=1, le=2**53)]
    issued_at: Instant
    expires_at: Instant
    limits: Limits
    label: Label
    gain_trim_mb: Annotated[int, Field(ge=-6000, le=2000)]
    band_hz: tuple[()] | tuple[Hertz, Hertz]
    audio_base: Text = ""
    """Where its audio lies, if not at the station's own address."""
    airings: Annotated[tuple[WireAiring, ...], Field(max_length=2000)]
    emergencies: Annotated[tuple[dict[str, Any], ...], Field(max_length=20)]
    """Envelopes, opened with the other key."""
    silence: Annotated[tuple[Silenced, ...], Field(max_length=2000)]

    @model_validator(mode="after")
    def _routine(self) -> Timetable:
        urgent = (SlotKind.EMERGENCY, Priority.EMERGENCY)
        if any(airing.kind in urgent or airing.priority in urgent for airing in self.airings):
            raise ValueError("an emergency is signed by its own key")
        if self.expires_at - self.issued_at != LIFE / timedelta(milliseconds=1):
            raise ValueError("a version lives 14 days")
        return self


class Enrolling(_Message):
    """What a new hamlet PC asks."""

    device_key: Sha256
    """64 hex digits, as a hash has."""
    hamlet_hint: Text
    software: Text
    proof: Sha256


class Enrolled(_Message):
    """What it is answered, and keeps."""

    device: Id
    station: StationName
    hamlet: HamletName
    timetable_key: Sha256
    emergency_key: Sha256
    authority: Annotated[str, Field(max_length=20_000)]
    """PEM of the station's own certificate authority; empty: the system's are asked."""
    device_key: Sha256


class ServerTime(_Message):
    nonce: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    received_at: Instant
    sent_at: Instant


class WireEvent(_Message):
    """One event of the as-run chain."""

    epoch: Count
    seq: Count
    at: Instant
    kind: Text
    airing: Annotated[str, Field(max_length=64)]
    payload: Annotated[str, Field(max_length=4_000)]
    prev_hash: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]
    hash: Sha256


class DeviceStatus(_Message):
    software: Text
    version: Count
    wanted_version: Count
    why_not: Text
    offset_ms: Annotated[int, Field(ge=-(2**53), le=2**53)]
    offset_error_ms: Count
    free_mb: Count
    level_db_x10: Annotated[int, Field(ge=-2000, le=0)]
    output: Text
    faults: Annotated[tuple[Text, ...], Field(max_length=20)]
    next_airing: Annotated[str, Field(max_length=64)]
    next_ready: bool


class Report(_Message):
    device: Id
    events: Annotated[tuple[WireEvent, ...], Field(max_length=500)]
    status: DeviceStatus


class Acknowledged(_Message):
    acknowledged: tuple[Count, Count]
    """Epoch and seq."""


AMessage = TypeVar("AMessage", bound=_Message)


def read(message: type[AMessage], content: dict[str, Any]) -> AMessage:
    """Refused (malformed), with the first field that is wrong."""
    try:
        return message.model_validate_json(plain.text(content))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise refused(Word.MALFORMED, f"{where}: {first['msg']}") from error


def why_not_accepted(
    timetable: Timetable, *, station: str, hamlet: str, version: int, now_ms: int
) -> Word | None:
    """Why a PC of that hamlet, which has `version`, does not take this timetable; None when it does."""
    for wrong, word in (
        (timetable.station != station, Word.OTHER_STATION),
        (timetable.hamlet != hamlet, Word.OTHER_HAMLET),
        (timetable.version <= version, Word.OLD_VERSION),
        (timetable.expires_at <= now_ms, Word.EXPIRED),
        (timetable.issued_at > now_ms + EARLY_MS, Word.FROM_THE_FUTURE),
    ):
        if wrong:
            return word
    return None
