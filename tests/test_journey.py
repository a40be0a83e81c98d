"""What a newcomer gets for one command: judged from the files that the journey (tests/journey.py) left."""

from __future__ import annotations

import json
import os
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from broadcaster.audio import decode, measure, samples
from broadcaster.station import Station
from tests.conftest import JOURNEY
from tests.kit import until

pytestmark = pytest.mark.xdist_group("journey")

RUNS = ("first", "second")
HAMLETS = ["ap-1", "ap-2", "ap-3", "ap-4", "ap-5"]
SHORTEST_SYLLABLE_S, LONGEST_SYLLABLE_S = 0.15, 0.6


@pytest.fixture(scope="module")
def journey() -> Path:
    """Its folder, when it is over."""
    folder = Path(os.environ[JOURNEY])
    until(lambda: (folder / "second" / "rc").exists(), 330, f"the journey ({folder / 'log'})")
    return folder


def listed(journey: Path, run: str, what: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((journey / run / what).read_text(encoding="utf-8"))
    return found


def rehearsed(journey: Path, run: str) -> list[dict[str, Any]]:
    """Rehearsals in the as-run log; at its hour the morning's bulletin stands there too."""
    return [line for line in listed(journey, run, "asrun") if line["rehearsal"]]


def aired(journey: Path, run: str) -> list[dict[str, Any]]:
    """This run's lines among them."""
    lines = rehearsed(journey, run)
    last = max(line["starts_at"] for line in lines)
    return [line for line in lines if line["starts_at"] == last]


@pytest.mark.parametrize("run", RUNS)
def test_it_ends_well(journey: Path, run: str) -> None:
    said = (journey / run / "said").read_text(encoding="utf-8")

    assert (journey / run / "rc").read_text() == "0", said
    assert "voice espeak" in said
    assert said.splitlines()[-1] == "The station has stopped"
    assert len(re.findall(r"Ấp \d · Một cửa; .* · aired", said)) == 5


@pytest.mark.parametrize("run", RUNS)
def test_every_hamlet_has_aired_it_at_its_second(journey: Path, run: str) -> None:
    lines = aired(journey, run)

    assert [line["hamlet"] for line in lines] == HAMLETS
    for line in lines:
        assert (line["outcome"], line["voice"], line["rehearsal"]) == ("aired", "espeak", True), line
        starts_at, started_at = (datetime.fromisoformat(line[key]) for key in ("starts_at", "started_at"))
        assert starts_at.utcoffset() == timedelta(hours=7)
        assert starts_at.second == 0
        assert abs(started_at - starts_at) <= timedelta(milliseconds=100)
        assert line["seconds_played"] == pytest.approx(line["seconds_planned"], abs=0.05)


def test_the_second_run_is_a_rehearsal_of_its_own(journey: Path) -> None:
    assert len(rehearsed(journey, "first")) == 5
    assert len(rehearsed(journey, "second")) == 10
    assert "whole" in (journey / "second" / "verify").read_text(encoding="utf-8")


@pytest.mark.parametrize("hamlet", HAMLETS)
def test_speech_lies_in_its_folder(journey: Path, hamlet: str) -> None:
    with Station(journey / "station") as station:
        spots = [script for script in station.store.scripts() if script.kind == "spot"]
        syllables = sum(len(spot.spoken.split()) for spot in spots)
    files = sorted((journey / "station" / "audio_out" / hamlet).glob("*-rehearsal.wav"))
    (planned,) = {line["seconds_planned"] for line in aired(journey, "first")}

    assert len(spots) == 6
    assert len(files) == 2
    for file in files:
        sound, rate = soundfile.read(file)
        seconds = len(sound) / rate
        assert seconds == pytest.approx(planned, abs=0.1)
        assert syllables * SHORTEST_SYLLABLE_S < seconds < syllables * LONGEST_SYLLABLE_S + 25
        measured = measure(samples(decode(file)))
        assert measured.loudness == pytest.approx(-16, abs=1)
        assert measured.longest_silence_s < 3
        assert np.abs(sound).max() < 1
        assert _spoken_share(sound, rate) > 0.5


def _spoken_share(sound: np.ndarray, rate: int) -> float:
    """The share of 50 ms windows that are louder than −40 dBFS."""
    size = rate // 20
    windows = sound[: len(sound) // size * size].reshape(-1, size)
    return float(np.mean(np.sqrt(np.mean(windows**2, axis=1)) > 0.01))


@pytest.mark.parametrize("run", RUNS)
def test_the_plan_waits_for_five_in_the_afternoon(journey: Path, run: str) -> None:
    lines = [line for line in listed(journey, run, "forecast") if line["slot"] == "chieu"]
    first = min(line["starts_at"] for line in lines)
    coming = [line for line in lines if line["starts_at"] == first]

    assert [line["hamlet"] for line in coming] == HAMLETS
    for line in coming:
        assert line["starts_at"][11:] == "17:00:00+07:00"
        assert "cải cách hành chính" in line["title"]
        assert (line["voice"], line["reason"]) == ("espeak", "")
        assert line["seconds_planned"] > 120
    with Station(journey / "station") as station:
        bulletin = station.store.bulletin(coming[0]["bulletin"])
        plan = next(script for script in station.store.scripts() if script.code == "ke-hoach-cchc")
    sound = decode(journey / "station" / "audio_out" / bulletin.file_name)
    syllables = len(plan.spoken.split())
    assert syllables * SHORTEST_SYLLABLE_S < len(sound) / 1000 < syllables * LONGEST_SYLLABLE_S + 25
    assert measure(samples(sound)).loudness == pytest.approx(-16, abs=1)


def test_the_doctor_finds_no_fault_afterwards(journey: Path) -> None:
    assert [row for row in listed(journey, "second", "doctor") if row["level"] == "fault"] == []
