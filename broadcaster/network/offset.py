"""How far the station's clock is from ours, by what the quickest question and the quickest answer say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

LONGEST_ROUND_TRIP_S = 2.0
_ROUNDED_S = 0.0005
"""The station tells whole milliseconds."""


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
    """None when no sample can be believed: too long on the line, or an answer before its question.

    No question arrives before it was asked, and no answer before it was sent: each sample bounds the offset
    from both sides, and all of them together closer than any one of them.
    """
    fit = [sample for sample in samples if 0 <= sample.round_trip <= LONGEST_ROUND_TRIP_S]
    if not fit:
        return None
    most = min(sample.received_at - sample.asked for sample in fit)
    least = max(sample.sent_at - sample.answered for sample in fit)
    if most < least:  # a clock was set between them: the quickest has seen least of it
        quickest = min(fit, key=lambda sample: sample.round_trip)
        most, least = quickest.received_at - quickest.asked, quickest.sent_at - quickest.answered
    return Offset((most + least) / 2, (most - least) / 2 + _ROUNDED_S, fit[-1].answered)
