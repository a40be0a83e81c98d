"""`broadcaster voices`."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from broadcaster.voices.models import piper_installed
from tests.kit import here, refused, snapshot
from tests.voices.test_piper import model  # noqa: F401 (a fixture)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Something that looks like a model from outside."""
    made = tmp_path / "vais1000.onnx"
    made.write_bytes(b"no model")
    Path(f"{made}.json").write_text('{"espeak": {"voice": "vi"}}')
    return made


def settings(folder: Path) -> dict[str, object]:
    voices: dict[str, object] = tomllib.loads((folder / "broadcaster.toml").read_text("utf-8"))["voices"]
    return voices


def test_the_list_tells_what_works_and_how_it_is_set(small: Path) -> None:
    run = here(small, "voices")
    assert run.code == 0
    (heading, espeak) = run.out.splitlines()
    assert "Why not" in heading
    assert espeak.split()[:2] == ["espeak", "yes"]
    assert "vi (+f5), 150 words a minute, pitch 50" in espeak

    (told,) = json.loads(here(small, "voices", "--json").out)
    assert (told["voice"], told["works"], told["online"], told["why"]) == ("espeak", True, False, "")


def test_nobody_is_promised_an_online_voice_without_a_line(small: Path) -> None:
    toml = small / "broadcaster.toml"
    toml.write_text(toml.read_text("utf-8").replace('["espeak"]', '["gtts", "espeak"]'))

    gtts = here(small, "voices").out.splitlines()[1]
    found = {row["subject"]: row for row in json.loads(here(small, "doctor", "--json").out)}

    assert gtts.startswith("gtts")
    assert "when the line is up" in gtts
    assert found["Voices: gtts"]["what"] == "when the line is up"
    assert found["Voices: espeak"]["what"] == "works"


def test_a_voice_that_does_not_work_says_why(small: Path) -> None:
    toml = small / "broadcaster.toml"
    toml.write_text(
        toml.read_text("utf-8").replace(
            "[voices]", '[voices]\nca_file = "none.pem"\npiper_model = "none.onnx"\ngtts_slow = true'
        )
    )
    toml.write_text(toml.read_text("utf-8").replace('["espeak"]', '["gtts", "piper", "espeak"]'))

    told = {row["voice"]: row for row in json.loads(here(small, "voices", "--json").out)}

    assert not told["gtts"]["works"]
    assert "none.pem" in told["gtts"]["why"]
    assert told["gtts"]["what"] == "com.vn, slow"
    assert not told["piper"]["works"]
    shown = here(small, "voices").out
    assert "none.onnx, × 1.0" in shown
    if not piper_installed():
        assert "pip install" in told["piper"]["why"]
        assert "[piper]" in " ".join(shown.split())


@pytest.mark.skipif(piper_installed(), reason="piper is installed: it would try the model")
class TestWithoutPiper:
    def test_a_model_is_kept_and_the_settings_to_write_are_told(self, small: Path, files: Path) -> None:
        before = settings(small)

        run = here(small, "voices", "add", str(files))

        assert run.code == 0
        assert "pip install 'broadcaster[piper]'" in run.out
        assert 'piper_model = "voices/vais1000.onnx"' in run.out
        assert 'ladder = ["piper", "espeak"]' in run.out
        assert (small / "voices" / "vais1000.onnx").read_bytes() == b"no model"
        assert settings(small) == before

    def test_use_writes_them_and_keeps_the_comments(self, small: Path, files: Path) -> None:
        assert here(small, "voices", "add", str(files), "--use").code == 0
        assert here(small, "voices", "add", str(files), "--use").code == 0

        assert settings(small) == {"ladder": ["piper", "espeak"], "piper_model": "voices/vais1000.onnx"}
        assert "# best first: online, then offline" in (small / "broadcaster.toml").read_text("utf-8")
        names = [row["voice"] for row in json.loads(here(small, "voices", "--json").out)]
        assert names == ["piper", "espeak"]


def test_what_is_no_model_changes_nothing(small: Path, files: Path) -> None:
    Path(f"{files}.json").unlink()
    before = snapshot(small)

    refused(here(small, "voices", "add", str(files), "--use"), 1, "vais1000.onnx", ".onnx.json")
    refused(here(small, "voices", "add", str(small / "none.onnx")), 1, "none.onnx")

    assert snapshot(small) == before


def test_a_real_model_is_tried_and_used(small: Path, model: Path) -> None:  # noqa: F811
    run = here(small, "voices", "add", str(model), "--use")

    assert run.code == 0
    assert "It speaks" in run.out
    assert settings(small)["piper_model"] == f"voices/{model.name}"
    assert json.loads(here(small, "voices", "--json").out)[0]["works"]
