"""Simulated sound cards: they play by simulated time, and tell the witness what has sounded, once it has."""

from __future__ import annotations

import json
import socket
import threading
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from broadcaster.audio import RATE
from broadcaster.errors import OutputError
from broadcaster.playout.outputs.opening import Outputs
from broadcaster.playout.outputs.output import Block, Output, Take
from broadcaster.units import Samples
from tests.soak.world import World

EVERY = 240
"""The witness gets each so many-th sample: enough to tell how loud it was."""
_AHEAD_S, _REFILL_S = 0.4, 0.1
"""As far as a real card is filled; and what is left when more is asked for."""


class SimulatedCard:
    """One output. `gone`: the device does not answer; what it had not sounded yet is lost."""

    def __init__(self, world: World, port: int) -> None:
        self._world = world
        self._wire = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._lock = threading.Lock()
        self._waiting: deque[tuple[int, Block]] = deque()
        self._take: Take | None = None
        self._at = 0.0
        self._end = 0
        """Of what was handed over, in samples from the take's first."""
        self._played = 0
        """How far the device has come, in samples from the take's first."""
        self._sounded = 0
        self._began: float | None = None
        self.gone = self.closed = False

    @property
    def note(self) -> str:
        return ""

    def check(self) -> None:
        if self.gone or self.closed:
            raise OutputError("The simulated card is gone", "", "Bring it back")

    def start(self, take: Take, at: float) -> None:
        self.check()
        with self._lock:
            self._waiting.clear()
            self._take, self._at = take, max(at, self._world.monotonic())
            self._end = self._played = self._sounded = 0
            self._began = None

    def write(self, block: Block) -> None:
        self.check()
        with self._lock:
            self._waiting.append((self._end, block))
            self._end += len(block)
            ends = self._at + self._end / RATE
        if ends - self._world.monotonic() > _AHEAD_S:
            self._sleep_until(ends - _REFILL_S)
            self.check()

    def finish(self) -> None:
        self._sleep_until(self._at + self._end / RATE)
        self.check()
        self.cut()

    def cut(self) -> None:
        with self._lock:
            self._play()
            self._waiting.clear()
            self._take = None

    def sounded(self) -> Samples:
        return Samples(self._sounded)

    def began(self) -> float | None:
        return self._began

    def close(self) -> None:
        self.cut()
        self.closed = True

    def lose(self) -> None:
        """Somebody pulls the plug."""
        with self._lock:
            self._play()
            self._waiting.clear()
            self._take = None
            self.gone = True

    def play(self) -> None:
        """Sound what is due by now."""
        with self._lock:
            self._play()

    def _sleep_until(self, instant: float) -> None:
        self._world.wait(threading.Event(), instant - self._world.monotonic())

    def _play(self) -> None:
        """What was handed over in time sounds; what came too late for its instant never does."""
        now = round((self._world.monotonic() - self._at) * RATE)
        sounding: list[Block] = []
        begin = self._played
        while self._waiting and self._waiting[0][0] < now:
            first, block = self._waiting[0]
            start, stop = max(first, self._played), min(first + len(block), now)
            if stop > start:
                if not sounding:
                    begin = start
                sounding.append(block[start - first : stop - first])
                self._played = stop
            if first + len(block) > now:
                break
            self._waiting.popleft()
        self._played = max(self._played, now)
        if self._take is not None and sounding:
            self._sound(self._take, begin, np.concatenate(sounding))

    def _sound(self, take: Take, place: int, samples: Block) -> None:
        self._sounded += len(samples)
        if self._began is None:
            self._began = self._at + place / RATE
        if not take.airing_ids:
            return
        true = self._world.true - (self._world.monotonic() - self._at) + place / RATE
        line = {
            "airings": take.airing_ids,
            "first": take.position + place,
            "count": len(samples),
            "true": round(true, 4),
            "every": EVERY,
        }
        self._wire.sendall(json.dumps(line).encode() + b"\n" + samples[::EVERY].tobytes())


class Rack(Outputs):
    """Opens simulated cards, whatever the URL's scheme; `broken` are the URLs whose device is away."""

    def __init__(self, world: World, port: int, audio_out: Path, zone: ZoneInfo) -> None:
        super().__init__(audio_out, world, zone)
        self._world = world
        self._port = port
        self.broken: set[str] = set()
        self.cards: dict[str, list[SimulatedCard]] = {}
        world.devices.append(self.play)

    def open(self, url: str, hamlet_code: str) -> Output:
        if url in self.broken:
            raise OutputError("The simulated card is gone", url, "Bring it back")
        card = SimulatedCard(self._world, self._port)
        self.cards[url] = [other for other in self.cards.get(url, ()) if not other.closed] + [card]
        return card

    def monitor(self) -> Output | None:
        return None

    def play(self) -> None:
        for card in self._all():
            card.play()

    def lose(self, url: str) -> None:
        """`url`'s device goes away; "": all of them blink (gone, and back when opened again)."""
        if url:
            self.broken.add(url)
        for name, cards in self.cards.items():
            for card in cards if url in ("", name) else ():
                card.lose()

    def _all(self) -> Sequence[SimulatedCard]:
        return [card for cards in self.cards.values() for card in cards if not card.closed]
