"""A sound card as the witness hears it: it places its first sample by its own frames, to the instant."""

from __future__ import annotations

import json
import socket
import time

from broadcaster.audio import RATE
from broadcaster.clock import Clock
from broadcaster.errors import OutputError
from broadcaster.playout.outputs.output import Block, Take
from tests.playout.recorder import Recorder


class Placed(Recorder):
    """Tells the witness, with each block and at its time, the true instant at which its frames have it sound:
    the computer's one true clock, which the PC that drives it does not see. `who`: the PC."""

    def __init__(self, clock: Clock, port: int, who: str) -> None:
        super().__init__(clock)
        self._who = who
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=5)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._place, self._true = 0, 0.0

    def start(self, take: Take, at: float) -> None:
        super().start(take, at)
        now = self._clock.monotonic()
        self._place, self._true = take.position, time.time() + max(0.0, at - now)

    def write(self, block: Block) -> None:
        super().write(block)
        airings = [f"{self._who}/{airing}" for airing in self.takes[-1].take.airing_ids]
        told = {"airings": airings, "first": self._place, "count": len(block), "true": round(self._true, 5)}
        try:
            self._socket.sendall(json.dumps(told).encode() + b"\n" + block.tobytes())
        except OSError as error:
            raise OutputError("The witness is gone", str(error), "start it") from error
        self._place += len(block)
        self._true += len(block) / RATE
        self.takes[-1].blocks.clear()
