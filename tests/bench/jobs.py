"""python -m tests.bench.jobs JOB CORPUS NUMBER FILE: a contestant makes a bulletin in its process.

NUMBER is the length in minutes, or what else the job names so.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from tests.bench.corpus import PER_MINUTE, segment, sentences

_FORM = """
gap_ms = 0
end_ms = 0
[bed]
[[section]]
jingle = "opening"
[[section]]
items = true
separator = "separator"
bed = true
[[section]]
jingle = "closing"
"""


def ours(corpus: Path, minutes: int, file: Path) -> None:
    import numpy as np

    from broadcaster.audio import AudioSegment, decode, from_samples, samples
    from broadcaster.production.bulletin import Item, Programme
    from broadcaster.production.studio import Studio, StudioSettings
    from broadcaster.units import Decibels, Lufs
    from broadcaster.voices.passages import Passages
    from broadcaster.voices.voice import Speech, Text

    def minute(number: int) -> AudioSegment:
        numbers = range(number * PER_MINUTE, (number + 1) * PER_MINUTE)
        return from_samples(np.concatenate([samples(decode(segment(corpus, n))) for n in numbers]))

    class Segments:
        def speak(self, texts: Sequence[Text], seconds: float, **_others: Any) -> Speech:
            return Speech("segments", Passages([partial(minute, n) for n in range(len(texts))]))

    station = file.parent / "station"
    (station / "forms").mkdir(parents=True, exist_ok=True)
    (station / "forms" / "bench.toml").write_text(_FORM, encoding="utf-8")
    opening, separator, closing = (corpus / f"{name}.wav" for name in ("opening", "separator", "closing"))
    settings = StudioSettings(
        "mp3", Lufs(-16), Decibels(-1), "", opening, opening, separator, closing,
        bed=corpus / "bed.wav", folder=station,
    )  # fmt: skip
    items = tuple(Item(f"{n}", ("lời",)) for n in range(minutes))
    made = Studio(Segments(), settings, file.parent / "out").make(Programme("bench", "xã", items), seconds=9)
    shutil.move(file.parent / "out" / made.file_name, file)


def pydub(corpus: Path, minutes: int, file: Path) -> None:
    """As its documentation suggests."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pydub import AudioSegment
        from pydub.effects import normalize
    bulletin = AudioSegment.from_file(corpus / "opening.wav")
    separator = AudioSegment.from_file(corpus / "separator.wav")
    for number in range(minutes * PER_MINUTE):
        if number and number % PER_MINUTE == 0:
            bulletin += separator
        bulletin += AudioSegment.from_mp3(segment(corpus, number))
    bulletin += AudioSegment.from_file(corpus / "closing.wav")
    bed = AudioSegment.from_file(corpus / "bed.wav") - 24
    bulletin = normalize(bulletin.overlay(bed, loop=True))
    quality = ["-ar", "24000", "-ac", "1", "-compression_level", "5"]
    bulletin.export(file, format="mp3", bitrate="64k", parameters=quality).close()


def ffmpeg(corpus: Path, minutes: int, file: Path) -> None:
    """One pass mixes and measures, the other limits and encodes."""
    parts = [corpus / "opening.mp3"]
    for number in range(minutes * PER_MINUTE):
        if number and number % PER_MINUTE == 0:
            parts.append(corpus / "separator.mp3")
        parts.append(segment(corpus, number))
    listed, mixed = file.with_suffix(".txt"), file.with_suffix(".wav")
    listed.write_text("".join(f"file '{part}'\n" for part in [*parts, corpus / "closing.mp3"]))
    graph = (
        "[0:a]aformat=sample_rates=24000:channel_layouts=mono,asplit[voice][key];"
        "[1:a]aresample=24000,aformat=channel_layouts=mono,volume=-6dB[bed];"
        "[bed][key]sidechaincompress=threshold=0.02:ratio=20:attack=50:release=600[ducked];"
        "[voice][ducked]amix=inputs=2:duration=first:normalize=0,asplit[mix][measured];"
        "[measured]ebur128=framelog=verbose,anullsink"
    )
    inputs = ["-f", "concat", "-safe", "0", "-i", str(listed)]
    inputs += ["-stream_loop", "-1", "-i", str(corpus / "bed.wav")]
    told = _run("-y", *inputs, "-filter_complex", graph, "-map", "[mix]", str(mixed))
    loudness = float(re.findall(r"I: +(-?[0-9.]+) LUFS", told)[-1])
    levels = f"volume={-16 - loudness:.2f}dB,alimiter=limit=0.84:level=disabled"
    _run(
        *("-y", "-i", str(mixed), "-af", levels),
        *("-c:a", "libmp3lame", "-b:a", "64k", "-compression_level", "5", str(file)),
    )
    mixed.unlink()


