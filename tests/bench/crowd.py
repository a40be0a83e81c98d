"""A thousand hamlet PCs on one daemon with SQLite: how soon they all have a new version, over TLS."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import time as time_of_day
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from broadcaster.desk.script import Person
from broadcaster.network import station_keys
from broadcaster.network.authority import AUTHORITY
from broadcaster.network.envelope import Kind, unseal
from broadcaster.network.keys import PublicKey
from broadcaster.network.wire import TIMETABLE_BYTES
from broadcaster.station import Station
from broadcaster.store.devices import Device
from broadcaster.timetable.hamlet import Hamlet
from broadcaster.timetable.slot import Slot
from tests.bench.asker import Asker, key_of, many_files, run
from tests.kit import free_port

HAMLETS = 1_000
_IN_STEP_S, _MEMORY_MB = 5.0, 300
_BY = "Lan"
_HANDSHAKES = 50


@dataclass(frozen=True)
class _Whom:
    """What a crowd is told."""

    port: int
    authority: str
    station_key: PublicKey


def crowd() -> bool:
    """From the change at the desk, and from the first that has the new version, to the last."""
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name) / "station", free_port()
        _broadcaster(folder, "init", "--name", "Tân Hưng")
        _broadcaster(folder, "network", "init", "127.0.0.1")
        with Station(folder) as station:
            whom = _furnished(station, port)
        with Station(folder) as station, _daemon(folder, port) as daemon:
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            process = context.Process(target=_crowd, args=(theirs, whom))
            process.start()
            theirs.close()
            ours.recv()
            changed = time.time()
            _new_programme(station)
            had_at = sorted(ours.recv())
            process.join()
            memory_mb = _memory_mb(daemon.pid)
    spread, since = had_at[-1] - had_at[0], had_at[-1] - changed
    print(
        f"{len(had_at)} hamlet PCs have the new version {spread:.2f} s after the first of them"
        f" (at most {_IN_STEP_S} s), {since:.2f} s after the change at the desk;"
        f" the daemon took at most {memory_mb} MB (at most {_MEMORY_MB})"
    )
    return spread <= _IN_STEP_S and memory_mb <= _MEMORY_MB


def _broadcaster(folder: Path, *words: str) -> None:
    command = [sys.executable, "-m", "broadcaster", "--station", str(folder), *words]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)


@contextmanager
def _daemon(folder: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "broadcaster", "--station", str(folder), "daemon"]
    with subprocess.Popen(
        [*command, "--listen", f"127.0.0.1:{port}"], stdout=subprocess.DEVNULL, text=True
    ) as running:
        yield running
        running.terminate()


def _furnished(station: Station, port: int) -> _Whom:
    """A thousand hamlets with two programmes a day, and an enrolled PC in each."""
    store, now = station.store, station.clock.now()
    store.add_person(Person("lan", _BY), by=_BY, now=now)
    hamlets = [Hamlet(f"h{n}", f"ap-{n}", f"Ấp {n}", output="player:") for n in range(HAMLETS)]
    for hamlet in hamlets:
        store.save_hamlet(hamlet, by=_BY, now=now)
    ids = tuple(hamlet.id for hamlet in hamlets)
    for code, hour in (("sang", 6), ("chieu", 17)):
        store.save_slot(Slot(code, code, code, time_of_day(hour), ids), by=_BY, now=now)
    for number, hamlet in enumerate(hamlets):
        store.open_enrolment(hamlet.id, f"s{number}", now + timedelta(minutes=15))
        device = Device(f"{number:x}", hamlet.id, key_of(number).public.hex, "bench", now)
        assert store.enrol(device, f"s{number}")
    authority = (station.folder / "network" / AUTHORITY).read_text(encoding="ascii")
    keys = station_keys.load(station.folder, station.settings.network)
    return _Whom(port, authority, keys.timetable.public)


def _new_programme(station: Station) -> None:
    """Tomorrow, in every hamlet."""
    store, now = station.store, station.clock.now()
    tomorrow = (now + timedelta(days=1)).astimezone(station.settings.station.zone).date()
    ids = tuple(hamlet.id for hamlet in store.hamlets())
    slot = Slot("moi", "moi", "moi", time_of_day(11), ids, first=tomorrow, last=tomorrow)
    store.save_slot(slot, by=_BY, now=now)


def _memory_mb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def _crowd(pipe: Connection, whom: _Whom) -> None:
    many_files(3 * HAMLETS)
    pipe.send(run(_had_at(pipe, whom)))


async def _had_at(pipe: Connection, whom: _Whom) -> list[float]:
    """When each of them had the version that came after "ready"."""
    pcs = [_Pc(whom, number) for number in range(HAMLETS)]
    handshakes = asyncio.Semaphore(_HANDSHAKES)
    following = [asyncio.create_task(pc.follow(handshakes)) for pc in pcs]
    while not all(_quiet(pc) for pc in pcs):
        await asyncio.sleep(0.5)
        for task in following:
            if task.done():
                task.result()
    before = [pc.airings for pc in pcs]
    pipe.send("ready")
    while any(pc.airings == known for pc, known in zip(pcs, before, strict=True)):
        await asyncio.sleep(0.05)
    for task in following:
        task.cancel()
    return [pc.had_at for pc in pcs]


def _quiet(pc: _Pc) -> bool:
    return pc.airings > 0 and time.time() - pc.had_at > 3.0


class _Pc:
    def __init__(self, whom: _Whom, number: int) -> None:
        self._whom = whom
        self._asker = Asker(whom.port, f"{number:x}", key_of(number), whom.authority)
        self.airings = 0
        self.had_at = 0.0

    async def follow(self, handshakes: asyncio.Semaphore) -> None:
        async with handshakes:
            await self._open()
        has = ""
        while True:
            await self._asker.ask("/v1/timetable", has, 25)
            answered = await self._asker.answer()
            if answered.status == 404:
                await asyncio.sleep(1)  # nothing is published for it yet
            elif answered.status not in (200, 304):
                sys.exit(f"a long poll was answered {answered.status}: {answered.body!r}")
            elif answered.status == 200:
                has, self.had_at = answered.etag, time.time()
                envelope = json.loads(answered.body)
                told = unseal(Kind.TIMETABLE, envelope, [self._whom.station_key], TIMETABLE_BYTES)
                self.airings = len(told["airings"])

    async def _open(self) -> None:
        while True:
            try:
                return await self._asker.open()
            except OSError:
                await asyncio.sleep(0.5)
