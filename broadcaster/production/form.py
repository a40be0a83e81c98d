"""Programme forms: the sections that a programme is made of, in their order."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

KINDS = ("jingle", "line", "items", "repeat")
JINGLES = ("chime", "opening", "separator", "closing", "siren")
"""Those that the settings name; any other is a sound file of the station's folder."""
SOUND_FILES = (".wav", ".flac", ".mp3", ".ogg", ".opus")
Gap = Annotated[int, Field(ge=0, le=2500)]
Fade = Annotated[int, Field(ge=0, le=10_000)]
Text = Annotated[str, Field(min_length=1, max_length=500)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Section(_Table):
    """One thing that a programme does. Lengths in milliseconds, levels in dB beside the words'."""

    jingle: Text | None = None
    line: Text | None = None
    """The station's own words; {station} stands for its full name."""
    items: Literal[True] | None = None
    repeat: Literal["key", "all"] | None = None
    """Items once more: those that are marked as key notices (nothing, if none is), or all."""

    gap_ms: Gap | None = None
    """Silence before the section; None: the form's own."""
    level_db: float = Field(0.0, ge=-30, le=6)
    crossfade_ms: Fade = 0
    """It begins so long before the end of the section before it; of the two, jingles fade, words do not."""
    fade_in_ms: Fade = 0
    fade_out_ms: Fade = 0
    bed: bool = False
    """Music under it, and under the silence around it."""
    separator: Text | None = None
    """A jingle between two items."""
    spots: Literal["in order", "between"] = "in order"
    """"between": spots are dealt out among the other items; those left over come last."""
    intro: Text | None = None
    """The station's own words before each repetition."""
    times: int = Field(1, ge=1, le=5)


class BedRules(_Table):
    """The music under a programme: how loud beside the words, in dB."""

    file: Text = "bed"
    """"bed": the one that the settings name; else a sound file of the station's folder."""
    under_words_db: float = Field(-24.0, ge=-60, le=-18)
    """Above −18 dB it would cost understanding."""
    alone_db: float = Field(-14.0, ge=-60, le=-6)
    duck_ms: int = Field(400, ge=50, le=3000)
    """How long it takes to give way to words, before they begin, and to come back."""
    fade_ms: int = Field(800, ge=50, le=10_000)


class CueRules(_Table):
    """How the sounds that scripts ask for are heard, beside the words."""

    played: bool = True
    """False: they are not; the silences that scripts ask for stay."""
    level_db: float = Field(0.0, ge=-30, le=6)
    fade_in_ms: Fade = 0
    fade_out_ms: Fade = 0
    gap_ms: Gap | None = None
    """Silence before and after one; None: the form's own."""
    pause_ms: Gap = 1500
    """A silence that a script asks for."""


class Form(_Table):
    """What programmes of one kind are made of."""

    gap_ms: Gap = 400
    end_ms: Gap = 150
    """Silence after the last section."""
    bed: BedRules | None = None
    cues: CueRules = CueRules()
    section: tuple[Section, ...] = Field(min_length=1, max_length=50, strict=False)
