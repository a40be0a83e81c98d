"""The inbox: a file dropped into it becomes a draft. Nothing that was dropped is ever deleted.

Taken files go to taken/, refused ones to refused/ with a .txt beside them that says why. The draft is made
before its file is moved, and the same bytes are one script: a crash between the two changes nothing.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from broadcaster.audio.files import replacing
from broadcaster.desk.bench import Bench
from broadcaster.desk.scripts import Scripts, TakenIn
from broadcaster.documents.document import Document
from broadcaster.errors import BroadcasterError, StationError, StoreError
from broadcaster.language import _

TAKEN, REFUSED = "taken", "refused"
_STABLE_S = 1.0
_UNFINISHED = (".part", ".tmp", ".crdownload", "~")


@dataclass(frozen=True)
class Dropped:
    """What became of one file."""

    name: str
    taken: TakenIn | None = None
    problem: str = ""
    """Why it was refused, or has to wait; empty when it was taken in."""
    waits: bool = False
    """It stays where it is and is tried again."""


@dataclass(frozen=True)
class _Seen:
    size: int
    changed_ns: int
    since: float
    """Monotonic instant at which it was first seen like this."""


class Inbox:
    def __init__(self, bench: Bench, scripts: Scripts, load: Callable[[Path], Document]) -> None:
        self._bench = bench
        self._scripts = scripts
        self._load = load
        self._seen: dict[Path, _Seen] = {}

    def take(self, folder: Path) -> tuple[Dropped, ...]:
        """Take in each file of `folder` that has not changed for a second; call it again and again.

        StationError: the folder cannot be read. A file that the desk cannot judge now (the database is
        locked, the file is open elsewhere) stays where it is and is reported.
        """
        try:
            stable = list(self._stable(folder))
        except OSError as error:
            raise StationError(_("The inbox cannot be read"), f"{folder}: {error.strerror}") from error
        return tuple(self._take(path) for path in stable)

    def _stable(self, folder: Path) -> Iterator[Path]:
        seen, self._seen = self._seen, {}
        now = self._bench.clock.monotonic()
        for path in sorted(filter(_is_for_us, folder.iterdir())):
            with suppress(FileNotFoundError):  # somebody took it back
                stat = path.stat()
                before = seen.get(path)
                unchanged = before and (before.size, before.changed_ns) == (stat.st_size, stat.st_mtime_ns)
                since = before.since if before and unchanged else now
                self._seen[path] = _Seen(stat.st_size, stat.st_mtime_ns, since)
                if now - since >= _STABLE_S:
                    yield path

    def _take(self, path: Path) -> Dropped:
        try:
            return self._judged(path)
        except OSError as error:
            return Dropped(path.name, problem=f"{path.name}: {error.strerror}", waits=True)
        except StoreError as error:
            return Dropped(path.name, problem=str(error), waits=True)

    def _judged(self, path: Path) -> Dropped:
        try:
            document = self._load(path)
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            taken = self._scripts.add(document, sha256)
        except StoreError:
            raise
        except BroadcasterError as error:
            _refuse(path, str(error))
            return Dropped(path.name, problem=str(error))
        _move(path, path.parent / TAKEN)
        return Dropped(path.name, taken=taken)


def _is_for_us(path: Path) -> bool:
    """A file that somebody dropped: no folder, no link, nothing hidden or still being written."""
    unfinished = path.name.startswith((".", "~$")) or path.name.lower().endswith(_UNFINISHED)
    return not unfinished and not path.is_symlink() and path.is_file()


def _refuse(path: Path, why: str) -> None:
    target = _free_name(path.parent / REFUSED, path.name)
    with replacing(_reason_beside(target)) as part:
        part.write_text(why + "\n", encoding="utf-8")
    os.replace(path, target)


def _move(path: Path, folder: Path) -> None:
    os.replace(path, _free_name(folder, path.name))


def _free_name(folder: Path, name: str) -> Path:
    """`folder`/`name`, numbered when that stands there already."""
    folder.mkdir(exist_ok=True)
    stem, suffix = Path(name).stem, Path(name).suffix
    paths = (folder / (name if number == 1 else f"{stem}-{number}{suffix}") for number in count(1))
    return next(path for path in paths if not path.exists() and not _reason_beside(path).exists())


def _reason_beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.txt")
