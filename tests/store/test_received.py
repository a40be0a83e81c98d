"""What a hamlet PC keeps of what its station publishes, on a real file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from broadcaster.clock import TurnedClock
from broadcaster.playout.airing import Airing, Outcome
from broadcaster.store.chain import verify
from broadcaster.store.player_store import PlayerStore
from broadcaster.store.received import Alert, InForce
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.house_rules import HouseRules
from broadcaster.timetable.slot import Priority, SlotKind
from broadcaster.units import Decibels, Lufs, Milliseconds
from tests.contracts.desk_store import NOW

STATION, DEVICE = "s" * 32, "d" * 16
PLACE = Hamlet("h1", "ap-1", "Ấp 1", output="file:", gain_trim=Decibels(-1.5))
RULES = HouseRules(((time(21, 30), time(5, 0)),), 120, Lufs(-14.0))
HOUR = timedelta(hours=1)


def opened(path: Path, station: str = STATION, device: str = DEVICE, place: Hamlet = PLACE) -> PlayerStore:
    return PlayerStore.of(path, station, device, place, TurnedClock(NOW))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "schedules.db"


@pytest.fixture
def store(path: Path) -> Iterator[PlayerStore]:
    store = opened(path)
    yield store
    store.close()


def airing(name: str, starts_at: datetime = NOW + HOUR, **changed: object) -> Airing:
    plain = Airing(
        id=name,
        edition_id=f"e-{name}",
        slot_code="sang",
        kind=SlotKind.PROGRAMME,
        priority=Priority.ROUTINE,
        title=f"Bản tin {name}",
        hamlet=PLACE,
        starts_at=starts_at,
        lateness_s=120,
        has_scripts=True,
        bulletin=f"sha-{name}",
        file_name=f"sha-{name}",
        length=Milliseconds(6000),
        voice="espeak",
    )
    return replace(plain, **changed)  # type: ignore[arg-type]


def urgent(name: str, starts_at: datetime = NOW + HOUR) -> Airing:
    return airing(name, starts_at, kind=SlotKind.EMERGENCY, priority=Priority.EMERGENCY)


@pytest.fixture
def take_over(store: PlayerStore) -> Callable[..., None]:
    def take_over(
        version: int, *airings: Airing, silenced: tuple[str, ...] = (), place: Hamlet = PLACE
    ) -> None:
        new = InForce(version, NOW + timedelta(days=14), RULES)
        store.take_over(new, place, airings, silenced, by="xã Tân Hưng", now=NOW)

    return take_over


def outcomes(store: PlayerStore) -> dict[str, str]:
    lines = store.as_run(NOW - 24 * HOUR, NOW + 240 * HOUR)
    return {line.airing_id: f"{line.outcome}: {line.reason}" for line in lines}


TakeOver = Callable[..., None]


def test_what_is_published_is_claimed_as_it_was_published(store: PlayerStore, take_over: TakeOver) -> None:
    take_over(1, airing("a"), airing("b", NOW + 2 * HOUR), airing("relay", NOW + 3 * HOUR, relay="VOV1"))

    assert store.next_due() == NOW + HOUR
    first, second, third = store.claim(NOW + 4 * HOUR, NOW)
    assert first == replace(airing("a"), hamlet=first.hamlet)
    assert (second.id, third.relay) == ("b", "VOV1")
    assert store.in_force() == InForce(1, NOW + timedelta(days=14), RULES)


def test_what_a_new_version_lacks_is_cancelled_and_what_began_is_left_alone(
    store: PlayerStore, take_over: TakeOver
) -> None:
    take_over(1, airing("due"), airing("kept"), airing("claimed", NOW), airing("ended", NOW))
    store.claim(NOW, NOW)
    store.end(["ended"], Outcome.AIRED, "", 6.0, NOW)

    take_over(2, airing("kept", NOW + 5 * HOUR, title="Mới", bulletin="sha-new", file_name="sha-new"))

    assert outcomes(store) == {"ended": "aired: ", "due": "cancelled: timetable changed"}
    assert [one.id for one in store.unfinished()] == ["claimed"]
    (kept,) = store.claim(NOW + 6 * HOUR, NOW)
    assert (kept.title, kept.bulletin, kept.starts_at) == ("Mới", "sha-new", NOW + 5 * HOUR)


def test_what_was_cancelled_comes_back_and_what_was_heard_does_not(
    store: PlayerStore, take_over: TakeOver
) -> None:
    take_over(1, airing("back"), airing("heard", NOW))
    store.claim(NOW, NOW)
    store.end(["heard"], Outcome.AIRED, "", 6.0, NOW)
    take_over(2)
    take_over(3, airing("back"), airing("heard", NOW + HOUR))

    assert [one.id for one in store.claim(NOW + 2 * HOUR, NOW)] == ["back"]
    assert outcomes(store) == {"heard": "aired: "}


def test_an_older_version_changes_nothing(store: PlayerStore, take_over: TakeOver) -> None:
    take_over(5, airing("a"))
    take_over(4, airing("b"))
    take_over(5, airing("c"))

    assert [one.id for one in store.claim(NOW + 2 * HOUR, NOW)] == ["a"]


def test_what_a_person_stopped_ends_or_is_called_off(store: PlayerStore, take_over: TakeOver) -> None:
    take_over(1, airing("sounds", NOW), airing("due"), airing("other"))
    store.claim(NOW, NOW)
    version = store.version()

    store.silence(["sounds", "due", "nobody knows this one"], by="xã Tân Hưng", now=NOW)

    assert store.version() != version, "the player looks at once"
    assert store.called_off() == (("sounds", "xã Tân Hưng"),)
    assert outcomes(store) == {"due": "cancelled: called off by xã Tân Hưng"}
    store.end(["sounds"], Outcome.CANCELLED, "called off by xã Tân Hưng", 1.0, NOW)
    assert store.called_off() == ()


def test_what_is_stopped_before_it_is_known_never_begins(store: PlayerStore, take_over: TakeOver) -> None:
    take_over(1, airing("a"), silenced=("a",))

    assert store.next_due() is None


def test_emergencies_go_by_their_serial(store: PlayerStore, take_over: TakeOver) -> None:
    def tell(serial: int, *airings: Airing, on: bool = True) -> None:
        store.take_over_emergency(Alert("x", serial, on, "Nguyễn Văn Bình", airings), NOW)

    assert store.emergency_serial("x") == -1
    tell(2, urgent("u1", starts_at=NOW), urgent("u2"))
    tell(1, urgent("old"))
    assert store.emergency_serial("x") == 2
    store.claim(NOW, NOW)
    take_over(1, airing("routine"))
    tell(3, urgent("u3"))

    assert outcomes(store) == {"u2": "cancelled: timetable changed"}
    assert store.called_off() == (), "what sounds of it goes on"
    tell(4, on=False)
    assert store.called_off() == ()
    assert outcomes(store)["u3"] == "cancelled: called off by Nguyễn Văn Bình"
    assert [one.id for one in store.claim(NOW + 2 * HOUR, NOW)] == ["routine"]


def test_an_emergency_that_is_called_off_stops_sounding(store: PlayerStore) -> None:
    store.take_over_emergency(Alert("x", 1, True, "Lan", (urgent("u1", starts_at=NOW),)), NOW)
    store.claim(NOW, NOW)
    store.take_over_emergency(Alert("x", 2, False, "Lan", ()), NOW)

    assert store.called_off() == (("u1", "Lan"),)


def test_nothing_is_louder_than_the_limit(store: PlayerStore, take_over: TakeOver) -> None:
    take_over(1, airing("loud", NOW), airing("soft", NOW), airing("unmeasured", NOW))
    assert set(store.unmeasured()) == {"sha-loud", "sha-soft", "sha-unmeasured"}
    store.note_loudness("sha-loud", Lufs(-6.0))
    store.note_loudness("sha-soft", Lufs(-20.0))
    assert store.unmeasured() == ("sha-unmeasured",)

    trims = {one.id: one.hamlet.gain_trim for one in store.claim(NOW, NOW)}

    assert trims == {"loud": -8.0, "soft": -1.5, "unmeasured": -14.0}
    assert {one.id: one.hamlet.gain_trim for one in store.unfinished()} == trims


def test_the_outbox_is_the_device_s_own_chain(store: PlayerStore, take_over: TakeOver) -> None:
    take_over(1, airing("a", NOW), airing("b"))
    store.claim(NOW, NOW)
    store.begin(["a"], NOW, Milliseconds(0), "sha-a")
    store.end(["a"], Outcome.AIRED, "x" * 5000, 6.0, NOW)
    take_over(2)

    events = store.events_after(0, 0, 10)
    assert [(event["seq"], event["kind"], event["airing_id"]) for event in events] == [
        (1, "began", "a"),
        (2, "ended", "a"),
        (3, "ended", "b"),
    ]
    (chain,) = verify(events)
    assert (chain.device, chain.broken_at) == (DEVICE, None)
    assert {event["station_id"] for event in events} == {STATION}
    assert all(len(event["payload"]) < 4000 for event in events)
    store.acknowledge(1, 2)
    assert store.acknowledged() == (1, 2)
    assert [event["seq"] for event in store.events_after(*store.acknowledged(), 10)] == [3]
    assert [event["seq"] for event in store.events_after(0, 0, 2)] == [1, 2]


def test_a_new_enrolment_of_the_same_hamlet_goes_on_with_a_chain_of_its_own(
    path: Path, store: PlayerStore, take_over: TakeOver
) -> None:
    moved = replace(PLACE, code="ap-moi", name="Ấp Mới", gain_trim=Decibels(-3.0))
    take_over(1, airing("a", NOW), airing("b"), place=moved)
    store.claim(NOW, NOW)
    store.end(["a"], Outcome.AIRED, "", 6.0, NOW)
    store.acknowledge(1, 1)
    store.close()

    again = opened(path, device="e" * 16)

    assert again.hamlets() == (moved,), "what the station said since stays"
    assert again.acknowledged() == (0, 0)
    assert again.events_after(0, 0, 9) == ()
    assert [one.id for one in again.claim(NOW + 2 * HOUR, NOW)] == ["b"]
    again.end(["b"], Outcome.AIRED, "", 6.0, NOW)
    (chain,) = verify(again.events_after(0, 0, 9))
    assert (chain.device, chain.broken_at) == ("e" * 16, None)
    again.close()


def test_as_the_pc_of_another_hamlet_it_forgets_what_that_one_was_to_hear(
    path: Path, store: PlayerStore, take_over: TakeOver
) -> None:
    take_over(7, airing("a"))
    store.take_over_emergency(Alert("x", 3, True, "Lan", ()), NOW)
    store.close()

    other = opened(path, device="e" * 16, place=Hamlet("h2", "ap-2", "Ấp 2", output="file:"))

    assert other.next_due() is None
    assert other.in_force() is None
    assert other.emergency_serial("x") == -1
    assert [place.code for place in other.hamlets()] == ["ap-2"]
    other.close()


@pytest.mark.parametrize("damaged", [True, False])
def test_tables_of_another_station_or_damaged_ones_are_put_aside(
    path: Path, store: PlayerStore, take_over: TakeOver, damaged: bool
) -> None:
    take_over(7, airing("a"))
    store.close()
    if damaged:
        path.write_bytes(b"SQLite format 3\0" + b"\7" * 5000)

    fresh = opened(path, station=STATION if damaged else "t" * 32)

    assert fresh.next_due() is None
    assert fresh.in_force() is None
    assert len(list(path.parent.glob("2*-schedules.db"))) == 1
    fresh.close()


def test_audio_of_what_has_ended_is_not_needed(store: PlayerStore, take_over: TakeOver) -> None:
    take_over(1, airing("a", NOW), airing("b"), airing("c"))
    store.claim(NOW, NOW)
    store.end(["a"], Outcome.AIRED, "", 6.0, NOW)

    assert store.audio_in_use() - {""} == {"sha-b", "sha-c"}
    assert store.next_airing(NOW) in (("b", "sha-b"), ("c", "sha-c"))
