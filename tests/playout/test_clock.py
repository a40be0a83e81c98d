"""A clock that is doubted: over restarts, until a time server or a person says that it is right."""

from __future__ import annotations

import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broadcaster.audio import RATE
from broadcaster.clock import SystemClock, TurnedClock
from broadcaster.desk.script import Person
from broadcaster.errors import NotFound, StoreLocked
from broadcaster.playout.airing import Outcome
from broadcaster.playout.clock_gate import PROGRAM_MADE, ClockGate, Forgetful, in_words, seconds_slept
from broadcaster.playout.time_servers import TimeSources, ask
from broadcaster.station import Station
from broadcaster.store import Store
from broadcaster.store.asrun import Event, append
from broadcaster.timetable.slot import Priority
from tests.kit import here
from tests.playout.conftest import Rig, tone
from tests.playout.test_playout import JumpingClock

NOW = datetime(2026, 11, 24, 5, 30, tzinfo=UTC)
DAY = 86_400.0
_ERA = datetime(1900, 1, 1, tzinfo=UTC)


class Memory(Forgetful):
    def __init__(self, past: datetime = NOW - timedelta(days=1)) -> None:
        super().__init__()
        self.past = past
        self.broken = False

    def clock_surely_past(self) -> datetime:
        return self.past

    def clock_doubted(self) -> bool:
        self._refuse()
        return super().clock_doubted()

    def doubt_clock(self) -> None:
        self._refuse()
        super().doubt_clock()

    def trust_clock(self) -> None:
        self._refuse()
        super().trust_clock()

    def _refuse(self) -> None:
        if self.broken:
            raise StoreLocked("locked")


class Gate:
    """A gate of a turned clock, with all that it asks."""

    def __init__(self, memory: Memory | None = None, now: datetime = NOW) -> None:
        self.clock = TurnedClock(now)
        self.memory = memory or Memory()
        self.vouched = False
        self.slept = 0.0
        self.gate = ClockGate(self.clock, lambda: self.vouched, self.memory, lambda: self.slept)

    def closed(self) -> bool:
        self.clock.advance(1)
        self.gate.check()
        return self.gate.closed


def test_a_person_lifts_a_doubt() -> None:
    it = Gate()
    it.clock.step(DAY)
    assert it.closed()
    assert it.memory.clock_doubted()
    assert it.closed()
    it.memory.trust_clock()
    assert not it.closed()
    it.clock.step(-DAY)
    assert it.closed()


def test_a_doubt_outlives_the_process() -> None:
    memory = Memory()
    first = Gate(memory)
    first.clock.step(DAY)
    assert first.closed()
    later = Gate(memory, NOW + timedelta(days=1, minutes=5))
    assert later.gate.closed
    assert later.closed()
    assert "doubted since before the start" in in_words(later.gate.check())
    later.vouched = True
    assert not later.closed()
    assert not memory.clock_doubted()
    assert not Gate(memory).closed()


def test_a_clock_that_starts_in_the_past_is_doubted_until_it_is_vouched_for() -> None:
    it = Gate(now=datetime(2007, 1, 1, tzinfo=UTC))
    assert it.closed()
    assert in_words(it.gate.check()).startswith("The clock jumped by -627")
    it.clock.step((NOW - it.clock.now()).total_seconds())
    assert it.closed()
    it.vouched = True
    assert not it.closed()


def test_a_start_a_little_before_the_last_event_is_a_small_step() -> None:
    assert not Gate(Memory(NOW + timedelta(seconds=50))).closed()


@pytest.mark.parametrize("hours", [0.1, 9.0])
def test_the_computers_sleep_is_no_jump_whether_or_not_the_monotonic_clock_ran_on(hours: float) -> None:
    ran_on, stood = Gate(), Gate()
    ran_on.clock.advance(hours * 3600)
    assert not ran_on.closed()
    stood.clock.step(hours * 3600)
    stood.slept += hours * 3600
    assert not stood.closed()


def test_a_database_that_is_locked_keeps_the_doubt() -> None:
    it = Gate()
    it.memory.broken = True
    it.clock.step(DAY)
    assert it.closed()
    assert it.closed()
    it.memory.broken = False
    assert it.closed()
    it.memory.broken = True
    assert it.closed()
    it.vouched = True
    assert not it.closed()
    it.memory.broken = False
    assert it.memory.clock_doubted()


def test_how_long_the_computer_slept_is_known_where_it_must_be(monkeypatch: pytest.MonkeyPatch) -> None:
    assert seconds_slept() >= 0
    monkeypatch.setattr(sys, "platform", "win32")
    assert seconds_slept() == 0.0


Answer = Callable[[bytes], bytes | None]


