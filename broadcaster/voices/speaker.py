"""The ladder: a whole bulletin by the best voice that works, never a mix."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from broadcaster.audio import RATE, AudioSegment, from_samples, samples
from broadcaster.clock import Clock
from broadcaster.errors import VoiceError, VoiceUnavailable
from broadcaster.language import _
from broadcaster.units import Milliseconds
from broadcaster.voices.cache import ClipCache
from broadcaster.voices.chunks import Pause, chunks, has_words, speakable
from broadcaster.voices.passages import Passages, Said
from broadcaster.voices.recorded import NAME as RECORDED
from broadcaster.voices.recorded import Recordings
from broadcaster.voices.voice import (
    Deadline,
    Recorded,
    Refusal,
    Speech,
    Text,
    Turn,
    Voice,
    VoiceStatus,
    as_turn,
)

Progress = Callable[[int, int], None]
"""Called with (chunks done, chunks in all); begins again when another voice takes over."""


@dataclass(frozen=True)
class Pauses:
    """The silence between two sentences, two clauses of one sentence, two paragraphs (lines)."""

    sentence: Milliseconds
    clause: Milliseconds
    paragraph: Milliseconds

    def after(self, pause: Pause) -> NDArray[np.int16]:
        """The samples of `pause`."""
        ms = {Pause.CLAUSE: self.clause, Pause.SENTENCE: self.sentence, Pause.PARAGRAPH: self.paragraph}
        return np.zeros(ms.get(pause, 0) * RATE // 1000, np.int16)


class Speaker:
    """The voices of a station, best first, with what they have said before."""

    def __init__(
        self,
        ladder: Sequence[Voice],
        cache: ClipCache,
        pauses: Pauses,
        clock: Clock,
        *,
        reading_version: str = "",
        recordings: Recordings | None = None,
    ) -> None:
        """`reading_version`: of the rules that made the words; speech read by other rules is made again.
        `recordings`: where the audio of Recorded texts lies."""
        self._ladder = tuple(ladder)
        self._cache = cache
        self._pauses = pauses
        self._clock = clock
        self._reading_version = reading_version
        self._recordings = recordings or Recordings(Path())

    def speak(
        self,
        texts: Sequence[Text],
        seconds: float,
        *,
        only: str | None = None,
        progress: Progress | None = None,
    ) -> Speech:
        """`texts` (words as read, lines are paragraphs), all by one voice, one passage for each. A Turn
        is said by one of that voice's two speakers.

        Online voices have `seconds` in all; then the next voice makes the whole. What was said before comes
        from the cache and asks nobody. `only`: the name of the one voice wanted. A Recorded text is heard as
        it was recorded, whatever voice speaks the others.

        Raises VoiceError when a text has no word in it, VoiceUnavailable when no voice speaks, or a recording
        is gone.
        """
        recorded = {text for text in texts if isinstance(text, Recorded)}
        for text in recorded:
            self._recordings.check(text.sha256)
        turns = [as_turn(text) for text in texts if not isinstance(text, Recorded)]
        if recorded and not turns:
            return Speech(RECORDED, self._heard(texts, ()))
        speech = self._spoken(turns, seconds, only, progress)
        if not recorded:
            return speech
        return replace(
            speech, voice=f"{speech.voice}+{RECORDED}", passages=self._heard(texts, speech.passages)
        )

    @property
    def offline(self) -> tuple[str, ...]:
        """The names of the voices that need no network, best first."""
        return tuple(voice.name for voice in self._ladder if not voice.online)

    def better_than(self, spoke: str) -> tuple[VoiceStatus, ...]:
        """The voices above the one that made a Speech (its `voice`), best first, as they are now."""
        names = [voice.name for voice in self._ladder]
        rank = next((names.index(name) for name in spoke.split("+") if name in names), 0)
        return tuple(_status(voice) for voice in self._ladder[:rank])

    def _spoken(
        self, turns: Sequence[Turn], seconds: float, only: str | None, progress: Progress | None
    ) -> Speech:
        for turn in turns:
            if not has_words(speakable(turn.text)):
                raise VoiceError(_("There is nothing to say"), turn.text[:40].strip())
        deadline = Deadline(self._clock.monotonic() + seconds, self._clock.monotonic)
        refusals: list[Refusal] = []
        for voice in self._wanted(only):
            try:
                passages = self._passages(voice, turns, deadline, progress)
            except VoiceError as error:
                refusals.append(Refusal(voice.name, str(error)))
            else:
                return Speech(voice.name, passages, tuple(refusals))
        raise VoiceUnavailable(
            _("No voice could speak"),
            "; ".join(f"{refusal.voice}: {refusal.why}" for refusal in refusals),
            _("`broadcaster voices` tells what works here"),
        )

    def statuses(self) -> tuple[VoiceStatus, ...]:
        """Which voices work on this PC now, best first, and why not. Asks no network."""
        return tuple(_status(voice) for voice in self._ladder)

    def close(self) -> None:
        """Give back what the voices hold."""
        for voice in self._ladder:
            voice.close()

    def _wanted(self, only: str | None) -> tuple[Voice, ...]:
        wanted = tuple(voice for voice in self._ladder if only in (None, voice.name))
        if not wanted:
            names = ", ".join(voice.name for voice in self._ladder)
            raise VoiceUnavailable(_("There is no such voice here"), only or "", names)
        return wanted

    def _passages(
        self, voice: Voice, turns: Sequence[Turn], deadline: Deadline, progress: Progress | None
    ) -> Sequence[AudioSegment]:
        bound = deadline if voice.online else Deadline(math.inf, self._clock.monotonic)
        cast = {role: voice.cast(role) for role in {turn.role for turn in turns}}
        said = Said[Turn](lambda line: samples(self._clip(cast[line.role], line.text, bound)))
        parts = [
            [
                (Turn(chunk.text, turn.role), chunk.pause)
                for chunk in chunks(turn.text, voice.longest, packed=voice.online)
            ]
            for turn in turns
        ]
        wanted = dict.fromkeys(line for part in parts for line, _pause in part)
        for done, line in enumerate(wanted, start=1):
            said.make(line)
            if progress:
                progress(done, len(wanted))
        return Passages([partial(self._joined, part, said) for part in parts])

    def _heard(self, texts: Sequence[Text], spoken: Sequence[AudioSegment]) -> Passages:
        """Recordings in their places among what was `spoken` of the other texts."""
        places = iter(range(len(spoken)))
        return Passages(
            [
                partial(self._recordings.clip, text.sha256)
                if isinstance(text, Recorded)
                else partial(spoken.__getitem__, next(places))
                for text in texts
            ]
        )

    def _clip(self, voice: Voice, words: str, deadline: Deadline) -> AudioSegment:
        kept = self._cache.get(voice.identity, self._reading_version, words)
        if kept is not None:
            return kept
        made = voice.speak(words, deadline)
        self._cache.put(voice.identity, self._reading_version, words, made)
        return made

    def _joined(self, part: Sequence[tuple[Turn, Pause]], said: Said[Turn]) -> AudioSegment:
        pieces = ((said.of(line), self._pauses.after(pause)) for line, pause in part)
        return from_samples(np.concatenate([piece for pair in pieces for piece in pair]))


def _status(voice: Voice) -> VoiceStatus:
    try:
        voice.check()
    except VoiceError as error:
        return VoiceStatus(voice.name, False, str(error), voice.identity, voice.online)
    return VoiceStatus(voice.name, True, "", voice.identity, voice.online)
