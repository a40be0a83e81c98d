"""Music under words: as low as asked, before they begin, and understood none the worse."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from broadcaster.audio import RATE, AudioSegment, decode, from_samples, loudness, samples
from broadcaster.clock import SystemClock
from broadcaster.production.bed import Bed
from broadcaster.production.form import BedRules
from broadcaster.production.layout import lay_out
from broadcaster.production.order import Jingle, Part, Pause, Words
from broadcaster.production.spool import Spool
from broadcaster.units import Decibels, Lufs, Milliseconds
from broadcaster.voices import EspeakVoice
from broadcaster.voices.voice import Deadline
from tests.audio.sounds import rms_db, tone

RULES = BedRules(under_words_db=-24, alone_db=-12, duck_ms=400, fade_ms=300)
SECOND = RATE
TEXT = "Ủy ban nhân dân xã mời bà con đến nhà văn hóa nghe phổ biến về cải cách hành chính và dịch vụ công"


def factors(
    sounding: list[tuple[float, float]], seconds: float = 12, rules: BedRules = RULES
) -> NDArray[np.float32]:
    """What a bed of all ones becomes, in blocks of odd lengths; it plays from 1 s to the end."""
    in_samples = [(round(begin * RATE), round(end * RATE)) for begin, end in sounding]
    bed = Bed(np.ones(7_001, np.float32), rules, [(SECOND, round(seconds * RATE))], in_samples)
    whole = np.zeros(round(seconds * RATE), np.float32)
    for start in range(0, len(whole), 24_000):
        bed.add_to(whole[start : start + 24_000], start)
    return whole


def level(whole: NDArray[np.float32], at: float) -> float:
    return float(20 * np.log10(whole[round(at * RATE)]))


def test_it_is_low_under_words_and_comes_back_when_nobody_speaks() -> None:
    whole = factors([(4, 6), (6.5, 8)])

    assert level(whole, 3) == pytest.approx(-12, abs=0.01)
    for at in (4, 5, 6, 6.25, 6.5, 7.9, 8, 8.6):
        assert level(whole, at) == pytest.approx(-24, abs=0.01)
    assert level(whole, 10) == pytest.approx(-12, abs=0.01)
    assert level(whole, 3.8) == pytest.approx(-18, abs=0.1)


def test_it_plays_only_where_it_should_and_begins_and_ends_softly() -> None:
    whole = factors([(4, 6)])

    assert not whole[:SECOND].any()
    assert whole[SECOND] == 0
    assert np.all(np.diff(whole[SECOND : SECOND + 7_200]) >= 0)
    assert whole[-1] < 0.001


def test_it_never_jumps() -> None:
    whole = factors([(2, 3), (3.4, 5), (6.2, 6.3), (8, 8.05), (8.9, 10)])

    assert np.abs(np.diff(whole)).max() < 2e-4


def test_a_bed_that_is_played_over_and_over_has_no_seam() -> None:
    music = from_samples(tone(441.3, 3.21, level_db=-12, phase=1))

    bed = Bed.of(music, Decibels(0), RULES, [(0, 10 * RATE)], [(0, 1)])
    whole = np.zeros(10 * RATE, np.float32)
    for start in range(0, len(whole), 28_800):
        bed.add_to(whole[start : start + 28_800], start)

    steady = whole[3 * RATE : -RATE]
    assert (
        np.abs(np.diff(steady, 2)).max() < 1.5 * np.abs(np.diff(whole[2 * RATE : 2 * RATE + 9_600], 2)).max()
    )
    assert rms_db(steady) == pytest.approx(-12 - 3 - 12, abs=1)


def laid(
    folder: Path, order: list[Part], passage: AudioSegment, jingles: Path, rules: BedRules | None
) -> NDArray[np.float32]:
    chime, music = decode(jingles / "chime.flac"), decode(jingles / "bed.flac")
    bed = (rules, music) if rules else None
    with Spool(folder) as spool:
        layout = lay_out(order, {"chime": chime}, [passage], Lufs(-16), spool, bed)
        return np.concatenate(list(layout.timeline.blocks()))


@pytest.fixture(scope="module")
def words() -> AudioSegment:
    clock = SystemClock()
    voice = EspeakVoice(clock=clock)
    try:
        return voice.speak(TEXT, Deadline(math.inf, clock.monotonic))
    finally:
        voice.close()


@pytest.mark.parametrize("under", [-18.0, -24.0])
def test_the_words_are_understood_as_well_as_without(
    tmp_path: Path, jingles: Path, words: AudioSegment, under: float
) -> None:
    order: list[Part] = [Words("lời", "Bài", bed=True)]

    alone = laid(tmp_path, order, words, jingles, None)
    together = laid(tmp_path, order, words, jingles, BedRules(under_words_db=under, fade_ms=50))

    import pystoi  # it loads all of scipy, which every process that collects tests would wait for

    assert pystoi.stoi(alone, together, RATE) >= 0.95
    difference = together - alone
    assert loudness(difference[2400:-2400]) == pytest.approx(-16 + under, abs=1.5)


def test_nothing_clicks_where_a_bed_begins_ducks_and_ends(tmp_path: Path, jingles: Path) -> None:
    hum = from_samples(tone(220, 3, phase=1.5))
    order: list[Part] = [
        Jingle("chime"),
        Pause(Milliseconds(2000), bed=True),
        Words("lời", "Bài", bed=True),
        Pause(Milliseconds(2500), bed=True),
        Jingle("chime"),
    ]

    alone = laid(tmp_path, order, hum, jingles, None)
    together = laid(tmp_path, order, hum, jingles, BedRules())

    assert len(together) == len(alone)
    assert np.abs(np.diff(together - alone, 2)).max() < 0.02
    chime = len(samples(decode(jingles / "chime.flac"))) - 6_000
    np.testing.assert_array_equal(together[: chime // 2], alone[: chime // 2])


def test_it_may_play_twice(tmp_path: Path, jingles: Path) -> None:
    hum = from_samples(tone(220, 3, phase=1.5))
    second = Pause(Milliseconds(1000))
    order: list[Part] = [Words("lời", "Bài", bed=True), second, second, Jingle("chime", bed=True)]

    alone = laid(tmp_path, order, hum, jingles, None)
    music = laid(tmp_path, order, hum, jingles, BedRules(fade_ms=100)) - alone

    assert rms_db(music[RATE : 2 * RATE]) > -60
    assert not music[3 * RATE : 5 * RATE].any()
    assert rms_db(music[5 * RATE + 2_400 : -4_800]) > -60
