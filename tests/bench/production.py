"""How fast bulletins are made, beside naive pydub, a two-pass ffmpeg command, and the MP3 encoder alone."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from broadcaster.audio import Measurement, Meter, from_samples, samples, stream
from tests.bench.corpus import make_corpus

_PLAN_LETTERS = 4_000
_SENTENCE = "Ủy ban nhân dân xã thông báo đến toàn thể bà con kế hoạch cải cách hành chính, {n}, của năm nay."
_ORDINALS = ("phần đầu", "phần giữa", "phần sau", "phần cuối", "phần thêm")


@dataclass(frozen=True)
class Run:
    seconds: float
    megabytes: float
    """The most that the process held in memory; of those that it started nothing is said."""


def bulletins() -> bool:
    """1 and 15 minutes against naive pydub and ffmpeg."""
    with _bench() as bench:
        one = bench.compare(1, {"ours": 5, "pydub": 3, "ffmpeg": 5, "lame": 3})
        fifteen = bench.compare(15, {"ours": 3, "pydub": 3, "ffmpeg": 3, "lame": 3})
    print(f"1 min: pydub {_ratio(one, 'pydub')}, ffmpeg {_ratio(one, 'ffmpeg')}")
    return all(
        (
            _at_least("naive pydub, 15 min", fifteen, "pydub", 6),
            _at_least("two-pass ffmpeg, 15 min", fifteen, "ffmpeg", 1.1),
        )
    )


def hour() -> bool:
    """60 minutes; naive pydub takes minutes, and one run."""
    with _bench() as bench:
        runs = bench.compare(60, {"ours": 3, "ffmpeg": 3, "lame": 3, "pydub": 1})
    encoder = _median(runs["ours"]) / _median(runs["lame"])
    print(f"the encoder alone, 60 min: {encoder:.2f} times its time (at most 2)")
    return all(
        (
            _at_least("naive pydub, 60 min", runs, "pydub", 10),
            _at_least("two-pass ffmpeg, 60 min", runs, "ffmpeg", 1.5),
            encoder <= 2,
        )
    )


def memory() -> bool:
    """It does not grow with the length, and the time grows with it alone."""
    with _bench() as bench:
        runs = {minutes: bench.run("ours", minutes) for minutes in (1, 15, 60, 170)}
    for minutes, run in runs.items():
        print(
            f"{minutes} min: {run.megabytes:.0f} MB, {run.seconds:.1f} s, {run.seconds / minutes:.2f} s/min"
        )
    return all(run.megabytes < 200 for run in runs.values())


def espeak() -> bool:
    """4,000 characters by espeak to a finished bulletin, from an empty cache, the worker's start included."""
    with _bench() as bench:
        runs = [bench.run("espeak", 0) for _time in range(3)]
        length = _heard(bench.folder / "espeak-0.mp3").seconds
    speed = length / _median(runs)
    print(f"{length:.0f} s of bulletin in {_median(runs):.2f} s: {speed:.0f} times real time (at least 50)")
    return speed >= 50


class _Bench:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._corpus = folder / "corpus"
        self._corpus.mkdir()
        make_corpus(self._corpus)
        lines = [_SENTENCE.format(n=ordinal) for ordinal in _ORDINALS]
        text = "\n".join(lines * (_PLAN_LETTERS // sum(map(len, lines)) + 1))
        (self._corpus / "plan.txt").write_text(text[:_PLAN_LETTERS].rpartition("\n")[0], encoding="utf-8")

    def compare(self, minutes: int, times: Mapping[str, int]) -> dict[str, list[Run]]:
        """Runs that take turns; whoever has had all of theirs waits."""
        runs: dict[str, list[Run]] = {job: [] for job in times if job != "ffmpeg" or shutil.which("ffmpeg")}
        self._prepare_pcm(minutes)
        for turn in range(max(times.values())):
            for job, done in runs.items():
                if turn < times[job]:
                    done.append(self.run(job, minutes))
        for job, done in runs.items():
            print(f"{minutes:3} min {job:7}", " ".join(f"{run.seconds:.2f}" for run in done), "s,", end=" ")
            print(
                f"{max(run.megabytes for run in done):.0f} MB,", _sound(self.folder / f"{job}-{minutes}.mp3")
            )
        return runs

    def run(self, job: str, minutes: int) -> Run:
        """One run in a process of its own, its start included."""
        file = self.folder / f"{job}-{minutes}.mp3"
        shutil.rmtree(self.folder / f"cache-{file.stem}", ignore_errors=True)
        command = [sys.executable, "-W", "ignore", "-m", "tests.bench.jobs", job]
        command += [str(self._corpus), str(minutes), str(file)]
        begin = time.perf_counter()
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        return Run(time.perf_counter() - begin, float(done.stdout))

    def _prepare_pcm(self, minutes: int) -> None:
        """The finished bulletin, decoded, for the encoder alone."""
        self.run("ours", minutes)
        with (self._corpus / f"{minutes}.pcm").open("wb") as pcm:
            for block in stream(self.folder / f"ours-{minutes}.mp3"):
                pcm.write(samples(from_samples(block)).tobytes())


@contextmanager
def _bench() -> Iterator[_Bench]:
    with tempfile.TemporaryDirectory() as folder:
        yield _Bench(Path(folder))


def _heard(path: Path) -> Measurement:
    meter = Meter()
    for block in stream(path):
        meter.add(block)
    return meter.result()


def _sound(path: Path) -> str:
    heard = _heard(path)
    return f"{heard.seconds:.0f} s at {heard.loudness:.1f} LUFS, {heard.true_peak:.1f} dBTP"


def _median(runs: Sequence[Run]) -> float:
    return statistics.median(run.seconds for run in runs)


def _ratio(runs: Mapping[str, Sequence[Run]], other: str) -> str:
    return f"{_median(runs[other]) / _median(runs['ours']):.1f}x" if other in runs else "not installed"


def _at_least(name: str, runs: Mapping[str, Sequence[Run]], other: str, bound: float) -> bool:
    print(f"{name}: {_ratio(runs, other)} (at least {bound:g}x)")
    return other not in runs or _median(runs[other]) >= bound * _median(runs["ours"])
