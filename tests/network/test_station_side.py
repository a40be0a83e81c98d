"""The station of the tests and the real one keep one contract; what the real one publishes and believes."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from broadcaster.clock import TurnedClock
from broadcaster.desk.emergency import Emergency, EmergencyState
from broadcaster.network import wire
from broadcaster.network.enrolment_code import EnrolmentCode
from broadcaster.network.envelope import Kind, unseal
from broadcaster.network.keys import PublicKey, SigningKey
from broadcaster.network.station_keys import StationKeys
from broadcaster.network.station_side import StoreStation
from broadcaster.network.words import Word
from broadcaster.playout.airing import Outcome
from broadcaster.store import Store
from broadcaster.store.columns import to_ms
from broadcaster.store.restore import resume
from broadcaster.timetable.hamlet import PLAYER
from broadcaster.timetable.policy import Policy
from broadcaster.timetable.slot import Priority, Slot, SlotKind
from broadcaster.units import Lufs
from tests.contracts import desk_store
from tests.contracts.desk_store import BY, DAY, NOW, START, UNTIL
from tests.contracts.station_side import (
    StationSideContract,
    asked,
    began,
    enrolled,
    events,
    opened,
    refuses,
    report,
)
from tests.kit import without_triggers
from tests.network.messages import STATION
from tests.network.station import FakeStation

SECOND = timedelta(seconds=1)
NEAR, FAR = "id-ap-1", "id-ap-2"
"""Ấp 1 has a PC of its own, Ấp 2 hangs on this one."""
AUDIO, SIREN = desk_store.bulletin(), desk_store.bulletin("còi", "r2")


@dataclass
class FakeSite:
    station: FakeStation
    station_id: str = STATION

    def code(self) -> EnrolmentCode:
        self.station.code_open = True
        return self.station.code

    def revoke(self, device: str) -> None:
        self.station.revoked.add(device)


class TestFake(StationSideContract):
    @pytest.fixture
    def site(self, tmp_path: Path) -> FakeSite:
        return FakeSite(FakeStation(tmp_path))


@dataclass
class RealSite:
    """Two hamlets, and a slot for both with an edition at START."""

    store: Store
    station: StoreStation
    audio_out: Path
    clock: TurnedClock

    @property
    def station_id(self) -> str:
        return self.store.station_id

    def code(self) -> EnrolmentCode:
        return self.station.open_enrolment(NEAR, self.clock.now())

    def revoke(self, device: str) -> None:
        assert self.store.device(device).hamlet_id == NEAR
        self.station.revoke(NEAR, self.clock.now(), by=BY)

    def airings(self, hamlet: str = NEAR) -> dict[str, datetime]:
        """Id and start of those of the timetable."""
        handed = self.store.handed_over(NOW - DAY)
        booked = handed.airings.get(hamlet, ())
        return {one.id: handed.editions[one.edition_id].starts_at for one in booked}

    def lines(self, now: datetime) -> list[tuple[str, str, str]]:
        """The log of the day with what is unheard, as `asrun` shows it."""
        day = (START - DAY / 2, START + DAY / 2)
        every = [*self.store.as_run(*day), *self.store.unheard_airings(*day, now)]
        return sorted((line.hamlet, str(line.outcome), line.reason) for line in every)


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("founded")
    store = Store.open(folder / "schedules.db", clock=TurnedClock(NOW), create=True)
    furnish(store, folder)
    store.close()
    return folder


def furnish(store: Store, folder: Path) -> None:
    """What RealSite says."""
    morning = desk_store.furnish(store, "mot")
    store.save_hamlet(replace(desk_store.hamlet(), output=PLAYER), by=BY, now=NOW)
    store.reconcile([desk_store.plan(morning, START, ["id-mot"])], now=NOW, until=UNTIL)
    for audio in (AUDIO, SIREN):
        (folder / audio.file_name).write_bytes(b"sound" * 10)
        store.add_bulletin(audio, "Bản tin", now=NOW)
    store.keep_siren(SIREN.sha256)
    (edition,) = store.editions(NOW, UNTIL)
    store.fix(edition.id, ["id-mot"], "Bản tin", AUDIO.sha256, now=NOW)


@pytest.fixture
def site(founded: Path, tmp_path: Path) -> Iterator[RealSite]:
    folder, clock = Path(shutil.copytree(founded, tmp_path / "station")), TurnedClock(NOW)
    store = Store.open(folder / "schedules.db", clock=clock)
    yield RealSite(store, station_over(store, folder), folder, clock)
    store.close()


def station_over(store: Store, audio_out: Path, keys: StationKeys | None = None) -> StoreStation:
    emergency = SigningKey.fresh()
    return StoreStation(
        store,
        keys=keys or StationKeys(SigningKey.fresh(), lambda: emergency, emergency.public, ""),
        audio_out=audio_out,
        name="xã Tân Hưng",
        zone=ZoneInfo("Asia/Ho_Chi_Minh"),
        policy=Policy(),
        loudest=Lufs(-15.0),
        audio_base="https://audio.example",
    )


class TestStore(StationSideContract):
    """On SQLite."""


def ended(
    airing: str, starts_at: datetime, outcome: str = "aired", **more: Any
) -> tuple[str, str, dict[str, Any]]:
    line = {
        "hamlet": "ap-cu",
        "hamlet_name": "Ấp cũ",
        "slot": "sang",
        "title": "Bản tin",
        "kind": "programme",
        "starts_at": to_ms(starts_at),
        "started_at": to_ms(starts_at),
        "seconds_planned": 60.0,
        "seconds_played": 60.0 if outcome == "aired" else 0.0,
        "voice": "espeak:vi",
        "bulletin": "",
        "outcome": outcome,
        "reason": "",
    }
    return ("ended", airing, line | more)


def tell(site: RealSite, device: str, told: Sequence[tuple[str, str, dict[str, Any]]], now: datetime) -> None:
    chain = events(site.station_id, device, told)
    assert site.station.take_in(device, report(device, chain), now) == (1, len(chain))


class TestPublishing:
    def test_a_hamlets_pc_is_told_its_own_airings_and_this_computer_leaves_them_alone(
        self, site: RealSite
    ) -> None:
        who = enrolled(site)

        timetable = opened(site, who)

        (airing,) = timetable.airings
        assert (airing.id, airing.starts_at) == (next(iter(site.airings())), to_ms(START))
        (audio,) = airing.audio
        assert (audio.sha256, audio.bytes) == (AUDIO.sha256, 50)
        assert site.station.audio(who.device, audio.sha256).read_bytes() == b"sound" * 10
        assert timetable.audio_base == "https://audio.example"
        assert timetable.limits.quiet == [(1290, 300)]
        assert [one.hamlet.id for one in site.store.claim(START, START)] == [FAR]
        assert site.store.next_due() is None

    def test_a_version_is_issued_when_something_has_changed_or_it_grows_old(self, site: RealSite) -> None:
        assert site.station.publish(NOW) == ((NEAR, 1),)
        assert site.station.publish(NOW) == ()
        assert station_over(site.store, site.audio_out, site.station.keys).publish(NOW) == ()

        site.store.save_hamlet(replace(desk_store.hamlet(name="Ấp Mới"), output=PLAYER), by=BY, now=NOW)
        assert site.station.publish(NOW) == ((NEAR, 2),)
        assert site.station.publish(NOW + 6 * DAY) == ((NEAR, 3),), "what has passed has left it"
        assert site.station.publish(NOW + 12 * DAY) == ()
        assert site.station.publish(NOW + 13 * DAY) == ((NEAR, 4),)

    def test_a_hamlet_that_loses_its_pc_has_an_empty_timetable(self, site: RealSite) -> None:
        who = enrolled(site)

        site.store.save_hamlet(desk_store.hamlet(), by=BY, now=NOW)
        site.station.publish(NOW)

        timetable = opened(site, who)
        assert (timetable.version, timetable.airings) == (2, ())
        assert len(site.store.claim(START, START)) == 2

    def test_a_number_never_falls_whatever_was_lost_here(self, site: RealSite) -> None:
        who = enrolled(site)
        site.station.take_in(who.device, report(who.device, (), version=40), NOW)
        assert opened(site, who).version == 41

        copy = site.audio_out / "copy.db"
        site.store.backup(copy)
        resume(copy, site.clock, copy.parent, made_at=NOW, by=BY, replaced=None)
        store = Store.open(copy, clock=site.clock)
        station = station_over(store, site.audio_out, site.station.keys)
        ((_hamlet, version),) = station.publish(NOW)
        assert version > 1_000_000_000
        store.close()

    def test_stopped_airings_are_silent_there_too(self, site: RealSite) -> None:
        who = enrolled(site)
        stopped_at = START + 20 * SECOND

        site.store.ask_stop([NEAR], by=BY, now=stopped_at)
        site.station.publish(stopped_at)

        (silenced,) = opened(site, who).silence
        assert (silenced.id, silenced.at) == (next(iter(site.airings())), to_ms(stopped_at))

    def test_a_rehearsal_stays_here(self, site: RealSite) -> None:
        slot = replace(desk_store.slot("thu"), kind=SlotKind.REHEARSAL, hamlets=(NEAR,))
        site.store.add_one_off(slot, NOW, "Thử", AUDIO.sha256, by=BY, now=NOW)

        assert [one.hamlet.output for one in site.store.claim(NOW, NOW)] == ["file:"]
        assert list(site.airings().values()) == [START]


FLOOD = Emergency(
    id="lu",
    slot=Slot(
        "id-lu", "", "Khẩn cấp", time(), (NEAR, FAR), kind=SlotKind.EMERGENCY, priority=Priority.EMERGENCY
    ),
    state=EmergencyState.DRAFT,
    drill=False,
    title="Lũ về",
    text="Lũ về. Sơ tán ngay.",
    by=BY,
    reason="Vỡ đê",
    raised_at=NOW,
    repeat_s=300,
    until=NOW + timedelta(hours=6),
)


class TestEmergencies:
    def test_each_change_is_sealed_by_the_other_key_under_a_higher_serial(self, site: RealSite) -> None:
        who = enrolled(site)
        assert opened(site, who).emergencies == ()

        raised_at = NOW + SECOND
        site.store.raise_emergency(FLOOD, raised_at, by=BY, now=NOW)
        site.station.publish(NOW)
        first = told_of(site, who)
        assert (first.state, first.by, first.hamlets, first.serial) == ("on", BY, (NEAR,), 1)
        (airing,) = first.airings
        assert (airing.starts_at, airing.audio[0].sha256) == (to_ms(raised_at), SIREN.sha256)
        assert [one.kind for one in opened(site, who).airings] == [SlotKind.PROGRAMME]

        site.store.save_hamlet(replace(desk_store.hamlet(name="Ấp Mới"), output=PLAYER), by=BY, now=NOW)
        site.station.publish(NOW)
        assert told_of(site, who) == first, "nothing of it has changed"

        again = NOW + timedelta(minutes=5)
        site.store.book_round("lu", again, SIREN.sha256, after=raised_at, now=NOW)
        site.station.publish(NOW)
        second = told_of(site, who)
        assert [one.starts_at for one in second.airings] == [to_ms(raised_at), to_ms(again)]

        site.station.publish(raised_at + SECOND)
        site.store.end_emergency("lu", EmergencyState.CANCELLED, by=BY, now=raised_at + 9 * SECOND)
        site.station.publish(raised_at + 9 * SECOND)
        over = told_of(site, who)
        assert (over.state, over.airings) == ("cancelled", ())
        assert first.serial < second.serial < over.serial
        assert [one.id for one in opened(site, who).silence] == [airing.id]

    def test_without_its_key_nothing_is_sealed_and_what_was_sealed_stands(self, site: RealSite) -> None:
        who = enrolled(site)
        site.store.raise_emergency(FLOOD, NOW + SECOND, by=BY, now=NOW)
        site.station.publish(NOW)
        before, keys = told_of(site, who), site.station.keys
        site.store.end_emergency("lu", EmergencyState.CANCELLED, by=BY, now=NOW)

        site.station = station_over(site.store, site.audio_out, replace(keys, read_emergency=lambda: None))
        site.station.publish(NOW)
        assert told_of(site, who) == before

        site.station = station_over(site.store, site.audio_out, keys)
        site.station.publish(NOW)
        assert told_of(site, who).state == "cancelled"


def told_of(site: RealSite, who: wire.Enrolled) -> wire.Emergency:
    (envelope,) = opened(site, who).emergencies
    key = PublicKey.from_hex(who.emergency_key)
    return wire.read(wire.Emergency, unseal(Kind.EMERGENCY, envelope, [key], 500_000))


class TestTelling:
    def test_what_nobody_has_told_is_unheard_until_it_is(self, site: RealSite) -> None:
        (airing,) = site.airings()
        device, later = enrolled(site).device, START + 600 * SECOND
        assert site.lines(NOW) == []
        assert site.lines(later) == [("ap-1", "unheard", "not reported yet")]
        site.station.publish(later)
        assert site.lines(later) == [("ap-1", "unheard", "not reported yet")]

        for _again in range(2):
            tell(site, device, [*began(1), ended(airing, START)], later)

        assert site.lines(later) == [("ap-1", "aired", "")]
        chains = {chain.device: chain for chain in site.store.verify_as_run()}
        assert (len(chains), chains[device].events) == (2, 2)
        assert all(chain.broken_at is None for chain in chains.values())
        assert site.store.unlogged() == ()
        (heard,) = [event for event in site.store.as_run_events() if event["kind"] == "heard"]
        assert (heard["airing_id"], device in heard["payload"]) == (airing, True)
        assert opened_version(site, device) == 1, "what is told changes no timetable"

    def test_what_it_missed_is_told_to_the_operator_once(self, site: RealSite) -> None:
        (airing,) = site.airings()
        device, upto = enrolled(site).device, site.store.ended_untold().upto
        site.store.file_alarms([], (), now=NOW, apart=DAY, told=upto)

        for _again in range(2):
            tell(site, device, [ended(airing, START, "missed", reason="too late by 600.0 s")], START + DAY)

        (line,) = site.store.ended_untold().lines
        assert (line.hamlet, line.outcome) == ("ap-1", Outcome.MISSED)
        site.store.file_alarms([], (), now=NOW, apart=DAY, told=site.store.ended_untold().upto)
        assert site.store.ended_untold().lines == ()

    def test_its_word_stands_over_ours_where_it_played_what_we_had_called_off(self, site: RealSite) -> None:
        (airing,) = site.airings()
        device = enrolled(site).device
        site.store.reconcile([], now=NOW, until=UNTIL)
        assert ("ap-1", "cancelled", "timetable changed") in site.lines(START)

        tell(site, device, [ended(airing, START)], START)

        assert [line for line in site.lines(START) if line[0] == "ap-1"] == [("ap-1", "aired", "")]

    def test_an_older_timetable_of_its_takes_nothing_away(self, site: RealSite) -> None:
        (airing,) = site.airings()
        device = enrolled(site).device
        lost = ended(airing, START, "cancelled", reason="timetable changed")

        tell(site, device, [lost, ("restored", airing, {})], NOW)

        assert list(site.airings()) == [airing]
        assert site.lines(NOW) == []

    def test_what_a_restored_database_does_not_know_is_told_to_it_anew(self, site: RealSite) -> None:
        (airing,) = site.airings()
        who, copy = enrolled(site), site.audio_out / "copy.db"
        site.store.backup(copy)
        told = [ended(airing, START)]
        tell(site, who.device, told, START + SECOND)
        site.clock.advance((START + 2 * SECOND - NOW).total_seconds())
        resume(copy, site.clock, copy.parent, made_at=NOW, by=BY, replaced=None)

        store = Store.open(copy, clock=site.clock)
        back = replace(site, store=store, station=station_over(store, site.audio_out, site.station.keys))
        restored = "restored from a backup, it may have sounded"
        lost = ("ap-2", "missed", restored)
        assert back.lines(site.clock.now()) == [("ap-1", "unheard", "not reported yet"), lost]
        tell(back, who.device, told, site.clock.now())
        assert back.lines(site.clock.now()) == [("ap-1", "aired", ""), lost]
        store.close()

    def test_whatever_comes_in_whatever_pieces_the_log_is_the_same(self, site: RealSite) -> None:
        (airing,) = site.airings()
        device, chance = enrolled(site).device, random.Random(6)
        chain = events(site.station_id, device, [*began(30), ended(airing, START), *began(9)])
        upto = (0, 0)
        while upto != (1, len(chain)):
            begin = chance.randrange(max(1, upto[1] - 8), upto[1] + 4) - 1
            piece = list(chain[max(0, begin) : begin + chance.randrange(1, 9)])
            chance.shuffle(piece)
            upto = site.station.take_in(device, report(device, piece), NOW)

        kept = [event for event in site.store.as_run_events() if event["device"] == device]
        assert [event["hash"] for event in kept] == [event.hash for event in chain]
        assert site.lines(START) == [("ap-1", "aired", "")]

    def test_of_other_hamlets_it_tells_nothing(self, site: RealSite) -> None:
        device = enrolled(site).device
        (far,) = site.store.claim(START, START)

        tell(site, device, [ended(far.id, START)], START)

        site.store.end([far.id], Outcome.FAILED, "no sound", 0.0, START)
        assert [line for line in site.lines(START) if line[0] == "ap-2"] == [("ap-2", "failed", "no sound")]

    def test_what_its_player_began_again_is_added(self, site: RealSite) -> None:
        device = enrolled(site).device

        tell(site, device, [ended("again", START + 90 * SECOND)], START + DAY)

        (line,) = [line for line in site.store.as_run(START, START + DAY) if line.airing_id == "again"]
        assert (line.hamlet, line.slot, line.starts_at) == ("ap-1", "sang", START + 90 * SECOND)

    @pytest.mark.parametrize(
        "false",
        [
            {"outcome": "played"},
            {"started_at": "soon"},
            {"seconds_played": -1.0},
            {"bulletin": "../../etc"},
            {"reason": None},
        ],
        ids=str,
    )
    def test_what_no_player_writes_is_refused_whole(self, site: RealSite, false: dict[str, Any]) -> None:
        device = enrolled(site).device
        chain = events(site.station_id, device, [*began(1), ended("a", START, **false)])

        with refuses(Word.MALFORMED):
            site.station.take_in(device, report(device, chain), NOW)
        assert site.store.verify_as_run() == ()

    def test_what_its_hash_does_not_cover_is_refused(self, site: RealSite) -> None:
        device = enrolled(site).device
        (event,) = events(site.station_id, device, [ended("a", START, "missed")])
        forged = event.model_copy(update={"payload": event.payload.replace("missed", "failed")})
        strange = events("another station", device, began(1))

        for told in ((forged,), strange):
            with refuses(Word.MALFORMED):
                site.station.take_in(device, report(device, told), NOW)

    def test_a_fork_stands_aside_and_is_shown(self, site: RealSite) -> None:
        device = enrolled(site).device
        tell(site, device, began(2), NOW)
        for _again in range(2):
            other = events(site.station_id, device, began(2, position=7))
            with refuses(Word.FORKED):
                site.station.take_in(device, report(device, other), NOW)

        assert site.store.forked_events() == {device: 2}
        (state,) = site.station.device_states(NOW)
        assert state.forked
        assert state.last_seen == NOW

    def test_what_it_told_cannot_be_taken_out_unseen(self, site: RealSite) -> None:
        (airing,) = site.airings()
        tell(site, enrolled(site).device, [*began(1), ended(airing, START)], START)

        without_triggers(site.audio_out, "DELETE FROM asrun_event WHERE kind = 'ended'")

        assert all(chain.broken_at is None for chain in site.store.verify_as_run())
        assert site.store.unlogged() == (airing,)

    def test_its_clock_proves_nothing_here(self, site: RealSite) -> None:
        device, before = enrolled(site).device, site.store.newest_record()
        tell(site, device, began(3), NOW)
        assert site.store.newest_record() == before


class TestDevices:
    def test_a_code_lives_for_fifteen_minutes(self, site: RealSite) -> None:
        code, late = site.code(), NOW + timedelta(minutes=15)
        with refuses(Word.CODE_ENDED):
            site.station.enrol(asked(code, SigningKey.fresh()), late)

    def test_another_pc_for_the_hamlet_throws_the_first_one_out(self, site: RealSite) -> None:
        first, second = enrolled(site), enrolled(site)

        with refuses(Word.REVOKED):
            site.station.device_key(first.device)
        (state,) = site.station.device_states(NOW)
        assert (state.device, state.revoked_at, state.published) == (second.device, None, 1)

    def test_what_began_before_a_pc_was_enrolled_is_not_for_it_to_tell(self, site: RealSite) -> None:
        enrolled(site)
        site.clock.advance((START + SECOND - NOW).total_seconds())
        answer = site.station.enrol(asked(site.code(), SigningKey.fresh()), site.clock.now())

        assert opened(site, wire.read(wire.Enrolled, dict(answer))).airings == ()
        assert site.lines(site.clock.now()) == [("ap-1", "unheard", "not reported yet")]

    def test_how_each_stands_is_known(self, site: RealSite) -> None:
        (state,) = site.station.device_states(NOW)
        assert (state.device, state.last_seen, state.published) == ("", None, 0)

        device = enrolled(site).device
        site.station.take_in(device, report(device, (), version=1, faults=("loa hỏng",)), NOW + SECOND)

        (state,) = site.station.device_states(NOW)
        assert state.last_seen == NOW + SECOND
        assert state.status is not None
        assert (state.status.version, state.status.faults) == (1, ("loa hỏng",))


def opened_version(site: RealSite, device: str) -> int:
    return site.station.published(device).version
