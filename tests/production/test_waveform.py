"""A clip drawn in the terminal."""

from __future__ import annotations

import numpy as np

from broadcaster.audio import RATE, from_samples
from broadcaster.production.bulletin import Cue
from broadcaster.production.waveform import draw
from broadcaster.units import Milliseconds
from tests.audio.sounds import tone

CLIP = from_samples(
    np.concatenate((tone(440, 1, level_db=0), np.zeros(RATE), tone(440, 1, level_db=-30), tone(440, 1)))
)
CUES = (
    Cue("Bài một", Milliseconds(0), Milliseconds(1000)),
    Cue("Bài hai", Milliseconds(62_000 - 60_000), Milliseconds(2000)),
)


def test_louder_columns_are_higher() -> None:
    assert draw(CLIP, 8) == "██  ▂▂██"


def test_cues_are_marked_where_they_begin_and_told_below() -> None:
    levels, marks, *told = draw(CLIP, 40, CUES).split("\n")

    assert len(levels) == 40
    assert marks == "1" + " " * 19 + "2"
    assert told == ["1  0:00.0  0:01.0  Bài một", "2  0:02.0  0:02.0  Bài hai"]


def test_nothing_is_drawn_of_nothing() -> None:
    assert draw(from_samples(np.zeros(0)), 10) == " "
    assert len(draw(from_samples(tone(440, 1)[:3]), 10)) == 3
