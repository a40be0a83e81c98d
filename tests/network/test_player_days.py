"""Days of a hamlet PC in seconds: the whole of it in this process, on a clock that jumps over the hours
between the airings, before a real server on a real line."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from broadcaster.network import plain
from broadcaster.network.keys import SigningKey
from broadcaster.network.words import Word
from broadcaster.store.chain import verify
from tests.kit import until
from tests.network import hamlet, messages
from tests.network.hamlet import JumpingClock, Publisher, airing, enrolled, ms, on_duty, takes, urgent_airing
from tests.network.proxy import Weather, proxied

# CPython loses a TLS socket that is reset before its handshake, and closes it only when it is collected:
# here, so that no test of another file is blamed.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning"
)
NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
BEFORE_S = 2.0
"""How long before an airing time is jumped to: from there on it is real."""


class Rig:
    """A station, a line with weather, and a hamlet PC on duty, all on one clock."""

    def __init__(self, folder: Path) -> None:
        self.clock = JumpingClock(NOW)
        (folder / "audio").mkdir()
        self.station = Publisher(folder / "audio", self.clock)
        self.station.publish()
        self.weather = Weather()
        self.folder = folder / "pc"
        self._certificate = folder / "certificate"
        self._stack, self._pc = ExitStack(), ExitStack()

    def begin(self) -> None:
        self.server, port = self._stack.enter_context(hamlet.serving(self.station, self._certificate))
        self.port = self._stack.enter_context(proxied(port, self.weather))
        enrolled(self.folder, self.station, f"https://127.0.0.1:{self.port}", self.clock)
        self.start_pc()

    def start_pc(self) -> None:
        self.running = self._pc.enter_context(on_duty(self.folder, self.clock))

    def stop_pc(self) -> None:
        self._pc.close()

    def end(self) -> None:
        self.weather.down = True
        self._pc.close()
        self._stack.close()

    def jump_to(self, instant: datetime) -> None:
        self.clock.jump((instant - self.clock.now()).total_seconds())

    def until(self, condition: Callable[[], object], *, step: float = 0.0, within: float = 20.0) -> None:
        """Real seconds at most; `step`: with so much more time passing at each look."""
        end = time.monotonic() + within
        while not condition():
            assert time.monotonic() < end, self.station.statuses[-1:]
            self.clock.jump(step)
            time.sleep(0.02)

    def publish(self, *airings: dict[str, Any], **changed: Any) -> None:
        self.station.publish(*airings, **changed)
        self.server.wake()

    def in_force(self, version: int) -> None:
        """Within the ten minutes, at twenty times the pace, that a PC may take before it fetches audio."""
        self.until(
            lambda: self.station.status and self.station.status.version == version, step=0.5, within=60.0
        )


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path)
    rig.begin()
    yield rig
    rig.end()
    gc.collect()


def test_two_days_without_the_station_and_every_airing_plays(rig: Rig) -> None:
    sounds = [rig.station.sound(1.2, hertz=300 + 100 * n) for n in range(3)]
    hours = range(5, 48, 21)
    days = [airing(f"a{hour}", NOW + timedelta(hours=hour), sounds[hour // 21]) for hour in hours]
    rig.publish(*days)
    rig.in_force(2)
    until(lambda: all((rig.folder / "audio_out" / sound["sha256"]).exists() for sound in sounds))
    rig.weather.down = True
    rig.server.wake()

    for number, hour in enumerate(hours, 1):
        rig.jump_to(NOW + timedelta(hours=hour, seconds=-BEFORE_S))
        rig.until(partial(ended_are, rig, number))
    assert rig.clock.now() > NOW + timedelta(hours=46)
    assert rig.station.told("ended") == []
    rig.weather.down = False
    rig.until(lambda: len(rig.station.told("ended")) == len(days), step=1.0)

    ends = rig.station.told("ended")
    assert [end["airing"] for end in ends] == [day["id"] for day in days]
    assert {end["outcome"] for end in ends} <= {"aired", "partial"}
    assert all(end["seconds_played"] > 0 for end in ends)
    assert len(takes(rig.folder)) == len(days)
    events = [event for batch in rig.station.batches for event in batch]
    assert len({(event.epoch, event.seq) for event in events}) == len(rig.station.events)
    assert whole_chain(rig)


def ended(rig: Rig) -> int:
    return sum(" · " in line for line in rig.running.said)


def ended_are(rig: Rig, number: int) -> bool:
    return ended(rig) == number


def whole_chain(rig: Rig) -> bool:
    """What the station has of it, verified as the station does."""
    (device,) = rig.station.devices
    fields = [
        {
            **event.model_dump(exclude={"airing"}),
            "airing_id": event.airing,
            "device": device,
            "station_id": messages.STATION,
        }
        for _place, event in sorted(rig.station.events.items())
    ]
    (chain,) = verify(fields)
    return chain.broken_at is None


def test_a_cut_in_the_middle_of_a_download_goes_on_from_there(rig: Rig) -> None:
    sound = rig.station.sound(40.0)
    given: list[int] = []
    audio = rig.station.audio

    def counted(device: str, sha256: str) -> Path:
        part = rig.folder / "audio_out" / f"{sha256}.part"
        given.append(part.stat().st_size if part.exists() else 0)
        return audio(device, sha256)

    rig.station.audio = counted  # type: ignore[method-assign]
    rig.weather.cut_after = sound["bytes"] // 2
    rig.publish(airing("a", NOW + timedelta(hours=1), sound))
    rig.in_force(2)

    assert given[0] == 0
    assert 0 < given[-1] < sound["bytes"]
    assert (rig.folder / "audio_out" / sound["sha256"]).stat().st_size == sound["bytes"]


def test_what_is_not_obeyed_is_told_with_its_reason(rig: Rig) -> None:
    def told(why: Word, version: int) -> None:
        rig.server.wake()
        rig.until(lambda: rig.station.status and rig.station.status.why_not == why, step=0.5)
        assert rig.station.status is not None
        assert rig.station.status.version == version

    sound = rig.station.sound(0.5)
    good = airing("good", NOW + timedelta(hours=1), sound)
    rig.publish(good)
    rig.in_force(2)
    forger = SigningKey.fresh()
    rig.station.publish(airing("forged", NOW + timedelta(hours=2), sound), key=forger)
    told(Word.WRONG_KEY, 2)
    sealed = plain.parse(rig.station.publish(good), 10**6)
    rig.station.sealed = plain.text(sealed | {"payload": sealed["payload"].replace("good", "evil")}).encode()
    rig.station.version += 1
    told(Word.BAD_SIGNATURE, 2)
    old = ms(NOW) - 15 * messages.DAY_MS
    rig.station.publish(issued_at=old, expires_at=old + 14 * messages.DAY_MS)
    told(Word.EXPIRED, 2)
    rig.station.publish(hamlet="x" * 32)
    told(Word.OTHER_HAMLET, 2)
    rig.station.publish(station="x" * 32)
    told(Word.OTHER_STATION, 2)
    rig.station.publish(good, emergencies=[rig.station.urgent(key=rig.station.key)])
    told(Word.WRONG_KEY, rig.station.version)
    rig.publish(good)
    rig.until(lambda: rig.station.status and rig.station.status.why_not == "", step=0.5)
    assert rig.station.told("began") == []


def test_without_the_station_s_time_only_emergencies_sound(rig: Rig) -> None:
    soon = rig.clock.now() + timedelta(seconds=60)
    rig.publish(airing("routine", soon, rig.station.sound(0.5)))
    rig.in_force(2)
    rig.stop_pc()
    (rig.folder / "clock.json").unlink()
    rig.weather.down = True
    rig.start_pc()
    rig.jump_to(soon)
    rig.until(lambda: ended(rig) == 1)

    assert any("clock not to be trusted" in line for line in rig.running.said)
    assert takes(rig.folder) == []


def test_what_a_person_stops_is_silent_at_once_though_other_audio_lacks(rig: Rig) -> None:
    sound = rig.station.sound(30.0)
    starts_at = rig.clock.now() + timedelta(seconds=40)
    rig.publish(airing("long", starts_at, sound))
    rig.in_force(2)
    rig.jump_to(starts_at - timedelta(seconds=BEFORE_S))
    rig.until(lambda: takes(rig.folder))
    gone = airing("new", starts_at + timedelta(hours=1), sound | {"sha256": "ef" * 32})
    rig.publish(gone, silence=[{"id": "long", "at": ms(rig.clock.now())}])
    rig.until(lambda: ended(rig) == 1)
    rig.until(lambda: rig.station.told("ended"), step=0.5)

    (end,) = rig.station.told("ended")
    assert end["outcome"] == "partial"
    assert end["reason"].startswith("called off by xã Tân Hưng")
    assert end["seconds_played"] < 25
    assert rig.station.status is not None
    assert (rig.station.status.version, rig.station.status.wanted_version) == (2, 3)


def test_an_emergency_does_not_wait_for_what_else_is_fetched(rig: Rig) -> None:
    missing = rig.station.sound(0.5) | {"sha256": "ef" * 32}
    siren = rig.station.sound(1.0, hertz=800)
    sounds_at = rig.clock.now() + timedelta(seconds=1)
    rig.publish(
        airing("routine", NOW + timedelta(hours=2), missing),
        emergencies=[rig.station.urgent(urgent_airing("u1", sounds_at, siren))],
    )
    rig.until(lambda: ended(rig) == 1)
    rig.until(lambda: rig.station.told("ended"), step=0.5)

    (end,) = rig.station.told("ended")
    assert (end["airing"], end["kind"], end["outcome"]) == ("u1", "emergency", "aired")
    assert rig.station.status is not None
    assert rig.station.status.version == 0


def test_a_stolen_pc_hears_nothing_more_and_plays_what_it_has(rig: Rig) -> None:
    rig.publish(airing("known", NOW + timedelta(hours=1), rig.station.sound(0.5)))
    rig.in_force(2)
    rig.station.revoked.update(rig.station.devices)
    rig.publish(airing("secret", NOW + timedelta(hours=2), rig.station.sound(0.6)))
    reports = len(rig.station.statuses)
    for _minute in range(10):
        rig.clock.jump(60)
        time.sleep(0.05)

    assert len(rig.station.statuses) == reports
    assert len(list((rig.folder / "audio_out").glob("*"))) == 1
    assert not rig.running.stopped.is_set()
