"""Contestants in processes of their own, taking turns; and a figure told beside its bound."""

from __future__ import annotations

import os
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


@dataclass(frozen=True)
class Run:
    seconds: float
    """From the process's start to its end."""
    megabytes: float
    """The most that the process held in memory; of those that it started nothing is said."""
    cpu_s: float
    """Of all cores, and of those that it started too: what a busy machine disturbs least."""


class Bench:
    """A folder with what all contestants work on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.corpus = folder / "corpus"
        self.corpus.mkdir()
        make_corpus(self.corpus)

    def compare(self, minutes: int, times: Mapping[str, int]) -> dict[str, list[Run]]:
        """Runs that take turns; whoever has had all of theirs waits. Without ffmpeg it does not compete."""
        runs: dict[str, list[Run]] = {job: [] for job in times if job != "ffmpeg" or shutil.which("ffmpeg")}
        self._prepare_pcm(minutes)
        for turn in range(max(times.values())):
            for job, done in runs.items():
                if turn < times[job]:
                    done.append(self.run(job, minutes))
        for job, done in runs.items():
            heard = measured(self.file(job, minutes))
            print(f"{minutes:3} min {job:7}", " ".join(f"{run.seconds:.2f}" for run in done), "s,", end=" ")
            print(f"{statistics.median(run.cpu_s for run in done):.2f} s of CPU,", end=" ")
            print(f"{max(run.megabytes for run in done):.0f} MB, {heard.seconds:.0f} s at", end=" ")
            print(f"{heard.loudness:.1f} LUFS, {heard.true_peak:.1f} dBTP", flush=True)
        return runs

    def run(self, job: str, minutes: int, environment: Mapping[str, str] | None = None) -> Run:
        """One run of a job, its process's start included."""
        command = [sys.executable, "-W", "ignore", "-m", "tests.bench.jobs", job]
        command += [str(self.corpus), str(minutes), str(self.file(job, minutes))]
        begin, used = time.perf_counter(), _children_s()
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=environment)
        return Run(time.perf_counter() - begin, float(done.stdout.split()[-1]), _children_s() - used)

    def file(self, job: str, minutes: int) -> Path:
        """Where that job's bulletin is."""
        return self.folder / f"{job}-{minutes}.mp3"

    def _prepare_pcm(self, minutes: int) -> None:
        """The finished bulletin, decoded, for the encoder alone."""
        self.run("ours", minutes)
        with (self.corpus / f"{minutes}.pcm").open("wb") as pcm:
            for block in stream(self.file("ours", minutes)):
                pcm.write(samples(from_samples(block)).tobytes())


@contextmanager
def bench() -> Iterator[Bench]:
    with tempfile.TemporaryDirectory() as folder:
        yield Bench(Path(folder))


def _children_s() -> float:
    times = os.times()
    return times.children_user + times.children_system


def measured(path: Path) -> Measurement:
    meter = Meter()
    for block in stream(path):
        meter.add(block)
    return meter.result()


def median(runs: Sequence[Run]) -> float:
    return statistics.median(run.seconds for run in runs)


def told(what: str, value: float, *, at_least: float = 0, at_most: float = float("inf")) -> bool:
    """Print the figure and its bound; whether it holds."""
    bound = f"at least {at_least:,g}" if at_least else f"at most {at_most:,g}"
    holds = at_least <= value <= at_most
    print(f"{what}: {value:,.2f} ({bound}){'' if holds else ' NOT HELD'}", flush=True)
    return holds
