"""The jingles a bulletin is made of: brought into the working format, or refused with a clear reason."""

from __future__ import annotations

import hashlib
from pathlib import Path

from broadcaster.audio import AudioSegment, decode, measure, samples, trim
from broadcaster.errors import AudioError, ProductionError
from broadcaster.language import _
from broadcaster.units import Decibels, Lufs

LONGEST_JINGLE_S = 120.0
LONGEST_BED_S = 600.0
LONGEST_SILENCE_S = 3.0
"""Inside a bulletin: a listener believes that the horn has broken."""
_SILENT = Lufs(-55.0)
_EDGE = Decibels(-66)


def load_jingle(path: Path, longest_s: float = LONGEST_JINGLE_S) -> AudioSegment:
    """The jingle in `path`, silence at its ends cut off.

    Raises ProductionError, saying what to do, when the file is missing or no sound, is silent, is silent for
    over LONGEST_SILENCE_S inside, or lasts over `longest_s`.
    """
    if not path.is_file():
        raise ProductionError(
            _("This jingle is missing"),
            str(path),
            _("Run `broadcaster init`, which makes it, or correct the setting in [production]"),
        )
    try:
        clip = trim(decode(path, longest_s=longest_s), below=_EDGE, keep_ms=20)
    except AudioError as error:
        raise _refused(
            error.what, path, longest_s, error.item.removeprefix(path.name).lstrip(": ")
        ) from error
    measured = measure(samples(clip))
    if measured.loudness < _SILENT:
        raise _refused(_("This jingle is silent"), path, longest_s)
    if measured.longest_silence_s > LONGEST_SILENCE_S:
        raise _refused(_("This jingle is silent for too long inside"), path, longest_s)
    return clip


def fingerprint(path: Path) -> str:
    """The SHA-256 of the file's bytes; empty when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _refused(what: str, path: Path, longest_s: float, detail: str = "") -> ProductionError:
    return ProductionError(
        what,
        f"{path} ({detail})" if detail else str(path),
        _("Put another WAV, FLAC, MP3 or Ogg file of at most {most:.0f} seconds in its place").format(
            most=longest_s
        ),
    )
