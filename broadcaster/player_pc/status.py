"""How a hamlet PC stands: told to its station, and kept in its folder for whoever asks there."""

from __future__ import annotations

import importlib.metadata
import json
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

from broadcaster.language import _
from broadcaster.network import wire
from broadcaster.network.follower import Follower
from broadcaster.network.received import Received
from broadcaster.network.station_clock import StationClock
from broadcaster.network.words import Word
from broadcaster.playout.playout import Playout
from broadcaster.store.player_store import PlayerStore

FILE_NAME = "status.json"
UNKNOWN_MS = 86_400_000
"""The error of a clock of which nothing is known."""
_LITTLE_MB = 200
_QUIETEST = -200.0


def software() -> str:
    return f"broadcaster {importlib.metadata.version('broadcaster')}"


class Standing:
    """Answers from any thread."""

    def __init__(
        self,
        folder: Path,
        output: str,
        store: PlayerStore,
        received: Received,
        follower: Follower,
        playout: Playout,
        clock: StationClock,
    ) -> None:
        self._folder = folder
        self._output = output
        self._store = store
        self._received = received
        self._follower = follower
        self._playout = playout
        self._clock = clock
        self.faults: dict[str, str] = {}
        """By what they are about."""

    def told(self) -> wire.DeviceStatus:
        """StoreError: the tables cannot be asked."""
        version, error = self._received.version(), self._clock.error
        coming = self._store.next_airing(self._clock.now())
        free_mb = shutil.disk_usage(self._folder).free // 1_000_000
        level = max(_QUIETEST, float(self._playout.last_level))
        faults = [*self.faults.values(), *([_("the disk is nearly full")] if free_mb < _LITTLE_MB else [])]
        return wire.DeviceStatus(
            software=software(),
            version=version,
            wanted_version=max(version, self._follower.wanted_version),
            why_not=self._follower.why_not or ("" if self._clock.trusted else Word.CLOCK.value),
            offset_ms=round(self._clock.ahead * 1000),
            offset_error_ms=UNKNOWN_MS if error is None else round(error * 1000),
            free_mb=free_mb,
            level_db_x10=min(0, round(level * 10)),
            output=self._output,
            faults=tuple(fault[:500] for fault in faults)[:20],
            next_airing=coming[0] if coming else "",
            next_ready=coming is None or (self._folder / "audio_out" / coming[1]).is_file(),
        )

    def write(self) -> None:
        """For `broadcaster player status`; a folder that cannot be written is a fault elsewhere."""
        content = self.told().model_dump() | {"at": self._clock.now().isoformat()}
        path = self._folder / FILE_NAME
        part = path.with_name(path.name + ".part")
        with suppress(OSError):
            part.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
            part.replace(path)


def read(folder: Path) -> dict[str, Any] | None:
    """What was written last; None: nothing, or nothing that can be read."""
    try:
        found = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
