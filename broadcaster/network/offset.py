"""How far the station's clock is from ours: the sample with the least round trip is believed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

LONGEST_ROUND_TRIP_S = 2.0


@dataclass(frozen=True)
class TimeSample:
    """One question and its answer; ours in seconds of the monotonic clock, the station's since 1970."""

    asked: float
    received_at: float
    sent_at: float
    answered: float

    @property
    def round_trip(self) -> float:
        """Seconds on the line."""
        return (self.answered - self.asked) - (self.sent_at - self.received_at)


@dataclass(frozen=True)
class Offset:
    """The station's time is our monotonic clock plus `seconds`, give or take `error` seconds."""

    seconds: float
    error: float
    measured: float
    """When, by the monotonic clock."""


def best(samples: Iterable[TimeSample]) -> Offset | None:
    """None when no sample can be believed: too long on the line, or an answer before its question."""
    fit = [sample for sample in samples if 0 <= sample.round_trip <= LONGEST_ROUND_TRIP_S]
    if not fit:
        return None
    chosen = min(fit, key=lambda sample: sample.round_trip)
    seconds = ((chosen.received_at - chosen.asked) + (chosen.sent_at - chosen.answered)) / 2
    return Offset(seconds, chosen.round_trip / 2, chosen.answered)
