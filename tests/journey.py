"""The journey of a newcomer, as a process of its own: `python -m tests.journey FOLDER`.

A fresh example station is rehearsed by `daemon --rehearse --for 1`, as `make run` does it; then again in the
same folder, on a clock set forward to 12 seconds before a full minute and with a shorter lead, to save time.
What was said and listed goes to FOLDER/first/ and FOLDER/second/; `rc` is written last.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.kit import command

_SECONDS_BEFORE = 12


def run(station: Path, notes: Path, daemon: list[str]) -> None:
    notes.mkdir()
    with (notes / "said").open("wb") as said:
        code = subprocess.run(daemon, stdout=said, stderr=subprocess.STDOUT, check=False).returncode
    for name, args in (
        ("asrun", ("asrun", "--json", "--to", "2100-01-01")),
        ("forecast", ("timetable", "forecast", "--json")),
        ("verify", ("asrun", "verify")),
        ("doctor", ("doctor", "--json")),
    ):
        told = subprocess.run(command(station, *args), capture_output=True, check=False)
        (notes / name).write_bytes(told.stdout)
    (notes / "rc").write_text(str(code))


def hastened() -> None:
    """`broadcaster` with its clock set forward and the rehearsal's lead cut."""
    from broadcaster.cli.main import main
    from broadcaster.clock import SystemClock
    from broadcaster.desk import rehearsal

    rehearsal._LEAD = timedelta(seconds=2)
    now = datetime.now(UTC)
    forward = timedelta(seconds=(60 - _SECONDS_BEFORE - now.second) % 60)
    real = SystemClock.now
    SystemClock.now = lambda clock: real(clock) + forward  # type: ignore[method-assign, assignment]
    main(sys.argv[2:])


def main() -> None:
    folder = Path(sys.argv[1])
    station = folder / "station"
    subprocess.run(command(station, "init", "--example"), check=True)
    run(station, folder / "first", command(station, "daemon", "--rehearse", "--for", "1"))
    again = ["--station", str(station), "daemon", "--rehearse", "--for", "1"]
    run(station, folder / "second", [sys.executable, "-m", "tests.journey", "hastened", *again])


if __name__ == "__main__":
    if sys.argv[1] == "hastened":
        hastened()
    else:
        main()
