"""How a piper model comes into a station."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from broadcaster.errors import VoiceError, VoiceUnavailable
from broadcaster.voices import models
from tests.voices.test_piper import model  # noqa: F401 (a fixture)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Something that looks like a model from outside."""
    made = tmp_path / "giọng vi.onnx"
    made.write_bytes(b"no model")
    Path(f"{made}.json").write_text('{"espeak": {"voice": "vi"}}')
    return made


@pytest.mark.parametrize(
    "what", ["no file", "no json", "another ending", "broken json", "no voice", "english"]
)
def test_what_is_no_vietnamese_model_is_refused_unread(files: Path, what: str) -> None:
    settings = Path(f"{files}.json")
    if what == "no file":
        files.unlink()
    if what == "no json":
        settings.unlink()
    if what == "another ending":
        files = files.rename(files.with_suffix(".bin"))
    if what in ("broken json", "no voice", "english"):
        told = {"broken json": "{", "no voice": "{}", "english": '{"espeak": {"voice": "en-us"}}'}
        settings.write_text(told[what])

    with pytest.raises(VoiceError, match="giọng vi"):
        models.inspect(files)


def test_a_model_too_large_is_refused(files: Path) -> None:
    with files.open("r+b") as file:
        file.truncate(1_100_000_000)

    with pytest.raises(VoiceError, match="too large"):
        models.inspect(files)


def test_a_model_of_no_use_is_told_by_the_child(files: Path) -> None:
    models.inspect(files)

    with pytest.raises(VoiceUnavailable, match="cannot speak here"):
        models.tried(files)


def test_a_child_that_dies_is_told(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")

    with pytest.raises(VoiceUnavailable, match="ended the program"):
        models.tried(files)


def test_it_is_copied_whole_with_its_settings(files: Path, tmp_path: Path) -> None:
    station = tmp_path / "station"
    station.mkdir()

    kept = models.adopt(files, station)

    assert kept == Path("voices", "giọng vi.onnx")
    assert sorted(p.name for p in (station / "voices").iterdir()) == [files.name, f"{files.name}.json"]
    assert (station / kept).read_bytes() == b"no model"
    assert models.adopt(station / kept, station) == kept


def test_a_copy_that_fails_leaves_nothing_half_written(files: Path, tmp_path: Path) -> None:
    station = tmp_path / "station"
    (station / "voices" / f"{files.name}.json").mkdir(parents=True)

    with pytest.raises(VoiceError, match="could not be copied"):
        models.adopt(files, station)

    assert [path.name for path in (station / "voices").iterdir()] == [f"{files.name}.json"]


def test_a_real_model_speaks_in_a_child(model: Path) -> None:  # noqa: F811
    models.inspect(model)

    trial = models.tried(model)

    assert 0.5 < trial.seconds_spoken < 4
    assert trial.seconds_taken > 0
    assert json.loads(Path(f"{model}.json").read_text(encoding="utf-8"))
