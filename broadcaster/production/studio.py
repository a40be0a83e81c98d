"""The studio: a programme goes in, a finished bulletin lies in audio_out/ under the hash of its bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, Protocol

from broadcaster.audio import PER_MS, AudioSegment, Tag, loudness, samples
from broadcaster.errors import ProductionError
from broadcaster.language import _
from broadcaster.production.bulletin import Bulletin, Cue, Programme
from broadcaster.production.form import Jingle, Part, Pause, Words, parts
from broadcaster.production.jingles import JingleName
from broadcaster.production.mastering import Master
from broadcaster.production.material import fingerprint, load_jingle
from broadcaster.production.mixing import Timeline
from broadcaster.production.pressing import Pressing, press
from broadcaster.units import Decibels, Lufs, Milliseconds
from broadcaster.voices.voice import Speech

ENGINE = 1
"""Raised with every change of how bulletins are made: older ones are then made again."""

Progress = Callable[[int, int], None]


class Speaks(Protocol):
    """What the studio needs of `voices.Speaker`."""

    def speak(
        self,
        texts: Sequence[str],
        seconds: float,
        *,
        only: str | None = None,
        progress: Progress | None = None,
    ) -> Speech:
        """`texts`, all by one voice, one passage for each."""
        ...


@dataclass(frozen=True)
class StudioSettings:
    format: Literal["flac", "mp3"]
    loudness: Lufs
    true_peak: Decibels
    """The highest, in the decoded file."""
    voice_settings: str
    """Everything in the settings that shapes how voices sound."""
    chime: Path
    opening: Path
    separator: Path
    closing: Path

    def jingle(self, name: JingleName) -> Path:
        """The file of the jingle `name`."""
        path: Path = getattr(self, name)
        return path


class Studio:
    """Makes bulletins."""

    def __init__(self, speaker: Speaks, settings: StudioSettings, audio_out: Path) -> None:
        self._speaker = speaker
        self._settings = settings
        self._audio_out = audio_out

    def recipe(self, programme: Programme) -> str:
        """SHA-256 of what the programme is made from: form, words, jingles, settings, engine; not the voice.

        Raises ProductionError when nothing can be made of it.
        """
        order = parts(programme)
        settings = self._settings
        ingredients = [
            ENGINE,
            [[type(part).__name__, asdict(part)] for part in order],
            {name: fingerprint(settings.jingle(name)) for name in sorted(_jingles(order))},
            [settings.format, settings.loudness, settings.true_peak, settings.voice_settings],
        ]
        return hashlib.sha256(json.dumps(ingredients, sort_keys=True).encode()).hexdigest()

    def make(
        self,
        programme: Programme,
        *,
        seconds: float,
        only: str | None = None,
        progress: Progress | None = None,
    ) -> Bulletin:
        """Speak, mix and write the programme; its file is whole and checked when it has its name.

        `seconds`, `only` and `progress` go to the speaker. The same speech gives the same bytes.
        Raises ProductionError (a jingle, the disk, the sound itself) and VoiceError; nothing is left then.
        """
        order, recipe = parts(programme), self.recipe(programme)
        jingles = {name: load_jingle(self._settings.jingle(name)) for name in _jingles(order)}
        texts = [part.text for part in order if isinstance(part, Words)]
        speech = self._speaker.speak(texts, seconds, only=only, progress=progress)
        timeline, cues = self._laid_out(order, jingles, speech)
        pressed = press(
            Master(timeline.blocks),
            self._audio_out,
            Pressing(self._settings.format, self._settings.loudness, self._settings.true_peak),
            _tags(programme, speech.voice),
        )
        return Bulletin(
            sha256=pressed.sha256,
            file_name=pressed.file_name,
            length=Milliseconds(round(pressed.measured.frames / PER_MS)),
            voice=speech.voice,
            recipe=recipe,
            loudness=pressed.measured.loudness,
            true_peak=pressed.measured.true_peak,
            cues=cues,
            why_this_voice="; ".join(f"{refusal.voice}: {refusal.why}" for refusal in speech.refusals),
        )

    def _laid_out(
        self, order: Sequence[Part], jingles: Mapping[JingleName, AudioSegment], speech: Speech
    ) -> tuple[Timeline, tuple[Cue, ...]]:
        """Jingles, speech and pauses in their order, and where each item begins."""
        timeline, cues, passages = Timeline(), list[Cue](), iter(speech.passages)
        for part in order:
            begin = timeline.end
            match part:
                case Pause(length):
                    timeline.pause(length)
                case Jingle(name):
                    self._add(timeline, jingles[name], name)
                case Words(text, title):
                    self._add(timeline, next(passages), title or text)
                    if title:
                        length = Milliseconds(round((timeline.end - begin) / PER_MS))
                        cues.append(Cue(title, Milliseconds(round(begin / PER_MS)), length))
        return timeline, tuple(cues)

    def _add(self, timeline: Timeline, clip: AudioSegment, name: str) -> None:
        """`clip` as loud as every other one."""
        level = loudness(samples(clip))
        if level < self._settings.loudness - 60:
            raise ProductionError(_("The voice made no sound"), name, _("Try another voice"))
        timeline.add(clip, Decibels(self._settings.loudness - level))


def _jingles(order: Sequence[Part]) -> frozenset[JingleName]:
    return frozenset(part.name for part in order if isinstance(part, Jingle))


def _tags(programme: Programme, voice: str) -> dict[Tag, str]:
    title = "; ".join(dict.fromkeys(item.title for item in programme.items))
    return {"title": title[:200], "artist": f"Đài truyền thanh {programme.station}", "comment": voice}
