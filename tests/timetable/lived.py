"""python -m tests.timetable.lived EXAMPLES: random timetables are lived through in simulated time.

What the forecast says at the beginning is held against what the player did: the real player, desk and
database; only the clock, the voice and the sound card are simulated. A process of its own, because its
threads wait in simulated time for good.
"""

from __future__ import annotations

import struct
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from mmap import mmap
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from broadcaster.config import parse
from broadcaster.desk.outlook import Outlook
from broadcaster.desk.script import Person, Script, ScriptKind, ScriptState
from broadcaster.playout import playout as player
from broadcaster.playout.airing import AsRun, Outcome
from broadcaster.playout.clock_gate import ClockGate
from broadcaster.playout.playout import Playout
from broadcaster.station import Station
from broadcaster.store import Store
from broadcaster.timetable.edition import Rules, State
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.slot import Plays, Slot, Weekday
from tests.playout.recorder import Recorder
from tests.soak.alarm import SimulatedAlarm
from tests.soak.folder import soak_folder
from tests.soak.studio import ToneStudio
from tests.soak.world import World
from tests.timetable.strategies import PROFILES, SCRIPTS, SLOT_IDS, rules, slots, states

CHANGES = {
    "Asia/Ho_Chi_Minh": date(2026, 3, 20),
    "Europe/Berlin": date(2026, 3, 29),
    "America/New_York": date(2026, 3, 8),
    "Australia/Lord_Howe": date(2026, 4, 5),
    "Africa/Cairo": date(2026, 4, 24),
}
"""When clocks are changed there; the days before and after it are lived through."""
_QUIET = ((time(21, 30), time(5)), (time(0), time(0)), (time(23), time(2, 30)))
_BY = "Trần Văn Bảo"


class Life:
    """One station for one timetable, in `world`."""

    def __init__(
        self, folder: Path, world: World, timetable: Rules, state: State, quiet: tuple[time, time]
    ) -> None:
        self.world = world
        self.begin = datetime.combine(CHANGES[timetable.zone.key], time(), timetable.zone) - timedelta(
            hours=20
        )
        world.true = self.begin.timestamp()
        self._found(folder, timetable, quiet)
        self.store = self.station.store
        self.end = self.begin + timedelta(days=3)
        self._fill(timetable, state)

    def _found(self, folder: Path, timetable: Rules, quiet: tuple[time, time]) -> None:
        calendar = timetable.calendar
        chosen = parse(
            {
                "station": {"timezone": timetable.zone.key},
                "voices": {"ladder": ["espeak"]},
                "policy": {
                    "quiet_hours": "-".join(f"{at:%H:%M}" for at in quiet),
                    "days_off": sorted(calendar.days_off),
                    "working_days": sorted(calendar.working_days - calendar.days_off),
                },
            }
        )
        Store.open(folder / "schedules.db", clock=self.world, create=True).close()
        self.station = Station(folder, self.world, chosen)
        self.station.audio_out.mkdir()
        self.station.__dict__["studio"] = ToneStudio(self.station.audio_out, lengths=(2, 3, 5))

    def _fill(self, timetable: Rules, state: State) -> None:
        now, store = self.world.now(), self.store
        store.add_person(Person("p", _BY), by="", now=now)
        for number in (1, 2):
            store.save_hamlet(Hamlet(f"h{number}", f"ap-{number}", f"Ấp {number}"), by="", now=now)
        for script_id in SCRIPTS:
            store.add_script(_script(script_id, timetable), by="", now=now)
        for profile in PROFILES:
            store.add_profile(profile, by="", now=now)
        for day, profile in timetable.calendar.profiles.items():
            store.stamp(profile.id, [day], by="", now=now)
        crowd = [_often(slot, number) for number, slot in enumerate(timetable.slots)]
        store.save_slots([slot for slot in crowd if slot.ref != slot.id], by="", now=now)
        plays_queue = {slot.id for slot in crowd if slot.plays is Plays.QUEUE}
        waiting = [(q.slot_id, q.script_id, q.owed) for q in state.queue if q.slot_id in plays_queue]
        waiting += [
            (slot_id, SCRIPTS[0], 1) for slot_id in sorted(plays_queue - {slot for slot, *_ in waiting})
        ]
        for slot_id, script_id, owed in waiting:
            if script_id not in timetable.barred:
                store.enqueue(slot_id, script_id, owed, by="", now=now)

    def said(self) -> tuple[Outlook, ...]:
        self.station.desk.editions.expand(self.world.now())
        return self.station.desk.outlook.between(self.begin, self.end, self.world.now())

    def done(self) -> tuple[AsRun, ...]:
        """Live to the end; what stands in the as-run log then."""
        playing = Playout(
            self.store,
            clock=self.world,
            audio_out=self.station.audio_out,
            open_output=lambda _url, _code: Recorder(self.world),
            may_air=self.station.may_air,
            on_end=lambda _airing, _outcome, _reason: None,
            on_change=lambda: None,
            on_notice=lambda _words: None,
            gate=ClockGate(self.world, lambda: True, slept=lambda: 0.0),
        )
        playing.start()
        while (due := self.store.next_due()) is not None and due < self.end:
            self._until(due - timedelta(minutes=10))
            self.station.desk.editions.prepare(self.world.now())
            self._until(max(due, self.world.now()) + timedelta(seconds=50))
        self._until(self.end)
        playing.stop(5.0)
        return self.store.as_run(self.begin, self.end)

    def _until(self, instant: datetime) -> None:
        self.world.advance(instant.timestamp())


