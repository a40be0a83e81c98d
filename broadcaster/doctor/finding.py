"""What a check of the doctor tells."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    GOOD = "good"
    WARNING = "warning"
    """Tomorrow's 05:30 will sound, but a person should look."""
    FAULT = "fault"


@dataclass(frozen=True)
class Finding:
    subject: str
    level: Level
    what: str
    todo: str = ""
    """What a person does about it; empty when all is well, or when nothing can be done."""
