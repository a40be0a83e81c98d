from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from broadcaster.audio import AudioSegment, decode, from_samples
from broadcaster.clock import TurnedClock
from broadcaster.voices import ClipCache
from tests.voices.fake import hum

DAY = 86_400.0


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock(datetime(2026, 5, 4, 5, 30, tzinfo=UTC))


@pytest.fixture
def cache(tmp_path: Path, clock: TurnedClock) -> ClipCache:
    return ClipCache(tmp_path, max_bytes=200_000, max_days=30, clock=clock)


def noise(seconds: float = 0.5) -> AudioSegment:
    """About 22 kB of FLAC for half a second."""
    return from_samples(np.random.default_rng(1).normal(0, 3000, round(24_000 * seconds)).astype(np.int16))


def entries(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_was_put_comes_back_sample_by_sample(cache: ClipCache) -> None:
    clip = hum("xin chào bà con")
    cache.put("gtts 1", "r1", "Xin chào", clip)

    kept = cache.get("gtts 1", "r1", "Xin chào")

    assert kept is not None
    assert kept.raw_data == clip.raw_data
    assert (kept.frame_rate, kept.channels, kept.sample_width) == (24_000, 1, 2)


@pytest.mark.parametrize("other", [("gtts 2", "r1", "Xin"), ("gtts 1", "r2", "Xin"), ("gtts 1", "r1", "Xi")])
def test_everything_that_shapes_the_sound_is_in_the_key(
    cache: ClipCache, other: tuple[str, str, str]
) -> None:
    cache.put("gtts 1", "r1", "Xin", hum("xin"))

    assert cache.get(*other) is None


@pytest.mark.parametrize("damage", ["cut", "zeroed", "text", "empty"])
def test_a_damaged_entry_is_dropped_and_made_again(cache: ClipCache, tmp_path: Path, damage: str) -> None:
    cache.put("v", "", "Xin", noise())
    (entry,) = entries(tmp_path)
    whole = entry.read_bytes()
    middle = len(whole) // 2
    entry.write_bytes(
        {
            "cut": whole[:middle],
            "zeroed": whole[:middle] + bytes(500) + whole[middle + 500 :],
            "text": b"no sound",
            "empty": b"",
        }[damage]
    )

    assert cache.get("v", "", "Xin") is None
    assert entries(tmp_path) == []
    cache.put("v", "", "Xin", noise())
    assert cache.get("v", "", "Xin") is not None


def test_the_longest_unused_go_when_it_is_too_much(
    cache: ClipCache, clock: TurnedClock, tmp_path: Path
) -> None:
    for number in range(30):
        clock.advance(1)
        cache.put("v", "", str(number), noise())
        cache.get("v", "", "0")

    assert sum(path.stat().st_size for path in entries(tmp_path)) <= 200_000
    assert cache.get("v", "", "29") is not None
    assert cache.get("v", "", "0") is not None, "used all the time"
    assert cache.get("v", "", "1") is None


def test_what_is_unused_for_too_long_goes_with_what_was_left_half_written(
    cache: ClipCache, clock: TurnedClock, tmp_path: Path
) -> None:
    cache.put("v", "", "used", hum("xin"))
    cache.put("v", "", "unused", hum("xin"))
    half = entries(tmp_path)[0].with_name(".left-by-a-killed-process.part")
    half.write_bytes(b"fLaC")
    cache.put("v", "", "newer", hum("xin"))
    clock.advance(31 * DAY)
    assert cache.get("v", "", "used") is not None
    half_age = clock.now().timestamp() - 40 * DAY
    os.utime(half, (half_age, half_age))

    cache.tidy()

    assert len(entries(tmp_path)) == 1
    assert cache.get("v", "", "used") is not None


def test_a_folder_that_cannot_be_written_is_no_failure(tmp_path: Path, clock: TurnedClock) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = ClipCache(tmp_path / "file", max_bytes=1000, max_days=1, clock=clock)

    cache.put("v", "", "Xin", hum("xin"))

    assert cache.get("v", "", "Xin") is None


def test_a_full_disk_is_no_failure(cache: ClipCache, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="limits of POSIX")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        cache.put("v", "", "Xin", noise())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert cache.get("v", "", "Xin") is None
    assert entries(tmp_path) == []


def test_threads_share_it(cache: ClipCache) -> None:
    def work() -> None:
        for number in range(10):
            cache.put("v", "", str(number % 3), hum("xin chào"))
            kept = cache.get("v", "", str(number % 3))
            assert kept is None or kept.raw_data == hum("xin chào").raw_data
            done.append(number)

    done: list[int] = []
    threads = [threading.Thread(target=work) for _thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(done) == 40


def test_a_killed_process_leaves_no_entry_that_does_not_decode(tmp_path: Path) -> None:
    program = (
        "import sys, itertools, pathlib\n"
        "from broadcaster.clock import SystemClock\n"
        "from broadcaster.voices import ClipCache\n"
        "from tests.voices.test_cache import noise\n"
        "cache = ClipCache(pathlib.Path(sys.argv[1]), max_bytes=10**8, max_days=9, clock=SystemClock())\n"
        "clip = noise(2)\n"
        "print('begun', flush=True)\n"
        "for number in itertools.count():\n"
        "    cache.put(sys.argv[2], '', str(number), clip)\n"
    )
    for run in range(3):
        command = [sys.executable, "-W", "ignore", "-c", program, str(tmp_path), str(run)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            assert writer.stdout
            assert writer.stdout.readline()
            time.sleep(random.uniform(0.05, 0.3))
            writer.kill()

    kept = list(tmp_path.rglob("*.flac"))
    assert kept
    assert all(decode(path).raw_data == noise(2).raw_data for path in kept)
