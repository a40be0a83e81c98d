"""gTTS, made safe: an online voice that either speaks whole or says why not, in bounded time."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from broadcaster.audio import RATE, AudioSegment, decode
from broadcaster.bounded import TookTooLong, within
from broadcaster.clock import Clock
from broadcaster.errors import AudioError, VoiceError, VoiceTimeout, VoiceUnavailable
from broadcaster.language import _
from broadcaster.voices.breaker import Breaker
from broadcaster.voices.chunks import has_words, speakable
from broadcaster.voices.second import LOWER, SecondSpeaker
from broadcaster.voices.setback import Kind, Setback
from broadcaster.voices.trim import trimmed
from broadcaster.voices.voice import Deadline, Role, Voice

if TYPE_CHECKING:
    from broadcaster.voices.google import Google

LONGEST = 100
"""Characters that gTTS sends in one request; more become several."""
SLOWEST, FASTEST = 4.0, 30.0
"""Characters a second between which an answer is believed; the slow speed may take twice as long."""
GRACE_S = 2.0
"""A few words may last this much longer."""


@dataclass(frozen=True)
class Patience:
    """How long, how often, and when to stop asking; all in seconds but `attempts`."""

    connect_s: float = 5.0
    read_s: float = 15.0
    attempt_s: float = 20.0
    """One question and its whole answer."""
    attempts: int = 3
    backoff_s: float = 1.0
    """Before the second attempt, doubled before each further one; shortened by up to half at random."""
    offline_s: float = 30.0
    """Nothing is asked for so long after the line was found dead or senseless."""
    banned_s: float = 600.0
    """Nothing is asked for so long after 429 or 403."""


class GttsVoice:
    """Google's voice through gTTS's requests. Asks one question at a time; thread-safe."""

    name = "gtts"
    longest = LONGEST
    online = True

    def __init__(
        self,
        *,
        tld: str = "com.vn",
        slow: bool = False,
        per_second: float = 1.0,
        ca_file: Path | None = None,
        clock: Clock,
        patience: Patience = Patience(),
    ) -> None:
        """`ca_file`: PEM of authorities to trust in place of the usual ones; `per_second`: questions."""
        self.identity = f"gtts {metadata.version('gtts')} vi {tld} {'slow' if slow else 'normal'}"
        self._tld = tld
        self._slow = slow
        self._every_s = 1 / per_second
        self._ca_file = ca_file
        self._clock = clock
        self._patience = patience
        self._breaker = Breaker(clock)
        self._turn = threading.Lock()
        self._closing = threading.Event()
        self._next_question = clock.monotonic()
        self._google = self._line()

    def check(self) -> None:
        """VoiceUnavailable: asking makes no sense for some time, or ca_file is missing."""
        if self._ca_file and not self._ca_file.is_file():
            raise VoiceUnavailable(
                _("gTTS cannot speak"), str(self._ca_file), _("Correct the setting voices.ca_file")
            )
        seconds, why = self._breaker.open_for
        if seconds:
            raise VoiceUnavailable(
                _("gTTS does not speak now"),
                why,
                _("It is asked again in {seconds:.0f} s").format(seconds=seconds),
            )

    def speak(self, chunk: str, deadline: Deadline) -> AudioSegment:
        """As Voice.speak. Costs one question, more only after a setback that passes."""
        words = speakable(chunk)
        if not has_words(words):
            raise VoiceError(_("There is nothing to say"), chunk)
        if not self._turn.acquire(timeout=min(max(0.0, deadline.seconds_left), threading.TIMEOUT_MAX)):
            raise _late()
        try:
            self.check()
            return self._persist(words, deadline)
        finally:
            self._turn.release()

    def cast(self, role: Role) -> Voice:
        """Google has one Vietnamese voice, a woman's, whatever its tld: the man is she, lower."""
        return self if role in (Role.MAIN, Role.WOMAN) else SecondSpeaker(self, LOWER)

    def close(self) -> None:
        """End the connection; whoever waits for it is told so."""
        self._closing.set()
        self._google.close()

    def _persist(self, words: str, deadline: Deadline) -> AudioSegment:
        backoffs = list(self._backoffs())
        while True:
            self._wait(self._next_question - self._clock.monotonic(), deadline)
            try:
                return self._attempt(words, deadline)
            except Setback as setback:
                again = setback.kind is Kind.PASSES and backoffs and backoffs[0] < deadline.seconds_left
                if not again:
                    raise self._given_up(setback) from setback
            self._wait(backoffs.pop(0), deadline)

    def _attempt(self, words: str, deadline: Deadline) -> AudioSegment:
        self._next_question = self._clock.monotonic() + self._every_s
        seconds = min(self._patience.attempt_s, deadline.seconds_left)
        try:
            mp3 = within(seconds, lambda: self._google.ask(words), self._clock)
        except TookTooLong as error:
            self._replace_line()
            if not deadline.passed:
                raise Setback(Kind.PASSES, _("no answer in time")) from error
            if seconds >= self._patience.connect_s:
                self._breaker.open(self._patience.offline_s, _("no answer in time"))
            raise _late() from error
        return self._believed(words, mp3)

    def _believed(self, words: str, mp3: bytes) -> AudioSegment:
        try:
            clip = trimmed(decode(mp3))
        except AudioError as error:
            raise Setback(Kind.PASSES, _("its speech cannot be decoded")) from error
        seconds = clip.frame_count() / RATE
        slowest = SLOWEST / 2 if self._slow else SLOWEST
        if not len(words) / FASTEST <= seconds <= len(words) / slowest + GRACE_S:
            raise Setback(
                Kind.PASSES,
                _("{seconds:.1f} s is no plausible length for {count} characters").format(
                    seconds=seconds, count=len(words)
                ),
            )
        return clip

    def _given_up(self, setback: Setback) -> VoiceUnavailable:
        banned = setback.kind is Kind.BANNED
        self._breaker.open(self._patience.banned_s if banned else self._patience.offline_s, setback.why)
        return VoiceUnavailable(_("gTTS does not speak now"), setback.why)

    def _backoffs(self) -> Iterator[float]:
        for attempt in range(self._patience.attempts - 1):
            yield self._patience.backoff_s * 2**attempt * random.SystemRandom().uniform(0.5, 1.0)

    def _wait(self, seconds: float, deadline: Deadline) -> None:
        if deadline.seconds_left <= max(0.0, seconds):
            raise _late()
        if seconds > 0:
            self._clock.wait(self._closing, seconds)
        if self._closing.is_set():
            raise VoiceUnavailable(_("gTTS does not speak now"), _("the program is ending"))

    def _line(self) -> Google:
        from broadcaster.voices.google import Google  # slow to load, and most commands do not speak

        patience = self._patience
        return Google(
            tld=self._tld,
            slow=self._slow,
            ca_file=self._ca_file,
            connect_s=patience.connect_s,
            read_s=patience.read_s,
        )

    def _replace_line(self) -> None:
        """The old one may still be waiting, in a thread left behind; closed, it ends when its socket does."""
        self._google.close()
        self._google = self._line()


def _late() -> VoiceTimeout:
    return VoiceTimeout(_("gTTS did not speak in the time allowed"))
