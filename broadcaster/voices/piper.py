"""piper: a neural voice that works offline, from a model file that the operator brings."""

from __future__ import annotations

import hashlib
import threading
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from broadcaster.audio import AudioSegment, from_samples, resample
from broadcaster.errors import VoiceError, VoiceTimeout, VoiceUnavailable
from broadcaster.language import _
from broadcaster.voices.chunks import has_words, speakable
from broadcaster.voices.second import HIGHER, LOWER, SecondSpeaker
from broadcaster.voices.trim import trimmed
from broadcaster.voices.voice import Deadline, Role, Voice

LONGEST = 250
VOLUME = 0.7
"""piper brings each sentence to full scale; this leaves room for what resampling adds."""


class PiperVoice:
    """Speaks with a `vi_VN` model (MODEL.onnx, and MODEL.onnx.json beside it), loaded once. Thread-safe."""

    name = "piper"
    longest = LONGEST
    online = False

    def __init__(self, model: Path, *, pace: float = 1.0, role: Role = Role.WOMAN) -> None:
        """`pace`: how much longer than its own measure it speaks. `role`: whom the model sounds like, WOMAN
        or MAN. Nothing is loaded yet."""
        self._model = model
        self._pace = pace
        self._role = role
        self._turn = threading.Lock()
        self._engine: Any = None
        self._identity = ""

    @property
    def identity(self) -> str:
        """Holds the model's hash; an unreadable model has an identity that never spoke."""
        if not self._identity:
            self._identity = f"piper {_version()} {_hash(self._model)} {self._pace} {VOLUME}"
        return self._identity

    def check(self) -> None:
        """Load the model. VoiceUnavailable: piper is not installed, or the model is of no use."""
        with self._turn:
            self._loaded()

    def speak(self, chunk: str, deadline: Deadline) -> AudioSegment:
        """As Voice.speak; a sentence once begun is spoken to its end."""
        words = speakable(chunk).replace("[[", " ")  # which would begin piper's own phonemes
        if not has_words(words):
            raise VoiceError(_("There is nothing to say"), chunk)
        with self._turn:
            _keep(deadline)
            clip = trimmed(self._synthesized(self._loaded(), words, deadline))
        if not clip.raw_data:
            raise VoiceUnavailable(_("piper gave no sound"), words)
        return clip

    def cast(self, role: Role) -> Voice:
        if role in (Role.MAIN, self._role):
            return self
        return SecondSpeaker(self, LOWER if self._role is Role.WOMAN else HIGHER)

    def close(self) -> None:
        """Let go of the model."""
        with self._turn:
            self._engine = None

    def _synthesized(self, engine: Any, words: str, deadline: Deadline) -> AudioSegment:
        from piper import SynthesisConfig

        sentences = []
        try:
            for sentence in engine.synthesize(words, SynthesisConfig(length_scale=self._pace, volume=VOLUME)):
                _keep(deadline)
                sentences.append(resample(sentence.audio_float_array, sentence.sample_rate))
        except VoiceTimeout:
            raise
        except Exception as error:
            raise VoiceUnavailable(
                _("piper cannot speak with this model"), f"{self._model}: {error}"
            ) from error
        return from_samples(np.concatenate([np.zeros(0, np.float32), *sentences]))

    def _loaded(self) -> Any:
        if self._engine is None:
            self._engine = _load(self._model)
        return self._engine


def _keep(deadline: Deadline) -> None:
    if deadline.passed:
        raise VoiceTimeout(_("piper did not speak in the time allowed"))


def _load(model: Path) -> Any:
    try:
        import piper

        engine = piper.PiperVoice.load(model)
    except ImportError as error:
        raise VoiceUnavailable(
            _("piper is not installed"), "", _("Install it: pip install 'broadcaster[piper]'")
        ) from error
    except Exception as error:
        raise VoiceUnavailable(
            _("This model cannot be loaded"),
            f"{model}: {error}",
            _("Give a piper model, and the .onnx.json that belongs to it beside it"),
        ) from error
    if not engine.config.espeak_voice.startswith("vi"):
        raise VoiceUnavailable(_("This model does not speak Vietnamese"), str(model))
    return engine


def _version() -> str:
    try:
        return metadata.version("piper-tts")
    except metadata.PackageNotFoundError:
        return "absent"


def _hash(model: Path) -> str:
    try:
        with model.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return "absent"
