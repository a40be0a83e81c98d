"""When sound starts on a real output: PulseAudio's null sink, recorded through its monitor.

Spread of a hundred starts, distance from the wall clock after calibration, two hamlets on one card, and
dropouts with every core busy, beside paplay. Run it on a computer that does nothing else.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import miniaudio
import numpy as np
import soundfile
from numpy.typing import NDArray

from broadcaster.audio import RATE
from broadcaster.clock import SystemClock
from broadcaster.playout.calibration import calibrate
from broadcaster.playout.ear import Ear
from broadcaster.playout.outputs.opening import Outputs
from broadcaster.playout.outputs.output import BLOCK, Block, Output, Take
from broadcaster.units import Milliseconds, Samples
from tests.playout import pulse

STARTS = int(os.environ.get("STARTS", "100"))
SPREAD_MS, CLOCK_MS, PAIR_MS = 5.0, 20.0, 5.0
LOAD_S = 30
_SINK_RATE = 48_000
_CLOCK = SystemClock()
_PULSE = [miniaudio.Backend.PULSEAUDIO]
_BUSY = "while True: pass"
_GAP = RATE // 1000


def start_of_sound() -> bool:
    if not all(map(shutil.which, (*pulse.NEEDED, "paplay"))):
        print("skipped: needs pulseaudio and pulseaudio-utils")
        return True
    with tempfile.TemporaryDirectory() as name, pulse.running(Path(name)) as server:
        for sink in ("horn", "other"):
            server.plug(sink, _SINK_RATE)
        server.control("set-default-sink", "horn")
        return _starts(server, Path(name)) & _dropouts(server, Path(name))


def _starts(server: pulse.Pulse, folder: Path) -> bool:
    with server.ear("horn") as ear:
        before = _delays(ear, folder, {})
        offset = _calibrated(folder)
        after = _delays(ear, folder, {"soundcard:": offset})
    spread = float(np.percentile(np.abs(after[:, 0] - np.median(after[:, 0])), 99))
    clock, pair = float(np.abs(after).max()), float(np.abs(after[:, 0] - after[:, 1]).max())
    print(f"{STARTS} starts, as delivered: {_shown(before[:, 0])}")
    print(f"{STARTS} starts, calibrated ({offset:+d} ms): {_shown(after[:, 0])}")
    held = (
        _bound("spread, p99", spread, SPREAD_MS),
        _bound("from the wall clock, at most", clock, CLOCK_MS),
        _bound("between two hamlets of one card, at most", pair, PAIR_MS),
    )
    return all(held)


def _calibrated(folder: Path) -> Milliseconds:
    ear = Ear("Monitor of horn", _CLOCK, _PULSE)
    output = _outputs(folder, {}).open("soundcard:", "ap-1")
    try:
        found = calibrate(output, ear, _CLOCK)
    finally:
        output.close()
        ear.close()
    print(f"calibrate: {found.delay} ms late, {found.spread} ms apart, {found.found} chirps")
    return Milliseconds(-found.delay)


def _delays(ear: pulse.Ear, folder: Path, offsets: dict[str, Milliseconds]) -> NDArray[np.float64]:
    """Milliseconds from each start's instant to its sound, for two hamlets."""
    opener = _outputs(folder, offsets)
    outputs = opener.open("soundcard:#1", "ap-1"), opener.open("soundcard:#2", "ap-2")
    sounds = _chirp(500, 2500), _chirp(4000, 9000)
    delays = []
    for number in range(STARTS):
        at = time.monotonic() + 0.5 + number % 7 * 0.013
        _played(outputs, sounds, at)
        time.sleep(0.2)
        heard, when = ear.heard()
        near = np.flatnonzero((when > at - 0.3) & (when < at + 0.4))
        delays.append([1000 * (when[near[0] + _place(sound, heard[near])] - at) for sound in sounds])
    for output in outputs:
        output.close()
    return np.array(delays)


def _played(outputs: tuple[Output, ...], sounds: tuple[Block, ...], at: float) -> None:
    for output in outputs:
        output.start(Take((), "bench", datetime.now(UTC), Samples(0)), at)
    for output, sound in zip(outputs, sounds, strict=True):
        for begin in range(0, len(sound), BLOCK):
            output.write(sound[begin : begin + BLOCK])
    for output in outputs:
        output.finish()


def _dropouts(server: pulse.Pulse, folder: Path) -> bool:
    """Ours and paplay's at the same time, each on a sink of its own, while every core is busy."""
    noise = np.random.default_rng(1).integers(2000, 9000, LOAD_S * RATE).astype(np.int16)
    soundfile.write(folder / "noise.wav", noise, RATE, subtype="PCM_16")
    output = _outputs(folder, {}).open("soundcard:", "ap-1")
    with server.ear("horn") as ours, server.ear("other") as theirs, _busy():
        beside = subprocess.Popen(
            ["paplay", "-d", "other", str(folder / "noise.wav")], env=server.environment
        )
        _played((output,), (noise,), time.monotonic() + 0.5)
        beside.wait()
        time.sleep(1.0)
        gaps, their_gaps = _gaps(ours.heard()[0]), _gaps(theirs.heard()[0])
    output.close()
    print(f"dropouts in {LOAD_S} s with {os.cpu_count()} cores busy: ours {gaps}, paplay {their_gaps}")
    return gaps <= their_gaps


def _gaps(heard: NDArray[np.int16]) -> int:
    """Silences of a millisecond or more inside a sound that has none."""
    loud = np.flatnonzero(heard)
    return int(np.count_nonzero(np.diff(loud) > _GAP))


@contextmanager
def _busy() -> Iterator[None]:
    processes = [subprocess.Popen([sys.executable, "-c", _BUSY]) for _core in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _outputs(folder: Path, offsets: dict[str, Milliseconds]) -> Outputs:
    channels = {f"{url}#{channel}": ms for url, ms in offsets.items() for channel in (1, 2)}
    return Outputs(
        folder,
        _CLOCK,
        ZoneInfo("UTC"),
        offsets=offsets | channels,
        cards=lambda: ("horn",),
        backends=lambda: _PULSE,
    )


def _chirp(low: float, high: float, seconds: float = 0.1) -> Block:
    t = np.arange(round(seconds * RATE)) / RATE
    sweep = np.sin(2 * np.pi * (low * t + (high - low) / (2 * seconds) * t * t))
    return np.rint(12_000 * sweep * np.hanning(len(t))).astype(np.int16)


def _place(sound: Block, heard: NDArray[np.int16]) -> int:
    size = len(heard) + len(sound)
    fits = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(sound, size)), size)
    return int(np.argmax(fits[: len(heard) - len(sound) + 1]))


def _shown(delays: NDArray[np.float64]) -> str:
    low, middle, high = np.percentile(delays, (1, 50, 99))
    return f"median {middle:+.2f} ms, p1…p99 {low:+.2f}…{high:+.2f}, sd {delays.std():.2f}"


def _bound(what: str, measured: float, most: float) -> bool:
    print(f"{what}: {measured:.2f} ms (bound {most:g} ms){'' if measured < most else '  NOT HELD'}")
    return measured < most
