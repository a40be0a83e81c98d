"""audio_out/ kept within a size and an age, and its index true. Recordings of `file:` outputs are theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from broadcaster.desk.bench import Bench
from broadcaster.desk.editions import HORIZON, Editions
from broadcaster.production.bulletin import Bulletin
from broadcaster.production.index import IndexRow, write_index

_AUDIO = re.compile(r"[0-9a-f]{64}\.(mp3|flac|wav|opus)")
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Tidied:
    """Names of files, and what the remaining bulletins take."""

    deleted: tuple[str, ...]
    stuck: tuple[str, ...]
    """Could not be deleted (open elsewhere, the folder's rights); tried again the next time."""
    bytes_left: int


@dataclass(frozen=True)
class _Kept:
    """A bulletin's file that is there now."""

    path: Path
    sha256: str
    size: int
    last_use: datetime
    needed: bool


class Housekeeping:
    def __init__(self, bench: Bench, editions: Editions) -> None:
        self._bench = bench
        self._editions = editions

    def tidy(self, now: datetime, *, max_bytes: int, max_age: timedelta) -> Tidied:
        """Delete audio unused for longer than `max_age`, then the longest unused until `max_bytes` is kept.

        What airs today or later, or is made ahead or stands by for an edition to come, is never deleted. The
        index is written anew. Raises ProductionError (the index) or StoreError.
        """
        kept = sorted(self._files(now), key=lambda file: file.last_use)
        left = sum(file.size for file in kept)
        deleted, stuck = [], []
        for file in kept:
            if file.needed or (now - file.last_use <= max_age and left <= max_bytes):
                continue
            if self._delete(file):
                deleted.append(file.path.name)
                left -= file.size
            else:
                stuck.append(file.path.name)
        self.write_index()
        return Tidied(tuple(deleted), tuple(stuck), left)

    def write_index(self) -> Path:
        """audio_out/index.html with every bulletin that is there, newest first. Raises ProductionError."""
        rows = []
        for bulletin in self._bench.store.bulletins():
            with suppress(OSError):
                made = (self._bench.audio_out / bulletin.file_name).stat().st_mtime
                rows.append(self._row(bulletin, datetime.fromtimestamp(made, self._bench.rules.zone)))
        return write_index(self._bench.audio_out, rows)

    def _row(self, bulletin: Bulletin, made: datetime) -> IndexRow:
        title = "; ".join(cue.title for cue in bulletin.cues) or bulletin.file_name
        return IndexRow(title, made, bulletin.length, bulletin.voice, bulletin.file_name)

    def _files(self, now: datetime) -> Iterator[_Kept]:
        last_use = self._bench.store.last_use()
        known = {bulletin.file_name: bulletin for bulletin in self._bench.store.bulletins()}
        needed = self._needed(now)
        for path in self._audio_files():
            with suppress(OSError):
                stat = path.stat()
                changed = datetime.fromtimestamp(stat.st_mtime, self._bench.rules.zone)
                bulletin = known.get(path.name)
                if bulletin is not None:
                    used = last_use.get(bulletin.sha256, changed)
                    yield _Kept(path, bulletin.sha256, stat.st_size, used, bulletin.sha256 in needed)
                elif now - changed > _DAY:  # no store knows it, and who made it is dead
                    yield _Kept(path, path.stem, stat.st_size, datetime.min.replace(tzinfo=now.tzinfo), False)

    def _audio_files(self) -> list[Path]:
        if not self._bench.audio_out.is_dir():
            return []
        return [path for path in self._bench.audio_out.iterdir() if _AUDIO.fullmatch(path.name)]

    def _needed(self, now: datetime) -> set[str]:
        """Bulletins and fallbacks of editions since yesterday, bulletins made ahead for what is not fixed
        yet, and what emergencies need."""
        editions = self._bench.store.editions(now - _DAY, now + 2 * HORIZON)
        held = {edition.bulletin for edition in editions}
        held |= {fallback.bulletin for edition in editions for fallback in edition.fallbacks}
        held |= {bulletin.sha256 for bulletin in self._editions.made_ahead(now)}
        return held | self._bench.store.emergency_audio()

    def _delete(self, file: _Kept) -> bool:
        try:
            file.path.unlink(missing_ok=True)
        except OSError:
            return False
        self._bench.store.forget_bulletins([file.sha256])
        return True
