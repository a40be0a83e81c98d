"""What the player does, second by second: real threads, real audio, the real clock.

Each `life_` below is the life of one station; they are lived side by side.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from broadcaster.audio import RATE
from broadcaster.clock import SystemClock
from broadcaster.errors import OutputError, StoreFull, StoreLocked
from broadcaster.playout.airing import Airing, Outcome
from broadcaster.playout.outputs.output import Block, Output
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.slot import Interrupted, Priority, SlotKind
from broadcaster.units import Decibels, Milliseconds
from tests.playout.conftest import Rig, tone
from tests.playout.recorder import Recorder


class JumpingClock(SystemClock):
    jump = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.jump


def shared(code: str, output: str = "horn:both", gain: float = 0.0) -> Hamlet:
    return Hamlet(code, code, code, output=output, gain_trim=Decibels(gain))


def test_a_bulletin_sounds_whole_at_its_second_with_a_busy_thread_beside_it(rig: Rig) -> None:
    sound = tone(1.5)
    airing = rig.book(1.2, sound)
    done = threading.Event()
    busy = threading.Thread(target=lambda: [None for _ in iter(done.is_set, True)])
    busy.start()
    rig.start()

    line = rig.outcome(airing)
    done.set()
    busy.join()

    assert (line.outcome, line.reason, line.seconds_played) == (Outcome.AIRED, "", 1.5)
    assert line.started_at is not None
    assert abs((line.started_at - airing.starts_at).total_seconds()) < 0.1
    (take,) = rig.takes()
    np.testing.assert_array_equal(take.samples, sound)
    assert take.began is not None
    late = take.began - (time.monotonic() + (airing.starts_at - rig.clock.now()).total_seconds())
    assert abs(late) < 0.1
    assert take.ended - take.began == pytest.approx(1.5, abs=0.1)
    rig.wait(lambda: len(rig.ended) > 0)  # told after it is written, by another thread
    assert [(ended[0].id, ended[1]) for ended in rig.ended] == [(airing.id, Outcome.AIRED)]


def life_hamlets_on_one_output_sound_once_and_each_has_its_line(rig: Rig) -> None:
    sound = tone(0.5)
    first = rig.book(1.0, sound)
    rig.ledger.add(replace(first, id="", hamlet=shared("ap-2")))
    rig.ledger.add(replace(first, id="", hamlet=shared("ap-3")))
    rig.start()

    rig.wait(lambda: len(rig.log()) == 3)

    assert [line.outcome for line in rig.log()] == [Outcome.AIRED] * 3
    assert len(rig.takes("horn:both")) == 1
    assert len(rig.takes("horn:ap-1")) == 1
    assert abs(rig.takes("horn:both")[0].at - rig.takes("horn:ap-1")[0].at) < 0.005


def life_nothing_sounds_before_the_ledger_says_that_it_may(rig: Rig) -> None:
    airing = rig.book(0.9, tone(2.6))
    rig.start()
    rig.outcome(airing)

    methods = [(name, args) for name, args in rig.ledger.calls if name in ("begin", "mark", "end")]
    assert [name for name, _ in methods] == ["begin", "mark", "mark", "end"]
    assert [args[1] for name, args in methods if name == "mark"] == [2000, 2600]


def life_a_gain_trim_makes_it_softer_and_never_clips(rig: Rig) -> None:
    sound = tone(0.4)
    soft = rig.book(0.8, sound)
    rig.ledger.add(replace(soft, id="", hamlet=shared("ap-2", "horn:soft", -6.0)))
    loud = rig.ledger.add(replace(soft, id="", hamlet=shared("ap-3", "horn:loud", 40.0)))
    rig.start()
    rig.outcome(loud)
    rig.wait(lambda: len(rig.log()) == 3)

    quieter = np.abs(rig.takes("horn:soft")[0].samples.astype(int)).max() / np.abs(sound.astype(int)).max()
    assert quieter == pytest.approx(10 ** (-6 / 20), rel=0.01)
    louder = rig.takes("horn:loud")[0].samples
    assert np.abs(louder.astype(int)).max() == 32767
    assert np.corrcoef(louder, sound)[0, 1] > 0.9999


def life_late_within_tolerance_it_joins_in_step(rig: Rig) -> None:
    sound = tone(14.0)
    airing = rig.book(-3.0, sound)
    rig.start()
    rig.wait(lambda: bool(rig.takes()) and len(rig.takes()[0].samples) > RATE // 2)
    joined = rig.takes()[0].take.position / RATE
    rig.stop()

    (line,) = rig.log()
    assert line.airing_id == airing.id
    assert 3.3 < joined < 5.0
    assert (line.outcome, line.reason.split(" ")[0]) == (Outcome.PARTIAL, "station")
    assert "joined late by" in line.reason
    start = round(joined * RATE)
    np.testing.assert_array_equal(rig.takes()[0].samples[:5000], sound[start : start + 5000])


def life_past_its_tolerance_it_is_missed(rig: Rig) -> None:
    airing = rig.book(-121.0, tone(0.5))
    rig.start()
    line = rig.outcome(airing)
    assert (line.outcome, line.reason[:11], line.seconds_played) == (Outcome.MISSED, "too late by", 0.0)
    assert rig.takes() == []


def life_what_cannot_sound_says_why(rig: Rig) -> None:
    smoke = Hamlet("ap-5", "ap-5", "Ấp 5", output="smoke:")
    silent = rig.book(0.8, tone(0.3), has_scripts=False, bulletin="")
    late = rig.book(0.8, tone(0.3), code="ap-2", bulletin="")
    gone = rig.book(0.8, tone(0.3), code="ap-3", file_name="gone.mp3")
    changed = rig.book(0.8, tone(0.3), code="ap-4", bulletin="0" * 64)
    nowhere = rig.book(0.8, tone(0.3), hamlet=smoke, lateness_s=0)
    rig.start()
    lines = [rig.outcome(airing) for airing in (silent, late, gone, changed, nowhere)]
    assert [(line.outcome, line.reason.partition(":")[0]) for line in lines[:4]] == [
        (Outcome.SKIPPED, "nothing queued"),
        (Outcome.FAILED, "no audio ready"),
        (Outcome.FAILED, "audio file missing"),
        (Outcome.FAILED, "audio file damaged"),
    ]
    assert lines[4].outcome is Outcome.FAILED
    assert "output: unknown output: smoke:. name a horn" in lines[4].reason
    assert not any(line.seconds_played for line in lines)


def life_a_file_that_is_no_audio_is_damaged(rig: Rig) -> None:
    airing = rig.book(0.8, tone(0.3))
    path = rig.folder / airing.file_name
    path.write_bytes(b"RIFFnothing")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    other = rig.ledger.add(replace(airing, id="", bulletin=digest, edition_id="other"))
    rig.start()
    assert rig.outcome(airing).reason.startswith("audio file damaged")
    assert rig.outcome(other).reason.startswith("audio file damaged")


def life_the_station_s_rules_are_asked_at_the_moment_of_air(rig: Rig) -> None:
    rig.may_air = lambda _airing: "quiet hours 21:30-05:00"
    airing = rig.book(0.8, tone(0.3))
    rig.start()
    line = rig.outcome(airing)
    assert (line.outcome, line.reason) == (Outcome.SKIPPED, "quiet hours 21:30-05:00")


def life_rules_that_cannot_be_read_are_asked_again(rig: Rig) -> None:
    asked: list[str] = []

    def may_air(airing: Airing) -> str:
        asked.append(airing.id)
        if len(asked) < 3 or airing.hamlet.code == "ap-2":
            raise StoreLocked("locked")
        return ""

    rig.may_air = may_air
    patient = rig.book(0.8, tone(14.0))
    never = rig.book(0.8, tone(0.3), code="ap-2")
    rig.start()
    line = rig.outcome(never)
    rig.wait(lambda: bool(rig.takes()) and rig.takes()[0].began is not None)
    rig.stop()
    assert rig.outcome(patient).outcome is Outcome.PARTIAL
    assert line.outcome is Outcome.FAILED
    assert "ledger: locked" in line.reason


def life_a_clock_that_jumped_skips_all_but_an_emergency(rig: Rig) -> None:
    skipped = rig.book(1.5, tone(0.3))
    urgent = rig.book(1.5, tone(0.3), code="ap-2", priority=Priority.EMERGENCY, kind=SlotKind.EMERGENCY)
    rig.clock = jumping = JumpingClock()
    rig.start()
    rig.wait(lambda: rig.playout is not None and not rig.playout.idle())
    jumping.jump = timedelta(days=-2)
    rig.wait(lambda: len(rig.notices) == 1)
    jumping.jump = timedelta(seconds=61)
    assert rig.outcome(skipped).outcome is Outcome.SKIPPED
    assert rig.outcome(skipped).reason == "clock not to be trusted"
    assert rig.outcome(urgent).outcome is not Outcome.SKIPPED
    jumping.jump = timedelta(0)
    rig.wait(lambda: rig.notices[1:] == ["The clock can be trusted again"])
    assert rig.notices[0].startswith("The clock jumped by -172800 s: routine airings are skipped")


def life_a_person_stops_one_hamlet_within_a_moment(rig: Rig) -> None:
    first = rig.book(0.8, tone(4.0))
    second = rig.book(0.8, tone(2.0), code="ap-2")
    rig.start()
    rig.wait(lambda: bool(rig.takes() and rig.takes()[0].began))
    asked = time.monotonic()
    rig.ledger.add_stop(["ap-1"], "Lan", rig.clock.now())

    line = rig.outcome(first)

    assert rig.takes()[0].ended - asked < 0.45
    assert (line.outcome, line.reason) == (Outcome.PARTIAL, "stopped by Lan")
    assert line.seconds_played == pytest.approx(len(rig.takes()[0].samples) / RATE, abs=0.002)
    assert rig.outcome(second).outcome is Outcome.AIRED


def life_an_emergency_stops_what_plays_but_never_without_audio(rig: Rig) -> None:
    routine = rig.book(0.8, tone(6.0), interrupted=Interrupted.END)
    silent = rig.book(
        1.5, tone(0.1), priority=Priority.EMERGENCY, kind=SlotKind.EMERGENCY, file_name="gone.mp3"
    )
    urgent = rig.book(2.5, tone(0.5), priority=Priority.EMERGENCY, kind=SlotKind.EMERGENCY, title="Lũ về")
    rig.start()

    line = rig.outcome(routine)

    assert rig.outcome(silent).outcome is Outcome.FAILED
    assert (line.outcome, line.reason) == (Outcome.PARTIAL, "emergency: Lũ về")
    assert 1.0 < line.seconds_played < 1.8
    assert rig.outcome(urgent).outcome is Outcome.AIRED
    assert abs(rig.takes()[1].take.starts_at - urgent.starts_at) < timedelta(milliseconds=100)


def life_two_at_one_second_sound_one_after_the_other_the_more_urgent_first(rig: Rig) -> None:
    routine = rig.book(1.2, tone(14.0))
    weighty = rig.book(1.2, tone(1.0), priority=Priority.PRIORITY, starts_at=routine.starts_at)
    rig.start()

    assert rig.outcome(weighty).outcome is Outcome.AIRED
    rig.wait(lambda: len(rig.takes()) == 2 and rig.takes()[1].began is not None)
    rig.stop()
    line = rig.outcome(routine)
    assert line.outcome is Outcome.PARTIAL
    assert "joined late by 1." in line.reason


def life_a_locked_ledger_lets_the_sound_go_no_further_than_was_committed(rig: Rig) -> None:
    airing = rig.book(0.8, tone(14.0))
    rig.start()
    rig.wait(lambda: any(name == "mark" for name, _ in rig.ledger.calls))
    rig.ledger.failing = lambda method: StoreLocked("locked") if method in ("mark", "begin", "end") else None
    rig.wait(lambda: bool(rig.takes()) and len(rig.takes()[0].samples) == 2 * RATE, within=4)
    time.sleep(0.5)
    assert len(rig.takes()[0].samples) == 2 * RATE
    rig.ledger.failing = lambda _method: None
    rig.wait(lambda: len(rig.takes()) > 1 and rig.takes()[-1].began is not None)
    joined = rig.takes()[-1]
    rig.stop()

    line = rig.outcome(airing)
    assert line.outcome is Outcome.PARTIAL
    assert "interrupted" in line.reason
    assert "ledger: locked" in line.reason
    gap = joined.take.position / RATE - 2.0
    assert gap == pytest.approx(joined.at - (rig.takes()[0].at + 2.0), abs=0.1)
    assert f"interrupted {gap:.1f} s" in line.reason


def life_a_ledger_that_is_full_from_the_start_fails_the_airing_and_nothing_sounds(rig: Rig) -> None:
    rig.ledger.failing = lambda method: StoreFull("no room") if method in ("begin", "mark") else None
    airing = rig.book(0.8, tone(0.4), lateness_s=1)
    rig.start()
    line = rig.outcome(airing)
    assert (line.outcome, line.seconds_played) == (Outcome.FAILED, 0.0)
    assert "ledger: no room" in line.reason
    assert not any(take.blocks for take in rig.takes())


def life_an_output_that_vanishes_is_opened_again_and_the_airing_rejoined(rig: Rig) -> None:
    sound = tone(13.0)
    airing = rig.book(0.8, sound)
    rig.start()
    rig.wait(lambda: bool(rig.takes()) and len(rig.takes()[0].samples) >= RATE // 2)
    rig.recorders["horn:ap-1"][0].broken = True
    rig.wait(lambda: len(rig.takes()) == 2 and len(rig.takes()[1].samples) > RATE // 2)
    first, second = rig.takes()
    rig.stop()

    assert second.take.position >= len(first.samples)
    in_step = second.at - first.at
    assert second.take.position / RATE == pytest.approx(in_step, abs=0.02)
    assert in_step < 5.0
    assert "interrupted" in rig.outcome(airing).reason


def life_an_output_that_vanished_while_idle_is_opened_again_in_time(rig: Rig) -> None:
    rig.book(0.8, tone(0.2))
    rig.start()
    rig.wait(lambda: len(rig.log()) == 1)
    rig.recorders["horn:ap-1"][0].broken = True
    airing = rig.book(1.4, tone(0.3))
    line = rig.outcome(airing)
    assert (line.outcome, line.reason) == (Outcome.AIRED, "")
    assert len(rig.recorders["horn:ap-1"]) == 2


def life_a_fault_of_our_own_ends_the_airing_in_truth_and_the_next_one_sounds(rig: Rig) -> None:
    class Faulty(Recorder):
        def write(self, block: Block) -> None:
            super().write(block)
            if len(self.takes) == 1 and len(self.takes[0].blocks) == 3:
                raise ZeroDivisionError

    faulty = Faulty(rig.clock)
    rig.opening = lambda _url, _code: faulty if not faulty.closed else None
    first, second = rig.book(0.8, tone(1.0)), rig.book(2.0, tone(0.3))
    rig.start()
    line = rig.outcome(first)
    assert (line.outcome, line.seconds_played) == (Outcome.PARTIAL, 0.3)
    assert "ZeroDivisionError" in line.reason
    assert rig.outcome(second).outcome is Outcome.AIRED


def life_once_it_has_sounded_for_real_no_file_stands_in_for_the_card(rig: Rig) -> None:
    opened: list[str] = []

    def opening(_url: str, _code: str) -> Output:
        opened.append("a card" if not opened else "a file")
        recorder = Recorder(rig.clock, "" if len(opened) == 1 else "no sound card, written to a file")
        rig.recorders.setdefault("horn:ap-1", []).append(recorder)
        return recorder

    rig.opening = opening
    airing = rig.book(0.8, tone(12.0))
    rig.start()
    rig.wait(lambda: bool(rig.takes()) and len(rig.takes()[0].samples) >= RATE // 2)
    rig.recorders["horn:ap-1"][0].broken = True
    line = rig.outcome(airing, within=6)
    assert line.outcome is Outcome.PARTIAL
    assert "too little was left" in line.reason
    assert len(opened) > 1
    assert len(rig.takes()) == 1


def life_a_file_in_place_of_a_missing_card_is_on_record(rig: Rig) -> None:
    rig.opening = lambda _url, _code: Recorder(rig.clock, "no sound card, written to a file")
    airing = rig.book(0.8, tone(0.3))
    rig.start()
    line = rig.outcome(airing)
    assert (line.outcome, line.reason) == (Outcome.AIRED, "no sound card, written to a file")


def life_stopping_the_station_ends_what_plays_and_leaves_what_waits(rig: Rig) -> None:
    playing = rig.book(0.8, tone(5.0))
    waiting = rig.book(2.2, tone(0.5), code="ap-2")
    rig.start()
    rig.wait(lambda: bool(rig.takes()) and rig.takes()[0].began is not None)
    rig.stop()

    line = rig.outcome(playing)
    assert (line.outcome, line.reason) == (Outcome.PARTIAL, "station stopped")
    assert [airing.id for airing in rig.ledger.unfinished()] == [waiting.id]

    rig.start()
    assert rig.outcome(waiting).outcome is Outcome.AIRED


def life_what_a_killed_run_left_is_joined_beyond_what_may_have_sounded(rig: Rig) -> None:
    sound = tone(16.0)
    airing = rig.book(-2.0, sound)
    rig.ledger.claim(rig.clock.now(), rig.clock.now())
    rig.ledger.begin([airing.id], airing.starts_at, Milliseconds(0))
    rig.ledger.mark([airing.id], Milliseconds(6_000))
    rig.start()
    rig.wait(lambda: bool(rig.takes()) and rig.takes()[0].began is not None)
    rig.stop()

    assert rig.takes()[0].take.position == 6 * RATE
    line = rig.outcome(airing)
    assert line.outcome is Outcome.PARTIAL
    assert "interrupted 1.2 s ±1.2 s" in line.reason
    assert line.started_at == airing.starts_at
    assert line.seconds_played == pytest.approx(4.9, abs=0.3)


def life_a_rehearsal_is_heard_on_the_card_too_once_and_off_the_record(rig: Rig) -> None:
    monitors: list[Recorder] = []

    def monitor() -> Output:
        monitors.append(Recorder(rig.clock))
        return monitors[-1]

    rig.monitor = monitor
    sound = tone(0.5)
    first = rig.book(1.0, sound, kind=SlotKind.REHEARSAL)
    rig.ledger.add(replace(first, id="", hamlet=shared("ap-2", "horn:two")))
    rig.start()
    rig.wait(lambda: len(rig.log()) == 2)
    rig.wait(lambda: any(recorder.takes and not recorder._open for recorder in monitors))

    takes = [take for recorder in monitors for take in recorder.takes]
    assert [take.take.airing_ids for take in takes] == [()]
    np.testing.assert_array_equal(takes[0].samples, sound)
    assert [line.outcome for line in rig.log()] == [Outcome.AIRED] * 2


def life_a_monitor_that_fails_harms_no_airing(rig: Rig) -> None:
    def broken() -> Output:
        raise OutputError("no card")

    rig.monitor = broken
    airing = rig.book(0.8, tone(0.3), kind=SlotKind.REHEARSAL)
    rig.start()
    assert rig.outcome(airing).outcome is Outcome.AIRED
    rig.wait(lambda: rig.playout is not None and rig.playout.idle())


def life_without_a_card_a_rehearsal_is_heard_in_its_files_alone(rig: Rig) -> None:
    airing = rig.book(0.8, tone(0.3), kind=SlotKind.REHEARSAL)
    rig.start()
    assert rig.outcome(airing).outcome is Outcome.AIRED


def life_a_rehearsal_and_a_programme_of_one_instant_both_sound_whole(rig: Rig) -> None:
    programme = rig.book(1.0, tone(0.6))
    rehearsal = rig.book(1.0, tone(0.6), kind=SlotKind.REHEARSAL)
    rig.start()
    for airing in (programme, rehearsal):
        line = rig.outcome(airing)
        assert (line.outcome, line.reason) == (Outcome.AIRED, "")


def life_a_change_by_another_process_is_told_and_a_new_airing_is_found(rig: Rig) -> None:
    rig.start()
    time.sleep(0.3)
    airing = rig.book(1.5, tone(0.3))
    line = rig.outcome(airing)
    assert line.outcome is Outcome.AIRED
    rig.wait(lambda: rig.changes == 1)


def life_an_orderly_stop_waits_for_a_change_being_taken_up(rig: Rig) -> None:
    begun, taken_up = threading.Event(), threading.Event()

    def slowly() -> None:
        begun.set()
        time.sleep(0.5)
        taken_up.set()

    rig.changing = slowly
    rig.start()
    time.sleep(0.3)
    rig.book(60, tone(0.3))
    assert begun.wait(5)
    rig.stop()

    assert taken_up.is_set()


def life_it_is_idle_only_when_all_is_written(rig: Rig) -> None:
    playout = rig.start()
    rig.wait(playout.idle)
    airing = rig.book(0.9, tone(0.4))
    rig.wait(lambda: not playout.idle())
    rig.outcome(airing)
    rig.wait(playout.idle)


def life_a_callback_that_fails_harms_nothing(rig: Rig) -> None:
    class Grudge(list[object]):
        def append(self, _item: object) -> None:
            raise RuntimeError("the daemon is in a bad mood")

    rig.ended = Grudge()  # type: ignore[assignment]
    first = rig.book(0.8, tone(0.2))
    second = rig.book(1.6, tone(0.2))
    rig.start()
    assert rig.outcome(first).outcome is Outcome.AIRED
    assert rig.outcome(second).outcome is Outcome.AIRED


LIVES = {
    name.removeprefix("life_"): life for name, life in globals().copy().items() if name.startswith("life_")
}


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> dict[str, BaseException | None]:
    """All stations live at the same time, so that the waiting is shared; what went wrong in each."""
    folders = [tmp_path_factory.mktemp("life") for _ in LIVES]
    with ThreadPoolExecutor(8) as pool:
        return dict(zip(LIVES, pool.map(live, LIVES.values(), folders), strict=True))


def live(life: Callable[[Rig], None], folder: Path) -> BaseException | None:
    rig = Rig(folder, SystemClock())
    try:
        life(rig)
    except BaseException as error:  # noqa: BLE001 (raised again by its own test)
        return error
    finally:
        rig.stop()
    return None


@pytest.mark.parametrize("life", LIVES)
def test_a_station_lives(life: str, lived: dict[str, BaseException | None]) -> None:
    if error := lived[life]:
        raise error
