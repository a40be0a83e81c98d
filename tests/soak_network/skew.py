"""How alike two hamlet PCs start whose clocks differ, on a bad line."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

from broadcaster.network.enrolment_code import EnrolmentCode
from tests.kit import until
from tests.network.hamlet import Publisher, airing, enrolled, serving
from tests.network.proxy import Weather, proxied
from tests.soak_network.commune import CLOCK, DOWN_MS, LOSS, UP_MS, second_from_now
from tests.soak_network.ears import Ear

P99_S = 0.020
_AHEAD_S = {"one": 0.0, "two": 2.0}
"""The PCs, and their computers' clocks."""
_AT_ONCE = 5
"""Starts after each measurement of the time."""
_FIRST_S, _APART, _SOUND_S = 7.0, timedelta(seconds=1.2), 0.3
_PATIENCE_S, _LATE = 60.0, timedelta(seconds=5)


@dataclass(frozen=True)
class Skew:
    """Seconds that two first samples of one airing lay apart."""

    apart: tuple[float, ...]

    @property
    def p99(self) -> float:
        return self._percentile(0.99)

    def _percentile(self, share: float) -> float:
        return sorted(self.apart)[math.ceil(share * len(self.apart)) - 1]

    def __str__(self) -> str:
        half, most, worst = (1000 * self._percentile(share) for share in (0.5, 0.99, 1.0))
        return f"{half:.1f} / {most:.1f} / {worst:.1f} ms apart (p50 / p99 / most)"


def starts(
    folder: Path, count: int, chance: Random, ear: Callable[[Path], AbstractContextManager[Ear]]
) -> Skew:
    """So many, by runs of a few, each with its own measurement of the time."""
    apart = list[float]()
    for number, first in enumerate(range(0, count, _AT_ONCE)):
        here = folder / str(number)
        here.mkdir(parents=True)
        apart += _run(here, min(_AT_ONCE, count - first), Random(chance.random()), ear)
    return Skew(tuple(apart))


def _run(
    folder: Path, count: int, chance: Random, ear: Callable[[Path], AbstractContextManager[Ear]]
) -> tuple[float, ...]:
    (folder / "audio").mkdir()
    station = Publisher(folder / "audio")
    station.publish()
    weather = Weather(UP_MS, DOWN_MS, loss=LOSS, chance=chance)
    with ExitStack() as stack:
        heard = stack.enter_context(ear(folder))
        _server, port = stack.enter_context(serving(station, folder / "certificate"))
        url = f"https://127.0.0.1:{stack.enter_context(proxied(port, weather))}"
        pcs = []
        for name, ahead_s in _AHEAD_S.items():
            station.code, station.code_open = EnrolmentCode.fresh(station.key.public), True
            enrolled(folder / name, station, url)
            pcs.append(heard.pc(folder / name, ahead_s))
        first, sound = second_from_now(_FIRST_S), station.sound(_SOUND_S)
        station.publish(*(airing(f"a{n}", first + n * _APART, sound) for n in range(count)))
        for pc in pcs:
            pc.start()
        over = first + count * _APART + _LATE
        until(
            lambda: heard.heard() >= len(pcs) * count or CLOCK.now() > over,
            _PATIENCE_S,
            "all of the starts",
        )
        for pc in pcs:
            pc.stop()
        return heard.apart()