def answer(request: bytes, off: float = 0.0, **wrong: object) -> bytes:
    """What an honest server says, `off` seconds ahead of ours."""
    sent = (datetime.now(UTC) - _ERA).total_seconds() + off
    stamp = struct.pack(">II", int(sent) % (1 << 32), int(sent % 1 * (1 << 32)))
    head = bytes([wrong.get("head", 0o44), wrong.get("stratum", 2), 6, 0xEC])  # type: ignore[list-item]
    cookie = wrong.get("cookie", request[40:48])
    assert isinstance(cookie, bytes)
    return head + bytes(20) + cookie + stamp + wrong.get("stamp", stamp)  # type: ignore[operator]


@contextmanager
def time_server(says: Answer) -> Iterator[str]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        line.settimeout(0.02)
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                try:
                    request, whom = line.recvfrom(512)
                except TimeoutError:
                    continue
                if (told := says(request)) is not None:
                    line.sendto(told, whom)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"127.0.0.1:{line.getsockname()[1]}"
        finally:
            over.set()
            thread.join()


def ahead(server: str) -> float:
    clock = SystemClock()
    opinion = ask(server, clock)
    return (opinion.now(clock.monotonic()) - clock.now()).total_seconds()


@pytest.mark.parametrize("off", [0.0, 3600.5, -86_400.0])
def test_a_time_server_is_asked(off: float) -> None:
    with time_server(lambda request: answer(request, off)) as server:
        assert ahead(server) == pytest.approx(off, abs=0.5)


def test_the_time_goes_on_after_2036() -> None:
    late = (datetime(2040, 1, 1, tzinfo=UTC) - datetime.now(UTC)).total_seconds()
    with time_server(lambda request: answer(request, late)) as server:
        assert ahead(server) == pytest.approx(late, abs=0.5)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"cookie": b"8 bytes!"}, "not an answer"),
        ({"head": 0o43}, "not an answer"),
        ({"head": 0o344}, "does not know"),
        ({"stratum": 0}, "does not know"),
        ({"stratum": 16}, "does not know"),
        ({"stamp": bytes(8)}, "does not know"),
        ({"stamp": b""}, "too short"),
    ],
)
def test_an_answer_that_proves_nothing_is_not_taken(wrong: dict[str, object], why: str) -> None:
    dishonest = time_server(lambda request: answer(request, **wrong))  # type: ignore[arg-type]
    with dishonest as server, pytest.raises(ValueError, match=why):
        ask(server, SystemClock())


def test_a_server_that_does_not_answer_is_waited_for_two_seconds_and_no_more() -> None:
    before = time.monotonic()
    with time_server(lambda _request: None) as server, pytest.raises(OSError, match="timed out"):
        ask(server, SystemClock())
    assert time.monotonic() - before < 4


def decided(sources: TimeSources) -> bool:
    """What it says when the servers have answered."""
    sources.vouch()
    Rig.wait(lambda: sources._opinions is not None, 10)
    return sources.vouch()


def test_a_second_source_agrees_or_does_not() -> None:
    clock = SystemClock()
    with time_server(answer) as right, time_server(lambda request: answer(request, 300.0)) as wrong:
        assert decided(TimeSources([right], clock, lambda: False))
        assert not decided(TimeSources([wrong], clock, lambda: True))
        assert not decided(TimeSources([right, wrong], clock, lambda: True))
        nobody = "127.0.0.1:1"
        assert decided(TimeSources([nobody, right], clock, lambda: False))
        assert decided(TimeSources([nobody], clock, lambda: True))
        assert not decided(TimeSources([nobody], clock, lambda: False))
    assert TimeSources([], clock, lambda: True).vouch()


def test_nothing_is_vouched_for_while_servers_are_being_asked() -> None:
    with time_server(lambda _request: None) as server:
        assert not TimeSources([server], SystemClock(), lambda: True).vouch()


def test_an_old_opinion_is_asked_for_again() -> None:
    asked = []

    def says(request: bytes) -> bytes:
        asked.append(request)
        return answer(request, 0.0)

    turned = TurnedClock(datetime.now(UTC))
    with time_server(says) as server:
        sources = TimeSources([server], turned, lambda: False)
        assert decided(sources)
        turned.advance(29)
        assert sources.vouch()
        assert len(asked) == 1
        turned.advance(2)
        assert sources.vouch()
        Rig.wait(lambda: len(asked) == 2)
        turned.advance(100)
        assert not sources.vouch()


def test_a_clock_that_jumps_stops_a_routine_airing_that_sounds_and_no_emergency(rig: Rig) -> None:
    rig.clock = jumping = JumpingClock()
    routine = rig.book(0.5, tone(60))
    urgent = rig.book(0.5, tone(3), code="ap-2", priority=Priority.EMERGENCY)
    rig.start()
    rig.wait(lambda: len(rig.takes()) == 1 and bool(rig.takes()[0].blocks))
    jumping.jump = timedelta(hours=-7)
    line = rig.outcome(routine)
    assert line.outcome is Outcome.PARTIAL
    assert line.reason.startswith("clock not to be trusted")
    assert rig.outcome(urgent).outcome is Outcome.AIRED


