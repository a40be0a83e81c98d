"""Sound that is none: levels, what a microphone says of them, and calibration that trusts no noise."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import inf

import numpy as np
import pytest
from numpy.typing import NDArray

from broadcaster.audio import RATE
from broadcaster.clock import TurnedClock
from broadcaster.errors import AudioError, OutputError
from broadcaster.playout.airing import Outcome
from broadcaster.playout.calibration import TIMES, calibrate, chirp
from broadcaster.playout.level import envelope, loudest
from broadcaster.playout.listener import Heard, Listener, verdict
from broadcaster.playout.outputs.output import BLOCK, Block, Take
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.units import Decibels, Samples
from tests.playout.conftest import Rig, tone
from tests.playout.recorder import Recorder
from tests.playout.test_amplifiers import eventually
from tests.playout.test_clock import NOW


def steady(seconds: float, amplitude: float) -> Block:
    t = np.arange(round(seconds * RATE)) / RATE
    return np.rint(amplitude * np.sin(2 * np.pi * 440 * t)).astype(np.int16)


def test_the_level_is_that_of_the_loudest_tenth_of_a_second() -> None:
    assert loudest(steady(1, 32767)) == pytest.approx(-3.01, abs=0.05)
    assert loudest(np.zeros(RATE, np.int16)) == -inf
    assert loudest(np.zeros(0, np.int16)) == -inf
    quiet = np.concatenate([np.zeros(70 * RATE, np.int16), steady(0.1, 3276.7), np.zeros(RATE, np.int16)])
    assert loudest(quiet) == pytest.approx(-23.0, abs=0.1)
    assert loudest(steady(0.05, 32767)) == pytest.approx(-6.0, abs=0.1)
    assert len(envelope(steady(1.29, 100))) == 12


@pytest.mark.parametrize(
    ("audio", "gain", "outcome"),
    [
        (np.zeros(RATE, np.int16), 0.0, Outcome.FAILED),
        (steady(1, 200), -24.0, Outcome.FAILED),
        (steady(1, 200), 0.0, Outcome.AIRED),
    ],
    ids=["digital silence", "a trim that silences", "quiet"],
)
def test_an_airing_that_made_no_sound_is_failed(
    rig: Rig, audio: Block, gain: float, outcome: Outcome
) -> None:
    hamlet = Hamlet("ap-1", "ap-1", "ap-1", output="horn:ap-1", gain_trim=Decibels(gain))
    airing = rig.book(1.0, audio, hamlet=hamlet)
    rig.start()
    line = rig.outcome(airing)
    assert line.outcome is outcome
    assert line.reason == ("no sound" if outcome is Outcome.FAILED else "")
    assert line.seconds_played == (0.0 if outcome is Outcome.FAILED else 1.0)


def test_a_file_is_heard_by_no_microphone() -> None:
    clock = TurnedClock(NOW)
    every = Listener(lambda: Mic(clock), clock, certain=False)
    assert every.hears("soundcard:#1")
    assert not every.hears("file:")
    one = Listener(lambda: Mic(clock), clock, certain=False, outputs=["soundcard:USB", "soundcard:#2"])
    assert one.hears("soundcard:USB#1")
    assert one.hears("soundcard:#2")
    assert not one.hears("soundcard:#1")


class Mic:
    """An input with what it hears set down beforehand; the turned clock brings it."""

    def __init__(self, clock: TurnedClock, sound: Block | None = None) -> None:
        self._clock = clock
        self._sound = np.zeros(0, np.int16) if sound is None else sound
        self.closed = False
        self.dead = False

    def newest(self) -> float:
        return 0.0 if self.dead else min(self._clock.monotonic(), len(self._sound) / RATE)

    def heard(self, begin: float, end: float) -> tuple[Block, NDArray[np.float64]]:
        first, last = round(begin * RATE), round(end * RATE)
        part = self._sound[first:last]
        return part, (first + np.arange(len(part))) / RATE

    def close(self) -> None:
        self.closed = True


def speech(seconds: float, seed: int) -> Block:
    chance = np.random.default_rng(seed)
    loud = np.repeat(chance.choice([0.01, 0.3, 1.0], round(seconds * 5)), RATE // 5)
    made: Block = np.rint(steady(len(loud) / RATE, 8000) * loud).astype(np.int16)
    return made


def opinion(played: Block, heard: Block, at: float) -> Heard:
    clock = TurnedClock(NOW)
    mic = Mic(clock, heard)
    listener = Listener(lambda: mic, clock, certain=False)
    listener.start()
    while clock.monotonic() < len(heard) / RATE:
        clock.advance(0.5)
        upto = clock.monotonic() - 0.3
        eventually(lambda upto=upto: bool(listener._levels) and listener._levels[-1][0] > upto - 0.4)  # type: ignore[misc]
    said = listener.judge(played, at)
    listener.stop(5)
    eventually(lambda: mic.closed)
    return said


def mixed(played: Block, at: float, noise: float, gain: float = 0.1) -> Block:
    """What a microphone hears of it: softer, half a second late, with noise."""
    total = np.random.default_rng(5).normal(0, noise, len(played) + 3 * RATE)
    begin = round((at + 0.5) * RATE)
    total[begin : begin + len(played)] += played * gain
    return np.rint(total).astype(np.int16)


def test_a_microphone_knows_speech_by_its_rise_and_fall() -> None:
    played = speech(6, 1)
    assert opinion(played, mixed(played, 1.0, 30), 1.0) is Heard.YES
    assert opinion(speech(6, 2), mixed(played, 1.0, 30), 1.0) is Heard.UNLIKE
    assert opinion(played, mixed(played, 1.0, 300, gain=0.0), 1.0) is Heard.UNLIKE
    assert opinion(played, mixed(played, 1.0, 0, gain=0.0), 1.0) is Heard.SILENCE


def test_a_microphone_says_nothing_of_what_cannot_be_told() -> None:
    played = speech(6, 1)
    assert opinion(played[: 2 * RATE], mixed(played, 1.0, 30), 1.0) is Heard.UNKNOWN
    assert opinion(steady(6, 5000), mixed(played, 1.0, 30), 1.0) is Heard.UNKNOWN
    assert opinion(played, mixed(played, 1.0, 30), 60.0) is Heard.UNKNOWN


def test_heard_once_is_heard() -> None:
    assert verdict([]) is Heard.UNKNOWN
    assert verdict([Heard.SILENCE, Heard.UNKNOWN, Heard.YES]) is Heard.YES
    assert verdict([Heard.SILENCE, Heard.UNLIKE]) is Heard.UNLIKE
    assert verdict([Heard.UNKNOWN, Heard.SILENCE]) is Heard.SILENCE


def test_a_microphone_that_is_lost_is_opened_again() -> None:
    clock = TurnedClock(NOW)
    opened: list[Mic] = []

    def open_ear() -> Mic:
        opened.append(Mic(clock, speech(60, 1)))
        if len(opened) == 2:
            raise AudioError("it is gone")
        return opened[-1]

    listener = Listener(open_ear, clock, certain=False)
    listener.start()
    eventually(lambda: bool(opened))
    opened[0].dead = True

    def after(count: int) -> Callable[[], bool]:
        def turned() -> bool:
            clock.advance(0.5)
            time.sleep(0.002)
            return len(opened) >= count

        return turned

    eventually(after(3))
    assert opened[0].closed
    listener.stop(5)


class Horn:
    """An output and the ear before it, in one: what is played comes back late, with noise."""

    def __init__(self, delays: list[float], *, noise: float = 0.0, gain: float = 0.3) -> None:
        self.clock = TurnedClock(NOW)
        self._delays = delays
        self._noise = noise
        self._gain = gain
        self._instants: list[float] = []

    note = ""

    def check(self) -> None: ...

    def start(self, take: Take, at: float) -> None:
        self._instants.append(at)

    def write(self, block: Block) -> None:
        self.clock.advance(len(block) / RATE)

    def finish(self) -> None:
        self.clock.advance(0.7)

    def cut(self) -> None: ...

    def sounded(self) -> Samples:
        return BLOCK

    def began(self) -> float | None:
        return None

    def close(self) -> None: ...

    def wait_until(self, instant: float) -> None:
        self.clock.advance(max(0.0, instant - self.clock.monotonic()))

    def heard(self, begin: float, end: float) -> tuple[Block, NDArray[np.float64]]:
        count = round((end - begin) * RATE)
        total = np.random.default_rng(round(begin * 10)).normal(0, self._noise, count)
        for at, delay in zip(self._instants, self._delays, strict=True):
            first = round((at + delay - begin) * RATE)
            sound = chirp()[: max(0, count - first)]
            if 0 <= first < count:
                total[first : first + len(sound)] += self._gain * sound
        return np.rint(total).astype(np.int16), begin + np.arange(count) / RATE

    def calibrated(self) -> tuple[int, float, int]:
        found = calibrate(self, self, self.clock)  # type: ignore[arg-type]
        return found.delay, found.spread, found.found


def test_the_delay_is_found_to_the_millisecond_in_noise_as_loud_as_the_chirp() -> None:
    delay, spread, found = Horn([0.1234] * TIMES, noise=1500).calibrated()
    assert (delay, found) == (123, TIMES)
    assert spread < 0.2


def test_the_spread_is_told_and_an_echo_or_two_does_no_harm() -> None:
    delay, spread, found = Horn([-0.02, -0.018, -0.022, -0.02, 0.4, 0.2]).calibrated()
    assert (delay, found) == (-20, 4)
    assert spread == pytest.approx(4, abs=0.2)


@pytest.mark.parametrize(
    ("horn", "why"),
    [
        (Horn([0.1] * TIMES, gain=0.0), "nothing but silence"),
        (Horn([0.1] * TIMES, gain=0.0, noise=2000), "0 of 6 chirps"),
        (Horn([0.0, 0.1, 0.2, 0.3, 0.4, 0.5]), "500 ms apart"),
    ],
    ids=["muted", "noise", "scattered"],
)
def test_what_is_not_surely_heard_is_refused(horn: Horn, why: str) -> None:
    with pytest.raises(OutputError, match=why):
        horn.calibrated()


def test_the_rig_plays_as_ever_under_a_listener_that_cannot_listen(rig: Rig) -> None:
    def no_ear() -> Mic:
        raise AudioError("no microphone")

    rig.listener = Listener(no_ear, rig.clock, certain=True)
    airing = rig.book(1.0, tone(0.5))
    rig.start()
    assert rig.outcome(airing).outcome is Outcome.AIRED


@pytest.mark.parametrize(
    ("said", "certain", "outcome", "reason"),
    [
        (Heard.SILENCE, False, Outcome.AIRED, "not heard by the microphone"),
        (Heard.SILENCE, True, Outcome.FAILED, "no sound; not heard by the microphone"),
        (Heard.UNLIKE, True, Outcome.AIRED, "not heard by the microphone"),
        (Heard.UNKNOWN, True, Outcome.AIRED, ""),
    ],
)
def test_only_a_loop_back_that_hears_nothing_makes_an_airing_failed(
    rig: Rig, said: Heard, certain: bool, outcome: Outcome, reason: str
) -> None:
    class Saying(Listener):
        def judge(self, audio: Block, begun: float) -> Heard:
            return said

    rig.listener = Saying(lambda: Mic(TurnedClock(NOW)), rig.clock, certain=certain)
    recorder = Recorder(rig.clock)
    rig.opening = lambda _url, _code: recorder
    airing = rig.book(0.9, tone(0.3), hamlet=Hamlet("ap-1", "ap-1", "ap-1", output="soundcard:"))
    rig.start()
    line = rig.outcome(airing)
    assert (line.outcome, line.reason) == (outcome, reason)
