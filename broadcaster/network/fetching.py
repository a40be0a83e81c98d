"""Audio over a line that drops: resumed where it was cut, whole under its name or not there."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, Protocol

from broadcaster.errors import NetworkError
from broadcaster.language import _
from broadcaster.network.wire import AudioName
from broadcaster.network.words import Word, refused

PART = ".part"


class Gives(Protocol):
    """What fetching needs of `DeviceLine`."""

    def audio(self, sha256: str, start: int) -> AbstractContextManager[tuple[int, Iterator[bytes]]]:
        """(where they begin, the bytes)"""
        ...


def there(folder: Path, audio: AudioName) -> bool:
    """Whether the file lies in `folder`; it was checked when it got its name."""
    try:
        return (folder / audio.sha256).stat().st_size == audio.bytes
    except OSError:
        return False


def fetch(line: Gives, folder: Path, audio: AudioName) -> Path:
    """The whole, checked file in `folder`, named by its hash; what came of it before is kept and continued.

    NetworkError: the line, or the disk (disk-full). Refused: audio-damaged: it is not what its name says;
    nothing of it is kept.
    """
    path, part = folder / audio.sha256, folder / (audio.sha256 + PART)
    if there(folder, audio):
        return path
    try:
        _append(line, part, audio)
        if not _is(part, audio):
            part.unlink()
            raise refused(Word.AUDIO_DAMAGED, audio.sha256)
        part.replace(path)
        _sync_folder(folder)
    except OSError as error:
        raise NetworkError(Word.DISK_FULL, f"{path}: {error.strerror}", _("Free some space")) from error
    return path


def _append(line: Gives, part: Path, audio: AudioName) -> None:
    have = part.stat().st_size if part.exists() else 0
    if have > audio.bytes:
        part.unlink()
        have = 0
    if have == audio.bytes:
        return
    with line.audio(audio.sha256, have) as (begins, chunks), part.open("r+b" if have else "wb") as file:
        file.seek(begins)
        file.truncate()
        try:
            _write(file, chunks, audio.bytes - begins)
        finally:
            file.flush()
            os.fsync(file.fileno())
    if part.stat().st_size < audio.bytes:
        raise NetworkError(_("The line was cut"), audio.sha256)


def _write(file: BinaryIO, chunks: Iterator[bytes], most: int) -> None:
    for chunk in chunks:
        file.write(chunk[:most])
        most -= len(chunk)
        if most < 0:
            file.truncate(0)
            raise refused(Word.AUDIO_DAMAGED, "too long")


def _is(part: Path, audio: AudioName) -> bool:
    with part.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == audio.sha256


def _sync_folder(folder: Path) -> None:
    """So that the new name, too, outlives a power cut; Windows has no such call and needs none."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
