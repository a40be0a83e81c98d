"""A real player on a real database, in real time, watched by strace: each first sample leaves a mark.

`python -m tests.soak.power_child FOLDER ROUNDS [SYNCHRONOUS]` books so many short airings in each hamlet of
FOLDER/schedules.db, plays them, and ends when nothing is left. SYNCHRONOUS, another setting of that name than
the program's own, is the planted fault.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from uuid import uuid4

from broadcaster.clock import Clock, SystemClock
from broadcaster.playout.outputs.output import Block, Output, Take
from broadcaster.playout.playout import Playout
from broadcaster.store import Store, engine
from broadcaster.timetable.slot import Priority, Slot, SlotKind
from tests.playout.recorder import Recorder

MARKS = "first-samples"
_BEFORE_S, _APART_S, _HAMLETS_APART_S = 4.0, 2.5, 0.35


class Marking(Recorder):
    """Writes the ids of what sounds into a file, as its first sample is handed over."""

    def __init__(self, clock: Clock, marks: int) -> None:
        super().__init__(clock)
        self._marks = marks
        self._first: Take | None = None

    def start(self, take: Take, at: float) -> None:
        super().start(take, at)
        self._first = take

    def write(self, block: Block) -> None:
        if self._first is not None:
            os.write(self._marks, ("\n".join(self._first.airing_ids) + "\n").encode())
            self._first = None
        super().write(block)


def book(store: Store, rounds: int) -> None:
    (audio,) = store.bulletins()
    begin = datetime.now(UTC) + timedelta(seconds=_BEFORE_S)
    for number, hamlet in enumerate(store.hamlets()):
        for turn in range(rounds):
            starts_at = begin + timedelta(seconds=turn * _APART_S + number * _HAMLETS_APART_S)
            slot = Slot(
                *(uuid4().hex, f"thu-{number}-{turn}", "Thử", time_of_day(0), (hamlet.id,)),
                kind=SlotKind.EMERGENCY,
                priority=Priority.EMERGENCY,
            )
            store.add_one_off(slot, starts_at, "Thử", audio.sha256, by="", now=begin)


def main() -> None:
    folder = Path(sys.argv[1])
    if sys.argv[3:]:
        set_pragmas = engine._set_pragmas
        engine._set_pragmas = lambda connection: (  # type: ignore[assignment]
            set_pragmas(connection),
            connection.execute(f"PRAGMA synchronous={sys.argv[3]}"),
        )
    marks = os.open(folder / MARKS, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    clock = SystemClock()
    store = Store.open(folder / "schedules.db", clock=clock)

    def open_output(_url: str, _code: str) -> Output:
        return Marking(clock, marks)

    playout = Playout(
        store,
        clock=clock,
        audio_out=folder / "audio_out",
        open_output=open_output,
        may_air=lambda _airing: "",
        on_end=lambda _airing, _outcome, _reason: None,
        on_change=lambda: None,
        on_notice=lambda _words: None,
    )
    book(store, int(sys.argv[2]))
    playout.start()
    while store.next_due() is not None or store.unfinished() or not playout.idle():
        time.sleep(0.1)
    playout.stop(5.0)
    store.close()


if __name__ == "__main__":
    main()
