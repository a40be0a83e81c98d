"""When a person should look after a hamlet PC, and what the doctor says of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from broadcaster.clock import Clock, TurnedClock
from broadcaster.doctor.finding import Level
from broadcaster.doctor.hamlet_pcs import hamlet_pcs
from broadcaster.network import wire
from broadcaster.network.device_state import DeviceState, trouble_of
from broadcaster.network.listening import ends
from broadcaster.network.station_keys import certificate
from broadcaster.station import Station
from broadcaster.timetable.hamlet import Hamlet
from tests.kit import here
from tests.network.test_line import STATUS

NOW = datetime(2026, 12, 1, 5, 0, tzinfo=UTC)
LONG, SHORT = NOW - timedelta(hours=2), NOW - timedelta(minutes=1)
GOOD = DeviceState(
    hamlet=Hamlet("h", "ap-1", "Ấp 1"),
    device="d",
    enrolled_at=LONG,
    revoked_at=None,
    last_seen=SHORT,
    published=1,
    published_at=LONG,
    status=wire.read(wire.DeviceStatus, STATUS),
    forked=False,
)


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({}, {}, ""),
        ({"device": ""}, {}, "no computer is enrolled"),
        ({"revoked_at": SHORT}, {}, "thrown out"),
        ({"forked": True}, {}, "two different stories"),
        ({"last_seen": LONG}, {}, "not heard of"),
        ({"last_seen": None}, {}, "not heard of"),
        ({}, {"faults": ["no sound card"]}, "no sound card"),
        ({"published": 2}, {"why_not": "disk-full"}, "newest timetable: disk-full"),
        ({"published": 2, "published_at": SHORT}, {"why_not": "audio-missing"}, ""),
        ({"status": None}, {}, ""),
    ],
)
def test_what_is_wrong_there(change: dict[str, Any], status: dict[str, object], words: str) -> None:
    told = wire.read(wire.DeviceStatus, {**STATUS, **status})
    found = trouble_of(replace(GOOD, **{"status": told, **change}), NOW)
    assert words in found
    assert bool(words) == bool(found)


def said(folder: Path, clock: Clock | None = None) -> list[tuple[Level, str]]:
    with Station(folder, clock) as station:
        return [(finding.level, finding.what) for finding in hamlet_pcs(station)]


def test_the_doctor_looks_at_keys_certificate_and_computers(small: Path) -> None:
    assert "Hamlet PCs" not in here(small, "doctor", "--json").out
    assert here(small, "hamlet", "set", "ap-1", "--output", "player:").code == 0
    assert "network init" in here(small, "doctor", "--json").out
    assert here(small, "network", "init", "127.0.0.1").code == 0
    assert said(small) == [(Level.WARNING, "ap-1: no computer is enrolled there")]

    (small / "network" / "emergency.key").unlink()
    with Station(small) as station:
        end = ends(certificate(small, station.settings.network))
    levels = [level for level, _what in said(small, TurnedClock(end - timedelta(days=9)))]
    assert levels == [Level.WARNING, Level.FAULT, Level.WARNING]
