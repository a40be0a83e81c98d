"""The soak: power cuts, kills, and a simulated year of the station. See docs/developer/soak.md."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from random import Random

from tests.soak import power
from tests.soak.breaks import BREAKS
from tests.soak.calendar import MOST_DAYS
from tests.soak.evidence import shown
from tests.soak.folder import soak_folder
from tests.soak.judge import Verdict, judge
from tests.soak.kills import kill
from tests.soak.machine import Stuck
from tests.soak.year import Year

_SHOWN = 3
_STATIONS = 5


def live(folder: Path, seed: int, days: int, *, quick: bool, broken: str) -> Verdict:
    """Live `days` and judge them; what happened is in `folder`/story.txt.

    Stuck, with the last that happened: the station stopped answering.
    """
    year = Year(folder, seed, days, quick=quick, broken=broken)
    try:
        year.live()
        return judge(year.record())
    except Stuck as stuck:
        raise Stuck(f"seed {seed}: {stuck}\n" + "\n".join(_story(year)[-40:])) from stuck
    finally:
        (folder / "story.txt").write_text("\n".join(_story(year)), encoding="utf-8")
        year.close()


def _story(year: Year) -> list[str]:
    return [f"{shown(true)}  {what}" for true, what in sorted(year.machine.story)]


def _tell(name: str, verdict: Verdict) -> None:
    """The faults of each column, with what happened around the first few."""
    for column, faults in verdict.faults.items():
        for fault in faults[:_SHOWN]:
            print(f"{name}: {column}: {fault}\n")
        if len(faults) > _SHOWN:
            print(f"{name}: {column}: and {len(faults) - _SHOWN} more\n")


def _cut(cuts: int, seed: int) -> bool:
    if not power.available():
        print("power cuts: SKIPPED, there is no strace here that may watch a process")
        return True
    with soak_folder() as folder:
        replay = power.cut_power(folder, cuts, Random(f"cuts {seed}"))
    print(f"power cuts: {replay.first_samples} first samples, lost {replay.lost}", flush=True)
    return replay.lost == 0 and replay.first_samples >= cuts


def _kill(kills: int, seed: int) -> bool:
    with soak_folder() as folder:
        verdict = kill(folder, kills, min(kills, _STATIONS), Random(f"kills {seed}"))
    _tell("kills", verdict)
    print(f"kills {kills}: airings {verdict.airings}, {verdict.counts()}", flush=True)
    return verdict.clean


def _live(asked: argparse.Namespace, broken: str = "") -> bool:
    if broken:
        print(f"planted: {broken}")
    begin = time.monotonic()
    with soak_folder(in_memory=True, keep=asked.keep) as folder:
        verdict = live(folder, asked.seed, asked.days, quick=asked.quick, broken=broken)
    _tell(f"seed {asked.seed}", verdict)
    print(f"{asked.days} days in {time.monotonic() - begin:.0f} s")
    print(f"seed {asked.seed}: airings {verdict.airings}, {verdict.counts()}", flush=True)
    return verdict.clean


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--days", type=int, default=365, help=f"simulated days, {MOST_DAYS} at most; 0: none")
    parser.add_argument("--kills", type=int, default=0, help="real kills, in real time, before that")
    parser.add_argument("--cuts", type=int, default=0, help="first samples at which the power is cut")
    parser.add_argument(
        "--break", dest="broken", choices=BREAKS, action="append", default=[], help="plant this fault"
    )
    parser.add_argument("--quick", action="store_true", help="the desk looks less far ahead")
    parser.add_argument("--keep", action="store_true", help="leave the year's folder where it is")
    asked = parser.parse_args()
    if not 0 <= asked.days <= MOST_DAYS:
        parser.error(f"--days: 0 to {MOST_DAYS}")
    return asked


def main() -> None:
    asked = _asked()
    fine = [_cut(asked.cuts, asked.seed)] if asked.cuts else []
    fine += [_kill(asked.kills, asked.seed)] if asked.kills else []
    fine += [_live(asked, broken) for broken in asked.broken or [""]] if asked.days else []
    sys.exit(0 if all(fine) else 1)


if __name__ == "__main__":
    main()
