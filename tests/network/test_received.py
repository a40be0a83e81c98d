"""What comes over the line reaches the PC's tables, and the PC's own limits hold whatever it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from broadcaster.audio import loudness
from broadcaster.clock import TurnedClock
from broadcaster.network import plain, wire
from broadcaster.network.own_limits import OwnLimits
from broadcaster.network.pace import LONGEST_S, Pace
from broadcaster.network.received import Received
from broadcaster.playout.airing import Airing, Outcome
from broadcaster.playout.preparation import Preparation
from broadcaster.playout.sounding import Sounding
from broadcaster.store.player_store import PlayerStore
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.slot import Priority, SlotKind
from broadcaster.units import Lufs
from tests.network import messages
from tests.network.hamlet import Publisher, airing
from tests.network.messages import HAMLET, NOW_MS, STATION

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime.fromtimestamp(NOW_MS / 1000, UTC)
"""13:26:40 at the station."""
PLACE = Hamlet(HAMLET, "ap-1", "Ấp 1", output="soundcard:")


class Pc:
    def __init__(self, folder: Path) -> None:
        self.clock = TurnedClock(NOW)
        self.audio = folder
        self.store = PlayerStore.of(folder / "schedules.db", STATION, "d1", PLACE, self.clock)
        self.received = Received(self.store, PLACE, "xã Tân Hưng", folder, self.clock)
        self.station = Publisher(folder, self.clock)

    def accept(self, **changed: Any) -> None:
        self.received.accept(wire.Timetable.model_validate_json(plain.text(messages.timetable(**changed))))

    def claimed(self, at: datetime = NOW + timedelta(hours=30)) -> list[Airing]:
        return list(self.store.claim(at, NOW))

    def may_air(self, one: Airing) -> str:
        return OwnLimits(self.store, ZONE, self.clock).may_air(one)


@pytest.fixture
def pc(tmp_path: Path) -> Iterator[Pc]:
    pc = Pc(tmp_path)
    yield pc
    pc.store.close()


def test_a_timetable_becomes_airings(pc: Pc) -> None:
    own, spare = pc.station.sound(1.0), pc.station.sound(2.0) | {"why": "offline voice"}
    pc.accept(
        airings=[
            airing("a", NOW + timedelta(hours=1), own, spare, interrupted="end", priority="priority"),
            airing("b", NOW + timedelta(hours=2), reason="nothing queued"),
            airing("c", NOW + timedelta(hours=3), reason="relay VOV1"),
            airing("d", NOW + timedelta(hours=4), spare),
        ],
        label={"code": "ap-moi", "name": "Ấp Mới"},
    )

    a, b, c, d = pc.claimed()
    assert (a.bulletin, a.file_name, a.length, a.lateness_s) == (own["sha256"], own["sha256"], 1000, 120)
    assert [(rung.bulletin, rung.why) for rung in a.fallbacks] == [(spare["sha256"], "offline voice")]
    assert (a.priority, a.interrupted, a.title, a.slot_code) == ("priority", "end", "a", "sang")
    assert (a.hamlet.code, a.hamlet.name, a.hamlet.band_hz) == ("ap-moi", "Ấp Mới", (300, 5000))
    assert a.hamlet.output == "soundcard:", "where it sounds is said here alone"
    assert (b.has_scripts, c.relay) == (False, "VOV1")
    assert (d.bulletin, d.fallbacks[0].bulletin) == ("", spare["sha256"])


@pytest.mark.parametrize("urgent", [False, True])
def test_how_loud_it_is_is_known_before_it_is_due(
    pc: Pc, urgent: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it would sound as if it were the loudest there can be: far too soft."""
    sound = pc.station.sound(2.0)
    seen: list[dict[str, Lufs]] = []

    def due(*_told: object, **_more: object) -> None:
        seen.append(pc.store.loudness([sound["sha256"]]))

    monkeypatch.setattr(pc.store, "take_over_emergency" if urgent else "take_over", due)
    if urgent:
        one = airing("u", NOW, sound, kind="emergency", priority="emergency")
        content = plain.text(messages.emergency(airings=[one]))
        pc.received.accept_emergency(wire.Emergency.model_validate_json(content))
    else:
        pc.accept(airings=[airing("a", NOW, sound)])

    (known,) = seen
    assert -30 < known[sound["sha256"]] < -1


