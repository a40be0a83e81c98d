"""How fast bulletins are made, beside naive pydub, a two-pass ffmpeg command, and the MP3 encoder alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.bench.running import Run, bench, measured, median, told

_MOST_MB = 200
_START_UP = 0.5
"""A minute is made in a second, of which half is the interpreter's start: ffmpeg may be twice as fast."""
_PLAN_LETTERS, _HOUR_LETTERS = 4_000, 56_000


def bulletins() -> bool:
    """1 and 15 minutes against naive pydub and ffmpeg."""
    with bench() as here:
        one = here.compare(1, {"ours": 5, "pydub": 3, "ffmpeg": 5, "lame": 3})
        fifteen = here.compare(15, {"ours": 5, "pydub": 3, "ffmpeg": 5, "lame": 5})
    return all(
        (
            _faster(one, "pydub", 1),
            _faster(one, "ffmpeg", _START_UP),
            _faster(fifteen, "pydub", 6),
            _faster(fifteen, "ffmpeg", 1.1),
        )
    )


def hour() -> bool:
    """60 minutes; naive pydub takes minutes, and one run."""
    with bench() as here:
        runs = here.compare(60, {"ours": 3, "ffmpeg": 3, "lame": 3}) | here.compare(60, {"pydub": 1})
    encoder = median(runs["ours"]) / median(runs["lame"])
    return all(
        (
            _faster(runs, "pydub", 10),
            _faster(runs, "ffmpeg", 1.5),
            told("times the time of the encoder alone", encoder, at_most=2),
        )
    )


def memory() -> bool:
    """It stays bounded, and the time grows with the length alone; so it is with an hour of real speech."""
    with bench() as here:
        runs = {minutes: here.run("ours", minutes) for minutes in (1, 15, 60, 170)}
        speech = here.run("station", _HOUR_LETTERS)
        length = measured(here.file("station", _HOUR_LETTERS)).seconds
    for minutes, run in runs.items():
        print(f"{minutes:3} min {run.seconds:6.1f} s, {run.megabytes:.0f} MB")
    print(
        f"{length / 60:3.0f} min {speech.seconds:6.1f} s, {speech.megabytes:.0f} MB, real speech and station"
    )
    growth = (runs[170].seconds - runs[1].seconds) / (runs[60].seconds - runs[1].seconds)
    highest = max(run.megabytes for run in (*runs.values(), speech))
    return all(
        (
            told("megabytes at most", highest, at_most=_MOST_MB),
            told("times the time for 169 minutes more instead of 59", growth, at_most=1.25 * 169 / 59),
        )
    )


def espeak() -> bool:
    """4,000 characters by espeak to a finished bulletin, from an empty cache, the worker's start included."""
    with bench() as here:
        runs = [here.run("espeak", _PLAN_LETTERS) for _time in range(5)]
        length = measured(here.file("espeak", _PLAN_LETTERS)).seconds
    print(f"{length:.0f} s of bulletin in", " ".join(f"{run.seconds:.2f}" for run in runs), "s")
    return told("times real time", length / median(runs), at_least=50)


def _faster(runs: Mapping[str, Sequence[Run]], other: str, bound: float) -> bool:
    if other not in runs:
        print(f"{other}: NOT INSTALLED, so nothing is known")
        return True
    return told(f"times faster than {other}", median(runs[other]) / median(runs["ours"]), at_least=bound)
