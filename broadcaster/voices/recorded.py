"""Recordings: the operator's own audio, which takes the place of speech for a script."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from broadcaster.audio import AudioSegment, Measurement, Meter, decode, encode, publish, stream
from broadcaster.errors import AudioError, VoiceError, VoiceUnavailable
from broadcaster.language import _
from broadcaster.voices.trim import trimmed

NAME = "recorded"
FOLDER = "recordings"
LONGEST_S = 30 * 60.0
_SILENT = -50.0
"""LUFS below which nobody spoke: a microphone that is off still hums."""


class Recordings:
    """FLAC files in the station's `recordings` folder, each named by the SHA-256 of its bytes."""

    def __init__(self, station: Path) -> None:
        """`station`: the station's folder; nothing is made there yet."""
        self._folder = station / FOLDER

    def keep_file(self, path: Path) -> str:
        """A copy of any sound file, kept; its SHA-256. Raises as `keep`, and AudioError for no sound file."""
        return self.keep(stream(path, longest_s=LONGEST_S), path.name)

    def keep(self, sound: Iterable[NDArray[Any]], name: str = "") -> str:
        """Sound (mono blocks at audio.RATE) kept; its SHA-256. It is there whole or not at all.

        AudioError: silent, over 30 minutes, no room on the disk, or a folder that cannot be written.
        """
        meter = Meter()
        part = self._folder / f".{secrets.token_hex(6)}.flac"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            encode(_metered(sound, meter), part, format="flac")
            _require_speech(meter.result(), name)
            sha256 = _hash(part)
            publish(part, self.path(sha256))
        except OSError as error:
            raise AudioError(
                _("This recording could not be kept"),
                f"{self._folder}: {error.strerror or error}",
                _("Make room on the disk, or correct the folder's rights"),
            ) from error
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
        return sha256

    def clip(self, sha256: str) -> AudioSegment:
        """The recording without the silence at its ends.

        VoiceUnavailable: it is gone, or is not what was kept under this name.
        """
        path = self.path(sha256)
        try:
            if _hash(path) == sha256:
                return trimmed(decode(path, longest_s=LONGEST_S))
        except (OSError, AudioError) as error:
            raise _lost(path) from error
        raise _lost(path)

    def check(self, sha256: str) -> None:
        """VoiceUnavailable when it is gone."""
        if not self.path(sha256).is_file():
            raise _lost(self.path(sha256))

    def forget(self, sha256: str) -> None:
        """Delete it. VoiceError when that cannot be done."""
        try:
            self.path(sha256).unlink(missing_ok=True)
        except OSError as error:
            raise VoiceError(
                _("This recording cannot be deleted"), f"{self.path(sha256)}: {error.strerror}"
            ) from error

    def path(self, sha256: str) -> Path:
        """Where it lies."""
        return self._folder / f"{sha256}.flac"


def _metered(sound: Iterable[NDArray[Any]], meter: Meter) -> Iterator[NDArray[Any]]:
    for block in sound:
        meter.add(block)
        yield block


def _require_speech(heard: Measurement, name: str) -> None:
    if heard.seconds > LONGEST_S:
        raise AudioError(_("This recording is longer than 30 minutes"), name)
    if heard.loudness < _SILENT:
        raise AudioError(
            _("This recording is silent"),
            name,
            _("Switch the microphone on, or turn it up, and record again"),
        )


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _lost(path: Path) -> VoiceUnavailable:
    return VoiceUnavailable(
        _("The recording is missing or damaged"),
        str(path),
        _("Record it again, or take it away: broadcaster record SCRIPT --remove"),
    )
