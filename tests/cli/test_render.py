"""`broadcaster render`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kit import APPROVER, AUTHOR, here, refused, rows


@pytest.fixture
def station(small: Path) -> Path:
    """Two short scripts, each waiting for its own slot, and a third that waits for none."""
    assert here(small, "person", "add", APPROVER).code == 0
    for name, at in (("mot", "08:00"), ("hai", "11:00"), ("ba", "")):
        text = small.parent / f"{name}.txt"
        text.write_text(f"Tin {name}\n\nMời bà con nghe tin {name}.\n", encoding="utf-8")
        assert here(small, "script", "add", str(text), "--by", AUTHOR).code == 0
        assert here(small, "script", "approve", name, "--by", APPROVER).code == 0
        if at:
            assert here(small, "timetable", "add", f"luc-{name}", "--at", at, "--by", AUTHOR).code == 0
            assert here(small, "queue", "add", name, "--slot", f"luc-{name}", "--by", AUTHOR).code == 0
    return small


def test_all_that_is_needed_is_made_once(station: Path) -> None:
    first = here(station, "render", "--all")
    again = here(station, "render", "--all")

    assert first.code == again.code == 0, first.err
    lines = first.out.splitlines()
    assert [line.split()[0] for line in lines] == ["1/2", "2/2"]
    assert all("made in" in line and "voice espeak" in line for line in lines)
    assert all("ready already" in line for line in again.out.splitlines())
    made = {name for (name,) in rows(station, "select file_name from bulletin")}
    assert {line.rpartition(" ")[2] for line in lines} == made
    assert all((station / "audio_out" / name).is_file() for name in made)


def test_a_script_that_waits_nowhere_becomes_a_notice(station: Path) -> None:
    run = here(station, "render", "ba")

    assert run.code == 0
    assert "Tin ba" in run.out
    assert rows(station, "select count(*) from bulletin") == [(1,)]


def test_one_that_fails_does_not_stop_the_others(station: Path) -> None:
    text = station.parent / "bon.txt"
    text.write_text("Tin bon\n\nMời bà con nghe tin bon.\n", encoding="utf-8")
    chime = str(station / "jingles" / "chime.flac")
    assert here(station, "script", "add", str(text), "--by", AUTHOR).code == 0
    assert here(station, "record", "bon", "--file", chime, "--by", AUTHOR).code == 0
    assert here(station, "script", "approve", "bon", "--by", APPROVER).code == 0
    (recording,) = (station / "recordings").iterdir()
    recording.unlink()

    run = here(station, "render", "bon", "ba")

    assert run.code == 1
    assert "Tin ba" in run.out
    assert "made in" in run.out
    assert "Not made: Tin bon" in run.err
    assert "1/2" in run.err
    refused(here(station, "render", "bon"), 1, recording.stem[:12])


def test_why_a_lesser_voice_spoke_stands_in_its_line(station: Path) -> None:
    toml = station / "broadcaster.toml"
    toml.write_text(
        toml.read_text("utf-8").replace('["espeak"]', '["gtts", "espeak"]\nca_file = "none.pem"'), "utf-8"
    )

    run = here(station, "render", "ba")

    assert run.code == 0, run.err
    assert "why this voice: gtts: " in run.out
    assert "none.pem" in run.out


def test_where_nothing_waits_it_says_so(small: Path) -> None:
    assert "nothing to make" in here(small, "render").out
