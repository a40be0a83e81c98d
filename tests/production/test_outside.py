"""Judges from outside: ffmpeg's meter, a machine without any program in its PATH, the memory that is used."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from broadcaster.production.bulletin import FormName, Programme
from broadcaster.production.studio import Studio, StudioSettings
from broadcaster.units import Decibels, Lufs
from tests.kit import ROOT
from tests.production.conftest import Babbler, programme, slogans

VARIED: dict[str, tuple[Programme, dict[str, Any]]] = {
    "daily": (programme(), {}),
    "daily flac": (programme(), {"format": "flac"}),
    "daily opus": (programme(), {"format": "opus"}),
    "notice wav": (programme(FormName.NOTICE, 1), {"format": "wav"}),
    "spots": (slogans(), {}),
    "emergency": (programme(FormName.EMERGENCY, 1), {}),
    "quiet": (programme(items=2), {"loudness": Lufs(-24)}),
    "loud": (slogans(), {"loudness": Lufs(-13)}),
    "low peaks": (programme(items=1), {"loudness": Lufs(-19), "true_peak": Decibels(-6)}),
    "band": (programme(FormName.NOTICE, 2), {"band_hz": (300.0, 5000.0)}),
}


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
@pytest.mark.parametrize("name", VARIED)
def test_ffmpeg_measures_the_same(settings: StudioSettings, audio_out: Path, name: str) -> None:
    made, changes = VARIED[name]
    bulletin = Studio(Babbler(), replace(settings, **changes), audio_out).make(made, seconds=9)

    command = ["ffmpeg", "-nostats", "-i", str(audio_out / bulletin.file_name)]
    command += ["-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stderr

    loudness, peak = (float(re.findall(rf"{name}: +(-?[0-9.]+)", told)[-1]) for name in ("I", "Peak"))
    assert bulletin.loudness == pytest.approx(loudness, abs=0.2)
    assert bulletin.true_peak == pytest.approx(peak, abs=0.3)


ALONE = """
import math, os, shutil, sys
from pathlib import Path
assert shutil.which("ffmpeg") is None and not os.environ["PATH"]
from broadcaster.audio import decode
from broadcaster.clock import SystemClock
from broadcaster.production.jingles import write_jingles
from broadcaster.production.studio import Studio, StudioSettings
from broadcaster.units import Decibels, Lufs, Milliseconds
from broadcaster.voices import ClipCache, EspeakVoice, Pauses, Speaker
from tests.production.conftest import programme
folder, clock = Path(sys.argv[1]), SystemClock()
write_jingles(folder)
jingles = [folder / f"{name}.flac" for name in ("chime", "opening", "separator", "closing")]
pauses = Pauses(Milliseconds(450), Milliseconds(180), Milliseconds(800))
cache = ClipCache(folder / "cache", max_bytes=10**9, max_days=9, clock=clock)
speaker = Speaker([EspeakVoice(clock=clock)], cache, pauses, clock)
for format in ("mp3", "flac", "wav", "opus"):
    settings = StudioSettings(format, Lufs(-16), Decibels(-1), "", *jingles)
    made = Studio(speaker, settings, folder / "out").make(programme(items=1), seconds=9)
    length = 1000 * decode(folder / "out" / made.file_name).duration_seconds
    print(format, made.voice, abs(length - made.length) < 1)
speaker.close()
"""


def test_nothing_but_the_packages_is_needed(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-c", ALONE, str(tmp_path)]
    nothing = {**os.environ, "PATH": ""}

    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=nothing, cwd=ROOT)

    assert done.stderr == ""
    assert done.stdout.split("\n")[:-1] == [
        f"{format} espeak True" for format in ("mp3", "flac", "wav", "opus")
    ]


LONG = """
import re, sys
from pathlib import Path
import numpy as np
from broadcaster.audio import from_samples, samples
from broadcaster.production.bulletin import Item, Programme
from broadcaster.production.studio import Studio, StudioSettings
from broadcaster.units import Decibels, Lufs
from broadcaster.voices.passages import Passages
from broadcaster.voices.voice import Speech
from tests.audio.sounds import babble
MINUTE = np.tile(samples(from_samples(babble(5))), 12)
folder, chime, minutes = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
class Minutes:
    def speak(self, texts, seconds, **others):
        makers = [lambda n=n: from_samples(np.roll(MINUTE, n)) for n in range(len(texts))]
        return Speech("babble", Passages(makers))
settings = StudioSettings("flac", Lufs(-16), Decibels(-1), "", chime, chime, chime, chime)
made = Programme("spots", "xã", tuple(Item(str(n), ("lời",)) for n in range(minutes)))
Studio(Minutes(), settings, folder).make(made, seconds=9)
print(re.findall(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[0])
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_memory_does_not_grow_with_the_length(tmp_path: Path, jingles: Path) -> None:
    def megabytes(minutes: int) -> float:
        command = [sys.executable, "-W", "ignore", "-c", LONG, str(tmp_path), str(jingles / "chime.flac")]
        done = subprocess.run([*command, str(minutes)], capture_output=True, text=True, check=True, cwd=ROOT)
        return int(done.stdout) / 1000

    short, long = megabytes(8), megabytes(24)

    assert long < 200
    assert long - short < 20, "16 minutes are 46 MB of samples"
