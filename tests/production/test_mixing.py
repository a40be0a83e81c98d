"""Clips on a timeline."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from broadcaster.audio import RATE, from_samples
from broadcaster.production.mixing import BLOCK, Timeline
from broadcaster.production.spool import Spool
from broadcaster.units import Decibels, Milliseconds
from tests.audio.sounds import tone

UNCHANGED = Decibels(0)


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    with Spool(tmp_path) as spool:
        yield spool


def mixed(timeline: Timeline) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.concatenate(list(timeline.blocks()))


def test_lengths_are_exact_to_the_sample(spool: Spool) -> None:
    timeline = Timeline(spool)
    for _ in range(200):
        timeline.add(from_samples(tone(440, 1)[:1_001]), UNCHANGED)
        timeline.pause(Milliseconds(33))

    assert timeline.end == len(mixed(timeline)) == 200 * (1_001 + 33 * RATE // 1000)


def test_clips_lie_where_they_were_put_and_nothing_else_sounds(spool: Spool) -> None:
    timeline = Timeline(spool)
    timeline.pause(Milliseconds(1_500))
    clip = from_samples(tone(440, 3.1))
    timeline.add(clip, Decibels(-6.0206))
    timeline.pause(Milliseconds(700))

    sound = mixed(timeline)

    start, end = 36_000, 36_000 + 74_400
    assert not sound[:start].any()
    assert not sound[end:].any()
    inside = slice(start + 120, end - 120)
    np.testing.assert_allclose(sound[inside], tone(440, 3.1)[120:-120] / 2, atol=3e-5)


def test_edges_fade_over_five_milliseconds(spool: Spool) -> None:
    timeline = Timeline(spool)
    timeline.add(from_samples(np.full(2_000, 0.5)), UNCHANGED)

    sound = mixed(timeline)

    assert sound[0] == sound[-1] == 0
    assert np.all(np.diff(sound[:120]) >= 0)
    assert sound[60] == pytest.approx(0.25, abs=0.01)
    np.testing.assert_allclose(sound[:1_000], sound[::-1][:1_000], atol=1e-7)
    np.testing.assert_array_equal(sound[120:1_880], np.float32(0.5))


@pytest.mark.parametrize("first", [BLOCK - 60, BLOCK - 1, BLOCK, BLOCK + 1])
def test_a_fade_across_two_blocks_is_whole(spool: Spool, first: int) -> None:
    alone, late = Timeline(spool), Timeline(spool)
    late.add(from_samples(np.zeros(first, np.int16)), UNCHANGED)
    for timeline in (alone, late):
        timeline.add(from_samples(tone(440, 2)), UNCHANGED)

    np.testing.assert_array_equal(mixed(late)[first:], mixed(alone))


def test_a_clip_shorter_than_its_fades_stays_in_bounds(spool: Spool) -> None:
    timeline = Timeline(spool)
    timeline.add(from_samples(np.full(50, 0.5)), UNCHANGED)

    assert 0 <= mixed(timeline).max() < 0.5


def test_an_empty_timeline_is_no_sound(spool: Spool) -> None:
    assert list(Timeline(spool).blocks()) == []
