"""Alarms, and what is asked of the outbox that keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from broadcaster.playout.airing import AsRun


class Kind(StrEnum):
    MISSED = "missed"
    """An airing's time passed while nothing could play it."""
    FAILED = "failed"
    """An airing was tried and made no sound."""
    FALLBACK = "fallback"
    """Something else sounded in place of a bulletin that was not ready."""
    NO_AUDIO = "no audio"
    """The next edition of a slot has nothing to sound."""
    CLOCK = "clock"
    DISK = "disk"
    SOUND_CARD = "sound card"
    """A sound card, an amplifier's switch or a hook does not work."""
    RECORDS = "records"
    """The as-run log's chain is broken, or the database is damaged."""
    DAEMON = "daemon"
    """Two daemons run one station."""
    HAMLET_PC = "hamlet pc"
    """A hamlet's computer was not heard of for long, or does not take what it should play."""
    TEST = "test"


class Channel(StrEnum):
    """How an alarm reaches the operator."""

    WEBHOOK = "webhook"
    MAIL = "mail"


class Delivery(StrEnum):
    WAITING = "waiting"
    """To be sent, or to be tried again."""
    HELD = "held"
    """One like it was told within the hour: it will be counted in the next one."""
    COUNTED = "counted"
    """Another one of its like told of it."""
    SENT = "sent"
    GIVEN_UP = "given up"
    NOTED = "noted"
    """On record alone: the station has no channel."""


@dataclass(frozen=True)
class Alarm:
    kind: Kind
    subject: str
    """What it is about: a slot's code, a sound card… One alarm of a kind and subject is told in an hour."""
    text: str
    """One line for the operator, in their language."""


@dataclass(frozen=True)
class Filed:
    """An alarm as it stands in the outbox, for one channel."""

    id: int
    at: datetime
    alarm: Alarm
    channel: str
    state: Delivery
    tries: int = 0
    sent_at: datetime | None = None
    trouble: str = ""
    """Why it could not be sent the last time."""


@dataclass(frozen=True)
class Ended:
    """The ends that the as-run log has told since `since`, up to `upto`: (epoch, seq) of this device."""

    lines: tuple[AsRun, ...]
    upto: tuple[int, int]


class Outbox(Protocol):
    """Implemented by the store. Each method is one transaction, durable when it returns; StoreError."""

    def ended_untold(self) -> Ended:
        """What ended since the last `file_alarms` that took the ends up; nothing the first time."""
        ...

    def file_alarms(
        self,
        alarms: Sequence[Alarm],
        channels: Sequence[Channel],
        *,
        now: datetime,
        apart: timedelta,
        told: tuple[int, int] | None = None,
    ) -> None:
        """Write them down for each channel, to be sent; one whose like was told within `apart` is held.

        `told`: the ends up to there are taken up, in the same transaction.
        """
        ...

    def alarms_to_send(
        self, channel: Channel, *, now: datetime, apart: timedelta, most: int
    ) -> tuple[Filed, ...]:
        """The oldest that are due on the channel. Those held whose like was told longer than `apart` ago
        first become one, the newest, that says how many they were."""
        ...

    def alarms_sent(self, ids: Sequence[int], now: datetime) -> None: ...

    def alarms_not_sent(self, ids: Sequence[int], trouble: str, *, now: datetime) -> None:
        """They are tried again, ever more seldom; what a day could not send is given up, on record."""
        ...

    def alarms(self, most: int) -> tuple[Filed, ...]:
        """The newest first."""
        ...

    def forget_alarms(self, before: datetime) -> None:
        """Those of before `before` that wait for nothing."""
        ...
