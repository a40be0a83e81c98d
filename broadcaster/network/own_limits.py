"""What a hamlet PC keeps to whatever its station says: quiet hours, minutes a day, the life of its word."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from broadcaster.clock import Clock
from broadcaster.playout import reasons
from broadcaster.playout.airing import Airing
from broadcaster.store.player_store import PlayerStore
from broadcaster.timetable.policy import Policy, refusal
from broadcaster.timetable.slot import Priority, SlotKind

_NEVER = (time(), time())


class OwnLimits:
    def __init__(self, store: PlayerStore, zone: ZoneInfo, clock: Clock) -> None:
        self._store = store
        self._zone = zone
        self._clock = clock

    def may_air(self, airing: Airing) -> str:
        """Why this PC keeps an airing off the air at this moment; "" when it does not. Emergencies pass."""
        known = self._store.in_force()
        if airing.priority is Priority.EMERGENCY:
            return ""
        if known is None or max(self._clock.now(), airing.starts_at) >= known.expires_at:
            return reasons.OUTDATED
        minutes, most = self._minutes_heard(airing), known.rules.minutes_per_day
        policies = [Policy(quiet, most) for quiet in known.rules.quiet or (_NEVER,)]
        return next(filter(None, (self._refusal(policy, airing, minutes) for policy in policies)), "")

    def _refusal(self, policy: Policy, airing: Airing, minutes: float) -> str:
        starts_at = airing.starts_at.astimezone(self._zone)
        return refusal(policy, airing.hamlet, airing.kind, airing.priority, starts_at, airing.length, minutes)

    def _minutes_heard(self, airing: Airing) -> float:
        """Of programmes, on its day, before it."""
        starts_at = airing.starts_at.astimezone(self._zone)
        midnight = datetime.combine(starts_at.date(), time(), self._zone)
        heard = self._store.as_run(midnight, starts_at)
        return sum(line.seconds_played for line in heard if line.kind is SlotKind.PROGRAMME) / 60
