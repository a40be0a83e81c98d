"""Enrolment over a line that nobody vouches for yet; the outbox; what is published."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from broadcaster.errors import NetworkError, Refused
from broadcaster.network import identity, wire
from broadcaster.network.enrolment_code import EnrolmentCode
from broadcaster.network.envelope import Kind, seal, unseal
from broadcaster.network.keys import SigningKey
from broadcaster.network.publishing import HouseRules, airing_content, issued, standing
from broadcaster.network.reporting import report
from broadcaster.network.words import Word
from broadcaster.playout.airing import Airing, Fallback
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.slot import Priority, SlotKind
from broadcaster.units import Decibels, Lufs, Milliseconds
from tests.network.messages import NOW_MS, STATION
from tests.network.station import CLOCK, FakeStation, serving
from tests.network.test_line import STATUS, event, now_ms


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[FakeStation, str]]:
    station = FakeStation(tmp_path)
    with serving(station, tmp_path / "certificate") as (_server, url, _authority):
        yield station, url


def test_a_code_and_an_address_are_all_it_needs(served: tuple[FakeStation, str], tmp_path: Path) -> None:
    station, url = served
    folder = tmp_path / "pc"

    made = identity.enrol(url, station.code, folder, CLOCK, "0.1")

    known = identity.load(folder)
    assert known == made
    assert known.trust.timetable_key == station.key.public
    assert known.trust.emergency_key == station.emergency_key.public
    line = known.line(folder, CLOCK, now_ms)
    assert line.timetable("", 0).status == 200
    line.close()
    assert sorted(os.listdir(folder)) == ["player.json", "player.key", "station.pem"]


def test_who_stands_in_the_line_cannot_be_the_station(
    served: tuple[FakeStation, str], tmp_path: Path
) -> None:
    station, url = served
    read_out = EnrolmentCode(station.code.secret, EnrolmentCode.fresh(SigningKey.fresh().public).key_begins)

    with pytest.raises(Refused) as error:
        identity.enrol(url, read_out, tmp_path / "pc", CLOCK, "0.1")

    assert error.value.what == Word.WRONG_KEY
    assert not (tmp_path / "pc").exists()


def test_enrolling_again_replaces_what_was(served: tuple[FakeStation, str], tmp_path: Path) -> None:
    station, url = served
    first = identity.enrol(url, station.code, tmp_path / "pc", CLOCK, "0.1")
    station.code, station.code_open = EnrolmentCode.fresh(station.key.public), True
    second = identity.enrol(url, station.code, tmp_path / "pc", CLOCK, "0.1")

    assert first.enrolled.device != second.enrolled.device
    assert identity.load(tmp_path / "pc") == second
    assert second.line(tmp_path / "pc", CLOCK, now_ms).timetable("", 0).status == 200


def test_what_was_never_enrolled_says_how(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match="enrol"):
        identity.load(tmp_path)
    (tmp_path / identity.FILE).write_text("{}")
    with pytest.raises(NetworkError, match="Enrol again"):
        identity.load(tmp_path)


def test_a_stolen_folder_without_its_key_is_nothing(served: tuple[FakeStation, str], tmp_path: Path) -> None:
    station, url = served
    made = identity.enrol(url, station.code, tmp_path / "pc", CLOCK, "0.1")
    shutil.copytree(tmp_path / "pc", tmp_path / "copy", ignore=shutil.ignore_patterns("*.key"))

    with pytest.raises(NetworkError, match="key"):
        made.line(tmp_path / "copy", CLOCK, now_ms)


@dataclass
class Box:
    events: tuple[wire.WireEvent, ...]
    at: tuple[int, int] = (0, 0)

    def acknowledged(self) -> tuple[int, int]:
        return self.at

    def acknowledge(self, epoch: int, seq: int) -> None:
        self.at = (epoch, seq)

    def events_after(self, epoch: int, seq: int, most: int) -> tuple[wire.WireEvent, ...]:
        return tuple(known for known in self.events if (known.epoch, known.seq) > (epoch, seq))[:most]


@dataclass
class Receiver:
    stored: dict[int, wire.WireEvent] = field(default_factory=dict)
    answers: int = 0

    def report(self, report: wire.Report) -> tuple[int, int]:
        self.answers += 1
        self.stored.update({known.seq: known for known in report.events})
        seq = 0
        while seq + 1 in self.stored:
            seq += 1
        return (1 if seq else 0, seq)


def status() -> wire.DeviceStatus:
    return wire.DeviceStatus.model_validate(STATUS | {"faults": ()})


def test_everything_is_sent_once_and_then_only_how_things_stand() -> None:
    box, receiver = Box(tuple(event(seq) for seq in range(1, 1001))), Receiver()
    report(receiver, box, "d1", status)

    assert box.at == (1, 1000)
    assert receiver.answers == 3
    report(receiver, box, "d1", status)
    assert receiver.answers == 4


def test_a_station_that_was_restored_is_told_again() -> None:
    box, receiver = Box(tuple(event(seq) for seq in range(1, 11)), at=(1, 10)), Receiver()
    report(receiver, box, "d1", status)
    assert box.at == (0, 0)
    report(receiver, box, "d1", status)

    assert len(receiver.stored) == 10
    assert box.at == (1, 10)


NOW = datetime.fromtimestamp(NOW_MS / 1000, UTC)
HAMLET = Hamlet("h1", "ap-1", "Ấp 1", gain_trim=Decibels(-1.5))
RULES = HouseRules(((time(21, 30), time(5, 0)),), 120, Lufs(-14.0))
AIRING = Airing(
    id="a1",
    edition_id="e1",
    slot_code="sang",
    kind=SlotKind.PROGRAMME,
    priority=Priority.PRIORITY,
    title="Tạm ngừng cấp nước",
    hamlet=HAMLET,
    starts_at=NOW + timedelta(hours=3),
    lateness_s=120,
    has_scripts=True,
    bulletin="ab" * 32,
    file_name="x.mp3",
    length=Milliseconds(61_000),
    voice="gtts",
    fallbacks=(Fallback("cd" * 32, "y.mp3", Milliseconds(60_000), "espeak", "offline voice"),),
)


def test_what_is_published_is_what_a_pc_reads() -> None:
    key = SigningKey.fresh()
    silent = replace(AIRING, id="a0", starts_at=NOW, has_scripts=False, bulletin="", fallbacks=())
    urgent = replace(AIRING, id="a9", kind=SlotKind.EMERGENCY, priority=Priority.EMERGENCY)
    relay = replace(silent, id="a2", starts_at=AIRING.starts_at, relay="VOV1")
    airings = [airing_content(one, lambda _sha: 48_000) for one in (AIRING, silent, urgent, relay)]
    found = standing(STATION, HAMLET, airings, RULES, silence=[("a7", NOW)])

    sealed = seal(Kind.TIMETABLE, issued(found, 3, NOW), key)
    read = wire.read(wire.Timetable, unseal(Kind.TIMETABLE, sealed, [key.public], wire.TIMETABLE_BYTES))

    assert [airing.id for airing in read.airings] == ["a0", "a1", "a2"]
    assert [airing.reason for airing in read.airings] == ["nothing queued", "", "relay VOV1"]
    assert [audio.voice for audio in read.airings[1].audio] == ["gtts", "espeak"]
    assert read.limits.quiet == [(1290, 300)]
    assert read.gain_trim_mb == -150
    assert read.version == 3
    assert wire.why_not_accepted(read, station=STATION, hamlet="h1", version=2, now_ms=NOW_MS) is None


def test_a_version_is_new_only_when_it_says_something_new() -> None:
    def sha(airing: Airing, sizes: int = 1) -> str:
        return standing(STATION, HAMLET, [airing_content(airing, lambda _sha: sizes)], RULES).sha256

    assert sha(AIRING) == sha(AIRING)
    assert sha(AIRING) != sha(replace(AIRING, title="Khác"))
    assert sha(AIRING) != sha(AIRING, sizes=0)
