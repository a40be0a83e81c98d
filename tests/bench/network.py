"""Five thousand hamlet PCs that wait on one server process: how soon a newer version wakes them, and how much
one process gives out."""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from broadcaster.clock import SystemClock
from broadcaster.network import plain
from broadcaster.network.envelope import Kind, seal
from broadcaster.network.keys import SigningKey
from broadcaster.network.listening import Listening
from broadcaster.network.server import Server
from broadcaster.network.station_keys import StationKeys
from broadcaster.network.station_side import StoreStation
from broadcaster.store import Store
from broadcaster.store.columns import NEVER
from broadcaster.store.issued import IssuedTimetable
from broadcaster.store.part import shared_values
from broadcaster.store.tables import device, hamlet
from broadcaster.timetable.hamlet import PLAYER, Hamlet
from broadcaster.timetable.policy import Policy
from broadcaster.units import Lufs
from tests.bench.asker import Asker, key_of, many_files, run
from tests.contracts.desk_store import bulletin
from tests.network.messages import SHA, airing, timetable

POLLS = 5_000
_AT_ONCE = 200
_WAKE_P99_S = 1.0
_ASKERS, _FETCHERS, _SECONDS = 64, 8, 4.0
_QUIET_S = 3.0
"""Until the last of them, too, has been told that there is nothing new."""
_AUDIO_BYTES = 4_000_000


@dataclass(frozen=True)
class Seen:
    """By the crowd."""

    woken_at: list[float]
    asked_a_second: float
    megabytes_a_second: float


def polls() -> bool:
    """p99 from the station's word to the answer in hand, over plain TCP on this computer, with SQLite."""
    many_files(3 * POLLS)
    with tempfile.TemporaryDirectory() as name:
        folder, clock = Path(name), SystemClock()
        store = Store.open(folder / "schedules.db", clock=clock, create=True)
        key = SigningKey.fresh()
        server = Server(_furnished(store, folder, key), key, clock)
        listening = Listening(server.application(), "127.0.0.1", 0, None)
        listening.start()
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        crowd = context.Process(target=_crowd, args=(theirs, listening.port))
        crowd.start()
        theirs.close()
        ours.recv()
        while len(server._waiting) < POLLS:
            time.sleep(0.1)
        time.sleep(_QUIET_S)
        store.issue(_timetables(2, key))
        woken = time.time()
        server.wake()
        seen: Seen = ours.recv()
        crowd.join()
        listening.stop()
        store.close()
    return _held(seen, woken)


def _furnished(store: Store, folder: Path, key: SigningKey) -> StoreStation:
    """A hamlet with an enrolled PC for each poll."""
    now = SystemClock().now()
    hamlets = [shared_values(hamlet, Hamlet(f"h{n}", f"ap-{n}", "Ấp", output=PLAYER)) for n in range(POLLS)]
    devices = [
        {"id": _device(n), "hamlet_id": f"h{n}", "public_key": key_of(n).public.hex, "software": "bench"}
        | {"enrolled_at": now, "revoked_at": NEVER, "last_seen": NEVER, "status": ""}
        for n in range(POLLS)
    ]
    with store._database.writing() as connection:
        connection.execute(insert(hamlet), [row | {"retired": False} for row in hamlets])
        connection.execute(insert(device), devices)
    store.issue(_timetables(1, key))
    (folder / f"{SHA}.mp3").write_bytes(bytes(_AUDIO_BYTES))
    store.add_bulletin(replace(bulletin(), sha256=SHA, file_name=f"{SHA}.mp3"), "", now=now)
    return StoreStation(
        store,
        keys=StationKeys(key, lambda: None, key.public, ""),
        audio_out=folder,
        name="xã Tân Hưng",
        zone=ZoneInfo("Asia/Ho_Chi_Minh"),
        policy=Policy(),
        loudest=Lufs(-14.0),
    )


def _timetables(version: int, key: SigningKey) -> list[IssuedTimetable]:
    """Of 28 airings each; what hamlet they name does not matter to who gives them out."""
    content = timetable(version=version, airings=[airing(id=f"a{n}") for n in range(28)])
    body = plain.text(seal(Kind.TIMETABLE, content, key))
    return [IssuedTimetable(f"h{n}", version, "", SystemClock().now(), body) for n in range(POLLS)]


def _held(seen: Seen, woken: float) -> bool:
    lateness = sorted(at - woken for at in seen.woken_at)
    p99 = lateness[round(0.99 * len(lateness)) - 1]
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{len(lateness)} long polls woken: median {statistics.median(lateness):.3f} s, p99 {p99:.3f} s"
        f" (at most {_WAKE_P99_S} s), server process {memory_mb} MB\n"
        f"{_ASKERS} that ask all the time: {seen.asked_a_second:,.0f} signed requests a second (304)\n"
        f"{_FETCHERS} that fetch audio: {seen.megabytes_a_second:,.0f} MB a second"
    )
    return len(lateness) == POLLS and p99 <= _WAKE_P99_S


def _device(number: int) -> str:
    return f"{number:x}"


def _crowd(pipe: Connection, port: int) -> None:
    many_files(3 * POLLS)
    pipe.send(run(_seen(pipe, port)))


async def _seen(pipe: Connection, port: int) -> Seen:
    askers = [Asker(port, _device(number), key_of(number)) for number in range(POLLS)]
    gate = asyncio.Semaphore(_AT_ONCE)

    async def connect(asker: Asker) -> None:
        async with gate:
            await asker.open()
            await asker.ask("/v1/timetable", '"1"', 25)

    await asyncio.gather(*map(connect, askers))
    polling = [asyncio.create_task(_woken_at(asker)) for asker in askers]
    pipe.send("ready")
    woken_at = await asyncio.gather(*polling)
    for idle in askers[_ASKERS:]:
        idle.close()
    end = time.time() + _SECONDS
    asked = await asyncio.gather(*(_asked_until(asker, end) for asker in askers[:_ASKERS]))
    end = time.time() + _SECONDS
    fetched = await asyncio.gather(*(_fetched_until(asker, end) for asker in askers[:_FETCHERS]))
    return Seen(woken_at, sum(asked) / _SECONDS, sum(fetched) / _SECONDS / 1e6)


async def _woken_at(asker: Asker) -> float:
    answered = await asker.answer()
    if answered.status != 200:
        sys.exit(f"a long poll was answered {answered.status}")
    return time.time()


async def _asked_until(asker: Asker, end: float) -> int:
    asked = 0
    while time.time() < end:
        await asker.ask("/v1/timetable", '"2"')
        asked += (await asker.answer()).status == 304
    return asked


async def _fetched_until(asker: Asker, end: float) -> int:
    fetched = 0
    while time.time() < end:
        await asker.ask(f"/audio/{SHA}")
        fetched += len((await asker.answer()).body)
    return fetched
