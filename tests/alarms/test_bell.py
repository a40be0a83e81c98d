"""The outbox: recorded first, told once, seldom enough, until the line is back, given up after a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from broadcaster.alarms.alarm import Channel, Delivery, Filed, Kind
from broadcaster.alarms.bell import Bell
from broadcaster.clock import TurnedClock
from broadcaster.config import AlarmKind
from broadcaster.errors import AlarmError, StoreError
from broadcaster.playout.airing import Outcome
from broadcaster.store import Store
from tests.contracts.desk_store import BY, START, UNTIL, furnish, plan

HOUR = 3600.0
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


class Line:
    """A way to the operator that is up or down."""

    def __init__(self) -> None:
        self.up = True
        self.tries = 0
        self.messages: list[list[str]] = []

    def send(self, filed: Sequence[Filed]) -> None:
        self.tries += 1
        if not self.up:
            raise AlarmError("down", "line")
        self.messages.append([one.alarm.text for one in filed])

    @property
    def texts(self) -> list[str]:
        return [text for message in self.messages for text in message]


def bell_on(store: Store, clock: TurnedClock, kinds: Sequence[str] = tuple(Kind), **lines: Line) -> Bell:
    senders = {Channel(name): line for name, line in lines.items()}
    return Bell(store, senders, clock=clock, zone=ZONE, kinds=kinds, apart=timedelta(hours=1))


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def bell(store: Store, clock: TurnedClock, line: Line) -> Bell:
    return bell_on(store, clock, mail=line)


def told(bell: Bell) -> None:
    bell.file()
    for channel in bell.channels:
        bell.send(channel)


def states(store: Store) -> list[str]:
    return [str(one.state) for one in store.alarms(99)][::-1]


def test_the_settings_know_every_kind() -> None:
    assert {*get_args(AlarmKind), "test"} == {str(kind) for kind in Kind}


def test_what_was_rung_is_told_once_in_one_message(bell: Bell, line: Line, store: Store) -> None:
    bell.ring(Kind.DISK, "", "Đĩa sắp đầy")
    bell.ring(Kind.NO_AUDIO, "sang", "05:30 không có tiếng")
    assert line.messages == [], "ringing sends nothing by itself"

    told(bell)
    told(bell)

    assert line.messages == [["Đĩa sắp đầy", "05:30 không có tiếng"]]
    assert states(store) == ["sent", "sent"]


def test_no_alarm_is_lost_or_sent_again_by_a_restart(
    store: Store, clock: TurnedClock, tmp_path: Path, line: Line
) -> None:
    first = bell_on(store, clock, mail=line)
    first.ring(Kind.DISK, "", "một")
    first.file()
    store.close()  # the daemon is killed here

    again = Store.open(tmp_path / "schedules.db", clock=clock)
    second = bell_on(again, clock, mail=line)
    told(second)
    told(second)
    again.close()

    assert line.texts == ["một"]


def test_one_of_a_kind_in_an_hour_and_the_others_are_counted(
    bell: Bell, line: Line, clock: TurnedClock, store: Store
) -> None:
    for number in range(1, 6):
        bell.ring(Kind.SOUND_CARD, "usb", f"rút lần {number}")
        bell.ring(Kind.SOUND_CARD, "line", "another card") if number == 1 else None
        told(bell)
        clock.advance(60)
    assert line.texts == ["rút lần 1", "another card"]

    clock.advance(HOUR)
    told(bell)

    assert line.texts[2:] == ["rút lần 5 (and 3 more like it)"]
    assert sorted(set(states(store))) == ["counted", "sent"]
    clock.advance(2 * HOUR)
    told(bell)
    assert len(line.texts) == 3


def test_a_line_that_is_down_is_tried_ever_more_seldom(
    bell: Bell, line: Line, clock: TurnedClock, store: Store
) -> None:
    line.up = False
    bell.ring(Kind.DISK, "", "đầy")
    tried_at = list[int]()
    for second in range(0, 3600, 10):
        told(bell)
        if line.tries > len(tried_at):
            tried_at.append(second)
        clock.advance(10)

    assert tried_at == [0, 30, 90, 210, 450, 930, 1890]
    assert store.alarms(1)[0].trouble == "down: line"
    line.up = True
    clock.advance(HOUR)
    told(bell)
    assert line.texts == ["đầy"]


def test_after_a_day_it_is_given_up_on_record(
    bell: Bell, line: Line, clock: TurnedClock, store: Store
) -> None:
    line.up = False
    bell.ring(Kind.DISK, "", "đầy")
    for _quarter in range(25 * 4):
        told(bell)
        clock.advance(900)
    line.up = True
    told(bell)

    assert line.texts == []
    (gone,) = store.alarms(9)
    assert (gone.state, gone.trouble) == (Delivery.GIVEN_UP, "down: line")
    store.forget_alarms(clock.now() + timedelta(days=1))
    assert store.alarms(9) == ()


def test_a_clock_set_forward_gives_nothing_up_and_one_set_back_delays_nothing(
    bell: Bell, line: Line, clock: TurnedClock
) -> None:
    line.up = False
    bell.ring(Kind.DISK, "", "đầy")
    told(bell)
    clock.step(400 * 24 * HOUR)
    told(bell)
    clock.step(-400 * 24 * HOUR)
    line.up = True
    told(bell)

    assert line.texts == ["đầy"]


def test_each_way_for_itself(store: Store, clock: TurnedClock, line: Line) -> None:
    dead = Line()
    dead.up = False
    bell = bell_on(store, clock, mail=line, webhook=dead)
    bell.ring(Kind.DISK, "", "đầy")
    told(bell)
    clock.advance(120)
    told(bell)
    dead.up = True
    clock.advance(120)
    told(bell)

    assert line.texts == dead.texts == ["đầy"]


def test_a_flood_is_told_in_messages_of_fifty(bell: Bell, line: Line) -> None:
    for number in range(120):
        bell.ring(Kind.NO_AUDIO, f"slot {number}", f"{number}")
    told(bell)

    assert [len(message) for message in line.messages] == [50, 50, 20]
    for number in range(5000):
        bell.ring(Kind.NO_AUDIO, f"more {number}", f"{number}")
    bell.file()
    assert len(line.texts) == 120


def test_only_the_kinds_asked_for(store: Store, clock: TurnedClock, line: Line) -> None:
    bell = bell_on(store, clock, ["disk"], mail=line)
    bell.ring(Kind.CLOCK, "", "giờ sai")
    bell.ring(Kind.DISK, "", "đầy")
    told(bell)

    assert line.texts == ["đầy"]


def test_without_a_way_it_stands_on_record(store: Store, clock: TurnedClock) -> None:
    bell = bell_on(store, clock)
    bell.ring(Kind.DISK, "", "đầy")
    bell.ring(Kind.DISK, "", "đầy")
    told(bell)

    assert states(store) == ["noted", "counted"]


def test_what_cannot_be_recorded_now_is_recorded_later(store: Store, clock: TurnedClock, line: Line) -> None:
    bell = bell_on(store, clock, mail=line)
    bell.ring(Kind.DISK, "", "đầy")
    store._database.closed.set()
    store._database._engine.dispose()
    with pytest.raises(StoreError):
        bell.file()
    store._database.closed.clear()
    told(bell)

    assert line.texts == ["đầy"]


def ended(store: Store, clock: TurnedClock, outcome: Outcome, reason: str) -> None:
    ids = [airing.id for airing in store.claim(START + timedelta(days=20), clock.now())]
    assert ids
    store.end(ids, outcome, reason, 0.0, clock.now())


@pytest.fixture
def planned(store: Store) -> Store:
    store.reconcile([plan(furnish(store))], now=START - timedelta(hours=2), until=UNTIL)
    return store


@pytest.mark.parametrize(
    ("outcome", "reason", "kind", "words"),
    [
        (Outcome.MISSED, "too late by 300.0 s", Kind.MISSED, "too late by 300.0 s"),
        (Outcome.FAILED, "no sound", Kind.FAILED, "no sound"),
        (Outcome.AIRED, "no audio ready; fallback: last edition", Kind.FALLBACK, "no audio ready"),
    ],
)
def test_a_bad_end_is_one_alarm_for_all_its_hamlets(
    planned: Store, clock: TurnedClock, line: Line, outcome: Outcome, reason: str, kind: Kind, words: str
) -> None:
    bell = bell_on(planned, clock, mail=line)
    told(bell)
    ended(planned, clock, outcome, reason)
    told(bell)
    told(bell)

    (text,) = line.texts
    assert words in text
    assert "25/11 05:30" in text
    assert "Ấp 1, Ấp 2" in text
    assert planned.alarms(1)[0].alarm.kind is kind


def test_a_good_end_is_no_alarm(planned: Store, clock: TurnedClock, line: Line) -> None:
    bell = bell_on(planned, clock, mail=line)
    told(bell)
    ended(planned, clock, Outcome.AIRED, "")
    told(bell)

    assert line.texts == []


def test_ends_of_before_the_first_start_are_no_news_those_between_two_starts_are(
    planned: Store, clock: TurnedClock, line: Line
) -> None:
    ended(planned, clock, Outcome.MISSED, "station stopped")
    told(bell_on(planned, clock, mail=line))
    assert line.texts == []

    planned.reconcile([plan(planned.slots()[0], START + timedelta(days=1))], now=START, until=UNTIL)
    ended(planned, clock, Outcome.MISSED, "station stopped")
    told(bell_on(planned, clock, mail=line))
    told(bell_on(planned, clock, mail=line))

    assert len(line.texts) == 1
    assert BY not in line.texts[0]
