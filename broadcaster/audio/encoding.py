"""Samples → MP3, FLAC, WAV or Opus files.

The same samples and tags give the same bytes; of Opus, whose streams carry a random number, the same sound.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
import soundfile
from numpy.typing import NDArray

from broadcaster.audio.ahead import ahead
from broadcaster.audio.clip import RATE, to_int16
from broadcaster.audio.decoding import stream
from broadcaster.audio.files import replacing
from broadcaster.audio.measuring import Meter
from broadcaster.audio.mp3 import Tag as Tag
from broadcaster.audio.mp3 import write_mp3
from broadcaster.errors import AudioError
from broadcaster.language import _
from broadcaster.units import Samples

Format = Literal["mp3", "flac", "wav", "opus"]
Array = NDArray[Any]

_CONTAINERS = {"flac": ("FLAC", "PCM_16"), "wav": ("WAV", "PCM_16"), "opus": ("OGG", "OPUS")}
_NO_TAGS: Mapping[Tag, str] = {}


def encode(
    sound: Array | Iterable[Array],
    path: Path,
    *,
    format: Format = "mp3",
    tags: Mapping[Tag, str] = _NO_TAGS,
    meter: Meter | None = None,
) -> Samples:
    """Write `sound` (mono int16 or float samples at RATE, whole or in blocks) to `path`; how many they were.

    MP3 is 64 kbit/s, decodes without gap to exactly these samples' length, and clips above −0.45 dBFS.
    `meter` hears what the file decodes to, of MP3 beside the encoding.
    The file appears whole or not at all. Raises AudioError: disk full, folder missing, nothing to write.
    """
    blocks = (sound,) if isinstance(sound, np.ndarray) else sound
    try:
        with replacing(path) as part:
            if format == "mp3":
                count = write_mp3(blocks, part, tags, meter)
            else:
                count = _pcm(blocks, part, format, tags, meter)
            if not count:
                raise AudioError(_("There is no sound to write"), path.name)
            return count
    except OSError as error:
        raise _unwritten(path, error.strerror or str(error)) from error


def _unwritten(path: Path, why: str) -> AudioError:
    return AudioError(
        _("This sound file could not be written"),
        f"{path}: {why}",
        _("Make room on the disk, or correct the folder's rights"),
    )


def _pcm(
    blocks: Iterable[Array], part: Path, format: Format, tags: Mapping[Tag, str], meter: Meter | None
) -> Samples:
    count = 0
    try:
        container, subtype = _CONTAINERS[format]
        with soundfile.SoundFile(str(part), "w", RATE, 1, subtype, format=container) as file:
            for tag, text in tags.items():
                setattr(file, tag, text)
            for block in blocks:
                file.write(to_int16(block))
                count += len(block)
        if count and soundfile.info(str(part)).frames != count:
            raise OSError("cut short")
    except (soundfile.LibsndfileError, AssertionError) as error:
        # A short write, as on a full disk, is an AssertionError of soundfile.
        raise OSError(str(error) or "short write") from error
    if meter and count:
        for block in ahead(stream(part)):
            meter.add(block)
    return Samples(count)
