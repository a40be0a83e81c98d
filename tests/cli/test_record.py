"""`broadcaster record`."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import miniaudio
import numpy as np
import pytest
import soundfile

from broadcaster.audio import RATE, decode, samples
from broadcaster.cli.record import level_line, level_shown
from broadcaster.station import Station
from tests.kit import APPROVER, AUTHOR, here, refused, rows, snapshot, until


@pytest.fixture
def station(small: Path) -> Path:
    """A station with a second person, a slot, and the approved script `tin` in its queue."""
    text = small.parent / "tin.txt"
    text.write_text("Mời bà con họp lúc 7h30.\n", encoding="utf-8")
    for args in (
        ("person", "add", APPROVER),
        ("script", "add", str(text), "--by", AUTHOR),
        ("script", "approve", "tin", "--by", APPROVER),
        ("timetable", "add", "chieu", "--at", "17:00", "--by", AUTHOR),
        ("queue", "add", "tin", "--slot", "chieu", "--by", AUTHOR),
    ):
        assert here(small, *args).code == 0
    return small


@pytest.fixture
def file(station: Path) -> Path:
    path = station.parent / "lời đọc.wav"
    soundfile.write(path, tone(2), RATE)
    return path


def tone(seconds: float) -> np.ndarray:
    return 0.3 * np.sin(2 * np.pi * 300 * np.arange(round(seconds * RATE)) / RATE)


def state(folder: Path) -> str:
    (script,) = json.loads(here(folder, "script", "list", "--json").out)
    return str(script["state"])


def test_a_file_takes_the_place_of_speech_and_voids_the_approval(station: Path, file: Path) -> None:
    run = here(station, "record", "tin", "--file", str(file), "--by", AUTHOR)

    assert run.code == 0, run.err
    assert "tin is aired as recorded: 0:02.0" in run.out
    assert "approval is void" in run.out
    assert "queues of: chieu" in run.out
    assert state(station) == "draft"
    ((sha256,),) = rows(station, "select recording from script")
    assert [path.name for path in (station / "recordings").iterdir()] == [f"{sha256}.flac"]
    assert here(station, "script", "approve", "tin", "--by", APPROVER).code == 0


def test_it_is_heard_in_the_bulletin_which_is_made_again_without_it(station: Path, file: Path) -> None:
    assert here(station, "record", "tin", "--file", str(file)).code == 0
    to = station.parent / "x.wav"

    previewed = here(station, "preview", "tin", "-o", str(to))

    assert previewed.code == 0, previewed.err
    assert "espeak+recorded" in previewed.out
    (line,) = [line for line in previewed.out.splitlines() if "(recording)" in line]
    minutes, seconds = line.split()[1].split(":")
    begin = round((60 * int(minutes) + float(seconds) + 0.1) * RATE)
    heard = samples(decode(to))[begin : begin + round(1.8 * RATE)].astype(np.float64)
    assert np.argmax(np.abs(np.fft.rfft(heard))) * RATE / len(heard) == pytest.approx(300, abs=2)
    assert here(station, "script", "approve", "tin", "--by", APPROVER).code == 0
    assert "made in" in here(station, "render", "tin").out
    assert here(station, "record", "tin", "--remove").code == 0
    assert here(station, "script", "approve", "tin", "--by", APPROVER).code == 0
    assert "made in" in here(station, "render", "tin").out
    assert len(set(rows(station, "select recipe from bulletin"))) == 2


def test_it_is_taken_away_again(station: Path, file: Path) -> None:
    assert here(station, "record", "tin", "--file", str(file)).code == 0

    run = here(station, "record", "tin", "--remove")

    assert "voices speak it" in run.out
    assert rows(station, "select recording from script") == [("",)]
    assert list((station / "recordings").iterdir()) == []
    refused(here(station, "record", "tin", "--remove"), 1, "no recording", "tin")


def test_without_a_microphone_it_says_what_to_do(station: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broadcaster.cli.record.microphones", lambda _names: ())
    before = snapshot(station)

    refused(here(station, "record", "tin", stdin="\n\n"), 1, "no microphone", "--file")

    assert snapshot(station) == before


def test_silence_from_the_microphone_is_refused(station: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broadcaster.cli.record.microphones", lambda _names: ("built in",))
    monkeypatch.setattr("broadcaster.cli.record.real_backends", lambda: [miniaudio.Backend.NULL])

    run = here(station, "record", "tin", stdin="\n\n")

    assert run.code == 1
    assert "Press Enter to end" in run.out
    assert state(station) == "approved"


class Microphone:
    """A microphone that hears a tone: the hardware is the outside world."""

    def __init__(self, backends: object) -> None:
        self.seconds, self.level = 1.5, 0.3

    def stop(self) -> list[np.ndarray]:
        return [(tone(1.5) * 32_767).astype(np.int16)]


def test_what_is_said_between_enter_and_enter_is_kept(station: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broadcaster.cli.record.microphones", lambda _names: ("built in",))
    monkeypatch.setattr("broadcaster.cli.record.Microphone", Microphone)

    run = here(station, "record", "tin", stdin="\n\n")

    assert run.code == 0, run.err
    assert "tin is aired as recorded: 0:01.5" in run.out
    assert state(station) == "draft"


def test_the_level_is_shown_on_a_terminal_while_it_records(
    station: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("broadcaster.cli.record._LOOK_S", 0.01)
    with Station(station) as opened, monkeypatch.context() as patch:
        terminal = Terminal()
        patch.setattr(sys, "stderr", terminal)
        with level_shown(opened, Microphone([])):  # type: ignore[arg-type]
            until(lambda: "0:01.5" in terminal.getvalue())
        shown = terminal.getvalue()

    assert shown.startswith("\r0:01.5 ████")
    assert shown.endswith("\n")


def test_the_level_is_a_bar() -> None:
    assert level_line(12.34, 0.5).split() == ["0:12.3", "█" * 20 + "·" * 20]
    assert "too loud" in level_line(0, 1.0)


@pytest.mark.parametrize(
    ("args", "code", "named"),
    [
        (("khong-co",), 1, ("khong-co",)),
        (("tin", "--file", "none.wav"), 1, ("none.wav",)),
        (("tin", "--file", "broadcaster.toml", "--remove"), 2, ("exclude",)),
        (("tin", "--file", str(Path(__file__))), 1, ("test_record.py",)),
    ],
)
def test_what_cannot_be(station: Path, args: tuple[str, ...], code: int, named: tuple[str, ...]) -> None:
    before = snapshot(station)

    run = here(station, "record", *args)

    refused(run, code, *named)
    after = snapshot(station)
    assert after == before
