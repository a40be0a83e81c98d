"""Where in a bulletin an airing stands: pure rules, for a start, a late start and a start after a kill.

An airing's position is the time since its start, so that it is in step with its neighbours; but never
before `sounded_to`, so that no second of it sounds twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from broadcaster.playout import reasons
from broadcaster.playout.airing import Airing, Outcome
from broadcaster.units import Milliseconds

WORTH_HEARING = Milliseconds(10_000)
"""Less than this is not begun in the middle of a longer bulletin."""
NOTICEABLE = Milliseconds(1_000)
"""A start that misses no more than this counts as whole."""
UNSURE = Milliseconds(1_200)
"""A killed run has sounded up to twice as much less than its last mark says."""
_NO_WAIT = Milliseconds(0)
_SLIGHT = Milliseconds(100)
"""What is not even mentioned."""


@dataclass(frozen=True)
class Join:
    """Sound from `position`, after a `wait` that brings it in step with its neighbours."""

    position: Milliseconds
    wait: Milliseconds


@dataclass(frozen=True)
class Ending:
    """Nothing more will sound."""

    outcome: Outcome
    reason: str


def elapsed(airing: Airing, now: datetime) -> Milliseconds:
    """Time since its start by the wall clock; negative before it."""
    return Milliseconds((now - airing.starts_at) // timedelta(milliseconds=1))


def seconds_until(airing: Airing, now: datetime) -> float:
    """Until it may sound; negative when that has passed. What was heard before is not held up by its second:
    the clock may have been moved back since."""
    return 0.0 if heard(airing) else (airing.starts_at - now).total_seconds()


def heard(airing: Airing) -> Milliseconds:
    """How much of it may have sounded so far."""
    return Milliseconds(max(0, airing.sounded_to - airing.lost))


def join(airing: Airing, since_start: Milliseconds) -> Join | Ending:
    """What to do with an airing `since_start` after its second."""
    position = Milliseconds(max(since_start, airing.sounded_to, 0))
    left = airing.length - position
    if not heard(airing) and since_start > airing.lateness_s * 1000:
        return Ending(Outcome.MISSED, reasons.seconds(reasons.TOO_LATE, since_start / 1000))
    if position and left < (WORTH_HEARING if airing.length >= WORTH_HEARING else 1):
        outcome = Outcome.PARTIAL if heard(airing) else Outcome.MISSED
        return Ending(outcome, reasons.TOO_LITTLE_LEFT)
    ahead = Milliseconds(position - since_start)
    # Farther ahead than a mark can be: the clock was moved back, and nobody waits for it.
    return Join(position, ahead if heard(airing) and ahead <= 2 * UNSURE else _NO_WAIT)


def expired(airing: Airing, now: datetime) -> str:
    """Why its audio may not begin at `now` any more; "" while it may, and for what has begun: it may end."""
    over = airing.until is not None and max(now, airing.starts_at) >= airing.until
    return reasons.EXPIRED if over and not heard(airing) else ""


def judged(ending: Ending, airing: Airing, *, late: Milliseconds, killed: bool, trouble: str) -> Ending:
    """What the as-run log says of `airing` as it stands when nothing more will sound.

    `late`: of what is lost, how much was lost before its first sound. `killed`: the process died during it.
    `trouble`: what went wrong on the way.
    """
    broken = Milliseconds(max(0, airing.lost - late))
    gaps = (
        _gap(reasons.JOINED_LATE if late > NOTICEABLE else reasons.BEGAN_LATE, late),
        _unsure_gap(broken) if killed else _gap(reasons.INTERRUPTED, broken),
    )
    if not heard(airing):
        failed = trouble and ending.outcome is Outcome.MISSED
        outcome = Outcome.FAILED if failed else ending.outcome
        return Ending(outcome, reasons.joined(ending.reason, trouble))
    whole = ending.outcome is Outcome.AIRED and not killed and max(late, broken) <= NOTICEABLE
    return Ending(
        Outcome.AIRED if whole else Outcome.PARTIAL,
        reasons.joined(airing.instead, ending.reason, *gaps, trouble if broken else ""),
    )


def _gap(known: str, length: Milliseconds) -> str:
    return reasons.seconds(known, length / 1000) if length > _SLIGHT else ""


def _unsure_gap(length: Milliseconds) -> str:
    return f"{reasons.seconds(reasons.INTERRUPTED, length / 1000)} ±{UNSURE / 1000:.1f} s"