def test_what_the_computer_slept_over_is_not_made_up_for_hours_later(rig: Rig) -> None:
    """The monotonic clock stood still meanwhile; the time servers say that the wall clock is right."""
    rig.clock = jumping = JumpingClock()
    rig.clock_vouched = True
    airing = rig.book(0.5, tone(60))
    rig.start()
    rig.wait(lambda: bool(rig.takes()) and bool(rig.takes()[0].blocks))
    jumping.jump = timedelta(hours=7)
    line = rig.outcome(airing)
    assert (line.outcome, line.seconds_played < 5) == (Outcome.PARTIAL, True)
    assert line.reason.startswith("too little was left")


def test_what_was_to_begin_when_the_computer_fell_asleep_does_not_begin_hours_later(rig: Rig) -> None:
    rig.clock = jumping = JumpingClock()
    rig.clock_vouched = True
    airing = rig.book(0.7, tone(60))
    committed = threading.Event()

    def asleep(method: str) -> None:
        if method == "begin" and not committed.is_set():
            jumping.jump = timedelta(hours=7)
            committed.set()

    rig.ledger.failing = asleep
    rig.start()
    line = rig.outcome(airing)
    assert committed.is_set()
    assert (line.outcome, line.seconds_played) == (Outcome.MISSED, 0.0)
    assert [take for take in rig.takes() if take.blocks] == []


def test_a_vouched_step_back_lets_an_airing_go_on_where_it_was(rig: Rig) -> None:
    rig.clock = jumping = JumpingClock()
    rig.clock_vouched = True
    airing = rig.book(0.5, tone(4))
    rig.start()
    rig.wait(lambda: bool(rig.takes()) and len(rig.takes()[0].blocks) > 10)
    jumping.jump = timedelta(days=-1)
    line = rig.outcome(replace(airing), within=15)
    assert line.outcome is Outcome.AIRED
    lost = len(tone(4)) - sum(len(take.samples) for take in rig.takes())
    assert lost == 0 or "began late" in line.reason  # a busy machine may begin late; nothing else is lost
    assert 0 <= lost <= RATE


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    (tmp_path / "broadcaster.toml").write_text('[station]\nlanguage = "en"\n')
    store = Store.open(tmp_path / "schedules.db", clock=SystemClock(), create=True)
    store.add_person(Person("p", "Nguyễn Thị Lan", "cán bộ"), by="", now=NOW)
    store.close()
    with Station(tmp_path) as station:
        yield station


def test_a_person_confirms_the_clock_on_the_command_line(station: Station) -> None:
    store = station.store
    assert not store.clock_doubted()
    assert not station.sound.clock_gate().closed
    store.doubt_clock()
    assert station.sound.clock_gate().closed
    assert here(station.folder, "clock", "confirm", "--by", "ai đó").code == 1
    assert store.clock_doubted()
    confirmed = here(station.folder, "clock", "confirm", "--by", "nguyễn thị lan")
    assert confirmed.code == 0
    assert "confirmed by Nguyễn Thị Lan" in confirmed.out
    assert not store.clock_doubted()
    with pytest.raises(NotFound):
        store.confirm_clock(by="ai đó", now=NOW)
    store.doubt_clock()
    store.trust_clock()
    assert not store.clock_doubted()


def test_the_last_event_of_the_log_is_surely_past_unless_the_clock_was_confirmed_since(
    station: Station,
) -> None:
    store, wrong = station.store, NOW + timedelta(days=9000)
    assert store.clock_surely_past() == PROGRAM_MADE
    with store._database.writing() as connection:
        append(connection, wrong, Event.CHECKPOINT, [("", {})])
    assert store.clock_surely_past() == wrong
    assert station.sound.clock_gate().closed
    store.confirm_clock(by="Nguyễn Thị Lan", now=NOW)
    assert store.clock_surely_past() == NOW
    with store._database.writing() as connection:
        append(connection, NOW + timedelta(hours=1), Event.CHECKPOINT, [("", {})])
    assert store.clock_surely_past() == NOW + timedelta(hours=1)


def test_a_clock_that_shows_a_past_time_cannot_be_confirmed(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broadcaster.cli.clock.PROGRAM_MADE", datetime(2100, 1, 1, tzinfo=UTC))
    refused = here(station.folder, "clock", "confirm", "--by", "Nguyễn Thị Lan")
    assert refused.code == 1
    assert "surely past" in refused.err
