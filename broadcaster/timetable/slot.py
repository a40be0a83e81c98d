"""A slot: hamlets × recurrence × what to play × priority × lateness rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum


class Weekday(StrEnum):
    """Days by name: numbers mean different days to different programs."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


EVERY_DAY = frozenset(Weekday)


class Priority(StrEnum):
    ROUTINE = "routine"
    PRIORITY = "priority"
    EMERGENCY = "emergency"


class SlotKind(StrEnum):
    """Which rules a slot obeys."""

    PROGRAMME = "programme"
    """Recurs, obeys hours and limits, belongs to the forecast."""
    REHEARSAL = "rehearsal"
    """One-off editions, file: outputs, exempt from hours and clashes, marked in the as-run log."""
    EMERGENCY = "emergency"


class Plays(StrEnum):
    """What a slot plays."""

    QUEUE = "queue"
    """The first `max_items` scripts waiting for it."""
    SCRIPT = "script"
    """Always the script `ref`."""
    REPEAT = "repeat"
    """What the last edition of slot `ref` played."""


@dataclass(frozen=True)
class Slot:
    id: str
    code: str
    name: str
    at: time
    """Station time, to the minute."""
    hamlets: tuple[str, ...]
    """Ids of hamlets."""
    weekdays: frozenset[Weekday] = EVERY_DAY
    first: date | None = None
    last: date | None = None
    """Both inclusive; None: open."""
    skips: frozenset[date] = field(default_factory=frozenset)
    plays: Plays = Plays.QUEUE
    ref: str = ""
    """Id of the script or slot that `plays` needs."""
    max_items: int = 6
    kind: SlotKind = SlotKind.PROGRAMME
    priority: Priority = Priority.ROUTINE
    lateness_s: int = 120
    form: str = "daily"
    """A production form's name."""
    length_s: int = 900
    """Seconds kept free for it in its hamlets; clashes are judged by it."""
