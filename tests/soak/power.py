"""Power cuts at the first sample: what the disk surely holds then must know that it sounds."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import soundfile

from broadcaster.audio import RATE
from broadcaster.clock import SystemClock
from broadcaster.errors import StoreError
from broadcaster.production.bulletin import Bulletin
from broadcaster.store import Store
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.units import Decibels, Lufs, Milliseconds
from tests.soak.disk import SYSCALLS, Disk, calls
from tests.soak.power_child import MARKS

ROOT = Path(__file__).resolve().parents[2]
HAMLETS = 4
_LENGTH_S = 1.2
_IMAGES = 3
"""For each cut: nothing survives but what was synced; and twice, some of the rest does, too."""


@dataclass(frozen=True)
class Replay:
    first_samples: int
    lost: int
    """Of those, how many sounded while some image of the disk did not know of it."""


def available() -> bool:
    """Whether strace is there and may watch."""
    if shutil.which("strace") is None:
        return False
    return subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True).returncode == 0


def cut_power(folder: Path, first_samples: int, random: Random, synchronous: str = "") -> Replay:
    """Play so many airings under strace, and look at the disk as it is at each first sample."""
    _found(folder / "station")
    before = folder / "before"
    shutil.copytree(folder / "station", before)
    trace = folder / "trace"
    _play(folder / "station", trace, rounds=-(-first_samples // HAMLETS), synchronous=synchronous)
    return _replayed(folder / "station", before, trace, random)


def _found(station: Path) -> None:
    (station / "audio_out").mkdir(parents=True)
    tone = 0.3 * np.sin(2 * np.pi * 440 * np.arange(round(_LENGTH_S * RATE)) / RATE)
    path = station / "audio_out" / "new.wav"
    soundfile.write(path, tone, RATE, subtype="PCM_16")
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    path.rename(path.with_name(f"{sha256}.wav"))
    clock = SystemClock()
    store = Store.open(station / "schedules.db", clock=clock, create=True)
    length = Milliseconds(round(_LENGTH_S * 1000))
    made = Bulletin(sha256, f"{sha256}.wav", length, "tone", "recipe", Lufs(-16), Decibels(-1))
    store.add_bulletin(made, "Bản tin", now=clock.now())
    for number in range(HAMLETS):
        hamlet = Hamlet(f"h{number}", f"ap-{number}", f"Ấp {number}", output=f"horn:{number}")
        store.save_hamlet(hamlet, by="", now=clock.now())
    store.close()


def _play(station: Path, trace: Path, *, rounds: int, synchronous: str) -> None:
    watched = ["strace", "-f", "-qq", "-xx", "-s", "1000000", "-o", str(trace), "-e", f"trace={SYSCALLS}"]
    child = [sys.executable, "-m", "tests.soak.power_child", str(station), str(rounds)]
    run = subprocess.run(
        [*watched, "--seccomp-bpf", *child, *filter(None, [synchronous])],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert run.returncode == 0, run.stderr


def _replayed(station: Path, before: Path, trace: Path, random: Random) -> Replay:
    disk = Disk(station, before)
    seen = lost = 0
    for call in calls(trace):
        if written := disk.apply(call):
            path, data = written
            if path != MARKS:
                continue
            wanted = set(data.decode().split())
            seen += len(wanted)
            images = [disk.image(), *(disk.image(random) for _image in range(_IMAGES - 1))]
            lost += len({airing for image in images for airing in wanted - _known(image)})
    return Replay(seen, lost)


def _known(image: dict[str, bytes]) -> set[str]:
    """Airings that a station starting on this disk would know to have begun; none where it cannot start."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in image.items():
            (Path(folder) / name).write_bytes(content)
        try:
            store = Store.open(Path(folder) / "schedules.db", clock=SystemClock())
        except StoreError:
            return set()
        try:
            whole = store.check() == ()
            return {airing.id for airing in store.unfinished() if airing.sounded_to > 0 and whole}
        except StoreError:
            return set()
        finally:
            store.close()
