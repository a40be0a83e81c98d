"""The studio: a programme goes in, a finished bulletin lies in audio_out/ under the hash of its bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Protocol

from broadcaster.audio import PER_MS, AudioSegment, Format, Tag, band_limited
from broadcaster.errors import ProductionError
from broadcaster.production.bulletin import Bulletin, Programme
from broadcaster.production.form import JINGLES, BedRules, Form
from broadcaster.production.form_files import load_form
from broadcaster.production.jingles import synthesised
from broadcaster.production.layout import lay_out
from broadcaster.production.mastering import Master
from broadcaster.production.material import LONGEST_BED_S, fingerprint, load_jingle
from broadcaster.production.mixing import Floats, Timeline
from broadcaster.production.order import Jingle, Part, Words, parts
from broadcaster.production.pressing import Pressing, press
from broadcaster.production.spool import Spool
from broadcaster.production.substitutes import gather
from broadcaster.units import Decibels, Lufs, Milliseconds
from broadcaster.voices.voice import Recorded, Speech, Text, Turn

ENGINE = 4
"""Raised with every change of how bulletins are made: older ones are then made again."""

Progress = Callable[[int, int], None]


class Speaks(Protocol):
    """What the studio needs of `voices.Speaker`."""

    def speak(
        self,
        texts: Sequence[Text],
        seconds: float,
        *,
        only: str | None = None,
        progress: Progress | None = None,
    ) -> Speech:
        """`texts`, all by one voice, one passage for each."""
        ...


@dataclass(frozen=True)
class StudioSettings:
    format: Format
    loudness: Lufs
    true_peak: Decibels
    """The highest, in the decoded file."""
    voice_settings: str
    """Everything in the settings that shapes how voices sound."""
    chime: Path
    opening: Path
    separator: Path
    closing: Path
    siren: Path | None = None
    """None, or no usable file: our own, so that an emergency never lacks one."""
    bed: Path | None = None
    band_hz: tuple[float, float] | None = None
    """What the horns can carry, (lowest, highest); None: everything."""
    folder: Path | None = None
    """The station's: its own forms/*.toml lie there, and sound files that they name."""
    forgiving: bool = False
    """A jingle or bed that cannot be used keeps no bulletin from being made: our own takes its place, or
    nothing, and the bulletin says so."""
    paragraph_pause: Milliseconds = Milliseconds(800)  # noqa: RUF009
    """Between two speakers, and the parts of an item that is too long to be said in one go."""

    def sound(self, name: str) -> Path:
        """The file of the jingle or bed `name`: of a setting, or in the station's folder."""
        path: Path | None = getattr(self, name) if name in (*JINGLES, "bed") else None
        return path or (self.folder or Path()) / name


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
        form, order = self._planned(programme)
        settings = self._settings
        rules = form.bed if form.bed and any(part.bed for part in order) else None
        names = {*_jingles(order), *([rules.file] if rules else ())}
        ingredients = [
            ENGINE,
            [[type(part).__name__, asdict(part)] for part in order],
            rules.model_dump() if rules else None,
            {name: fingerprint(settings.sound(name)) for name in sorted(names)},
            [settings.format, settings.loudness, settings.true_peak, settings.band_hz],
            settings.voice_settings,
        ]
        return hashlib.sha256(json.dumps(ingredients, sort_keys=True).encode()).hexdigest()

    def make(
        self,
        programme: Programme,
        *,
        seconds: float,
        only: str | None = None,
        progress: Progress | None = None,
        on: date | None = None,
    ) -> Bulletin:
        """Speak, mix and write the programme; its file is whole and checked when it has its name.

        `seconds`, `only` and `progress` go to the speaker; `on` is the date in the file's tags, and no part
        of the recipe. The same speech and date give the same bytes (of Opus: the same sound).
        Raises ProductionError (a form, a jingle, the disk, the sound itself) and VoiceError; nothing is left
        then.
        """
        (form, order), recipe = self._planned(programme), self.recipe(programme)
        gathered = gather(order, self._jingle, forgiving=self._settings.forgiving)
        bed, trouble = self._bed(form, order)
        texts = [_text(part) for part in order if isinstance(part, Words)]
        speech = self._speaker.speak(texts, seconds, only=only, progress=progress)
        with Spool(self._audio_out) as spool:
            layout = lay_out(
                *(gathered.order, gathered.jingles, speech.passages, self._settings.loudness, spool, bed)
            )
            pressed = press(
                Master(partial(_banded, layout.timeline, self._settings.band_hz)),
                self._audio_out,
                Pressing(self._settings.format, self._settings.loudness, self._settings.true_peak),
                _tags(programme, speech.voice, on),
            )
        return Bulletin(
            sha256=pressed.sha256,
            file_name=pressed.file_name,
            length=Milliseconds(round(pressed.measured.frames / PER_MS)),
            voice=speech.voice,
            recipe=recipe,
            loudness=pressed.measured.loudness,
            true_peak=pressed.measured.true_peak,
            cues=layout.cues,
            why_this_voice="; ".join(f"{refusal.voice}: {refusal.why}" for refusal in speech.refusals),
            trouble="; ".join((*gathered.troubles, *trouble)),
        )

    def _planned(self, programme: Programme) -> tuple[Form, tuple[Part, ...]]:
        form = load_form(programme.form, self._settings.folder)
        return form, parts(form, programme, self._settings.paragraph_pause, self._settings.folder)

    def _jingle(self, name: str) -> AudioSegment:
        return load_jingle(self._settings.sound(name))

    def _bed(
        self, form: Form, order: Sequence[Part]
    ) -> tuple[tuple[BedRules, AudioSegment] | None, tuple[str, ...]]:
        """(the bed, why it is not what was asked for)."""
        if form.bed is None or not any(part.bed for part in order):
            return None, ()
        try:
            return (form.bed, load_jingle(self._settings.sound(form.bed.file), LONGEST_BED_S)), ()
        except ProductionError as error:
            if not self._settings.forgiving:
                raise
            own = (form.bed, synthesised("bed")) if form.bed.file == "bed" else None
            return own, (str(error),)


def _banded(timeline: Timeline, band_hz: tuple[float, float] | None) -> Iterator[Floats]:
    blocks = timeline.blocks()
    return blocks if band_hz is None else band_limited(blocks, *band_hz)


def _text(words: Words) -> Text:
    if words.recording:
        return Recorded(words.text, words.recording)
    return Turn(words.text, words.role) if words.role else words.text


def _jingles(order: Sequence[Part]) -> frozenset[str]:
    return frozenset(part.name for part in order if isinstance(part, Jingle))


def _tags(programme: Programme, voice: str, on: date | None) -> dict[Tag, str]:
    title = "; ".join(dict.fromkeys(item.title for item in programme.items))
    tags: dict[Tag, str] = {
        "title": title[:200],
        "artist": f"Đài truyền thanh {programme.station}",
        "comment": voice,
    }
    if on is not None:
        tags["date"] = on.isoformat()
    return {name: value for name, value in tags.items() if value}
