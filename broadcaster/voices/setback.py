"""Why the service behind gTTS gave no speech."""

from __future__ import annotations

from enum import Enum


class Kind(Enum):
    """How long a setback lasts."""

    PASSES = "passes"
    """A moment: worth another try."""
    OFFLINE = "offline"
    """As long as the line is down."""
    BANNED = "banned"
    """Minutes or hours, and longer with every further question."""


class Setback(Exception):
    """The service did not give speech."""

    def __init__(self, kind: Kind, why: str) -> None:
        super().__init__(kind, why)
        self.kind = kind
        self.why = why