def _run(*arguments: str) -> str:
    command = ["ffmpeg", "-nostdin", "-nostats", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stderr


def lame(corpus: Path, minutes: int, file: Path) -> None:
    """The encoder alone, on sound that is ready in `corpus`/MINUTES.pcm."""
    import lameenc

    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_bit_rate(64)
    encoder.set_in_sample_rate(24_000)
    encoder.set_channels(1)
    encoder.set_quality(5)
    with (corpus / f"{minutes}.pcm").open("rb") as pcm, file.open("wb") as mp3:
        while block := pcm.read(57_600):
            mp3.write(encoder.encode(block))
        mp3.write(encoder.flush())


def espeak(corpus: Path, letters: int, file: Path) -> None:
    """Words to bulletin, from nothing: the speech worker is started, the cache is empty."""
    from broadcaster.clock import SystemClock
    from broadcaster.voices import EspeakVoice

    text = "\n".join(sentences(letters // 80))[:letters]
    cache = file.with_suffix(".cache")
    shutil.rmtree(cache, ignore_errors=True)
    _said(EspeakVoice(clock=SystemClock()), cache, text, corpus, file)


def gtts(corpus: Path, per_second: int, file: Path) -> None:
    """The words in `corpus`/script.txt by the online voice, or what is served in its place."""
    from broadcaster.clock import SystemClock
    from broadcaster.voices import GttsVoice

    voice = GttsVoice(clock=SystemClock(), per_second=per_second, ca_file=corpus / "ca.pem")
    text = (corpus / "script.txt").read_text(encoding="utf-8")
    _said(voice, file.with_suffix(".cache"), text, corpus, file)


def _said(voice: Any, cache: Path, text: str, corpus: Path, file: Path) -> None:
    from broadcaster.clock import SystemClock
    from broadcaster.production.bulletin import FormName, Item, Programme
    from broadcaster.production.studio import Studio, StudioSettings
    from broadcaster.units import Decibels, Lufs, Milliseconds
    from broadcaster.voices import ClipCache, Pauses, Speaker

    clock = SystemClock()
    clips = ClipCache(cache, max_bytes=10**9, max_days=9, clock=clock)
    speaker = Speaker([voice], clips, Pauses(Milliseconds(450), Milliseconds(180), Milliseconds(800)), clock)
    opening, separator, closing = (corpus / f"{name}.wav" for name in ("opening", "separator", "closing"))
    settings = StudioSettings("mp3", Lufs(-16), Decibels(-1), "", opening, opening, separator, closing)
    programme = Programme(FormName.SPOTS, "xã Tân Hưng", (Item("Kế hoạch", tuple(text.split("\n"))),))
    try:
        made = Studio(speaker, settings, file.parent / "out").make(programme, seconds=900)
    finally:
        speaker.close()
    shutil.move(file.parent / "out" / made.file_name, file)


def station(corpus: Path, letters: int, file: Path) -> None:
    """An approved script of so many characters, rendered on the command line of a station without network."""
    folder, text = file.parent / "station", file.parent / "bài.txt"
    text.write_text("Thông báo\n\n" + "\n\n".join(sentences(letters // 80)), encoding="utf-8")
    alone = os.environ | {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
    for arguments in (
        ("init", "--name", "Tân Hưng"),
        ("person", "add", "A"),
        ("person", "add", "B"),
        ("script", "add", str(text), "--by", "A"),
        ("script", "approve", "bai", "--by", "B"),
    ):
        command = [sys.executable, "-m", "broadcaster", "--station", str(folder), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=alone)
    os.environ.update(alone)
    from broadcaster.cli.main import main

    with suppress(SystemExit):
        main(["--station", str(folder), "render", "bai"])
    shutil.move(next((folder / "audio_out").glob("*.mp3")), file)


JOBS: Mapping[str, Callable[[Path, int, Path], None]] = {
    job.__name__: job for job in (ours, pydub, ffmpeg, lame, espeak, gtts, station)
}


def _peak_megabytes() -> float:
    """The most that this process held in memory since its program began (a fork's parent left out)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1000


if __name__ == "__main__":
    JOBS[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
    print(_peak_megabytes())
