"""A hamlet: one place that hears."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from broadcaster.units import Decibels

_NO_TRIM = Decibels(0.0)
PLAYER = "player:"
"""The output of a hamlet that has a PC of its own, which plays for it."""


@dataclass(frozen=True)
class Hamlet:
    id: str
    """Immutable; code and name are labels and may change."""
    code: str
    """`ap-1`: what is typed."""
    name: str
    """`Ấp 1`: what is shown."""
    kind: str = "ấp"
    output: str = "file:"
    """An output URL: soundcard:, soundcard:DEVICE#CHANNEL, file:, icecast://…; player: a PC of its own."""
    gain_trim: Decibels = _NO_TRIM
    band_hz: tuple[float, float] | None = None
    """What its horns can carry, lowest and highest: the rest is cut away; None: everything."""
    quiet_hours: tuple[time, time] | None = None
    """Its own quiet hours, on top of the station's; the end may lie past midnight."""
    minutes_per_day: int | None = None
    """Its own limit, if that is below the station's."""
    sensitive: bool = False
    """By a school or a hospital: the station's stricter hours hold here."""
    overlap_group: str = ""
    """Hamlets of one group hear each other's horns: never two bulletins at once among them."""
