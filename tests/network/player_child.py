"""A hamlet PC as a process of its own, whose sound goes to the witness: `python -m tests.network.player_child
FOLDER PORT`."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from broadcaster.clock import SystemClock
from broadcaster.logs import log_to
from broadcaster.player_pc.duty import PlayerPC
from broadcaster.playout.outputs.opening import Outputs
from broadcaster.playout.outputs.output import Output
from tests.playout.station_child import ToWitness


def main() -> None:
    folder, port = Path(sys.argv[1]), int(sys.argv[2])

    def to_witness(outputs: Outputs, url: str, hamlet_code: str) -> Output:
        return ToWitness(SystemClock(), port)

    Outputs.open = to_witness  # type: ignore[method-assign, assignment]
    log_to(folder)
    PlayerPC(folder, print).run(threading.Event())


if __name__ == "__main__":
    main()
