"""What tests of the whole station share: the command line here and in children, folders compared."""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import soundfile

from broadcaster.audio import RATE
from broadcaster.cli.main import main
from broadcaster.production.bulletin import Bulletin
from broadcaster.station import Station
from broadcaster.timetable.slot import Slot, SlotKind
from broadcaster.units import Decibels, Lufs, Milliseconds

AUTHOR, APPROVER = "Nguyễn Thị Lan", "Trần Văn Minh"
ROOT = Path(__file__).resolve().parent.parent
PLAN = ROOT.parent / "shared" / "plan" / "ke_hoach_tuyen_truyen_cchc_2024.txt"
NO_GOOGLE = {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9", "NO_PROXY": ""}
"""The outside world, gone: every request meets a closed port."""


class Ran(NamedTuple):
    code: int
    out: str
    err: str


def here(folder: Path, *args: str, stdin: str = "") -> Ran:
    """`broadcaster --station FOLDER ARGS…` in this process, through the door that errors leave by."""
    with pytest.MonkeyPatch.context() as patch:
        out, err = io.BytesIO(), io.BytesIO()
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
        patch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding="utf-8", write_through=True))
        patch.setattr(sys, "stderr", io.TextIOWrapper(err, encoding="utf-8", write_through=True))
        with pytest.raises(SystemExit) as ended:
            main(["--station", str(folder), *args])
        return Ran(int(ended.value.code or 0), out.getvalue().decode(), err.getvalue().decode())


def command(folder: Path, *args: str) -> list[str]:
    return [sys.executable, "-m", "broadcaster", "--station", str(folder), *args]


def in_child(folder: Path, *args: str, **how: Any) -> Ran:
    """The same in a process of its own."""
    return _ran(command(folder, *args), **how)


def as_nobody(*commands: tuple[str, ...]) -> list[Ran]:
    """Each `broadcaster ARGS…` in a process without root's rights."""
    run = _ran([sys.executable, "-m", "tests.nobody", json.dumps(commands)])
    assert run.code == 0, run.err
    return [Ran(*told) for told in json.loads(run.out)]


def _ran(run_this: list[str], **how: Any) -> Ran:
    run = subprocess.run(
        run_this,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        cwd=ROOT,
        env=os.environ | NO_GOOGLE | {"BROADCASTER_LANG": "en"},
        **how,
    )
    return Ran(run.returncode, run.stdout, run.stderr)


def refused(run: Ran, code: int, *named: str) -> None:
    """One clear message on stderr, of one or two lines, and nothing else."""
    assert run.code == code, run
    assert "Traceback" not in run.err
    assert "unforeseen" not in run.err
    assert 1 <= len(run.err.splitlines()) <= 2, run.err
    for name in named:
        assert name in run.err, (name, run.err)


def snapshot(folder: Path) -> dict[str, str]:
    """Every file by its SHA-256; the database by what is in it."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_file() and path.name != ".daemon.lock" and "schedules.db-" not in name:
            found[name] = hashlib.sha256(
                dump(path).encode() if name == "schedules.db" and _is_database(path) else path.read_bytes()
            ).hexdigest()
    return found


def _is_database(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(15) == b"SQLite format 3"


def without_triggers(folder: Path, sql: str) -> None:
    """Change the database behind the program's back, past what guards its append-only tables."""
    with closing(sqlite3.connect(folder / "schedules.db")) as connection:
        triggers = connection.execute("select name from sqlite_master where type = 'trigger'").fetchall()
        for (trigger,) in triggers:
            connection.execute(f"drop trigger {trigger}")
        connection.execute(sql)
        connection.commit()


def dump(database: Path) -> str:
    with closing(sqlite3.connect(database)) as connection:
        return "\n".join(connection.iterdump())


def rows(folder: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "schedules.db")) as connection:
        return connection.execute(sql, values).fetchall()


def bulletin(folder: Path, seconds: float) -> Bulletin:
    """A tone under audio_out/, as the database would know it."""
    swell = np.linspace(0.1, 0.5, round(seconds * RATE))
    tone = swell * np.sin(2 * np.pi * 440 * np.arange(len(swell)) / RATE)
    memory = io.BytesIO()
    soundfile.write(memory, tone, RATE, format="FLAC", subtype="PCM_16")
    sha256 = hashlib.sha256(memory.getvalue()).hexdigest()
    (folder / "audio_out" / f"{sha256}.flac").write_bytes(memory.getvalue())
    return Bulletin(
        sha256=sha256,
        file_name=f"{sha256}.flac",
        length=Milliseconds(round(seconds * 1000)),
        voice="tone",
        recipe=sha256,
        loudness=Lufs(-16),
        true_peak=Decibels(-1),
    )


def book(folder: Path, seconds: float, within: float, hamlets: int = 1) -> datetime:
    """Another process's act: a tone of `seconds` in the first `hamlets`, `within` seconds from now."""
    with Station(folder) as station:
        store, now = station.store, station.clock.now()
        sound = bulletin(folder, seconds)
        store.add_bulletin(sound, "Thử loa", now=now)
        starts_at = now.replace(microsecond=0) + timedelta(seconds=within + 1)
        ids = tuple(hamlet.id for hamlet in store.hamlets()[:hamlets])
        local = starts_at.astimezone(station.settings.station.zone)
        slot = Slot(uuid.uuid4().hex, "thu-loa", "Thử loa", local.time(), ids, kind=SlotKind.REHEARSAL)
        store.add_one_off(slot, starts_at, "Thử loa", sound.sha256, by="", now=now)
        return starts_at


def free_port() -> int:
    """One on which nobody listens, below those that outgoing connections take: whoever waits for a server
    there could otherwise meet itself."""
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def program(module: str, *args: str, timeout: float = 900) -> tuple[int, list[str], str]:
    """(exit code, lines, all that was said) of `python -m MODULE ARGS`."""
    run = subprocess.run(
        [sys.executable, "-m", module, *args],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        timeout=timeout,
    )
    return run.returncode, run.stdout.rstrip().splitlines(), run.stdout


def today() -> date:
    """Where the stations of the tests are: it may become another between two tests."""
    return datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()


def until(condition: Callable[[], object], within: float = 10.0, what: str = "it") -> None:
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end, f"{what} did not happen within {within} s"
        time.sleep(0.02)


class Duty:
    """A daemon in a child process, and each line that it says, with the instant at which it was heard."""

    def __init__(self, folder: Path, *args: str) -> None:
        self.said: list[tuple[float, str]] = []
        self.process = subprocess.Popen(
            command(folder, "daemon", *args),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env=os.environ | NO_GOOGLE | {"BROADCASTER_LANG": "en", "PYTHONUNBUFFERED": "1"},
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append((time.time(), line.decode().rstrip()))

    @property
    def words(self) -> str:
        return "\n".join(line for _at, line in self.said)

    def hears(self, words: str, within: float = 10.0) -> float:
        """When a line with these words was said (wall clock); waits for it."""
        until(lambda: words in self.words or self.process.poll() is not None, within, words)
        assert words in self.words, self.words
        return next(at for at, line in self.said if words in line)

    def end(self, number: int = signal.SIGTERM, within: float = 15.0) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(within)
        self._reader.join(5)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return code
