"""The commune's computer as the world outside sees it: its power, its clock, its disk, and the true time."""

from __future__ import annotations

import mmap
import multiprocessing
import os
import signal
import struct
import subprocess
import sys
import time
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any

from tests.soak.child import Birth, serve

ROOT = Path(__file__).resolve().parents[2]
_STUCK_S = 180.0


class Stuck(Exception):
    """The station's process did not do what it was told."""


class Machine:
    """`true` is a Unix time. All that happens is noted in `story`, by true time."""

    def __init__(
        self, folder: Path, begin: float, random: Random, *, quick: bool = False, broken: str = ""
    ) -> None:
        self.folder = folder
        self.true = begin
        self.offset = 0.0
        """By how much the computer's wall clock is ahead."""
        self.vouched = True
        self.alert = False
        """An emergency is on."""
        self.disk_full = False
        self.story: list[tuple[float, str]] = []
        self.deaths: list[float] = []
        """When the station's process was killed."""
        self._random = random
        self._quick = quick
        self._broken = broken
        self._hands = folder / "hands"
        self._hands.write_bytes(struct.pack("<d", begin))
        self._context: Any = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.soak.child"])
        self._process: Any = None
        self._pipe: Connection
        self.heard = folder / "heard.jsonl"
        self._witness = subprocess.Popen(
            [sys.executable, str(ROOT / "tests" / "witness.py"), str(self.heard)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._witness.stdout is not None
        self._port = int(self._witness.stdout.readline())

    # The Clock of whoever sits at this computer.

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.true + self.offset, UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def wait(self, event: Any, seconds: float) -> bool:
        return bool(event.is_set())

    def note(self, what: str) -> None:
        self.story.append((self.true, what))

    @property
    def runs(self) -> bool:
        return self._process is not None

    def boot(self) -> None:
        """Start the station's process."""
        if self.runs:
            return
        self.note(f"the station starts, clock off by {self.offset:+.0f} s")
        birth = Birth(
            *(self.folder, self._hands, self.true, self.offset, self.vouched),
            *(self._port, self.alert, self._quick, self._broken),
        )
        self._pipe, far = self._context.Pipe()
        self._process = self._context.Process(target=serve, args=(far, birth), daemon=True)
        self._process.start()
        far.close()
        self.tell("advance", self.true + 0.5, True)

    def go(self, to: float, *, exact: bool = False) -> None:
        """Let the time come to `to`."""
        if to <= self.true:
            return
        if self.runs:
            self.tell("advance", to, exact)
        else:
            self._set(to)

    def tell(self, command: str, *args: Any) -> None:
        """Have the station's process do something, if it runs."""
        if not self.runs:
            return
        self._pipe.send((command, *args))
        self._listen()

    def kill(self, within: float) -> None:
        """SIGKILL it at a random moment of what it does in the next seconds."""
        if not self.runs:
            return
        self._pipe.send(("advance", self.true + within, False))
        time.sleep(self._random.expovariate(1 / 0.004))
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.join()
        self._process = None
        self._pipe.close()
        self.true = struct.unpack("<d", self._hands.read_bytes())[0]
        self.deaths.append(self.true)

    def stop(self) -> None:
        """An orderly end."""
        if not self.runs:
            return
        self.note("the station is stopped")
        self.tell("stop")
        self._pipe.close()
        self._process.join(_STUCK_S)
        self._process = None

    def sleep(self, seconds: float, *, counted: bool, cards_lost: bool) -> None:
        """Suspend the computer."""
        self.tell("suspend", seconds, counted, cards_lost)
        if not self.runs:
            self._set(self.true + seconds)

    def step(self, seconds: float) -> None:
        """Somebody, or something, sets its wall clock."""
        self.offset += seconds
        self.tell("step", seconds)

    def vouch(self, vouched: bool) -> None:
        """Whether the system's time service says that the clock is right."""
        self.vouched = vouched
        self.tell("vouch", vouched)

    def watch(self, alert: bool) -> None:
        """Whether an emergency is on."""
        self.alert = alert
        self.tell("alert", alert)

    def close(self) -> None:
        if self.runs:
            os.kill(self._process.pid, signal.SIGKILL)
            self._process.join()
            self._process = None
        self._witness.communicate(timeout=30)

    def _listen(self) -> None:
        try:
            if not self._pipe.poll(_STUCK_S):
                os.kill(self._process.pid, signal.SIGABRT)
                raise Stuck(f"no answer within {_STUCK_S:.0f} s")
            self.true, said, error, _alive = self._pipe.recv()
        except (EOFError, ConnectionResetError):
            raise Stuck("the station's process died by itself") from None
        self.story += said
        if error:
            raise Stuck(error)

    def _set(self, to: float) -> None:
        self.true = to
        with self._hands.open("r+b") as file, mmap.mmap(file.fileno(), 8) as hands:
            struct.pack_into("<d", hands, 0, to)
