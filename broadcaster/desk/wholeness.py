"""Whether audio on the disk is what it was when it was made: its bytes still have the hash that names it."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

from broadcaster.production.bulletin import Bulletin


class Wholeness:
    """Remembers what it has seen, so that a file is read again only when its size or date has changed."""

    def __init__(self, audio_out: Path) -> None:
        self._audio_out = audio_out
        self._seen: dict[str, tuple[tuple[int, int], bool]] = {}

    def whole(self, bulletin: Bulletin) -> bool:
        path = self._audio_out / bulletin.file_name
        try:
            stat = path.stat()
            stamp = (stat.st_size, stat.st_mtime_ns)
            known = self._seen.get(bulletin.sha256)
            if known is None or known[0] != stamp:
                with path.open("rb") as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
                self._seen[bulletin.sha256] = known = (stamp, digest == bulletin.sha256)
            return known[1]
        except OSError:
            return False

    def discard(self, bulletin: Bulletin) -> bool:
        """Delete a file that is damaged, so that it is made again; whether it is gone."""
        path = self._audio_out / bulletin.file_name
        with suppress(OSError):
            path.unlink(missing_ok=True)
        return not path.exists()
