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
    ROTATION = "rotation"
    """The `max_items` scripts of `rotation` that have waited longest."""
    RELAY = "relay"
    """Another station, named by `ref`, which is not ours: we stay silent meanwhile."""


class Interrupted(StrEnum):
    """What becomes of an airing after an emergency stopped it."""

    RESUME = "resume"
    """It goes on from where it was stopped."""
    RESTART = "restart"
    """A new airing, linked to it, begins from the beginning."""
    END = "end"


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
    day_rule: str = ""
    """A further condition on its days, as `day_rule.canonical` spells it; empty: none."""
    profiles: tuple[str, ...] = ()
    """Codes of the day profiles on whose days alone it sounds; empty: on days where the ordinary timetable
    holds."""
    replaces: tuple[str, ...] = ()
    """Ids of slots that stay silent in its hamlets on its days."""
    skips: frozenset[date] = field(default_factory=frozenset)
    plays: Plays = Plays.QUEUE
    ref: str = ""
    """Id of the script or slot that `plays` needs, or the name of the relayed station."""
    rotation: tuple[str, ...] = ()
    """Ids of the scripts that take turns."""
    max_items: int = 6
    kind: SlotKind = SlotKind.PROGRAMME
    priority: Priority = Priority.ROUTINE
    lateness_s: int = 120
    interrupted: Interrupted = Interrupted.RESUME
    form: str = "daily"
    """A production form's name."""
    length_s: int = 900
    """Seconds kept free for it in its hamlets; clashes are judged by it."""
