"""Who a hamlet PC is, and whom it obeys: made once, at enrolment, and kept in its folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from broadcaster.clock import Clock
from broadcaster.errors import NetworkError
from broadcaster.language import _
from broadcaster.network import plain, wire
from broadcaster.network.enrolment_code import EnrolmentCode
from broadcaster.network.envelope import Kind, unseal
from broadcaster.network.follower import Trust
from broadcaster.network.keys import PublicKey, SigningKey
from broadcaster.network.line import DeviceLine, Line
from broadcaster.network.words import Word, refused

FILE, KEY, AUTHORITY = "player.json", "player.key", "station.pem"
_ANSWER_BYTES = 40_000


class Identity(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    enrolled: wire.Enrolled

    @property
    def trust(self) -> Trust:
        """ValueError: a key that is none."""
        told = self.enrolled
        keys = (PublicKey.from_hex(told.timetable_key), PublicKey.from_hex(told.emergency_key))
        return Trust(told.station.id, told.hamlet.id, *keys)

    def authority(self, folder: Path) -> Path | None:
        return folder / AUTHORITY if self.enrolled.authority else None

    def line(
        self, folder: Path, clock: Clock, station_ms: Callable[[], int], audio_base: str = ""
    ) -> DeviceLine:
        """A line of its own for each thread. NetworkError: the key is gone, or no such address."""
        return DeviceLine(
            self.url,
            self.authority(folder),
            clock,
            device=self.enrolled.device,
            key=SigningKey.read(folder / KEY),
            station_ms=station_ms,
            audio_base=audio_base,
        )


def load(folder: Path) -> Identity:
    """NetworkError: not enrolled yet, or damaged."""
    path = folder / FILE
    if not path.is_file():
        raise NetworkError(
            _("This computer is not enrolled"),
            str(folder),
            _("Get a code: broadcaster hamlet enrol CODE; then: broadcaster player --server URL --code …"),
        )
    try:
        return Identity.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValidationError) as error:
        raise NetworkError(_("The enrolment cannot be read"), f"{path}: {error}", _("Enrol again")) from error


def enrol(url: str, code: EnrolmentCode, folder: Path, clock: Clock, software: str) -> Identity:
    """Make this computer the hamlet PC that `code` was read out for; an earlier enrolment here is replaced.

    The line is not to be trusted yet: what is asked gives nothing away, and what is answered counts only when
    the key that the code names has signed it. NetworkError: the line, the disk, or the station says no.
    Refused: somebody else answered.
    """
    own = SigningKey.fresh()
    asking = wire.Enrolling(
        device_key=own.public.hex, hamlet_hint="", software=software, proof=code.proof(own.public)
    )
    line = Line(url, None, clock, anyone=True)
    try:
        envelope = line.enrol(asking)
    finally:
        line.close()
    enrolled = _verified(envelope, code, own.public)
    identity = Identity(url=url, enrolled=enrolled)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / KEY).unlink(missing_ok=True)
    own.write(folder / KEY)
    if enrolled.authority:
        _write(folder / AUTHORITY, enrolled.authority)
    _write(folder / FILE, identity.model_dump_json(indent=1))
    return identity


def _verified(envelope: dict[str, object], code: EnrolmentCode, own: PublicKey) -> wire.Enrolled:
    """The answer, if the key in it is the one that the code names, signed it, and it is for us."""
    claimed = _claimed_key(envelope)
    if not code.names(claimed):
        raise refused(Word.WRONG_KEY, "enrolment")
    enrolled = wire.read(wire.Enrolled, unseal(Kind.ENROLMENT, envelope, [claimed], _ANSWER_BYTES))
    if enrolled.device_key != own.hex or enrolled.timetable_key != claimed.hex:
        raise refused(Word.REPLAYED, "enrolment")
    return enrolled


def _claimed_key(envelope: dict[str, object]) -> PublicKey:
    payload = envelope.get("payload")
    if not isinstance(payload, str):
        raise refused(Word.MALFORMED, "enrolment")
    try:
        return PublicKey.from_hex(str(plain.parse(payload.encode(), _ANSWER_BYTES).get("timetable_key")))
    except ValueError as error:
        raise refused(Word.MALFORMED, "timetable_key") from error


def _write(path: Path, text: str) -> None:
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise NetworkError(_("The enrolment cannot be written"), f"{path}: {error.strerror}") from error
