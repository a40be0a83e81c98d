"""The verdict: what the station has of each airing, beside what the witness heard and what each PC has."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from broadcaster.audio import RATE
from tests.soak import judge as sound
from tests.soak.evidence import Heard, Line, Record, lines, shown, timeline, witnessed
from tests.soak_network.commune import Commune

COLUMNS = ("lost", "twice", "damaged", "obeyed forgeries")
_SHA256 = re.compile("[0-9a-f]{64}")


@dataclass
class Verdict:
    airings: int = 0
    sounded: int = 0
    """Of these, how many the witness heard."""
    seconds: float = 0.0
    """Of sound, in all."""
    faults: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    """By hamlet's code and column."""

    def count(self, column: str) -> int:
        return sum(len(found) for (_code, name), found in self.faults.items() if name == column)

    def counts(self) -> str:
        return ", ".join(f"{name} {self.count(name)}" for name in COLUMNS)

    @property
    def clean(self) -> bool:
        return self.airings > 0 and not any(self.faults.values())


class Watching:
    """Looks at a PC's folder while the PC is dead or stopped, from its first day on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._version = 0

    def look(self) -> Iterator[tuple[str, str]]:
        """(column, what is wrong now)."""
        for path in (self._folder / "audio_out").glob("*"):
            if _SHA256.fullmatch(path.name) and path.name != hashlib.sha256(path.read_bytes()).hexdigest():
                yield "damaged", f"{path} is not what its name says"
        version = _version(self._folder)
        if version < self._version:
            yield "obeyed forgeries", f"version {version} came after {self._version}"
        self._version = max(self._version, version)


def _version(folder: Path) -> int:
    found = _rows(folder, "SELECT value FROM setting WHERE name = 'in force'")
    return int(json.loads(found[0][0])["version"]) if found else 0


def judge(commune: Commune, watched: Mapping[str, Watching], seen: Verdict, end: float) -> Verdict:
    """All that can be held against them, `seen` on the way included. Nobody lives any more."""
    due = [line for line in lines(commune.station) if line.id in commune.airings]
    heard = witnessed(commune.heard, {f"{line.hamlet}/{line.id}": line.planned for line in due})
    seen.airings = len(due)
    for code, watching in watched.items():
        for column, why in watching.look():
            seen.faults[code, column].append(why)
        for why in _obeyed(commune, code):
            seen.faults[code, "obeyed forgeries"].append(why)
        deaths = commune.pcs[code].deaths
        record = Record(commune.station, commune.heard, end, deaths, (), (), lambda _hamlet, _true: ())
        its = [line for line in due if line.hamlet == code]
        for start in sorted(set(commune.booked) - {line.starts_at for line in its}):
            seen.faults[code, "lost"].append(f"nothing stands for {shown(start)}")
        for line in its:
            blocks = heard.pop(f"{code}/{line.id}", [])
            seen.sounded += bool(blocks)
            seen.seconds += sum(block.count for block in blocks) / RATE
            for column, why in _held_against(record, line, blocks):
                seen.faults[code, column].append(f"{why}\n{timeline(record, line, blocks)}")
    for chain in commune.store.verify_as_run():
        if chain.broken_at is not None:
            seen.faults["station", "damaged"].append(f"the as-run chain of {chain.device} is broken")
    for name in heard:
        seen.faults[name.partition("/")[0], "obeyed forgeries"].append(f"{name} sounded, which nobody booked")
    return seen


def _held_against(record: Record, line: Line, blocks: Sequence[Heard]) -> Iterator[tuple[str, str]]:
    twice = sorted(sound._twice(blocks))
    if line.outcome is None:
        yield "lost", "the station does not know what became of it"
    elif not twice and (why := sound._contradiction(record, line, blocks)):
        yield ("damaged" if "something else" in why else "lost"), why
    ends = "SELECT sum(kind = 'ended') - sum(kind = 'restored') FROM asrun_event WHERE airing_id = ?"
    if (count := _rows(record.folder, ends, line.id)[0][0] or 0) > 1:
        yield "twice", f"it ended {count} times"
    for second in twice:
        yield "twice", f"second {second} sounded twice"


def _obeyed(commune: Commune, code: str) -> Iterator[str]:
    """What a PC or the station has from somebody else than the other."""
    for (airing,) in _rows(commune.folder / code, "SELECT id FROM airing"):
        if commune.airings.get(airing) != code:
            yield f"the PC has airing {airing}, which nobody booked for it"
    issued = _rows(commune.station, "SELECT version FROM issued_timetable WHERE hamlet_id = ?", f"h-{code}")
    if (version := _version(commune.folder / code)) > issued[0][0]:
        yield f"the PC has version {version}; the station gave {issued[0][0]}"
    device = json.loads((commune.folder / code / "player.json").read_text())["enrolled"]["device"]
    events = "SELECT epoch, seq, hash FROM asrun_event WHERE device = ?"
    told, own = (set(_rows(folder, events, device)) for folder in (commune.station, commune.folder / code))
    for epoch, seq, _hash in sorted(told - own):
        yield f"the station has an event {epoch}.{seq} that its PC never wrote"
    for (what,) in _rows(commune.station, "SELECT event FROM forked_event WHERE device = ?", device):
        yield f"the station took {what} for its PC's"


def _rows(folder: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "schedules.db")) as connection:
        return connection.execute(sql, values).fetchall()
