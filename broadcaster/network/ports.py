"""What the station's server asks of the station. The contract suite is tests/contracts/station_side.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from broadcaster.network.keys import PublicKey
from broadcaster.network.wire import Enrolling, Report


@dataclass(frozen=True)
class Published:
    """A hamlet's newest timetable, sealed."""

    version: int
    body: bytes
    """The envelope as JSON."""


class StationSide(Protocol):
    """Methods may be called from several threads at once."""

    def device_key(self, device: str) -> PublicKey:
        """KeyError: unknown; Refused: revoked."""
        ...

    def enrol(self, asked: Enrolling, now: datetime) -> Mapping[str, Any]:
        """Take a new hamlet PC in; what the answer says. Refused: wrong-proof, code-ended."""
        ...

    def published(self, device: str) -> Published:
        """Of the device's hamlet."""
        ...

    def published_to(self, devices: Sequence[str]) -> Mapping[str, Published]:
        """The same of many; those that are not in service, or for which nothing is published, are left
        out."""
        ...

    def versions(self) -> Mapping[str, int]:
        """Of what is published for each device in service."""
        ...

    def audio(self, device: str, sha256: str) -> Path:
        """Refused: not-yours, not-here."""
        ...

    def take_in(self, device: str, report: Report, now: datetime) -> tuple[int, int]:
        """Store what is new of it; (epoch, seq) up to which nothing is missing. Refused: forked."""
        ...