def test_what_is_too_loud_sounds_as_loud_as_allowed(pc: Pc) -> None:
    loud = pc.station.sound(2.0, level=0.99)
    limits = {"quiet": [], "minutes_per_day": 120, "loudest_lufs_x10": -300}
    pc.accept(airings=[airing("a", NOW, loud)], limits=limits, gain_trim_mb=0, band_hz=[])

    (a,) = pc.claimed()
    sounding = Preparation(pc.audio, pc.clock, lambda: False).of((a,))

    assert isinstance(sounding, Sounding)
    assert loudness(sounding.audio) == pytest.approx(-30.0, abs=0.2)


def test_quiet_hours_and_minutes_a_day_hold_for_all_but_emergencies(pc: Pc) -> None:
    night = datetime(2026, 11, 18, 22, 0, tzinfo=ZONE)
    sound = pc.station.sound(1.0)
    limits = {"quiet": [[720, 780], [1290, 300]], "minutes_per_day": 1, "loudest_lufs_x10": -140}
    pc.accept(
        airings=[airing("night", night, sound), airing("noon", night - timedelta(hours=10), sound)],
        limits=limits,
    )
    noon, late = pc.claimed(night)

    assert pc.may_air(noon) == "quiet hours 12:00-13:00"
    assert pc.may_air(late) == "quiet hours 21:30-05:00"
    assert pc.may_air(replace(late, starts_at=night - timedelta(hours=2))) == ""
    pc.store.end(["noon"], Outcome.AIRED, "", 59.5, NOW)
    assert pc.may_air(replace(late, starts_at=night - timedelta(hours=2))) == "minutes per day 1"
    assert pc.may_air(replace(late, kind=SlotKind.EMERGENCY, priority=Priority.EMERGENCY)) == ""


def test_a_timetable_is_good_for_14_days(pc: Pc) -> None:
    pc.accept(airings=[airing("a", NOW + timedelta(days=1), pc.station.sound(1.0))])
    (a,) = pc.claimed()

    assert pc.may_air(a) == ""
    assert pc.may_air(replace(a, starts_at=NOW + timedelta(days=14))) == "the timetable is too old"
    pc.clock.advance(14 * 86_400)
    assert pc.may_air(a) == "the timetable is too old"


def test_an_emergency_is_missed_once_it_is_over(pc: Pc) -> None:
    until = NOW_MS + 30_000
    urgent = airing("u", NOW, pc.station.sound(1.0), kind="emergency", priority="emergency", lateness_s=3600)
    pc.received.accept_emergency(
        wire.Emergency.model_validate_json(plain.text(messages.emergency(airings=[urgent], until_at=until)))
    )

    (u,) = pc.claimed()
    assert u.lateness_s == 30
    pc.clock.advance(40)
    ending = Preparation(pc.audio, pc.clock, lambda: True).of((u,))
    assert not isinstance(ending, Sounding)
    assert (ending.outcome, ending.reason) == (Outcome.MISSED, "too late by 40.0 s")


def test_what_is_told_is_the_chain_and_no_more_than_fits(pc: Pc) -> None:
    pc.accept(airings=[airing(f"a{n}", NOW, title="đ" * 500) for n in range(900)])
    pc.accept(version=8, airings=[])

    events = pc.received.events_after(0, 0, 900)

    report = wire.Report(device="d1", events=events[:500], status=STATUS)
    assert 100 < len(events) < 900
    assert len(report.model_dump_json().encode()) < wire.ASRUN_BYTES
    assert events[1].prev_hash == events[0].hash


STATUS = wire.DeviceStatus(
    software="",
    version=1,
    wanted_version=1,
    why_not="",
    offset_ms=0,
    offset_error_ms=0,
    free_mb=1,
    level_db_x10=0,
    output="",
    faults=(),
    next_airing="",
    next_ready=True,
)


def test_after_each_failure_the_wait_grows_up_to_a_minute_and_a_half() -> None:
    pace = Pace()
    waits = [pace.failed() for _failure in range(2000)]

    assert 0.5 <= waits[0] <= 1.5
    assert 1.0 <= waits[1] <= 3.0
    assert max(waits) <= LONGEST_S * 1.5
    assert min(waits[6:]) >= LONGEST_S / 2
    pace.worked()
    assert pace.failed() <= 1.5
