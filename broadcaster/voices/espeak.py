"""espeak-ng: the voice that pip alone brings and no dead line can take away."""

from __future__ import annotations

import math
import threading
from importlib import metadata
from pathlib import Path

import espeakng_loader
import numpy as np

from broadcaster.audio import AudioSegment, from_samples, resample
from broadcaster.clock import Clock
from broadcaster.errors import VoiceError, VoiceTimeout, VoiceUnavailable
from broadcaster.language import _
from broadcaster.voices import espeak_worker
from broadcaster.voices.chunks import has_words, speakable
from broadcaster.voices.espeak_process import EspeakProcess, WorkerLost, WorkerRefused
from broadcaster.voices.trim import trimmed
from broadcaster.voices.voice import Deadline, Role, Voice

VOLUME = 60
"""The loudest that never saturates; production makes it as loud as it should be, in float."""
LONGEST = 1000
HANG_S = 20.0
"""It speaks `LONGEST` characters in under 0.1 s; a slow PC may take seconds to start it."""
_TRIES = 2
SECOND = "f5"
"""Half an octave above `vi`, so that no tone of the one is heard as a tone of the other."""


class EspeakVoice:
    """Speaks in one long-lived worker process, which is started again when it dies or hangs. Thread-safe."""

    name = "espeak"
    longest = LONGEST
    online = False

    def __init__(
        self,
        *,
        voice: str = "vi",
        rate: int = 150,
        pitch: int = 50,
        second: str = SECOND,
        clock: Clock,
        hang_s: float = HANG_S,
    ) -> None:
        """`rate` in espeak's words a minute (80…260), `pitch` 0…99; nothing is started yet.

        `second`: the variant (f1…f5) that is the woman; espeak takes an unknown one for none at all. The
        voice itself is a man.
        """
        self._second = (voice, rate, pitch, second)
        self._settings = (voice, rate, pitch, VOLUME)
        self.identity = f"espeak {metadata.version('espeakng-loader')} {voice} {rate} {pitch} {VOLUME}"
        self._clock = clock
        self._hang_s = hang_s
        self._turn = threading.Lock()
        self._process: EspeakProcess | None = None
        self._woman: EspeakVoice | None = None

    def check(self) -> None:
        """Start the worker, if none runs. VoiceUnavailable: espeak-ng is missing or broken here."""
        with self._turn:
            self._asked(None, Deadline(math.inf, self._clock.monotonic))

    def speak(self, chunk: str, deadline: Deadline) -> AudioSegment:
        """As Voice.speak; bounded by `deadline` and by the time after which espeak must have hung."""
        words = speakable(chunk)
        if not has_words(words):
            raise VoiceError(_("There is nothing to say"), chunk)
        with self._turn:
            raw = self._asked(words, deadline)
        clip = trimmed(from_samples(resample(np.frombuffer(raw, "<i2"), espeak_worker.RATE)))
        if not clip.raw_data:
            raise VoiceUnavailable(_("espeak gave no sound"), words)
        return clip

    def cast(self, role: Role) -> Voice:
        if role in (Role.MAIN, Role.MAN):
            return self
        with self._turn:
            if self._woman is None:
                voice, rate, pitch, second = self._second
                self._woman = EspeakVoice(
                    voice=f"{voice}+{second}", rate=rate, pitch=pitch, clock=self._clock, hang_s=self._hang_s
                )
        return self._woman

    def close(self) -> None:
        """End the worker, and the woman's."""
        with self._turn:
            if self._process:
                self._process.close()
            self._process = None
        if self._woman:
            self._woman.close()

    def _asked(self, words: str | None, deadline: Deadline) -> bytes:
        """The worker's samples of `words`, or none for none; a lost worker is replaced, once."""
        lost = WorkerLost(hung=True)  # what a deadline that has passed comes to
        for _try in range(_TRIES):
            if deadline.passed:
                break
            seconds = min(self._hang_s, deadline.seconds_left)
            try:
                process = self._running(seconds)
                return process.speak(words, seconds) if words else b""
            except WorkerLost as failure:
                lost, self._process = failure, None
            except (WorkerRefused, OSError) as failure:
                raise self._unavailable(str(failure)) from failure
        if lost.hung:
            raise VoiceTimeout(_("espeak gave no answer in time"))
        raise self._unavailable(_("it ended by itself"))

    def _running(self, seconds: float) -> EspeakProcess:
        if self._process is None:
            library = Path(espeakng_loader.get_library_path())
            self._process = EspeakProcess(library, self._settings, seconds, self._clock)
        return self._process

    @staticmethod
    def _unavailable(why: str) -> VoiceUnavailable:
        return VoiceUnavailable(
            _("espeak does not work here"), why, _("Install the package espeakng-loader again")
        )
