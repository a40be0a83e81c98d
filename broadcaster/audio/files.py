"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def replacing(path: Path, suffix: str = ".part") -> Iterator[Path]:
    """A temporary name beside `path`; what was written there becomes `path` when the block ends well.

    It is flushed to the disk first. On any exception it is deleted and `path` stays as it was.
    Raises OSError.
    """
    part = path.with_name(f".{path.stem[:40]}-{secrets.token_hex(6)}{suffix}")
    try:
        yield part
        publish(part, path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def publish(part: Path, path: Path) -> None:
    """Flush the finished file `part` to the disk and give it the name `path`, in the same folder.

    Raises OSError.
    """
    _flush(part)
    os.replace(part, path)
    _flush_folder(path.parent)


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # Windows has no such call; NTFS journals the rename
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
