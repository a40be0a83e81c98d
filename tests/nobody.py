"""`broadcaster` without root's rights: `python -m tests.nobody '[["--station", …], …]'`.

Everything is loaded first, for the interpreter itself may lie where only root can read. Each command runs
in a fork of its own; what became of them is printed as JSON, a list of [exit code, stdout, stderr].
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import sys
import tempfile
from pathlib import Path

import broadcaster
from broadcaster.cli.main import main
from broadcaster.clock import SystemClock
from broadcaster.founding import found
from broadcaster.station import Station

NOBODY = 65534


def load_everything() -> None:
    for module in pkgutil.walk_packages(broadcaster.__path__, "broadcaster."):
        if ".migrations" not in module.name and not module.name.endswith(("__main__", "_worker")):
            importlib.import_module(module.name)
    with tempfile.TemporaryDirectory() as folder:
        found(Path(folder), name="x", kind="xã", clock=SystemClock())
        with Station(Path(folder)) as station:
            station.desk.outlook.between(station.clock.now(), station.clock.now(), station.clock.now())


def run(args: list[str]) -> tuple[int, str, str]:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if not child:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            main(args)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        out.seek(0)
        err.seek(0)
        return code, out.read().decode(), err.read().decode()


if __name__ == "__main__":
    load_everything()
    told = [run(args) for args in json.loads(sys.argv[1])]
    sys.stdout.write(json.dumps(told))
