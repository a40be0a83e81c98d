"""A hamlet PC takes its station's newest timetable when it is whole, and obeys nobody else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from broadcaster.clock import TurnedClock
from broadcaster.errors import NetworkError
from broadcaster.network import plain, wire
from broadcaster.network.envelope import Kind, seal
from broadcaster.network.follower import Follower, Trust
from broadcaster.network.keys import SigningKey
from broadcaster.network.line import Answer
from broadcaster.network.offset import Offset
from broadcaster.network.station_clock import StationClock
from broadcaster.network.words import Word
from tests.network.messages import DAY_MS, HAMLET, NOW_MS, STATION, airing, emergency, timetable

NOW = datetime.fromtimestamp(NOW_MS / 1000, UTC)
KEY, EMERGENCY_KEY = SigningKey.fresh(), SigningKey.fresh()
SOUND = b"sound" * 1000
SOUND_SHA = hashlib.sha256(SOUND).hexdigest()


def named(content: bytes) -> dict[str, Any]:
    sha256 = hashlib.sha256(content).hexdigest()
    return {"sha256": sha256, "bytes": len(content), "length_ms": 1000, "voice": "espeak", "why": ""}


@dataclass
class Side:
    accepted: list[wire.Timetable] = field(default_factory=list)
    emergencies: list[wire.Emergency] = field(default_factory=list)
    silenced: list[str] = field(default_factory=list)

    def version(self) -> int:
        return self.accepted[-1].version if self.accepted else 0

    def accept(self, timetable: wire.Timetable) -> None:
        self.accepted.append(timetable)

    def emergency_serial(self, emergency: str) -> int:
        return max((known.serial for known in self.emergencies if known.id == emergency), default=-1)

    def accept_emergency(self, emergency: wire.Emergency) -> None:
        self.emergencies.append(emergency)

    def silence(self, airings: Sequence[str]) -> None:
        self.silenced += airings


@dataclass
class FakeLine:
    """Says what it is told to; gives the audio that it has."""

    says: dict[str, str] = field(default_factory=dict)
    has: dict[str, bytes] = field(default_factory=dict)
    given: list[str] = field(default_factory=list)
    etag: str = '"1"'

    def timetable(self, etag: str, wait_s: int) -> Answer:
        if etag == self.etag:
            return Answer(304, b"", etag)
        return Answer(200, plain.text(self.says).encode(), self.etag)

    @contextmanager
    def audio(self, sha256: str, start: int) -> Iterator[tuple[int, Iterator[bytes]]]:
        if sha256 not in self.has:
            raise NetworkError("The station does not answer", sha256)
        self.given.append(sha256)
        yield start, iter([self.has[sha256][start:]])


@dataclass
class Pc:
    side: Side
    line: FakeLine
    follower: Follower
    audio: Path

    def told(self, content: dict[str, Any], key: SigningKey = KEY, kind: Kind = Kind.TIMETABLE) -> None:
        self.line.says = seal(kind, content, key)
        self.line.etag = f'"{len(self.line.etag) + content.get("version", 0)}{self.line.etag[1:]}'
        self.follower.poll(self.line, 0)


@pytest.fixture
def pc(tmp_path: Path) -> Pc:
    trust = Trust(STATION, HAMLET, KEY.public, EMERGENCY_KEY.public)
    side, line = Side(), FakeLine(has={SOUND_SHA: SOUND})
    return Pc(side, line, Follower(trust, side, tmp_path, TurnedClock(NOW)), tmp_path)


def with_sound(**changed: Any) -> dict[str, Any]:
    return timetable(airings=[airing(audio=[named(SOUND)])]) | changed


def test_a_version_is_in_force_when_its_audio_is_there(pc: Pc) -> None:
    pc.told(with_sound())
    assert pc.side.accepted == []
    assert pc.follower.news.is_set()

    pc.follower.fetch(pc.line)

    assert [accepted.version for accepted in pc.side.accepted] == [7]
    assert (pc.audio / SOUND_SHA).read_bytes() == SOUND
    assert pc.follower.why_not == ""
    assert not pc.follower.news.is_set()


def test_until_then_the_old_one_stays_and_it_says_why(pc: Pc) -> None:
    pc.told(with_sound())
    pc.follower.fetch(pc.line)
    missing = b"another"
    pc.told(with_sound(version=8, airings=[airing(audio=[named(SOUND), named(missing)])]))

    with pytest.raises(NetworkError):
        pc.follower.fetch(pc.line)

    assert pc.side.version() == 7
    assert pc.follower.wanted_version == 8
    assert pc.follower.why_not == Word.AUDIO_MISSING
    pc.line.has[named(missing)["sha256"]] = missing
    pc.follower.fetch(pc.line)
    assert pc.side.version() == 8
    assert pc.line.given.count(SOUND_SHA) == 1


def test_what_is_far_off_need_not_be_there_yet_but_is_fetched(pc: Pc) -> None:
    later = airing(id="a2", starts_at=NOW_MS + DAY_MS + 1, audio=[named(b"later")])
    pc.told(with_sound(airings=[later, airing(audio=[named(SOUND)])]))

    with pytest.raises(NetworkError):
        pc.follower.fetch(pc.line)
    assert pc.side.version() == 7

    pc.line.has[named(b"later")["sha256"]] = b"later"
    pc.follower.fetch(pc.line)
    assert (pc.audio / named(b"later")["sha256"]).exists()
    assert len(pc.side.accepted) == 1


@pytest.mark.parametrize(
    ("changed", "key", "kind", "why"),
    [
        ({}, SigningKey.fresh(), Kind.TIMETABLE, Word.WRONG_KEY),
        ({}, EMERGENCY_KEY, Kind.TIMETABLE, Word.WRONG_KEY),
        ({}, KEY, Kind.EMERGENCY, Word.BAD_SIGNATURE),
        ({"station": "t" * 32}, KEY, Kind.TIMETABLE, Word.OTHER_STATION),
        ({"hamlet": "g" * 32}, KEY, Kind.TIMETABLE, Word.OTHER_HAMLET),
        ({"issued_at": 0, "expires_at": 14 * DAY_MS}, KEY, Kind.TIMETABLE, Word.EXPIRED),
        (
            {"issued_at": NOW_MS + DAY_MS, "expires_at": NOW_MS + 15 * DAY_MS},
            KEY,
            Kind.TIMETABLE,
            Word.FROM_THE_FUTURE,
        ),
        ({"airings": 7}, KEY, Kind.TIMETABLE, Word.MALFORMED),
    ],
)
def test_it_obeys_nobody_else(
    pc: Pc, changed: dict[str, Any], key: SigningKey, kind: Kind, why: Word
) -> None:
    pc.told(with_sound(**changed), key, kind)
    pc.follower.fetch(pc.line)

    assert pc.side.accepted == []
    assert pc.follower.why_not == why
    pc.told(with_sound())
    pc.follower.fetch(pc.line)
    assert pc.side.version() == 7


def test_an_old_version_is_no_news(pc: Pc) -> None:
    for version in (7, 7, 6):
        pc.told(with_sound(version=version))
        pc.follower.fetch(pc.line)

    assert [accepted.version for accepted in pc.side.accepted] == [7]
    assert pc.follower.why_not == ""


def test_rubbish_is_refused_and_forgotten(pc: Pc) -> None:
    for body in (b"", b"\xff", b"[" * 100_000, b"x" * 5_000_000):
        pc.line.etag += "x"
        pc.line.timetable = lambda etag, wait_s, body=body: Answer(200, body, pc.line.etag)  # type: ignore[method-assign, misc]
        pc.follower.poll(pc.line, 0)
        assert pc.follower.why_not in (Word.MALFORMED, Word.TOO_LARGE)


def test_damaged_audio_is_never_accepted(pc: Pc) -> None:
    pc.line.has[SOUND_SHA] = SOUND[:-1] + b"!"
    pc.told(with_sound())

    with pytest.raises(NetworkError, match=Word.AUDIO_DAMAGED):
        pc.follower.fetch(pc.line)

    assert pc.side.accepted == []
    assert pc.follower.why_not == Word.AUDIO_DAMAGED
    assert list(pc.audio.iterdir()) == []


class TestEmergency:
    def told(
        self, pc: Pc, *emergencies: dict[str, Any], key: SigningKey = EMERGENCY_KEY, version: int = 7
    ) -> None:
        envelopes = [seal(Kind.EMERGENCY, content, key) for content in emergencies]
        pc.told(with_sound(version=version, emergencies=envelopes))

    def sounding(self, **changed: Any) -> dict[str, Any]:
        urgent = airing(kind="emergency", priority="emergency", audio=[named(b"siren")])
        return emergency(airings=[urgent]) | changed

    def test_it_does_not_wait_for_the_rest(self, pc: Pc) -> None:
        pc.line.has = {named(b"siren")["sha256"]: b"siren"}
        self.told(pc, self.sounding())
        assert pc.follower.urgent_news.is_set()

        pc.follower.fetch_urgent(pc.line)

        assert [known.id for known in pc.side.emergencies] == ["x1"]
        assert pc.side.accepted == []

    def test_its_end_is_taken_too_and_an_old_word_is_not(self, pc: Pc) -> None:
        pc.line.has = {named(b"siren")["sha256"]: b"siren"}
        self.told(pc, self.sounding(serial=2))
        pc.follower.fetch_urgent(pc.line)
        self.told(pc, self.sounding(serial=3, state="cancelled", airings=[]), version=8)
        pc.follower.fetch_urgent(pc.line)
        self.told(pc, self.sounding(serial=2), version=9)
        pc.follower.fetch_urgent(pc.line)
        self.told(pc, self.sounding(serial=3, state="cancelled", airings=[]), version=10)
        pc.follower.fetch_urgent(pc.line)

        assert [(known.serial, known.state) for known in pc.side.emergencies] == [(2, "on"), (3, "cancelled")]

    def test_a_false_one_is_refused_and_harms_no_other(self, pc: Pc) -> None:
        pc.line.has |= {named(b"siren")["sha256"]: b"siren"}
        false = seal(Kind.EMERGENCY, self.sounding(id="x2"), KEY)
        true = seal(Kind.EMERGENCY, self.sounding(), EMERGENCY_KEY)
        pc.told(with_sound(emergencies=[false, true]))
        pc.follower.fetch_urgent(pc.line)
        pc.follower.fetch(pc.line)

        assert [known.id for known in pc.side.emergencies] == ["x1"]
        assert pc.side.version() == 7

    @pytest.mark.parametrize("changed", [{"station": "t" * 32}, {"hamlets": ["g" * 32]}])
    def test_another_s_is_not_ours(self, pc: Pc, changed: dict[str, Any]) -> None:
        self.told(pc, self.sounding(**changed))
        pc.follower.fetch_urgent(pc.line)

        assert pc.side.emergencies == []


class TestStationClock:
    def test_nothing_is_known_at_first(self, tmp_path: Path) -> None:
        clock = StationClock(TurnedClock(NOW), tmp_path / "clock")

        assert not clock.trusted
        assert clock.error is None
        assert clock.now() == NOW

    def test_it_shows_the_station_s_time_whatever_is_done_to_the_pc_s(self, tmp_path: Path) -> None:
        own = TurnedClock(NOW)
        clock = StationClock(own, tmp_path / "clock")
        assert clock.learn(Offset((NOW.timestamp() + 120) - own.monotonic(), 0.03, own.monotonic()))
        own.advance(60)
        own.step(-7200)

        assert clock.trusted
        assert abs(clock.now() - (NOW + timedelta(seconds=180))) < timedelta(milliseconds=1)
        assert clock.ahead == pytest.approx(-7320)

    def test_a_worse_measurement_is_believed_only_when_the_old_one_has_aged(self, tmp_path: Path) -> None:
        own = TurnedClock(NOW)
        clock = StationClock(own, tmp_path / "clock")
        clock.learn(Offset(1000.0, 0.03, own.monotonic()))
        assert not clock.learn(None)
        assert not clock.learn(Offset(1000.05, 0.06, own.monotonic()))
        own.advance(600)
        assert clock.learn(Offset(1000.05, 0.06, own.monotonic()))

    def test_a_measurement_that_is_too_wide_is_not_trusted(self, tmp_path: Path) -> None:
        clock = StationClock(TurnedClock(NOW), tmp_path / "clock")
        clock.learn(Offset(1000.0, 0.6, 0.0))

        assert not clock.trusted

    def test_it_is_remembered_over_a_restart_without_a_line(self, tmp_path: Path) -> None:
        own = TurnedClock(NOW)
        StationClock(own, tmp_path / "clock").learn(Offset(NOW.timestamp() + 2 - own.monotonic(), 0.03, 0.0))
        own.advance(3 * 86_400)
        again = TurnedClock(own.now())
        clock = StationClock(again, tmp_path / "clock")

        assert clock.trusted
        assert abs(clock.now() - (own.now() + timedelta(seconds=2))) < timedelta(milliseconds=1)
        again.advance(11 * 86_400 + 1)
        assert not clock.trusted

    @pytest.mark.parametrize("wall", [NOW - timedelta(hours=1), datetime(1970, 1, 1, tzinfo=UTC)])
    def test_not_when_the_pc_s_own_clock_was_reset(self, tmp_path: Path, wall: datetime) -> None:
        own = TurnedClock(NOW)
        StationClock(own, tmp_path / "clock").learn(Offset(NOW.timestamp(), 0.03, 0.0))

        assert not StationClock(TurnedClock(wall), tmp_path / "clock").trusted

    @pytest.mark.parametrize("battery", [True, False])
    def test_after_a_power_cut_only_where_the_clock_went_on(self, tmp_path: Path, battery: bool) -> None:
        memory, rtc = tmp_path / "clock", tmp_path / "rtc0"
        own = TurnedClock(NOW)
        StationClock(own, memory).learn(Offset(NOW.timestamp() - own.monotonic(), 0.03, 0.0))
        memory.write_text(json.dumps(json.loads(memory.read_text()) | {"boot": "another"}))
        if battery:
            rtc.touch()

        assert StationClock(TurnedClock(NOW), memory, rtc).trusted is battery

    @pytest.mark.parametrize("content", ["", "{}", "[]", '{"ahead": "x", "error": 1, "seen": 1}'])
    def test_a_damaged_memory_is_none(self, tmp_path: Path, content: str) -> None:
        (tmp_path / "clock").write_text(content)

        assert not StationClock(TurnedClock(NOW), tmp_path / "clock").trusted
