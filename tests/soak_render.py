"""python -m tests.soak_render [TIMES]: kill a process that makes bulletins, at random moments.

What is left is looked at each time: no bulletin and no cached speech that does not decode whole, and the next
run finishes.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import soundfile

from broadcaster.audio import decode, measure, samples
from broadcaster.clock import SystemClock
from broadcaster.production.bulletin import FormName, Item, Programme
from broadcaster.production.jingles import write_jingles
from broadcaster.production.studio import Studio, StudioSettings
from broadcaster.units import Decibels, Lufs, Milliseconds
from broadcaster.voices import ClipCache, EspeakVoice, Pauses, Speaker

_WORDS = ("nước", "điện", "đường", "trạm", "lúa", "cá", "rừng", "biển", "bà", "con", "ấp", "xã", "mời", "họp")
_BULLETINS = 2


if sys.platform == "win32":
    from multiprocessing.context import SpawnProcess as _Process
else:
    from multiprocessing.context import ForkServerProcess as _Process


def render(folder: Path, seed: int) -> None:
    """Make some bulletins whose words nobody has said before; those of one seed are always the same."""
    clock = SystemClock()
    cache = ClipCache(folder / "cache", max_bytes=10**9, max_days=9, clock=clock)
    pauses = Pauses(Milliseconds(450), Milliseconds(180), Milliseconds(800))
    speaker = Speaker([EspeakVoice(clock=clock)], cache, pauses, clock)
    chime = folder / "jingles" / "chime.flac"
    settings = StudioSettings("mp3", Lufs(-16), Decibels(-1), "", chime, chime, chime, chime)
    studio = Studio(speaker, settings, folder / "audio_out")
    try:
        for number in range(_BULLETINS):
            studio.make(_programme(Random(f"{seed} {number}")), seconds=60)
    finally:
        speaker.close()


def _programme(random: Random) -> Programme:
    lines = (" ".join(random.choices(_WORDS, k=14)).capitalize() + "." for _line in range(3))
    return Programme(FormName.NOTICE, "xã Tân Hưng", (Item("Thông báo", tuple(lines)),))


def soak(folder: Path, times: int, random: Random) -> int:
    """Kill `times` renderers at random moments; how many bulletins are there in the end.

    AssertionError: one is damaged, or the run after a kill does not finish.
    """
    write_jingles(folder / "jingles")
    _run(folder, seed=-1)
    whole_s = _run(folder, seed=0)
    seen = set[Path]()
    for seed in range(1, times + 1):
        _run(folder, seed, kill_after=random.uniform(0, whole_s))
        _look(folder, seen)
        if seed % 10 == 0 or seed == times:
            _run(folder, seed)
            _look(folder, seen)
    return len(list(_named(folder / "audio_out", "*.mp3")))


def _run(folder: Path, seed: int, kill_after: float | None = None) -> float:
    """Render in a process of its own, which has the program loaded; how many seconds it took."""
    multiprocessing.set_forkserver_preload(["tests.soak_render"])
    process = _Process(target=render, args=(folder, seed))
    begin = time.perf_counter()
    process.start()
    process.join(kill_after)
    took, running = time.perf_counter() - begin, process.is_alive()
    if kill_after is not None and running:
        process.kill()
        process.join()
    else:
        assert process.exitcode == 0, "the run did not finish"
    process.close()
    return took


def _look(folder: Path, seen: set[Path]) -> None:
    """At all that is new under a name."""
    for bulletin in _named(folder / "audio_out", "*.mp3"):
        if bulletin not in seen:
            assert bulletin.stem == hashlib.sha256(bulletin.read_bytes()).hexdigest(), bulletin.name
            assert abs(measure(samples(decode(bulletin))).loudness + 16) < 0.5, bulletin.name
            seen.add(bulletin)
    for entry in _named(folder / "cache", "*/*.flac"):
        if entry not in seen:
            assert len(samples(decode(entry))) == soundfile.info(entry).frames, entry.name
            seen.add(entry)


def _named(folder: Path, pattern: str) -> Iterator[Path]:
    return (path for path in folder.glob(pattern) if not path.name.startswith("."))


def main(times: int) -> None:
    seed = Random().randrange(10**6)
    print(f"{times} kills, seed {seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        print(f"{soak(Path(folder), times, Random(seed))} bulletins, all whole")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 100)
