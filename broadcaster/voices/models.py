"""piper models: how one that the operator brings comes into the station's `voices` folder.

python -m broadcaster.voices.models MODEL.onnx     says one sentence; prints JSON: its times, or why not
"""

from __future__ import annotations

import importlib.util
import json
import math
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from broadcaster.audio import replacing
from broadcaster.clock import SystemClock
from broadcaster.errors import VoiceError, VoiceUnavailable
from broadcaster.language import _
from broadcaster.voices.piper import PiperVoice
from broadcaster.voices.voice import Deadline

FOLDER = "voices"
WORDS = "Kính chào bà con."
_TRIAL_S = 120.0
_MOST_BYTES, _MOST_SETTINGS = 1_000_000_000, 5_000_000


@dataclass(frozen=True)
class Trial:
    """One sentence by a model."""

    seconds_spoken: float
    seconds_taken: float
    """From loading it to the end."""


def piper_installed() -> bool:
    """Whether models can be used on this PC."""
    return importlib.util.find_spec("piper") is not None


def inspect(model: Path) -> None:
    """VoiceError: `model` is no MODEL.onnx with a MODEL.onnx.json beside it, or speaks no Vietnamese."""
    settings = _settings_of(model)
    if model.suffix != ".onnx" or not model.is_file() or not settings.is_file():
        raise VoiceError(
            _("This is no piper model"),
            str(model),
            _("Name the .onnx file; its .onnx.json must lie beside it"),
        )
    if model.stat().st_size > _MOST_BYTES or settings.stat().st_size > _MOST_SETTINGS:
        raise VoiceError(_("This model is too large"), str(model))
    try:
        language = str(json.loads(settings.read_text(encoding="utf-8"))["espeak"]["voice"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise VoiceError(
            _("The model's settings cannot be read"), f"{settings}: {error}", _("Download both files again")
        ) from error
    if not language.startswith("vi"):
        raise VoiceError(_("This model does not speak Vietnamese"), f"{model.name}: {language}")


def tried(model: Path) -> Trial:
    """The model says one sentence, in a process of its own. VoiceUnavailable: it does not."""
    try:
        ended = subprocess.run(  # noqa: S603 (our own interpreter and module)
            [sys.executable, "-m", __name__, str(model)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TRIAL_S,
        )
        told = json.loads(ended.stdout)
    except subprocess.TimeoutExpired as error:
        raise _no_use(model, _("it did not speak within {s:.0f} s").format(s=_TRIAL_S)) from error
    except (OSError, ValueError) as error:
        raise _no_use(model, _("it ended the program that loaded it")) from error
    if "why" in told:
        raise _no_use(model, told["why"])
    return Trial(**told)


def adopt(model: Path, station: Path) -> Path:
    """Copy the model into the station's folder, whole or not at all; its path inside that folder.

    VoiceError: no room on the disk, or the folder cannot be written.
    """
    kept = Path(FOLDER) / model.name
    copy = station / kept
    if copy.exists() and copy.samefile(model):
        return kept
    try:
        copy.parent.mkdir(exist_ok=True)
        for source in (_settings_of(model), model):
            with replacing(copy.with_name(source.name)) as part:
                shutil.copyfile(source, part)
    except OSError as error:
        raise VoiceError(
            _("The model could not be copied"),
            f"{copy}: {error.strerror or error}",
            _("Make room on the disk, or correct the folder's rights"),
        ) from error
    return kept


def _settings_of(model: Path) -> Path:
    return model.with_name(model.name + ".json")


def _no_use(model: Path, why: str) -> VoiceUnavailable:
    return VoiceUnavailable(
        _("This model cannot speak here"), f"{model.name}: {why}", _("Download both files again")
    )


def _main() -> None:
    told: dict[str, Any]
    voice, monotonic = PiperVoice(Path(sys.argv[1])), SystemClock().monotonic
    began = monotonic()
    try:
        spoken = voice.speak(WORDS, Deadline(math.inf, monotonic)).duration_seconds
        told = {"seconds_spoken": spoken, "seconds_taken": monotonic() - began}
    except VoiceError as error:
        told = {"why": str(error)}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    _main()
