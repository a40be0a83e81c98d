"""A real player on a real database, as a process of its own, so that it can be killed.

`python -m tests.playout.station_child FOLDER` plays what is in FOLDER/schedules.db, sends every block to the
witness that a hamlet's output names (`witness:PORT/…`), and ends when nothing is left to play. While the file
FOLDER/back lies there, its wall clock is 30 s slow; no setting of the product could do that.
"""

from __future__ import annotations

import json
import logging
import socket
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from broadcaster.clock import Clock, SystemClock
from broadcaster.errors import OutputError
from broadcaster.playout.outputs.opening import Outputs
from broadcaster.playout.outputs.output import Block, Output, Take
from broadcaster.playout.playout import Playout
from broadcaster.store import Store
from tests.playout.recorder import Recorder


class SlowedClock(SystemClock):
    def __init__(self, folder: Path) -> None:
        self._back = folder / "back"

    def now(self) -> datetime:
        return super().now() - timedelta(seconds=30 if self._back.exists() else 0)


class ToWitness(Recorder):
    """Sends each block at its time."""

    def __init__(self, clock: Clock, port: int) -> None:
        super().__init__(clock)
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=5)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._place = 0

    def start(self, take: Take, at: float) -> None:
        super().start(take, at)
        self._place = take.position

    def write(self, block: Block) -> None:
        super().write(block)
        airings = self.takes[-1].take.airing_ids
        line = json.dumps({"airings": airings, "first": self._place, "count": len(block)})
        try:
            self._socket.sendall(line.encode() + b"\n" + block.tobytes())
        except OSError as error:
            raise OutputError("The witness is gone", str(error), "start it") from error
        self._place += len(block)


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(threadName)s %(message)s")
    folder = Path(sys.argv[1])
    clock = SlowedClock(folder)
    store = Store.open(folder / "schedules.db", clock=clock)
    outputs = Outputs(folder / "audio_out", clock, ZoneInfo("Asia/Ho_Chi_Minh"))

    def open_output(url: str, hamlet_code: str) -> Output:
        if url.startswith("witness:"):
            return ToWitness(clock, int(url.removeprefix("witness:").partition("/")[0]))
        return outputs.open(url, hamlet_code)

    playout = Playout(
        store,
        clock=clock,
        audio_out=folder / "audio_out",
        open_output=open_output,
        may_air=lambda _airing: "",
        on_end=lambda _airing, _outcome, _reason: None,
        on_change=lambda: None,
        on_notice=lambda _words: None,
        clock_vouched=lambda: False,
    )
    playout.start()
    while store.next_due() is not None or store.unfinished() or not playout.idle():
        time.sleep(0.1)
    playout.stop(5.0)
    store.close()


if __name__ == "__main__":
    main()
