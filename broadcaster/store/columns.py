"""How values are kept: instants as epoch milliseconds, dates and times as ISO text, lists as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Dialect, Text
from sqlalchemy.types import TypeDecorator

from broadcaster.production.bulletin import Cue
from broadcaster.timetable.slot import Weekday

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""The instant 0: "not yet", in columns that are never null."""
_MS = timedelta(milliseconds=1)


def to_ms(instant: datetime) -> int:
    """Milliseconds since 1970 UTC, to the nearest; ValueError for a naive datetime."""
    if instant.tzinfo is None:
        raise ValueError(f"an instant needs a zone: {instant}")
    return round((instant - NEVER) / _MS)


def from_ms(ms: int) -> datetime:
    return NEVER + ms * _MS


def known(instant: datetime) -> datetime | None:
    """None for NEVER."""
    return None if instant == NEVER else instant


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept as integer milliseconds since 1970 UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else to_ms(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else from_ms(value)


class Written(TypeDecorator[Any]):
    """A value kept as text: `write` makes the text, `read` takes it back."""

    impl = Text
    cache_ok = True

    def __init__(self, write: Callable[[Any], str], read: Callable[[str], Any]) -> None:
        super().__init__()
        self.write = write
        self.read = read

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else self.write(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else self.read(value)


def json_text(value: object) -> str:
    """One spelling for one value: what is hashed is what is kept."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _read_band(text: str) -> tuple[float, float]:
    low, high = text.split("-")
    return float(low), float(high)


def _read_hours(text: str) -> tuple[time, time]:
    begin, end = text.split("-")
    return time.fromisoformat(begin), time.fromisoformat(end)


def _write_weekdays(days: frozenset[Weekday]) -> str:
    return ",".join(day for day in Weekday if day in days)


def _read_weekdays(text: str) -> frozenset[Weekday]:
    return frozenset(Weekday(day) for day in text.split(",") if day)


def _write_cues(cues: tuple[Cue, ...]) -> str:
    return json_text([asdict(cue) for cue in cues])


def _read_cues(text: str) -> tuple[Cue, ...]:
    return tuple(Cue(**cue) for cue in json.loads(text))


def _read_list(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def one_of(choices: type[StrEnum]) -> Written:
    """A named choice."""
    return Written(str, choices)


Day = Written(date.isoformat, date.fromisoformat)
TimeOfDay = Written(time.isoformat, time.fromisoformat)
Band = Written(lambda band: "-".join(f"{hz:g}" for hz in band), _read_band)
Hours = Written(lambda hours: "-".join(map(time.isoformat, hours)), _read_hours)
Weekdays = Written(_write_weekdays, _read_weekdays)
Cues = Written(_write_cues, _read_cues)
Strings = Written(json_text, _read_list)
