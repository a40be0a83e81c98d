"""What goes into a bulletin, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from broadcaster.units import Decibels, Lufs, Milliseconds
from broadcaster.voices.voice import Turn, as_turn


class FormName(StrEnum):
    """The programme forms that are shipped."""

    DAILY = "daily"
    """Chime, opening jingle, ident line, items with separators between them, closing line, closing jingle."""
    NOTICE = "notice"
    """Chime, ident line, the one item, closing line."""
    SPOTS = "spots"
    """Chime, then spots with a short pause between them: the rehearsal, and slogans."""
    EMERGENCY = "emergency"
    """Siren, the line that it is an emergency, the words, and all of them once more."""


@dataclass(frozen=True)
class Direction:
    """A sound or a silence that the script itself asks for, by the name that it gives it: "nhạc cắt"."""

    name: str


Passage = str | Turn | Direction
"""A line of words by the voice; by one of its speakers; or what is to be heard between two lines."""


@dataclass(frozen=True)
class Item:
    """One script's place in a bulletin."""

    title: str
    spoken: tuple[Passage, ...]
    """Its reading, a line per passage, and its directions, in order."""
    spot: bool = False
    """A slogan: a form may deal it out among the other items."""
    key: bool = False
    """A key notice: a form may repeat it towards the end."""
    recording: str = ""
    """SHA-256 of the operator's own audio, which takes the place of speech; empty: none."""

    @property
    def turns(self) -> tuple[Turn, ...]:
        """Its lines that have words in them."""
        lines = (as_turn(passage) for passage in self.spoken if not isinstance(passage, Direction))
        return tuple(line for line in lines if line.text.strip())

    @property
    def words(self) -> str:
        """All that is said."""
        return "\n".join(turn.text for turn in self.turns)


@dataclass(frozen=True)
class Programme:
    """Everything that a bulletin says, before a voice says it."""

    form: str
    """A FormName, or the name of a form in the station's own forms/."""
    station: str
    """The station's full spoken name, "xã Tân Hưng"."""
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Cue:
    """A mark in a finished bulletin."""

    title: str
    starts_at: Milliseconds
    length: Milliseconds


@dataclass(frozen=True)
class Bulletin:
    """Finished audio, immutable, named by the SHA-256 of its bytes."""

    sha256: str
    file_name: str
    """Under the station's audio_out/: "<sha256>.mp3", ".flac", ".wav" or ".opus"."""
    length: Milliseconds
    """Length of the decoded audio."""
    voice: str
    recipe: str
    """SHA-256 of what it was made from, the voice aside: the same recipe, the same words."""
    loudness: Lufs
    true_peak: Decibels
    cues: tuple[Cue, ...] = ()
    why_this_voice: str = ""
    """Why better voices did not speak; empty when the best one did."""
    trouble: str = ""
    """Why a jingle in it is not what was asked for; told once, when it is made, and not kept."""
