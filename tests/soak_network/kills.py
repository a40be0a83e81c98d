"""Station and hamlet PCs are killed at random moments of sync and play, on a line at its worst."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from random import Random

from tests.soak_network.breaks import BREAKS
from tests.soak_network.commune import Commune, second_from_now
from tests.soak_network.judge import Verdict, Watching, judge

_AHEAD_S, _APART = 8.0, timedelta(seconds=6)
_LIFE_S, _GONE_S, _BAD_S = (0.2, 1.8), (0.0, 0.5), (0.2, 1.0)
_LAST_KILLS = 4
"""So many without a new booking, so that the end is not waited for."""
_PATIENCE_S = 120.0
_SETTLED_S = 0.5
_PLANTED_AIRINGS = 2


class Siege:
    """Of a commune of two hamlets, or of one hamlet for each planted fault."""

    def __init__(self, folder: Path, chance: Random, commune: Commune) -> None:
        self._chance = chance
        self._commune = commune
        self._watched = {code: Watching(folder / code) for code in commune.codes}
        self._verdict = Verdict()
        self._next = second_from_now(_AHEAD_S)

    def kill(self, kills: int) -> None:
        """Many times one of them, now and then two at once."""
        commune, pcs = self._commune, self._commune.pcs
        for left in range(kills, 0, -1):
            if left > _LAST_KILLS:
                self._book()
            self._worsen()
            time.sleep(self._chance.uniform(*_LIFE_S))
            victim = self._chance.choice(["", *pcs])
            child = pcs[victim] if victim else commune.daemon
            child.kill()
            if victim:
                self._look(victim)
            time.sleep(self._chance.uniform(*_GONE_S))
            child.start()
        self._better()

    def _book(self) -> None:
        """So that something is always due within a few seconds."""
        soonest = second_from_now(_AHEAD_S)
        if self._next <= soonest:
            self._next = max(self._next, soonest)
            self._commune.book(self._next)
            self._next += _APART

    def book(self, airings: int) -> None:
        for _airing in range(airings):
            self._commune.book(self._next)
            self._next += _APART

    def _look(self, code: str) -> None:
        for column, why in self._watched[code].look():
            self._verdict.faults[code, column].append(why)

    def _worsen(self) -> None:
        """Another weather: fair, cut off, half open and then cut off, or cut in the middle of what comes."""
        weather = self._commune.weather
        self._better()
        match self._chance.randrange(5):
            case 1:
                weather.down = True
            case 2:
                weather.mute = True
            case 3:
                weather.cut_after = self._chance.randrange(300_000)
            case _:
                return
        time.sleep(self._chance.uniform(*_BAD_S))
        if weather.mute and self._chance.random() < 0.5:
            weather.down = True
            time.sleep(0.1)
        weather.mute = weather.down = False

    def _better(self) -> None:
        weather = self._commune.weather
        weather.mute = weather.down = False
        weather.cut_after = None

    def end(self) -> Verdict:
        """When all that was booked has been told, or a while later."""
        last = self._commune.booked[-1]
        limit = time.monotonic() + last - time.time() + _PATIENCE_S
        while (time.time() < last or self._untold()) and time.monotonic() < limit:
            time.sleep(_SETTLED_S)
            self._commune.hijacker.tricks = time.time() < last
        for child in (*self._commune.pcs.values(), self._commune.daemon):
            child.stop()
        return judge(self._commune, self._watched, self._verdict, time.time())

    def _untold(self) -> int:
        """How many airings the station knows no outcome of; those of a PC that is to tell nothing aside."""
        mute = [f"h-{code}" for code in self._commune.codes if self._commune.broken(code) == "mute"]
        wanted = """SELECT count(*) FROM airing LEFT JOIN outcome ON airing_id = airing.id
                    WHERE airing_id IS NULL AND hamlet_id <> ?"""
        with closing(sqlite3.connect(self._commune.station / "schedules.db", timeout=30)) as reader:
            return int(reader.execute(wanted, (mute[0] if mute else "",)).fetchone()[0])


def besiege(folder: Path, kills: int, chance: Random) -> tuple[Verdict, Commune]:
    with Commune(folder, chance, {"ap-1": "", "ap-2": ""}) as commune:
        siege = Siege(folder, chance, commune)
        siege.kill(kills)
        return siege.end(), commune


def planted(folder: Path, chance: Random) -> tuple[Verdict, Commune]:
    """No kills: each of the hamlets has a PC with one fault."""
    with Commune(folder, chance, {f"ap-{name}": name for name in BREAKS}) as commune:
        siege = Siege(folder, chance, commune)
        siege.book(_PLANTED_AIRINGS)
        return siege.end(), commune
