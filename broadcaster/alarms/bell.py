"""The bell: whoever notices that something is wrong rings it and goes on at once; the daemon's chores do the
rest: file what was rung, and what the as-run log tells, then send."""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Protocol
from zoneinfo import ZoneInfo

from broadcaster.alarms.alarm import Alarm, Channel, Delivery, Filed, Kind, Outbox
from broadcaster.clock import Clock
from broadcaster.errors import AlarmError
from broadcaster.language import _
from broadcaster.playout import reasons
from broadcaster.playout.airing import AsRun, Outcome
from broadcaster.timetable.slot import SlotKind

_log = logging.getLogger(__name__)

_AT_ONCE = 50
"""The most that one message tells."""
_MOST_WAITING = 1000


class Sender(Protocol):
    def send(self, filed: Sequence[Filed]) -> None:
        """All of them in one message. AlarmError: it was not accepted."""
        ...


class Bell:
    def __init__(
        self,
        outbox: Outbox,
        senders: Mapping[Channel, Sender],
        *,
        clock: Clock,
        zone: ZoneInfo,
        kinds: Collection[str],
        apart: timedelta,
    ) -> None:
        """Only `kinds` are told, those of one kind and subject no more often than `apart`."""
        self._outbox = outbox
        self._senders = senders
        self._clock = clock
        self._zone = zone
        self._kinds = kinds
        self._apart = apart
        self._rung: list[Alarm] = []
        self._told = (-1, -1)
        self._lock = threading.Lock()

    @property
    def channels(self) -> tuple[Channel, ...]:
        return tuple(self._senders)

    def ring(self, kind: Kind, subject: str, text: str) -> None:
        """Something is wrong. Returns at once; safe in any thread."""
        with self._lock:
            if len(self._rung) < _MOST_WAITING:
                self._rung.append(Alarm(kind, subject, text))

    def file(self) -> bool:
        """Write down what was rung, and what ended badly since; whether that was anything.

        StoreError: it is all tried again.
        """
        with self._lock:
            rung, self._rung = self._rung, []
        try:
            ended = self._outbox.ended_untold()
            alarms = [*rung, *self._of(ended.lines)]
            wanted = [alarm for alarm in alarms if alarm.kind in self._kinds]
            if wanted or ended.upto != self._told:
                self._outbox.file_alarms(
                    wanted, self.channels, now=self._clock.now(), apart=self._apart, told=ended.upto
                )
                self._told = ended.upto
            return bool(wanted)
        except BaseException:
            with self._lock:
                self._rung = rung + self._rung
            raise

    def send(self, channel: Channel) -> None:
        """Send what is due there, in one message after the other until one is not accepted."""
        while filed := self._outbox.alarms_to_send(
            channel, now=self._clock.now(), apart=self._apart, most=_AT_ONCE
        ):
            ids = [one.id for one in filed]
            try:
                self._senders[channel].send(filed)
            except AlarmError as error:
                _log.warning("event=alarm-not-sent channel=%s ids=%s trouble=%s", channel, ids, error)
                self._outbox.alarms_not_sent(ids, str(error), now=self._clock.now())
                return
            self._outbox.alarms_sent(ids, self._clock.now())
            _log.info("event=alarms-sent channel=%s ids=%s", channel, ids)

    def try_out(self, channel: Channel, alarm: Alarm) -> None:
        """Send one alarm now, on no record. AlarmError: it was not accepted."""
        self._senders[channel].send([Filed(0, self._clock.now(), alarm, channel, Delivery.WAITING)])

    def _of(self, lines: Iterable[AsRun]) -> list[Alarm]:
        """One alarm for what ended alike in several hamlets."""
        bad = [
            ((line.starts_at, line.slot, line.reason, kind), line)
            for line in lines
            if (kind := _kind_of(line))
        ]
        bad.sort(key=lambda one: (one[0], one[1].hamlet))
        alike = groupby(bad, key=lambda one: one[0])
        return [self._alarm(kind, [line for _key, line in group]) for (*_where, kind), group in alike]

    def _alarm(self, kind: Kind, lines: Sequence[AsRun]) -> Alarm:
        first = lines[0]
        text = _("{when} {title}: {outcome} in {hamlets}: {reason}").format(
            when=f"{first.starts_at.astimezone(self._zone):%d/%m %H:%M}",
            title=first.title[:80],
            outcome=first.outcome,
            hamlets=", ".join(line.hamlet_name for line in lines),
            reason=reasons.shown(first.reason),
        )
        return Alarm(kind, first.slot, text)


def _kind_of(line: AsRun) -> Kind | None:
    """What the operator must hear of it; None: nothing."""
    if line.kind is SlotKind.REHEARSAL:
        return None
    if line.outcome is Outcome.MISSED:
        return Kind.MISSED
    if line.outcome is Outcome.FAILED:
        return Kind.FAILED
    if any(part.startswith(reasons.FALLBACK) for part in line.reason.split("; ")):
        return Kind.FALLBACK
    return None
