"""What of a station makes sound: outputs, amplifiers, and the gate that stops it under a doubtful clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from broadcaster.clock import Clock
from broadcaster.config import Settings
from broadcaster.config.secret import revealed
from broadcaster.playout.amplifiers import Amplifiers, amplifiers
from broadcaster.playout.clock_gate import ClockGate
from broadcaster.playout.ear import Ear
from broadcaster.playout.listener import Listener
from broadcaster.playout.outputs.file import Keep
from broadcaster.playout.outputs.opening import Outputs, shared_key
from broadcaster.playout.outputs.probe import real_backends
from broadcaster.playout.time_servers import TimeSources
from broadcaster.store import Store
from broadcaster.units import Milliseconds


@dataclass(frozen=True)
class SoundParts:
    """Of one station; each call makes a new part."""

    settings: Settings
    clock: Clock
    audio_out: Path
    store: Store

    def outputs(self, notice: Callable[[str], None]) -> Outputs:
        """`notice` hears when a file stands in for a sound card."""
        storage, playout = self.settings.storage, self.settings.playout
        hamlets, streams = self.store.hamlets(), self.settings.network.listening_in
        recordings_mb = storage.audio_mb // 2 // max(1, len(hamlets))
        return Outputs(
            self.audio_out,
            self.clock,
            self.settings.station.zone,
            offset=Milliseconds(playout.offset_ms),
            offsets={url: Milliseconds(ms) for url, ms in playout.offsets.items()},
            keep=Keep(days=storage.audio_days, megabytes=max(1, recordings_mb)),
            listening_in={
                shared_key(hamlet.output, hamlet.code): streams[hamlet.code]
                for hamlet in hamlets
                if hamlet.code in streams
            },
            secret=lambda where: revealed(where, self.audio_out.parent),
            notice=notice,
        )

    def amplifiers(self, notice: Callable[[str], None]) -> Amplifiers:
        """`notice` hears of a hook that failed."""
        return amplifiers(self.settings.hooks, self.clock, notice)

    def listener(self) -> Listener | None:
        """None: no microphone is set."""
        playout = self.settings.playout
        if not playout.microphone:
            return None
        return Listener(
            lambda: Ear(playout.microphone, self.clock, real_backends()),
            self.clock,
            certain=playout.microphone_is_loopback,
            outputs=playout.microphone_hears,
        )

    def clock_gate(self) -> ClockGate:
        """Its doubts are kept in the store."""
        sources = TimeSources(self.settings.playout.time_servers, self.clock)
        return ClockGate(self.clock, sources.vouch, self.store)
