"""Files that appear together, each whole: written under other names first, then renamed in their order."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

_FEW = 50
"""Up to so many are flushed to the disk one by one; more, with all that waits to be."""
_PART = ".part"


class Batch:
    """`with Batch(folder) as batch:` what was added has its name when `appear` ends, and not before.

    Raises OSError. Leaving the block early leaves the folder as it was.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parts: dict[str, Path] = {}
        self._folders = set[Path]()
        """That are there."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for part in self._parts.values():
            with suppress(OSError):
                part.unlink(missing_ok=True)

    def add(self, name: str, write: Callable[[Path], object]) -> int:
        """`write` is given the path to write to; how many bytes they were."""
        path = self._folder / name
        part = path.with_name(f".{path.name}{_PART}")
        if path.parent not in self._folders:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(path.parent)
        self._parts[name] = part
        try:
            write(part)
            return part.stat().st_size
        except BaseException:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            del self._parts[name]
            raise

    def appear(self) -> None:
        """In the order in which they were added."""
        _flush(list(self._parts.values()))
        for name, part in list(self._parts.items()):
            os.replace(part, self._folder / name)
            del self._parts[name]
        _flush(self._folders if os.name != "nt" else ())


def sizes(folder: Path, within: Iterable[str]) -> dict[str, int]:
    """Bytes of each file in the folder and in its sub-folders `within`, by name; half-written ones, too."""
    found = dict[str, int]()
    for under in ("", *within):
        with suppress(FileNotFoundError), os.scandir(folder / under) as entries:
            for entry in entries:
                if entry.is_file(follow_symlinks=False):
                    found[f"{under}/{entry.name}" if under else entry.name] = entry.stat().st_size
    return found


def remove(folder: Path, names: Iterable[str]) -> None:
    """Raises OSError."""
    for name in names:
        (folder / name).unlink(missing_ok=True)


def _flush(paths: Iterable[Path]) -> None:
    waiting = list(paths)
    if len(waiting) > _FEW and hasattr(os, "sync"):
        os.sync()
        return
    for path in waiting:
        handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
