"""What a script's own directions sound like: "nhạc cắt" → a jingle of the station's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from broadcaster.documents.line import fold
from broadcaster.production.bulletin import Direction, Passage
from broadcaster.production.form import JINGLES, SOUND_FILES
from broadcaster.units import Milliseconds

PAUSE = "pause"
FOLDER = "jingles"
_NEVER = ("siren", "bed")
"""No script raises an alarm or begins music that nothing ends."""
_MEANINGS = (
    (PAUSE, r"(?:dung|ngung|ngat|nghi|lang|im lang|khoang lang)\b(?!.*\bnhac\b)"),
    ("opening", r"nhac (?:hieu|mo|dao|dau)\b"),
    ("closing", r"nhac (?:ket|cuoi|dong)\b"),
    ("separator", r"nhac (?:cat|xen|chuyen|chen|ngan)\b|chuyen nhac\b|(?:nhac|jingle)$"),
    ("chime", r"(?:tieng )?chuong\b"),
)
"""Of folded names, by how they begin."""
_SECONDS = re.compile(r"(\d{1,2}) ?(?:giay|s)\b")
_LONGEST_PAUSE_S = 10
_LEAD = re.compile(r"(?:len|phat|bat|choi) ")


def sound_of(name: str, station: Path | None = None) -> str:
    """The sound that the direction `name` asks for: PAUSE, a jingle of the settings, or a file in the
    station's folder; "" when nobody knows.

    A sound file in the station's jingles/ that is called like it ("trong-hoi.mp3" for "trống hội") goes
    first.
    """
    folded = " ".join(fold(name).split())
    own = _own(re.sub(r"[^a-z0-9]+", "-", folded).strip("-"), station)
    if own:
        return own
    words = _LEAD.sub("", folded, count=1)
    return next((sound for sound, pattern in _MEANINGS if re.match(pattern, words)), "")


def pause_of(name: str) -> Milliseconds | None:
    """How long a silence it asks for, at most ten seconds: "nghỉ 2 giây"; None: it does not say."""
    found = _SECONDS.search(" ".join(fold(name).split()))
    return Milliseconds(1000 * min(int(found[1]), _LONGEST_PAUSE_S)) if found else None


def unknown_directions(passages: Iterable[Passage], station: Path | None = None) -> tuple[str, ...]:
    """The names of those for which nothing will be heard, each once."""
    names = (passage.name for passage in passages if isinstance(passage, Direction))
    return tuple(name for name in dict.fromkeys(names) if not sound_of(name, station))


def _own(called: str, station: Path | None) -> str:
    """The sound of that name: one of the settings, or a file beside the jingles."""
    if called in JINGLES and called not in _NEVER:
        return called
    if station is None or not called or called in _NEVER:
        return ""
    files = (Path(FOLDER) / f"{called}{ending}" for ending in SOUND_FILES)
    return next((file.as_posix() for file in files if (station / file).is_file()), "")