def _often(slot: Slot, number: int) -> Slot:
    """Every other slot on each day, so that there is much to hear; no two at once, which the desk refuses."""
    more = {"weekdays": frozenset(Weekday), "day_rule": ""} if number % 2 == 0 else {}
    at = slot.at.replace(minute=slot.at.minute + number)
    return replace(slot, at=at, first=None, last=None, **more)  # type: ignore[arg-type]


def _script(script_id: str, timetable: Rules) -> Script:
    state = ScriptState.DRAFT if script_id in timetable.barred else ScriptState.APPROVED
    words = f"Bà con chú ý: {script_id}."
    return Script(
        *(script_id, script_id, script_id, ScriptKind.NOTICE, state, words, words, script_id, script_id),
        source_sha256=script_id,
        expires=timetable.expiries.get(script_id),
    )


def compare(said: tuple[Outlook, ...], done: tuple[AsRun, ...], quiet: tuple[time, time]) -> None:
    foretold = {(line.starts_at.astimezone(UTC), line.slot, line.hamlet): line for line in said}
    happened = {(line.starts_at.astimezone(UTC), line.slot, line.hamlet): line for line in done}
    assert len(happened) == len(done), "an airing stands twice in the log"
    silent = {key for key, line in foretold.items() if line.reason}
    assert happened.keys() - silent == foretold.keys() - silent
    for key, line in happened.items():
        told = foretold[key]
        assert (line.outcome is Outcome.AIRED) is not bool(told.reason), (told, line)
        if line.outcome is Outcome.AIRED:
            assert line.title == told.title, (told, line)
            assert line.started_at is not None
            assert not _within(line.started_at.astimezone(told.starts_at.tzinfo).time(), quiet), line


def _within(at: time, quiet: tuple[time, time]) -> bool:
    begin, end = quiet
    return begin <= at < end if begin <= end else at >= begin or at < end


def main(examples: int, *, shrink: bool = True) -> None:
    hands = mmap(-1, 8)
    struct.pack_into("<d", hands, 0, 0.0)
    world = World(0.0, 0.0, hands)
    world.install()
    setattr(player, "Alarm", SimulatedAlarm)  # noqa: B010 (mypy would rather not)
    lived = aired = 0

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=list(Phase) if shrink else [Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(rules(), st.tuples(*map(slots, SLOT_IDS)), states(), st.sampled_from(_QUIET))
    def live(timetable: Rules, crowd: tuple[Slot, ...], state: State, quiet: tuple[time, time]) -> None:
        nonlocal lived, aired
        timetable = replace(timetable, slots=crowd)
        with soak_folder(in_memory=True) as folder:
            life = Life(folder, world, timetable, state, quiet)
            with life.station:
                said = life.said()
                done = life.done()
                compare(said, done, quiet)
        lived += 1
        aired += sum(line.outcome is Outcome.AIRED for line in done)

    live()
    print(f"timetables {lived}, aired {aired}")


if __name__ == "__main__":
    main(int(sys.argv[1]))
