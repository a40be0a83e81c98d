"""From master to file: encoded, decoded again and checked, and only then given its name."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from broadcaster.audio import Format, Measurement, Meter, Tag, encode, publish
from broadcaster.errors import AudioError, ProductionError
from broadcaster.language import _
from broadcaster.production.mastering import Master
from broadcaster.production.material import LONGEST_SILENCE_S
from broadcaster.units import Decibels, Lufs

_PREFIX = ".making-"
_ABANDONED_S = 3600
_ATTEMPTS = 4
_CODEC_ADDS: Mapping[Format, float] = {"mp3": 1.3, "opus": 1.5, "flac": 0.05, "wav": 0.05}
"""dB that a codec may add to true peaks; when it was more, the file is written once more, lower."""
_LOUDNESS_WITHIN = 0.3
_FARTHEST_OFF = 1.0


@dataclass(frozen=True)
class Pressing:
    """What the finished file must be."""

    format: Format
    loudness: Lufs
    true_peak: Decibels


@dataclass(frozen=True)
class Pressed:
    file_name: str
    sha256: str
    measured: Measurement
    """Of the decoded file."""


def press(master: Master, folder: Path, wanted: Pressing, tags: Mapping[Tag, str]) -> Pressed:
    """Write the master into `folder` as `<sha256>.<format>`, made if need be.

    Raises ProductionError: the disk is full, the folder cannot be written, the sound cannot be made as it
    must be. Nothing is left behind then.
    """
    part = folder / f"{_PREFIX}{secrets.token_hex(8)}.{wanted.format}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        measured = _written(master, part, wanted, tags)
        sha256 = _digest(part)
        file_name = f"{sha256}.{wanted.format}"
        if not _already(folder / file_name, sha256):
            publish(part, folder / file_name)
        _sweep(folder)
        return Pressed(file_name, sha256, measured)
    except AudioError as error:
        raise ProductionError(_("The bulletin could not be written"), str(error), error.todo) from error
    except OSError as error:
        raise ProductionError(
            _("The bulletin could not be written"),
            f"{folder}: {error.strerror or error}",
            _("Make room on the disk, or correct the folder's rights"),
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _written(master: Master, part: Path, wanted: Pressing, tags: Mapping[Tag, str]) -> Measurement:
    """Encode, decode and correct until the decoded sound is what is wanted."""
    aim = replace(wanted, true_peak=Decibels(wanted.true_peak - _CODEC_ADDS[wanted.format]))
    for _attempt in range(_ATTEMPTS):
        blocks, meter = master.blocks(aim.loudness, aim.true_peak), Meter()
        frames = encode(blocks, part, format=wanted.format, tags=tags, meter=meter)
        measured = meter.result()
        if measured.frames != frames:
            raise AudioError(_("The written sound has another length than the mixed one"), part.name)
        over = measured.true_peak - wanted.true_peak
        off = measured.loudness - wanted.loudness
        if over <= 0 and abs(off) <= _LOUDNESS_WITHIN:
            break
        aim = replace(
            aim,
            true_peak=Decibels(aim.true_peak - (over + 0.1 if over > 0 else 0)),
            loudness=Lufs(aim.loudness - off),
        )
    _check(measured, wanted)
    return measured


def _check(measured: Measurement, wanted: Pressing) -> None:
    if measured.true_peak > wanted.true_peak or abs(measured.loudness - wanted.loudness) > _FARTHEST_OFF:
        raise ProductionError(
            _("The bulletin does not reach its loudness"),
            f"{measured.loudness:.1f} LUFS, {measured.true_peak:.1f} dBTP",
            _("Ask for less loudness or a higher peak in [production]"),
        )
    if measured.longest_silence_s > LONGEST_SILENCE_S:
        raise ProductionError(
            _("The bulletin is silent for too long inside"),
            f"{measured.longest_silence_s:.1f} s",
            _("Set shorter pauses in [voices]"),
        )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _already(path: Path, sha256: str) -> bool:
    """The same bulletin lies there: it may be on the air, and stays untouched."""
    return path.is_file() and _digest(path) == sha256


def _sweep(folder: Path) -> None:
    """Delete what processes that were killed left half-made, an hour after they last wrote to it."""
    with suppress(OSError):
        now = max(path.stat().st_mtime for path in folder.iterdir())
        for path in folder.iterdir():
            if path.name.startswith((_PREFIX, f".{_PREFIX}")) and now - path.stat().st_mtime > _ABANDONED_S:
                path.unlink()
