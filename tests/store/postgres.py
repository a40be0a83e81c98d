"""A PostgreSQL server of the tests' own, on a free port, for as long as a session of tests runs."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

import psycopg

from tests.kit import free_port

_QUICK = "-c fsync=off -c full_page_writes=off -c max_connections=200 -c shared_buffers=32MB -c jit=off"


@dataclass(frozen=True)
class Server:
    port: int

    def url(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def make(self, database: str) -> str:
        """Its address."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}" TEMPLATE template0'.encode())
        return self.url(database)


def installed() -> Path | None:
    """The folder of its programs."""
    found = shutil.which("initdb")
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    return Path(found).resolve().parent if found else folders[-1] if folders else None


@contextmanager
def running(programs: Path) -> Iterator[Server]:
    folder, become = Path(mkdtemp(prefix="postgres-", dir="/tmp")), _nobody_special()
    data, port = folder / "data", free_port()
    if become is not None:
        os.chown(folder, become.pw_uid, become.pw_gid)
    try:
        _run(
            programs / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-N",
            "--locale=C.UTF-8",
            as_=become,
        )
        options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} {_QUICK}"
        log = folder / "log"
        _run(programs / "pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start", as_=become)
        try:
            yield Server(port)
        finally:
            _run(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop", as_=become)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _nobody_special() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to be run by root."""
    return pwd.getpwnam("postgres") if os.geteuid() == 0 else None


def _run(*command: str | Path, as_: pwd.struct_passwd | None) -> None:
    subprocess.run(
        list(map(str, command)),
        check=True,
        stdout=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        cwd="/tmp",
        user=as_.pw_uid if as_ else None,
        group=as_.pw_gid if as_ else None,
        extra_groups=[] if as_ else None,
    )
